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

from nnlab.optimizers import adam, momentum, nesterov, nesterov_lookahead, sgd
from tests.oracles import close, seeds
from tests.updates import (STEPS, betas, compare, eps, mus, rates, run,
                           scales, shape_lists)


@given(seed=seeds, shapes=shape_lists, lr=rates)
def test_sgd_is_pytorchs(seed, shapes, lr):
    compare(sgd, {"lr": lr}, lambda p: torch.optim.SGD(p, lr=lr),
            shapes, seed)


@pytest.mark.parametrize("rule", [momentum, nesterov])
@given(seed=seeds, shapes=shape_lists, lr=rates, mu=mus)
def test_momentum_and_nesterov_are_pytorchs(rule, seed, shapes, lr, mu):
    if rule is nesterov and mu == 0:
        mu = 0.1        # PyTorch refuses Nesterov without momentum
    compare(rule, {"lr": lr, "mu": mu}, lambda p: torch.optim.SGD(
        p, lr=lr, momentum=mu, nesterov=rule is nesterov), shapes, seed)


@given(seed=seeds, shapes=shape_lists, lr=rates, betas=betas, eps=eps,
       scale=scales)
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
def test_nesterov_is_the_path_of_the_points_ahead(seed, n, lr, mu):
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
