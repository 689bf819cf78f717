"""What the tests of the page Conventions share: paths of two rules."""
import numpy as np
import torch

STEPS = 8


def close(a, b, rtol=1e-10):
    return np.allclose(a, b, rtol=rtol, atol=1e-12)


def path(step, w, grads, state=None):
    """The w after each update w, state = step(w, g, state, t)."""
    out = []
    for t, g in enumerate(grads):
        w, state = step(w, g, state, t)
        out.append(w)
    return np.array(out)


def torch_path(make, w, grads, lr=None):
    """The same with an optimiser of PyTorch; lr(t) if it changes."""
    p = torch.nn.Parameter(torch.tensor(w))
    optimizer, out = make([p]), []
    for t, g in enumerate(grads):
        if lr is not None:
            optimizer.param_groups[0]["lr"] = lr(t)
        p.grad = torch.tensor(g)
        optimizer.step()
        out.append(p.detach().numpy().copy())
    return np.array(out)


def ours(rule, **hyper):
    """A rule of nnlab as a step of ``path``."""
    return lambda w, g, state, t: rule(w, g, state, **hyper)
