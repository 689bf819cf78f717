"""What the literature says of the rules, where it can be computed."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.optimizers import (adagrad, adam, adamw, amsgrad, momentum,
                              rmsprop)
from tests.oracles import close, seeds
from tests.updates import run


@given(seed=seeds)
def test_adagrads_rate_never_rises(seed):
    """The rate is what a step is made of the gradient."""
    rng = np.random.default_rng(seed)
    w, state, rates = np.zeros(3), None, [np.full(3, np.inf)]
    for size in 10.0**rng.integers(-3, 4, size=20):
        grad = size * rng.choice([-1, 1], 3) * rng.uniform(0.5, 1, 3)
        new, state = adagrad(w, grad, state, lr=0.1)
        rates.append((w - new) / grad)
        w = new
    rates = np.array(rates)
    assert (rates[1:] <= rates[:-1] * (1 + 1e-6)).all()
    assert (rates[1:] > 0).all()


def test_adagrads_steps_fall_as_one_over_the_root_of_their_number():
    path = run(adagrad, [7.0] * 100, lr=0.1, eps=0.0)
    steps = -np.diff([0.0, *path])
    close(steps, 0.1 / np.sqrt(np.arange(1, 101)))


def test_rmsprop_is_blind_to_signs_and_momentum_is_not():
    """Alternating signs shorten the steps of momentum to .0526."""
    up, zigzag = [1.0] * 400, [1.0, -1.0] * 200

    def last(rule, grads, **hyper):
        path = run(rule, grads, **hyper)
        return abs(path[-1] - path[-2])

    close(last(rmsprop, up), last(rmsprop, zigzag))
    share = (last(momentum, zigzag, mu=0.9) / last(momentum, up, mu=0.9))
    assert share == pytest.approx((1 - 0.9) / (1 + 0.9), rel=1e-6)
    assert share == pytest.approx(0.0526, abs=5e-5)


def test_a_centred_rmsprop_takes_rounding_for_no_variance():
    """With a constant gradient v - m^2 is 0 up to rounding: no NaN."""
    w = np.zeros(64, np.float32)
    grad = np.random.default_rng(0).normal(size=64).astype(np.float32)
    state, below = None, False
    for _ in range(400):
        w, state = rmsprop(w, grad, state, lr=1e-9, alpha=0.9,
                           centered=True)
        v, m, _ = state
        below |= bool((v - m**2 < 0).any())
    assert below and np.isfinite(w).all()


def test_decay_is_decoupled_from_the_gradient():
    """Zero gradients for 200 updates, decay 0.1, rate 0.01.

    AdamW leaves (1 - lr lam)^200.  In Adam with the decay in the
    gradient every step is about lr, whatever lam, and nearly all of the
    weight goes.
    """
    lr, lam = 0.01, 0.1
    w, decoupled, u, coupled = np.ones(1), None, np.ones(1), None
    first = None
    for _ in range(200):
        w, decoupled = adamw(w, 0 * w, decoupled, lr=lr, weight_decay=lam)
        u, coupled = adam(u, lam * u, coupled, lr=lr)
        first = u.item() if first is None else first
    close(w, (1 - lr * lam)**200)
    assert w == pytest.approx(0.81865, abs=5e-6)
    assert first == pytest.approx(1 - lr)
    assert u == pytest.approx(0.0156, abs=5e-5)


def play(rule, C, period, betas, updates=3000):
    """C x once in a period, else -x, on [-1, 1]: the last 300 points.

    For C > period - 1 the sum falls towards -1, so that is best.  The
    rate falls as 1 / sqrt(t), as in the paper.
    """
    x, state, points = np.zeros(1), None, []
    for t in range(1, updates + 1):
        grad = np.array([float(C) if t % period == 1 else -1.0])
        x, state = rule(x, grad, state, lr=0.5 / math.sqrt(t),
                        beta1=betas[0], beta2=betas[1])
        x = np.clip(x, -1, 1)
        points.append(x.item())
    return points[-300:]


@pytest.mark.parametrize("C, period, betas", [
    (3, 3, (0.0, 1 / (1 + 3**2))),      # theorem 1
    (10, 3, (0.0, 1 / (1 + 10**2))),
    (11, 11, (0.5, 0.9)),               # theorem 2: with momentum too
])
def test_amsgrad_finds_the_best_where_adam_finds_the_worst(C, period, betas):
    """Reddi, Kale and Kumar (2018).  The betas are chosen for C."""
    assert min(play(adam, C, period, betas)) > 0.98
    assert max(play(amsgrad, C, period, betas)) < -0.98


def test_with_the_usual_betas_adam_finds_it_too():
    """A longer memory than the period: 1 / (1 - beta2) = 1000 against 3."""
    assert max(play(adam, 3, 3, (0.9, 0.999))) == -1.0
    assert max(play(amsgrad, 3, 3, (0.9, 0.999))) == -1.0


@given(seed=seeds, beta2=st.sampled_from([0.5, 0.99]))
def test_amsgrad_never_forgets_a_large_gradient(seed, beta2):
    rng = np.random.default_rng(seed)
    w, state, highest = np.zeros(2), None, np.zeros(2)
    for size in 10.0**rng.integers(-3, 4, size=10):
        w, state = amsgrad(w, size * rng.normal(size=2), state, beta2=beta2)
        highest = np.maximum(highest, state[1])
        close(state[2], highest)
