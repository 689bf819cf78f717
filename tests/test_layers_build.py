"""LSUV on a whole network."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.inits import orthogonal
from nnlab.layers import (Linear, ReLU, Residual, Sequential, Tanh,
                          apply_lsuv, mlp)
from tests.oracles import seeds


def pre_activations(net, x):
    net(x)
    return [layer.x @ layer.W + layer.b for layer in net.walk()
            if isinstance(layer, Linear)]


@given(seed=seeds, kind=st.sampled_from([ReLU, Tanh]),
       scale=st.sampled_from([1e-3, 1.0, 30.0]))
def test_every_layer_has_variance_one(seed, kind, scale):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(6, 12, orthogonal), kind(),
                     Residual(Linear(12, 12, orthogonal), kind()),
                     Linear(12, 9, orthogonal), rng=rng)
    net.params[:] *= scale
    x = rng.normal(2, 3, size=(200, 6))
    directions = [layer.W / np.linalg.norm(layer.W)
                  for layer in net.walk() if isinstance(layer, Linear)]
    apply_lsuv(net, x, tol=0.02)
    for z in pre_activations(net, x):
        assert abs(z.var() - 1) < 0.02
    for (W, _), direction in zip(net.weights, directions):
        np.testing.assert_allclose(W / np.linalg.norm(W), direction)


def test_a_network_that_cannot_be_scaled_stays_as_it_was():
    net = mlp(3, 4, 5, 2, rng=np.random.default_rng(0))
    net.layers[2].W = np.zeros((4, 5))
    before = net.params.copy()
    with pytest.raises(ValueError, match="variance 0.0"):
        apply_lsuv(net, np.random.default_rng(1).normal(size=(20, 3)))
    assert (net.params == before).all()
