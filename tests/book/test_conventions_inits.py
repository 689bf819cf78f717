"""The rows on initial weights of the page Conventions."""
import numpy as np
import torch

from nnlab import inits
from tests.book.conversions import close


def drawn(f, **settings):
    """W of an init, always from the same stream."""
    return f(30, 200, np.random.default_rng(1), **settings)


def test_std_or_variance():
    variance = 0.04
    W = inits.normal(300, 200, np.random.default_rng(1),
                     std=np.sqrt(variance))
    assert abs(W.var() / variance - 1) < 0.03    # 7 standard errors


def test_xavier():
    fan_in, fan_out = 30, 200
    W = inits.xavier_normal(fan_in, fan_out, np.random.default_rng(1))
    z = np.random.default_rng(1).normal(size=(fan_in, fan_out))
    assert close(W, z * np.sqrt(2 / (fan_in + fan_out)))
    lecun = W * np.sqrt((fan_in + fan_out) / (2 * fan_in))
    assert close(lecun, z / np.sqrt(fan_in))
    torch.manual_seed(0)
    theirs = torch.nn.init.xavier_normal_(torch.empty(fan_out, fan_in))
    assert abs(theirs.std().item() / W.std() - 1) < 0.1


def test_he_fan():
    fan_in, fan_out = 30, 200
    W = inits.he_normal(fan_in, fan_out, np.random.default_rng(1))
    z = np.random.default_rng(1).normal(size=(fan_in, fan_out))
    theirs = W * np.sqrt(fan_in / fan_out)
    assert close(theirs, z * np.sqrt(2 / fan_out))
    torch.manual_seed(0)
    by_out = torch.nn.init.kaiming_normal_(
        torch.empty(fan_out, fan_in), mode="fan_out", nonlinearity="relu")
    assert abs(by_out.std().item() / theirs.std() - 1) < 0.1


def test_pytorch_default():
    fan_in, fan_out = 50, 400
    W, b = inits.pytorch_default(fan_in, fan_out, np.random.default_rng(1))
    he = inits.he_uniform(fan_in, fan_out, np.random.default_rng(1))
    assert close(W, he / np.sqrt(6))
    torch.manual_seed(0)
    linear = torch.nn.Linear(fan_in, fan_out)
    for ours, theirs in ((W, linear.weight), (b, linear.bias)):
        theirs, bound = theirs.detach().numpy(), 1 / np.sqrt(fan_in)
        assert max(abs(theirs).max(), abs(ours).max()) <= bound * 1.0001
        assert min(abs(theirs).max(), abs(ours).max()) > bound * 0.95


def test_lecun():
    """Its name in PyTorch: He's init for a linear layer."""
    n, m = 30, 200
    z = np.random.default_rng(1).normal(size=(n, m))
    W = drawn(inits.lecun_normal)
    assert close(W, z / np.sqrt(n))
    assert close(W * np.sqrt(2), drawn(inits.he_normal))
    torch.manual_seed(0)
    theirs = torch.nn.init.kaiming_normal_(torch.empty(m, n),
                                           nonlinearity="linear")
    assert abs(theirs.std().item() / W.std() - 1) < 0.1


def test_uniform_bound():
    """A bound is root 3 times a standard deviation."""
    for name in ("lecun", "xavier", "he"):
        W = drawn(getattr(inits, f"{name}_uniform"))
        z = np.random.default_rng(1).normal(size=(30, 200))
        std = (drawn(getattr(inits, f"{name}_normal")) / z)[0, 0]
        u = np.random.default_rng(1).uniform(-1, 1, size=(30, 200))
        assert close(W, np.sqrt(3) * std * u)
    torch.manual_seed(0)
    theirs = torch.nn.init.kaiming_uniform_(torch.empty(200, 30),
                                            nonlinearity="relu")
    bound = np.sqrt(3) * np.sqrt(2 / 30)
    assert 0.98 * bound < abs(theirs).max().item() <= bound * 1.0001


def test_gain():
    """A gain multiplies the deviation; Keras's scale the variance."""
    scale, n = 2.5, 30
    z = np.random.default_rng(1).normal(size=(30, 200))
    W = drawn(inits.variance_scaling, gain=np.sqrt(scale))
    assert close(W, z * np.sqrt(scale / n))
    for name in ("sigmoid", "tanh", "relu", "leaky_relu"):
        theirs = torch.nn.init.calculate_gain(
            name, 0.2 if name == "leaky_relu" else None)
        assert close(inits.gain(name, 0.2), theirs)
