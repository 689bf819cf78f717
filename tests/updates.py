"""What the tests of optimisers share: paths, and PyTorch's beside them."""
import numpy as np
import torch
from hypothesis import strategies as st

from tests.oracles import close

STEPS = 6
shape_lists = st.lists(st.lists(st.integers(1, 4), max_size=3).map(tuple),
                       min_size=2, max_size=3)
rates = st.sampled_from([1e-3, 0.1, 1.0])
mus = st.sampled_from([0.0, 0.5, 0.9, 0.99])
eps = st.sampled_from([0.05, 1e-8])
betas = st.sampled_from([(0.8, 0.95), (0.9, 0.999), (0.7, 0.5),
                         (0.0, 0.5)])
scales = st.sampled_from([1e-4, 1.0, 1e3])


def compare(rule, hyper, make_torch, shapes, seed, scale=1.0):
    """Several arrays in turn, each with its state, at every step.

    The rate falls from step to step: with a constant one the forms
    that keep lr inside the velocity would pass too.  The gradients are
    small at times and large at times, for the averages to go both ways.
    """
    rng = np.random.default_rng(seed)
    ws = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    states = [None] * len(ws)
    ts = [torch.tensor(w, requires_grad=True) for w in ws]
    theirs = make_torch(ts)
    for k in range(1, STEPS + 1):
        now = dict(hyper)
        if "lr" in hyper:
            now["lr"] = hyper["lr"] / k
            theirs.param_groups[0]["lr"] = now["lr"]
        size = scale * 10**rng.uniform(-1, 1)
        for i, t in enumerate(ts):
            grad = np.asarray(size * rng.normal(size=t.shape))
            t.grad = torch.tensor(grad)
            ws[i], states[i] = rule(ws[i], grad, states[i], **now)
        theirs.step()
        for w, t in zip(ws, ts):
            close(w, t.detach())


def run(rule, grads, **hyper):
    """The path of one number that starts at 0."""
    w, state, path = np.zeros(1), None, []
    for grad in grads:
        w, state = rule(w, np.array([grad]), state, **hyper)
        path.append(w.item())
    return path
