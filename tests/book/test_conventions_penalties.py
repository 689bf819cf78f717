"""The rows on penalties, weight decay and clipping: the map of lambdas."""
import numpy as np
import pytest
import torch
from sklearn.linear_model import ElasticNet, Ridge

from nnlab import losses, regularization
from nnlab.optimizers import adam, adamw, momentum, sgd
from tests.book.conversions import close, ours, path, torch_path

LAM, N = 0.03, 40       # somebody's lambda; the number of examples


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def W(rng):
    return rng.normal(size=(4, 3))


def gradient(penalty, W):
    """The value and the gradient of a penalty, by PyTorch."""
    W = torch.tensor(W, requires_grad=True)
    value = penalty(W)
    value.backward()
    return value.item(), W.grad.numpy()


def agree(mine, theirs):
    return close(mine[0], theirs[0]) and close(mine[1], theirs[1])


def test_l2_half(W):
    theirs = gradient(lambda W: LAM / 2 * (W**2).sum(), W)
    assert agree(regularization.l2(W, LAM / 2), theirs)
    assert close(theirs[1], LAM * W)


def test_l2_over_n(W, rng):
    """Also what scikit-learn's Ridge minimises, over a sum of squares."""
    theirs = gradient(lambda W: LAM / N * (W**2).sum(), W)
    assert agree(regularization.l2(W, LAM / N), theirs)
    X, y = rng.normal(size=(N, 4)), rng.normal(size=N)
    w = Ridge(alpha=5.0, fit_intercept=False).fit(X, y).coef_
    slope = X.T @ losses.mse(X @ w, y)[1]
    assert close(slope, -regularization.l2(w, 5.0 / N)[1], rtol=1e-8)


def test_l2_over_2n(W):
    theirs = gradient(lambda W: LAM / (2 * N) * (W**2).sum(), W)
    assert agree(regularization.l2(W, LAM / (2 * N)), theirs)


def penalised(rule, lam, **hyper):
    """A rule on the gradient of the loss plus the penalty."""
    def step(w, g, state, t):
        return rule(w, g + regularization.l2(w, lam)[1], state, **hyper)
    return step


@pytest.mark.parametrize("name, rule, settings, hyper", [
    ("SGD", momentum, {"momentum": 0.9}, {"mu": 0.9}),
    ("Adam", adam, {}, {}),
])
def test_l2_weight_decay(rng, name, rule, settings, hyper):
    """PyTorch's is 2 lam, on biases as well unless they get a group."""
    w, grads = rng.normal(size=5), rng.normal(size=(8, 5))
    mine = path(penalised(rule, LAM, lr=0.1, **hyper), w, grads)
    kind = getattr(torch.optim, name)
    assert close(mine, torch_path(lambda p: kind(
        p, lr=0.1, weight_decay=2 * LAM, **settings), w, grads))
    assert not close(mine, torch_path(lambda p: kind(
        p, lr=0.1, weight_decay=LAM, **settings), w, grads), rtol=1e-3)
    linear = torch.nn.Linear(3, 2)
    groups = [{"params": [linear.weight], "weight_decay": 2 * LAM},
              {"params": [linear.bias], "weight_decay": 0.0}]
    all_alike = kind(linear.parameters(), lr=0.1, weight_decay=2 * LAM)
    assert len(all_alike.param_groups[0]["params"]) == 2
    by_group = [g["weight_decay"] for g in kind(groups, lr=0.1).param_groups]
    assert by_group == [2 * LAM, 0.0]


def test_l2_decoupled(rng):
    """One with plain SGD, lambda doubled; another thing with Adam."""
    w, grads = rng.normal(size=5), rng.normal(size=(8, 5))
    lr, decay = 0.1, 2 * LAM

    def apart(rule):
        def step(w, g, state, t):
            w = regularization.decoupled_weight_decay(w, lr, decay)
            return rule(w, g, state, lr=lr)
        return path(step, w, grads)
    assert close(apart(sgd), path(penalised(sgd, LAM, lr=lr), w, grads))
    decoupled = path(ours(adamw, lr=lr, weight_decay=decay), w, grads)
    assert close(decoupled, apart(adam))
    assert not close(decoupled, path(penalised(adam, LAM, lr=lr), w, grads),
                     rtol=1e-3)


def test_elastic_net(rng):
    """At scikit-learn's solution the slopes of both parts cancel."""
    X = rng.normal(size=(N, 6))
    y = X[:, 0] - 2 * X[:, 1] + 0.1 * rng.normal(size=N)
    alpha, share = 0.1, 0.7
    w = ElasticNet(alpha=alpha, l1_ratio=share, fit_intercept=False,
                   tol=1e-14, max_iter=10**6).fit(X, y).coef_
    slope = X.T @ losses.mse(X @ w, y)[1] / 2
    ours = regularization.elastic_net(
        w, alpha * share, alpha * (1 - share) / 2)[1]
    kept = w != 0
    assert 2 <= kept.sum() < 6
    assert close(slope[kept], -ours[kept], rtol=1e-6)
    assert (abs(slope[~kept]) <= alpha * share).all()


@pytest.mark.parametrize("limit", [0.5, 100.0])
def test_clip_norm(rng, limit):
    grads = [rng.normal(size=s) for s in ((4, 3), (3,))]
    mine, norm = regularization.clip_by_norm(grads, limit)
    theirs = [torch.nn.Parameter(torch.zeros(g.shape)) for g in grads]
    for parameter, g in zip(theirs, grads):
        parameter.data = parameter.data.double()
        parameter.grad = torch.tensor(g)
    total = torch.nn.utils.clip_grad_norm_(theirs, limit)
    assert close(total.item(), norm)
    factor = norm / (norm + 1e-6) if norm > limit else 1.0
    for a, b in zip(mine, theirs):
        assert close(factor * a, b.grad.numpy())


def test_clip_each(rng):
    """The norm of each array by itself is one call for each."""
    grads = [rng.normal(size=s) for s in ((4, 3), (3,))]
    together, norm = regularization.clip_by_norm(grads, 0.5)
    for all_of_them, g in zip(together, grads):
        (alone,), own = regularization.clip_by_norm([g], 0.5)
        assert close(np.linalg.norm(alone), 0.5) and own < norm
        assert np.linalg.norm(all_of_them) < 0.5
