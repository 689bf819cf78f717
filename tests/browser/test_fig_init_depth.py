"""The figure init-depth computes what a net of nnlab computes."""
from pathlib import Path

import numpy as np
import pytest

from nnlab.layers import Linear, ReLU, Sequential, Tanh

SCRIPT = Path(__file__).parents[2] / "book/_assets/js/fig-init-depth.js"
KINDS = {"ReLU": ReLU, "tanh": Tanh}


@pytest.fixture
def signal(figure):
    """What the figure draws."""
    return lambda *args: figure("signal", *args)


def rms(x):
    return np.sqrt(np.mean(x**2))


def _expected(x, weights, std, activation, dout):
    """rms of each activation and of the gradient at it, by nnlab."""
    layers = [layer for W in weights for layer in (
        Linear(*W.shape, init=lambda m, n, rng, W=W: std * W),
        KINDS[activation]())]
    net = Sequential(*layers, rng=np.random.default_rng(0))
    a, sizes = x, []
    for layer in layers:
        a = layer.forward(a)
        sizes.append(rms(a))
    da, back = dout, []
    for layer in reversed(net.layers):
        back.append(rms(da))
        da = layer.backward(da)
    return {"a": sizes[1::2], "da": back[::2][::-1]}


@pytest.mark.parametrize("activation", KINDS)
@pytest.mark.parametrize("std", [0.02, 0.4, 1.5])
@pytest.mark.parametrize("depth", [1, 5])
def test_the_signal_is_that_of_a_net(signal, activation, std, depth):
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(depth, 7, 7))
    x, dout = rng.normal(size=(2, 4, 7))
    seen = signal(x.tolist(), weights.tolist(), std, activation,
                  dout.tolist())
    expected = _expected(x, weights, std, activation, dout)
    for name in expected:
        np.testing.assert_allclose(seen[name], expected[name], rtol=1e-9)
