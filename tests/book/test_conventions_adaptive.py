"""The rows on AdaGrad and what followed of the page Conventions."""
import numpy as np
import pytest
import torch

from nnlab.optimizers import (adadelta, adagrad, adam, adamw, amsgrad,
                              nadam, rmsprop)
from tests.book.conversions import close, ours, path, torch_path


@pytest.fixture
def problem():
    """A start and the gradients of some updates."""
    rng = np.random.default_rng(7)
    return rng.normal(size=5), rng.normal(size=(8, 5))


def within_root_two(theirs, outside):
    """Steps with eps^2 inside the root are 1 to root 2 times ours."""
    ratio = theirs / outside
    assert ratio.min() >= 1 - 1e-12
    assert ratio.max() <= np.sqrt(2) + 1e-12
    assert ratio.max() > 1.3 and ratio.min() < 1.1      # both ends met


def spread():
    """Gradients of very different sizes."""
    rng = np.random.default_rng(7)
    return 10**rng.uniform(-6, 3, size=300) * rng.choice([-1, 1], size=300)


def test_adagrad_eps(problem):
    w, grads = problem
    assert close(path(ours(adagrad, lr=0.1, eps=0.3), w, grads), torch_path(
        lambda p: torch.optim.Adagrad(p, lr=0.1, eps=0.3), w, grads))
    g, eps = spread(), 0.01
    step = adagrad(np.zeros(300), g, lr=1.0, eps=eps)[0]
    within_root_two(-g / np.sqrt(g**2 + eps**2), step)


def test_adagrad_start(problem):
    w, grads = problem
    start = np.full(5, 0.1)
    theirs = torch_path(lambda p: torch.optim.Adagrad(
        p, lr=0.1, initial_accumulator_value=0.1), w, grads)
    assert close(path(ours(adagrad, lr=0.1), w, grads, start), theirs)
    zero = path(ours(adagrad, lr=0.1), w, grads)
    assert not close(zero, theirs, rtol=1e-3)


def test_rmsprop_eps(problem):
    w, grads = problem
    hyper = {"lr": 0.01, "alpha": 0.9, "eps": 0.3}
    assert close(path(ours(rmsprop, **hyper), w, grads), torch_path(
        lambda p: torch.optim.RMSprop(p, **hyper), w, grads))
    g, eps = spread(), 0.01
    step = rmsprop(np.zeros(300), g, lr=1.0, alpha=0.0, eps=eps)[0]
    within_root_two(-g / np.sqrt(g**2 + eps**2), step)


def test_rmsprop_momentum(problem):
    w, grads = problem
    lr, alpha, mu, eps = 0.01, 0.9, 0.8, 1e-8

    def inside(w, g, state, t):
        v, b = (0.0, 0.0) if state is None else state
        v = alpha * v + (1 - alpha) * g**2
        b = mu * b + lr * g / (np.sqrt(v) + eps)
        return w - b, (v, b)
    mine = path(ours(rmsprop, lr=lr, alpha=alpha, mu=mu), w, grads)
    assert close(path(inside, w, grads), mine)
    assert close(mine, torch_path(lambda p: torch.optim.RMSprop(
        p, lr=lr, alpha=alpha, momentum=mu), w, grads))


def test_adadelta(problem):
    """The paper has no lr; ours and PyTorch's is 1 unless told."""
    w, grads = problem
    rho, eps = 0.8, 1e-3

    def paper(w, g, state, t):
        v, u = (0.0, 0.0) if state is None else state
        v = rho * v + (1 - rho) * g**2
        dw = -np.sqrt(u + eps) / np.sqrt(v + eps) * g
        return w + dw, (v, rho * u + (1 - rho) * dw**2)
    mine = path(ours(adadelta, rho=rho, eps=eps), w, grads)
    assert close(path(paper, w, grads), mine)
    assert close(mine, torch_path(lambda p: torch.optim.Adadelta(
        p, rho=rho, eps=eps), w, grads))
    assert torch.optim.Adadelta([torch.zeros(1)]).defaults["lr"] == 1


def test_nadam(problem):
    """A constant mu is what an endless momentum_decay leads to."""
    w, grads = problem
    lr, mu, b2, eps = 0.01, 0.8, 0.95, 1e-8

    def constant(w, g, state, t):
        m, v = (0.0, 0.0) if state is None else state
        m, v, t = mu * m + (1 - mu) * g, b2 * v + (1 - b2) * g**2, t + 1
        m_bar = (mu * m / (1 - mu**(t + 1)) + (1 - mu) * g / (1 - mu**t))
        return w - lr * m_bar / (np.sqrt(v / (1 - b2**t)) + eps), (m, v)

    def mine(decay):
        return path(ours(nadam, lr=lr, beta1=mu, beta2=b2,
                         momentum_decay=decay), w, grads)
    assert close(path(constant, w, grads), mine(1e6))
    assert not close(path(constant, w, grads), mine(4e-3), rtol=1e-3)
    theirs = torch_path(lambda p: torch.optim.NAdam(
        p, lr=lr, betas=(mu, b2), momentum_decay=4e-3), w, grads)
    # PyTorch keeps the product of the mu in float32.
    assert close(mine(4e-3), theirs, rtol=1e-6)


def test_amsgrad_max(problem):
    """Maximum and correction in the other order: one while v_hat grows."""
    w, grads = problem
    growing = grads[0] * 1.5**np.arange(8)[:, None]
    falling = grads * 0.6**np.arange(8)[:, None]
    lr, b1, b2, eps = 0.01, 0.8, 0.9, 1e-8

    def by(corrected, grads):
        def step(w, g, state, t):
            m, v, top = (0.0, 0.0, 0.0) if state is None else state
            m, v, t = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, t + 1
            fix = 1 - b2**t
            top = np.maximum(top, v / fix if corrected else v)
            v_hat = top if corrected else top / fix
            return (w - lr * m / (1 - b1**t) / (np.sqrt(v_hat) + eps),
                    (m, v, top))
        return path(step, w, grads)
    def mine(grads):
        return path(ours(amsgrad, lr=lr, beta1=b1, beta2=b2), w, grads)
    assert close(by(False, falling), mine(falling))
    assert not close(by(True, falling), mine(falling), rtol=1e-3)
    assert close(by(True, growing), mine(growing))
    assert close(mine(falling), torch_path(lambda p: torch.optim.Adam(
        p, lr=lr, betas=(b1, b2), amsgrad=True), w, falling))


def test_adamw_lambda(problem):
    """The paper's decay is not times the rate: theirs = lr * ours."""
    w, grads = problem
    lr, decay = 0.01, 0.3

    def paper(w, g, state, t, lam=lr * decay):
        new, state = adam(w, g, state, lr=lr)
        return new - lam * w, state
    mine = path(ours(adamw, lr=lr, weight_decay=decay), w, grads)
    assert close(path(paper, w, grads), mine)
    assert close(mine, torch_path(lambda p: torch.optim.AdamW(
        p, lr=lr, weight_decay=decay), w, grads))


def test_adamw_order(problem):
    """Decay after the step also shrinks the step: lr * decay of it."""
    w, grads = problem
    lr, decay = 0.01, 0.3
    step = adam(w, grads[0], lr=lr)[0] - w
    after = (1 - lr * decay) * (w + step)
    mine = adamw(w, grads[0], lr=lr, weight_decay=decay)[0]
    assert close(after - mine, -lr * decay * step)
    assert not close(after, mine, rtol=1e-8)
