"""Rows of the page Conventions: layout, losses, slopes, data, metrics.

Each test computes a conversion; the other rows are in files beside.
"""
import numpy as np
import pytest
import sklearn.metrics
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from nnlab import activations, losses
from nnlab.data import minibatches, standardize
from nnlab.gradcheck import relative_error
from nnlab.metrics import confusion_matrix
from tests.book.conversions import close


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_layout(rng):
    x, W, b = (rng.normal(size=s) for s in ((5, 3), (3, 4), (4,)))
    X, theirs = x.T, W.T                    # samples in columns
    assert close((theirs @ X + b[:, None]).T, x @ W + b)
    dz = rng.normal(size=(5, 4))
    assert close((dz.T @ X.T).T, x.T @ dz)  # dW of the two layouts


def test_w_shape(rng):
    x, W, b = (rng.normal(size=s) for s in ((5, 3), (3, 4), (4,)))
    linear = torch.nn.Linear(3, 4, dtype=torch.float64)
    assert linear.weight.shape == (4, 3)
    with torch.no_grad():
        linear.weight[:] = torch.tensor(W.T)
        linear.bias[:] = torch.tensor(b)
        assert close(linear(torch.tensor(x)).numpy(), x @ W + b)


def test_loss_mean(rng):
    logits, y = rng.normal(size=(6, 3)), rng.integers(3, size=6)
    loss, dlogits = losses.softmax_cross_entropy(logits, y)
    z = torch.tensor(logits, requires_grad=True)
    total = F.cross_entropy(z, torch.tensor(y), reduction="sum")
    total.backward()
    assert close(total.item(), 6 * loss)
    assert close(z.grad.numpy(), 6 * dlogits)
    mean = F.cross_entropy(z, torch.tensor(y))
    assert close(mean.item(), loss)


def test_mse(rng):
    pred, target = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    loss, dpred = losses.mse(pred, target)
    theirs = (((pred - target)**2).sum(axis=1) / 2).mean()
    assert close(theirs, 3 / 2 * loss)
    assert close((pred - target) / 6, 3 / 2 * dpred)
    assert close(F.mse_loss(torch.tensor(pred), torch.tensor(target)), loss)


def test_labels(rng):
    logits, y = rng.normal(size=(6, 3)), rng.integers(3, size=6)
    onehot = np.eye(3)[y]
    assert (onehot.argmax(axis=1) == y).all()
    theirs = F.cross_entropy(torch.tensor(logits), torch.tensor(onehot))
    assert close(theirs.item(), losses.softmax_cross_entropy(logits, y)[0])


def test_logits(rng):
    logits, y = rng.normal(size=(6, 3)), rng.integers(3, size=6)
    p = activations.softmax(logits)
    ours = losses.softmax_cross_entropy(logits, y)[0]
    assert close(losses.softmax_cross_entropy(np.log(p), y)[0], ours)
    nll = F.nll_loss(torch.tensor(np.log(p)), torch.tensor(y))
    assert close(nll.item(), ours)


def test_signed_labels(rng):
    z, y = rng.normal(size=8), rng.integers(2, size=8)
    s = 2 * y - 1                           # -1 and +1
    theirs = np.log(1 + np.exp(-s * z)).mean()
    assert close(theirs, losses.binary_cross_entropy(z, y)[0])
    soft = F.soft_margin_loss(torch.tensor(z), torch.tensor(s))
    assert close(soft.item(), theirs)


def test_relu_at_zero():
    z = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    torch.relu(z).sum().backward()
    ours = activations.relu_derivative(z.detach().numpy())
    assert (z.grad.numpy() == ours).all() and (ours == [0, 0, 1]).all()
    theirs = (z.detach().numpy() >= 0).astype(float)
    assert (theirs - ours == (z.detach().numpy() == 0)).all()


def test_slope_from_output(rng):
    z = rng.normal(size=9)
    a = activations.sigmoid(z)
    assert close(a * (1 - a), activations.sigmoid_derivative(z))
    a = activations.tanh(z)
    assert close(1 - a**2, activations.tanh_derivative(z))


def test_standardize(rng):
    x = rng.normal(size=(7, 3))
    ours, = standardize(x)
    sample = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    assert close(ours * np.sqrt((7 - 1) / 7), sample)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 9))
def test_last_batch(n, size, seed):
    batches = minibatches(n, size, np.random.default_rng(seed))
    data = torch.utils.data.TensorDataset(torch.arange(n))
    for drop, kept in ((False, batches),
                       (True, [i for i in batches if len(i) == size])):
        loader = torch.utils.data.DataLoader(data, size, drop_last=drop)
        assert [len(x) for x, in loader] == [len(i) for i in kept]


@given(st.integers(0, 10**6), st.integers(1, 12))
def test_relative_error(seed, n):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    b = a + 10**rng.uniform(-6, 1, size=n) * rng.normal(size=n)
    elementwise = np.abs(a - b) / (np.abs(a) + np.abs(b))
    assert relative_error(a, b) <= elementwise.max() * (1 + 1e-12)
    larger = np.linalg.norm(a - b) / max(map(np.linalg.norm, (a, b)))
    assert 1 - 1e-12 <= larger / relative_error(a, b) <= 2 + 1e-12


def test_confusion(rng):
    """scikit-learn takes the labels first; others turn the table."""
    pred, y = rng.integers(4, size=(2, 30))
    mine = confusion_matrix(pred, y)
    assert (sklearn.metrics.confusion_matrix(y, pred) == mine).all()
    by_prediction = np.zeros((4, 4), int)
    for p, label in zip(pred, y):
        by_prediction[p, label] += 1
    assert (by_prediction.T == mine).all() and (by_prediction != mine).any()
