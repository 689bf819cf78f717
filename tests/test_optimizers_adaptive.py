"""Rules with a rate for each element: PyTorch's, and cases by hand."""
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.optimizers import (adadelta, adagrad, adam, adamw, amsgrad, nadam,
                              rmsprop)
from tests.oracles import close, seeds
from tests.updates import (betas, compare, eps, mus, rates, run, scales,
                           shape_lists)

drawn = given(seed=seeds, shapes=shape_lists, lr=rates, betas=betas, eps=eps,
              scale=scales, decay=st.sampled_from([0.0, 0.004, 0.3]))


@given(seed=seeds, shapes=shape_lists, lr=rates, scale=scales,
       eps=st.sampled_from([0.05, 1e-10]))
def test_adagrad_is_pytorchs(seed, shapes, lr, scale, eps):
    compare(adagrad, {"lr": lr, "eps": eps}, lambda p: torch.optim.Adagrad(
        p, lr=lr, eps=eps), shapes, seed, scale)


@pytest.mark.parametrize("centered", [False, True])
@given(seed=seeds, shapes=shape_lists, lr=rates, eps=eps, scale=scales,
       mu=mus, alpha=st.sampled_from([0.5, 0.9, 0.99]))
def test_rmsprop_is_pytorchs(centered, seed, shapes, lr, eps, scale, mu,
                             alpha):
    hyper = {"lr": lr, "alpha": alpha, "eps": eps, "centered": centered}
    compare(rmsprop, hyper | {"mu": mu}, lambda p: torch.optim.RMSprop(
        p, momentum=mu, **hyper), shapes, seed, scale)


@given(seed=seeds, shapes=shape_lists, lr=rates, scale=scales,
       rho=st.sampled_from([0.0, 0.5, 0.95]),
       eps=st.sampled_from([0.05, 1e-6]))
def test_adadelta_is_pytorchs(seed, shapes, lr, scale, rho, eps):
    hyper = {"lr": lr, "rho": rho, "eps": eps}
    compare(adadelta, hyper, lambda p: torch.optim.Adadelta(p, **hyper),
            shapes, seed, scale)


@pytest.fixture(scope="module", autouse=True)
def double():
    """PyTorch's NAdam keeps its product in the default dtype."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@drawn
def test_amsgrad_is_pytorchs(seed, shapes, lr, betas, eps, scale, decay):
    hyper = {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps}
    compare(amsgrad, hyper, lambda p: torch.optim.Adam(
        p, lr=lr, betas=betas, eps=eps, amsgrad=True), shapes, seed, scale)


@drawn
def test_nadam_is_pytorchs(seed, shapes, lr, betas, eps, scale, decay):
    hyper = {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps,
             "momentum_decay": decay}
    compare(nadam, hyper, lambda p: torch.optim.NAdam(
        p, lr=lr, betas=betas, eps=eps, momentum_decay=decay),
        shapes, seed, scale)


@drawn
def test_adamw_is_pytorchs(seed, shapes, lr, betas, eps, scale, decay):
    hyper = {"lr": lr, "beta1": betas[0], "beta2": betas[1], "eps": eps,
             "weight_decay": decay}
    compare(adamw, hyper, lambda p: torch.optim.AdamW(
        p, lr=lr, betas=betas, eps=eps, weight_decay=decay),
        shapes, seed, scale)


@pytest.mark.parametrize("rule, make_torch", [
    (adagrad, torch.optim.Adagrad), (rmsprop, torch.optim.RMSprop),
    (adadelta, torch.optim.Adadelta), (nadam, torch.optim.NAdam),
    (adamw, torch.optim.AdamW),
    (amsgrad, lambda p: torch.optim.Adam(p, amsgrad=True))])
def test_defaults_are_pytorchs(rule, make_torch):
    compare(rule, {}, make_torch, [(3,), (2, 3)], 0)


def test_adagrad_by_hand():
    """Gradients 3 and 4, eps = 1: the roots of G are 3 and 5."""
    path = run(adagrad, [3.0, 4.0], lr=1.0, eps=1.0)
    close(path, [-3 / 4, -3 / 4 - 4 / 6])


def test_rmsprop_by_hand():
    """Gradients 2 and 1, alpha = 3/4, eps = 1: v is 1 both times.

    m = 1/2, 5/8, so that the variance is 3/4, then 39/64.
    """
    hyper = {"lr": 0.5, "alpha": 0.75, "eps": 1.0}
    close(run(rmsprop, [2.0, 1.0], **hyper), [-0.5, -0.75])
    close(run(rmsprop, [2.0, 1.0], mu=0.5, **hyper), [-0.5, -1.0])
    first = 2 / (math.sqrt(3) / 2 + 1)
    second = 1 / (math.sqrt(39) / 8 + 1)
    close(run(rmsprop, [2.0, 1.0], centered=True, **hyper),
          [-first / 2, -first / 2 - second / 2])


def test_adadelta_by_hand():
    """Gradients 2 sqrt(3) and 1, rho = 3/4, eps = 1.

    v = 3, 5/2.  The first step is half the gradient, so u = 3/4.
    """
    path = run(adadelta, [math.sqrt(12), 1.0], lr=2.0, rho=0.75, eps=1.0)
    first, second = math.sqrt(3), math.sqrt(7 / 4 / (7 / 2))
    close(path, [-2 * first, -2 * first - 2 * second])


@pytest.mark.parametrize("grad", [0.1, -1.0, 1e6])
def test_adadeltas_first_step_hangs_on_eps_alone(grad):
    """sqrt(eps / (1 - rho)): 1/100 for 1e-6 and 0.99."""
    step = run(adadelta, [grad], rho=0.99, eps=1e-6)[0]
    assert step == pytest.approx(-0.01 * np.sign(grad), rel=1e-2)


def test_amsgrad_by_hand():
    """Gradients 2 and 0, beta1 = 1/2, beta2 = 3/4, eps = 1.

    m = 1, 1/2 and m_hat = 2, 2/3.  v = 1, 3/4, of which v_max keeps 1:
    v_hat = 4, 16/7.
    """
    first, second = 2 / 3, (2 / 3) / (4 / math.sqrt(7) + 1)
    path = run(amsgrad, [2.0, 0.0], lr=1.0, beta1=0.5, beta2=0.75, eps=1.0)
    close(path, [-first, -first - second])


def test_nadam_by_hand():
    """Gradients 1 and 3, beta1 = 1/2, beta2 = 3/4, eps = 1.

    Without momentum_decay all mu are 1/4, their products 1/4 and 1/16:
    m = 1/2, 7/4; m_bar = 2/15 + 1, 4/9 + 12/5; v_hat = 1, 39/7.
    """
    first = (2 / 15 + 1) / 2
    second = (4 / 9 + 12 / 5) / (math.sqrt(39 / 7) + 1)
    path = run(nadam, [1.0, 3.0], lr=1.0, beta1=0.5, beta2=0.75, eps=1.0,
               momentum_decay=0.0)
    close(path, [-first, -first - second])


def test_nadams_momentum_grows():
    """mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2), as in the paper."""
    w = np.zeros(1)
    state = nadam(w, w, momentum_decay=1.0)[1]
    product = 0.9 * (1 - 0.96 / 2)
    close(state[2], product)
    state = nadam(w, w, state, momentum_decay=1.0)[1]
    close(state[2], product * 0.9 * (1 - 0.96**2 / 2))
    assert state[3] == 2


def test_adamw_by_hand():
    """From 1 with gradient 1: 3/4 is left, then Adam's first step."""
    w = adamw(np.ones(1), np.ones(1), lr=0.5, eps=1.0, weight_decay=0.5)[0]
    close(w, 0.75 - 0.5 / 2)


@given(seed=seeds, shape=st.integers(1, 5))
def test_where_the_family_of_adam_is_adam(seed, shape):
    """No decay; growing gradients; no momentum to look ahead with."""
    rng = np.random.default_rng(seed)
    w, grads = rng.normal(size=shape), np.cumsum(
        rng.uniform(0.1, 1, size=(5, shape)), axis=0)
    for rule, hyper in ((adamw, {"weight_decay": 0.0}), (amsgrad, {}),
                        (nadam, {"beta1": 0.0})):
        beta1 = {"beta1": hyper.get("beta1", 0.9)}
        states, ends = [None, None], [w, w]
        for grad in grads:
            ends[0], states[0] = rule(ends[0], grad, states[0], lr=0.1,
                                      **hyper)
            ends[1], states[1] = adam(ends[1], grad, states[1], lr=0.1,
                                      **beta1)
        close(*ends)
