"""Optimisers against PyTorch, step by step, and cases by hand.

A difference quotient has nothing to say about an update; in its place
stands the identity between the two forms of Nesterov's momentum.
"""
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab import optimizers
from nnlab.optimizers import adam, momentum, nesterov, nesterov_lookahead, sgd

STEPS = 6
seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.lists(st.integers(1, 4), max_size=3).map(tuple),
                  min_size=2, max_size=3)
rates = st.sampled_from([1e-3, 0.1, 1.0])
mus = st.sampled_from([0.0, 0.5, 0.9, 0.99])
RULES = [sgd, momentum, nesterov, adam]
each = pytest.mark.parametrize("rule", RULES, ids=lambda f: f.__name__)


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def compare(rule, hyper, make_torch, shapes, seed, scale=1.0):
    """Several arrays in turn, each with its state, at every step.

    The rate falls from step to step: with a constant one the forms
    that keep lr inside the velocity would pass too.
    """
    rng = np.random.default_rng(seed)
    ws = [np.asarray(rng.normal(size=shape)) for shape in shapes]
    states = [None] * len(ws)
    ts = [torch.tensor(w, requires_grad=True) for w in ws]
    theirs = make_torch(ts)
    for k in range(1, STEPS + 1):
        if "lr" in hyper:
            now = hyper | {"lr": hyper["lr"] / k}
            theirs.param_groups[0]["lr"] = now["lr"]
        else:
            now = hyper
        for i, t in enumerate(ts):
            grad = np.asarray(scale * rng.normal(size=t.shape))
            t.grad = torch.tensor(grad)
            ws[i], states[i] = rule(ws[i], grad, states[i], **now)
        theirs.step()
        for w, t in zip(ws, ts):
            close(w, t.detach())


@given(seed=seeds, shapes=shapes, lr=rates)
def test_sgd_is_pytorchs(seed, shapes, lr):
    compare(sgd, {"lr": lr}, lambda p: torch.optim.SGD(p, lr=lr),
            shapes, seed)


@pytest.mark.parametrize("rule", [momentum, nesterov])
@given(seed=seeds, shapes=shapes, lr=rates, mu=mus)
def test_momentum_and_nesterov_are_pytorchs(rule, seed, shapes, lr, mu):
    if rule is nesterov and mu == 0:
        mu = 0.1        # PyTorch refuses Nesterov without momentum
    compare(rule, {"lr": lr, "mu": mu}, lambda p: torch.optim.SGD(
        p, lr=lr, momentum=mu, nesterov=rule is nesterov), shapes, seed)


@given(seed=seeds, shapes=shapes, lr=rates,
       betas=st.sampled_from([(0.8, 0.95), (0.9, 0.999), (0.0, 0.5)]),
       eps=st.sampled_from([0.05, 1e-8]),
       scale=st.sampled_from([1e-4, 1.0, 1e3]))
def test_adam_is_pytorchs(seed, shapes, lr, betas, eps, scale):
    hyper = {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps}
    compare(adam, hyper, lambda p: torch.optim.Adam(
        p, lr=lr, betas=betas, eps=eps), shapes, seed, scale)


def test_defaults():
    """lr 0.01 and mu 0.9 are ours; Adam's are PyTorch's too."""
    compare(sgd, {}, lambda p: torch.optim.SGD(p, lr=0.01), [(3,)], 0)
    compare(momentum, {}, lambda p: torch.optim.SGD(
        p, lr=0.01, momentum=0.9), [(3,)], 0)
    compare(nesterov, {}, lambda p: torch.optim.SGD(
        p, lr=0.01, momentum=0.9, nesterov=True), [(3,)], 0)
    compare(adam, {}, torch.optim.Adam, [(3,)], 0)


def run(rule, grads, **hyper):
    """The path of one number that starts at 0."""
    w, state, path = np.zeros(1), None, []
    for grad in grads:
        w, state = rule(w, np.array([grad]), state, **hyper)
        path.append(w.item())
    return path


def test_by_hand():
    """Gradient 1 all the time; velocity 1, then 3/2, then 7/4."""
    ones = [1.0, 1.0, 1.0]
    close(run(sgd, ones, lr=0.1), [-0.1, -0.2, -0.3])
    close(run(momentum, ones, lr=0.1, mu=0.5), [-0.1, -0.25, -0.425])
    close(run(nesterov, ones, lr=0.1, mu=0.5), [-0.15, -0.325, -0.5125])


def test_adam_by_hand():
    """Gradients 1 and 3, beta1 = 1/2, beta2 = 3/4, eps = 1.

    m = 1/2, 7/4 and m_hat = 1, 7/3; v = 1/4, 39/16 and v_hat = 1, 39/7.
    """
    first = 1 / (1 + 1)
    second = (7 / 3) / (math.sqrt(39 / 7) + 1)
    path = run(adam, [1.0, 3.0], lr=1.0, beta1=0.5, beta2=0.75, eps=1.0)
    close(path, [-first, -first - second])


@pytest.mark.parametrize("grad", [1e-6, 1.0, -1e6])
def test_adams_first_step_is_lr_whatever_the_gradient(grad):
    """lr |g| / (|g| + eps): section 2.1 of the paper, for large |g|."""
    step = run(adam, [grad], lr=0.1, eps=1e-12)[0]
    assert step == pytest.approx(-0.1 * np.sign(grad), rel=2e-6)
    assert run(adam, [1e-8], lr=0.1, eps=1e-8)[0] == pytest.approx(-0.05)


def test_states():
    w, grad = np.zeros(2), np.array([1.0, -2.0])
    assert sgd(w, grad)[1] is None
    close(momentum(w, grad, mu=0.5)[1], grad)
    close(nesterov(w, grad, np.ones(2), mu=0.5)[1], grad + 0.5)
    m, v, t = adam(w, grad)[1]
    close(m, 0.1 * grad)
    close(v, 0.001 * grad**2)
    assert t == 1 and adam(w, grad, (m, v, t))[1][2] == 2


@given(seed=seeds, n=st.integers(1, 5), lr=st.sampled_from([1e-3, 0.1]),
       mu=mus)
def test_nesterov_is_the_lookahead_seen_one_glance_ahead(seed, n, lr, mu):
    """x = w - lr mu v turns one form into the other."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(n, n))
    A, start = A @ A.T / n, rng.normal(size=n)
    w, v = start, None
    x, state = start, None
    for _ in range(STEPS):
        w, v = nesterov_lookahead(w, lambda w: A @ w, v, lr=lr, mu=mu)
        x, state = nesterov(x, A @ x, state, lr=lr, mu=mu)
        close(x, w - lr * mu * v)
        close(state, v)


def test_lookahead_by_hand():
    """On w^2 / 2 from 1, lr = mu = 1/2: look at 1, then 1/4."""
    seen = []

    def grad_at(w):
        seen.append(w.item())
        return w

    w, v = nesterov_lookahead(np.ones(1), grad_at, lr=0.5, mu=0.5)
    assert (w, v) == (0.5, 1.0)
    w, v = nesterov_lookahead(w, grad_at, v, lr=0.5, mu=0.5)
    assert (w, v) == (0.125, 0.75) and seen == [1, 0.25]


@each
def test_nothing_is_changed_in_place_and_float32_stays(rule):
    rng = np.random.default_rng(0)
    w, grad = rng.normal(size=(2, 3, 2)).astype(np.float32)
    state = None
    for _ in range(3):
        given = [w, grad, *(state if rule is adam and state else [state])]
        copies = [np.copy(x) for x in given]
        w, state = rule(w, grad, state)
        after = [w, *(state if rule is adam else [state])]
        assert all((x == y).all() for x, y in zip(given, copies))
        assert not any(np.shares_memory(x, y) for x in after
                       for y in given if isinstance(x, np.ndarray)
                       and isinstance(y, np.ndarray))
        assert w.dtype == np.float32


W = np.zeros(3)
BAD = [({"lr": -0.1}, "lr must be a finite number, at least 0; got -0.1"),
       ({"lr": np.nan}, "lr must be"), ({"lr": "0.1"}, "lr must be"),
       ({"w": np.zeros((3, 1))}, r"w \(3, 1\) and grad \(3,\)"),
       ({"w": [0.0] * 3}, "w must be a NumPy array"),
       ({"grad": W + np.nan}, "grad holds NaN"),
       ({"grad": np.zeros(3, np.uint8)}, "grad has dtype uint8"),
       ({"w": W - np.inf}, "w holds NaN or infinity")]
VELOCITY = [({"mu": 1}, r"mu must lie in \[0, 1\)"), ({"mu": -0.1}, "mu"),
            ({"state": np.zeros(2)}, r"w \(3,\) and state \(2,\)")]
ADAM = [({"beta1": 1.0}, "beta1 must lie"), ({"beta2": -1}, "beta2 must lie"),
        ({"eps": -1e-8}, "eps must be"),
        ({"state": (W, W)}, r"state must be None .* \(m, v, t\)"),
        ({"state": W}, r"state must be None .* \(m, v, t\)"),
        ({"state": (W, np.zeros(2), 1)}, r"v \(2,\)"),
        ({"state": (W, W, -1)}, "t must be")]


@pytest.mark.parametrize("rule, change, fault", [
    (rule, *bad) for rule in RULES for bad in BAD
] + [(rule, *bad) for rule in (momentum, nesterov) for bad in VELOCITY
     ] + [(adam, *bad) for bad in ADAM])
def test_bad_input_is_named(rule, change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        rule(**({"w": W, "grad": W} | change))
    assert "\n" not in str(error.value)


def test_lookahead_wants_a_function():
    with pytest.raises(ValueError, match="grad_at must be a function"):
        optimizers.nesterov_lookahead(W, W)
