"""The rows on momentum and Adam of the page Conventions, in numbers."""
import numpy as np
import pytest
import torch

from nnlab import optimizers
from tests.book.conversions import STEPS, close, path, torch_path


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def problem(rng):
    """A start and the gradients of some updates."""
    return rng.normal(size=5), rng.normal(size=(STEPS, 5))


def falling(t):
    """A learning rate that is cut to a tenth half way."""
    return 0.1 if t < STEPS // 2 else 0.01


def test_momentum_lr_inside(problem):
    w, grads = problem

    def inside(w, g, v, t, lr=falling):
        v = 0.9 * (0 if v is None else v) + lr(t) * g
        return w - v, v

    def ours(w, g, v, t, lr=falling):
        return optimizers.momentum(w, g, v, lr=lr(t), mu=0.9)

    def converted(w, g, v, t):
        """Ours, with its velocity rescaled when the rate changes."""
        v = v if t == 0 else v * falling(t - 1) / falling(t)
        return ours(w, g, v, t)

    def constant(step):
        return lambda w, g, v, t: step(w, g, v, t, lr=lambda t: 0.1)
    assert close(path(constant(inside), w, grads),
                 path(constant(ours), w, grads))
    a, b = path(inside, w, grads), path(ours, w, grads)
    assert close(a[:STEPS // 2], b[:STEPS // 2])
    assert not close(a[STEPS // 2], b[STEPS // 2], rtol=1e-2)
    assert close(a, path(converted, w, grads))
    assert close(b, torch_path(lambda p: torch.optim.SGD(
        p, lr=0.1, momentum=0.9), w, grads, falling))


def test_momentum_mean(problem):
    w, grads = problem
    lr, mu = 0.1, 0.8

    def mean(w, g, v, t):
        v = mu * (0 if v is None else v) + (1 - mu) * g
        return w - lr / (1 - mu) * v, v

    def ours(w, g, v, t):
        return optimizers.momentum(w, g, v, lr=lr, mu=mu)
    assert close(path(mean, w, grads), path(ours, w, grads))


def test_nesterov(rng):
    A, w = np.diag([1.0, 4.0, 9.0]), rng.normal(size=3)
    lr, mu, seen, v, state = 0.05, 0.9, w, None, None
    for _ in range(STEPS):
        w, v = optimizers.nesterov_lookahead(w, lambda u: A @ u, v, lr, mu)
        seen, state = optimizers.nesterov(seen, A @ seen, state, lr, mu)
        assert close(seen, w - lr * mu * v) and close(state, v)


def test_nesterov_lr_inside(problem):
    w, grads = problem
    lr, mu = 0.1, 0.9

    def inside(w, g, v, t):
        v = mu * (0 if v is None else v) - lr * g
        return w + mu * v - lr * g, v

    def ours(w, g, v, t):
        return optimizers.nesterov(w, g, v, lr=lr, mu=mu)
    assert close(path(inside, w, grads), path(ours, w, grads))
    assert close(path(ours, w, grads), torch_path(
        lambda p: torch.optim.SGD(p, lr=lr, momentum=mu, nesterov=True),
        w, grads))


def by_hand(update, lr=0.01, b1=0.8, b2=0.95):
    """An Adam whose last line is update(m, v, t, lr, b1, b2)."""
    def step(w, g, state, _):
        m, v, t = (0.0, 0.0, 0) if state is None else state
        m, v, t = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2, t + 1
        return w - update(m, v, t, lr, b1, b2), (m, v, t)
    return step


def ours_adam(eps):
    """nnlab's Adam; eps may depend on t."""
    def step(w, g, state, i):
        now = eps(i + 1) if callable(eps) else eps
        return optimizers.adam(w, g, state, lr=0.01, beta1=0.8,
                               beta2=0.95, eps=now)
    return step


def test_adam_eps(problem):
    w, grads = problem
    theirs = torch_path(lambda p: torch.optim.Adam(
        p, lr=0.01, betas=(0.8, 0.95), eps=0.1), w, grads)
    assert close(path(ours_adam(0.1), w, grads), theirs)


def test_adam_eps_hat(problem):
    w, grads = problem
    hat = 0.1

    def update(m, v, t, lr, b1, b2):
        rate = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
        return rate * m / (np.sqrt(v) + hat)
    theirs = path(by_hand(update), w, grads)
    assert not close(path(ours_adam(hat), w, grads), theirs, rtol=1e-3)
    assert close(path(ours_adam(lambda t: hat / np.sqrt(1 - 0.95**t)),
                      w, grads), theirs)


def test_adam_eps_inside(rng):
    """No exact conversion; eps**2 inside is within a factor root 2."""
    g = 10**rng.uniform(-6, 3, size=200) * rng.choice([-1, 1], size=200)
    eps, w = 0.01, np.zeros(200)
    ours = optimizers.adam(w, g, lr=1.0, eps=eps)[0]
    theirs = -g / np.sqrt(g**2 + eps**2)
    ratio = theirs / ours
    assert ratio.min() >= 1 - 1e-12 and ratio.max() <= np.sqrt(2) + 1e-12
    assert ratio.max() > 1.4


def test_adam_t(problem):
    w, grads = problem
    p = torch.nn.Parameter(torch.tensor(w))
    optimizer, state = torch.optim.Adam([p], lr=0.01), None
    for t, g in enumerate(grads):
        before = 0 if state is None else state[2]
        assert before == t                  # updates made so far
        p.grad = torch.tensor(g)
        optimizer.step()
        w, state = optimizers.adam(w, g, state, lr=0.01)
        assert state[2] == optimizer.state[p]["step"].item() == before + 1
        assert close(w, p.detach().numpy())
