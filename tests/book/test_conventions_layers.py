"""The rows on activations, smoothing, BatchNorm and dropout."""
import numpy as np
import pytest
import torch
from torch.nn import functional as F

from nnlab import activations, dropout, losses, normalization
from tests.book.conversions import close


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_gelu_forms():
    z = np.linspace(-8, 8, 4001)
    exact, by_tanh = activations.gelu(z), activations.gelu_tanh(z)
    assert close(F.gelu(torch.tensor(z)).numpy(), exact)
    theirs = F.gelu(torch.tensor(z), approximate="tanh").numpy()
    assert close(theirs, by_tanh)
    assert 4e-4 < abs(by_tanh - exact).max() < 5e-4
    by_sigmoid = z * activations.sigmoid(1.702 * z)
    assert 0.01 < abs(by_sigmoid - exact).max() < 0.021


def test_label_smoothing(rng):
    logits, y, K = rng.normal(size=(6, 5)), rng.integers(5, size=6), 5
    theirs = F.cross_entropy(torch.tensor(logits), torch.tensor(y),
                             label_smoothing=0.3).item()
    assert close(losses.smoothed_cross_entropy(logits, y, 0.3)[0], theirs)
    share = 0.24        # spread over the other classes alone
    target = np.full((6, K), share / (K - 1))
    target[np.arange(6), y] = 1 - share
    others = F.cross_entropy(torch.tensor(logits), torch.tensor(target))
    mine = losses.smoothed_cross_entropy(logits, y, share * K / (K - 1))
    assert close(others.item(), mine[0])


def test_batchnorm_momentum(rng):
    """The share of the new batch against the share that is kept."""
    running = None, None
    module = torch.nn.BatchNorm1d(3, momentum=0.2, dtype=torch.float64)
    for _ in range(3):
        x = rng.normal(1, 2, size=(7, 3))
        module(torch.tensor(x))
        mean, var = x.mean(axis=0), x.var(axis=0)
        running = (
            normalization.running_pytorch(running[0], mean, var, 7, 0.2),
            normalization.running_keras(running[1], mean, var, 1 - 0.2))
    assert close(running[0][0], running[1][0])
    assert close(running[0][0], module.running_mean.numpy())
    kept = 0.9      # PyTorch's own momentum of 0.9 is another thing
    other = normalization.running_pytorch(None, mean, var, 7, kept)[0]
    assert not close(
        other, normalization.running_keras(None, mean, var, kept)[0])


def test_batchnorm_variance(rng):
    """Biased where it normalises, unbiased where it is remembered."""
    x = rng.normal(1, 2, size=(7, 3))
    module = torch.nn.BatchNorm1d(3, momentum=1.0, dtype=torch.float64)
    theirs = module(torch.tensor(x)).detach().numpy()
    out, _, running = normalization.batch_norm_forward(
        x, np.ones(3), np.zeros(3), momentum=1.0)
    biased = x.var(axis=0)
    assert close((x - x.mean(axis=0)) / np.sqrt(biased + 1e-5), out)
    assert close(theirs, out)
    assert close(running[1], 7 / 6 * biased)
    assert close(module.running_var.numpy(), running[1])
    keras = normalization.running_keras(None, x.mean(axis=0), biased, 0.0)
    assert close(7 / 6 * keras[1], running[1])


def test_layernorm_root(rng):
    """The unbiased deviation makes everything a little smaller."""
    x = rng.normal(1, 2, size=(4, 6))
    out, _ = normalization.layer_norm_forward(
        x, np.ones(6), np.zeros(6), eps=0.0)
    theirs = F.layer_norm(torch.tensor(x), (6,), eps=0.0)
    assert close(theirs.numpy(), out)
    centred = x - x.mean(axis=1, keepdims=True)
    annotated = centred / x.std(axis=1, ddof=1, keepdims=True)
    assert close(annotated, out * np.sqrt(5 / 6))


def test_dropout_p():
    """A keep probability of 0.7 is our p of 0.3."""
    x, keep = np.ones(200_000), 0.7
    out, mask = dropout.dropout(x, 1 - keep, np.random.default_rng(1))
    assert abs((mask > 0).mean() - keep) < 0.006        # 6 standard errors
    torch.manual_seed(1)
    theirs = F.dropout(torch.ones(200_000), 1 - keep)
    assert abs((theirs > 0).float().mean().item() - keep) < 0.006
    assert set(np.unique(out)) == {0.0, 1 / (1 - (1 - keep))}


def test_dropout_scaling(rng):
    """Scaling at test time: the next layer's W is ours by 1 / (1 - p)."""
    x, W, p = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), 0.3
    out, mask = dropout.dropout(x, p, rng)
    theirs = W / (1 - p)
    assert close((x * (mask > 0)) @ theirs, out @ W)    # training
    assert close((1 - p) * x @ theirs, x @ W)           # inference
