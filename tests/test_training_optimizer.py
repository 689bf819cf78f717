"""Optimizer: slices, hyper-parameters that change, what is refused."""
import functools
import math

import numpy as np
import pytest

from nnlab.optimizers import adam, adamw, momentum, nesterov, sgd
from nnlab.training import SLICE, Optimizer
from tests.small import generator

RULES = {sgd: {"lr": 0.1}, momentum: {"lr": 0.1, "mu": 0.5},
         nesterov: {"lr": 0.1, "mu": 0.5},
         adam: {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 0.05}}
each = pytest.mark.parametrize("rule", RULES)


@each
def test_slices_change_nothing(rule):
    """Three updates of a vector of over two slices, against one call."""
    rng, state = generator(), None
    w = rng.normal(size=2 * SLICE + 5)
    params, optimizer = w.copy(), Optimizer(rule, **RULES[rule])
    for _ in range(3):
        grad = rng.normal(size=w.size)
        copied = grad.copy()
        w, state = rule(w, grad, state, **RULES[rule])
        optimizer.step(params, grad)
        assert (params == w).all() and (grad == copied).all()


def test_optimizer_hyper_may_change_between_steps():
    w = np.zeros(2)
    optimizer = Optimizer(sgd, lr=0.5)
    optimizer.step(w, np.ones(2))
    optimizer.hyper["lr"] = 0.25
    optimizer.step(w, np.ones(2))
    assert w.tolist() == [-0.75, -0.75]
    assert repr(optimizer) == "Optimizer(sgd, lr=0.25)"


@pytest.mark.parametrize("lr", [-0.1, math.nan, "0.1"])
def test_a_wrong_rate_is_refused_when_the_optimizer_is_made(lr):
    with pytest.raises(ValueError, match="lr must be"):
        Optimizer(adam, lr=lr)


def test_a_rule_may_be_a_partial():
    partial = functools.partial(adam, beta1=0.5)
    ours, theirs = (Optimizer(partial, lr=0.1),
                    Optimizer(adam, lr=0.1, beta1=0.5))
    assert repr(ours) == "Optimizer(adam, lr=0.1)"
    one, other = np.ones(3), np.ones(3)
    for grad in generator().normal(size=(4, 3)):
        ours.step(one, grad)
        theirs.step(other, grad)
    assert (one == other).all()


def test_a_numpy_rate_leaves_float32_alone():
    seen = []

    def spy(w, grad, state=None, lr=0.5, decay=0.0):
        seen.append((type(lr), decay.dtype))
        return w - lr * grad, None

    params = np.ones(3, np.float32)
    Optimizer(spy, lr=np.float64(0.1), decay=np.ones(3)).step(
        params, params.copy())
    assert seen == [(float, np.float32)]


def test_rates_and_decays_are_cut_like_the_parameters():
    """Over two slices, against one call on the whole vector."""
    rng = generator()
    w = rng.normal(size=2 * SLICE + 5)
    rates, decay = rng.uniform(0, 0.1, (2, w.size))
    params, state = w.copy(), None
    optimizer = Optimizer(adamw, lr=rates, weight_decay=decay)
    for _ in range(2):
        grad = rng.normal(size=w.size)
        w, state = adamw(w, grad, state, lr=rates, weight_decay=decay)
        optimizer.step(params, grad)
        assert (params == w).all()


def test_slices_spare_what_may_not_change():
    rng = generator()
    params = rng.normal(size=2 * SLICE + 5)
    trainable = rng.random(params.size) < 0.5
    trainable[:SLICE + 7] = False
    before, grad = params.copy(), rng.normal(size=params.size)
    Optimizer(sgd, lr=0.5).step(params, grad, trainable)
    assert (params == np.where(trainable, before - 0.5 * grad,
                               before)).all()
