"""Every kind of layer inside a network: differences and PyTorch."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab import layers
from nnlab.inits import pytorch_default
from nnlab.layers import (BatchNorm, Dropout, LayerNorm, Linear, Residual,
                          Sequential, Tanh)
from tests.oracles import close, numerical_gradient, seeds
from tests.twins import flat_grads, twin

ELEMENTWISE = ["Identity", "ReLU", "LeakyReLU", "ELU", "GELU", "Softplus",
               "Sigmoid", "Tanh"]
MIDDLE = {
    "batch norm": lambda n: BatchNorm(n, momentum=0.3, eps=0.01),
    "layer norm": lambda n: LayerNorm(n, eps=0.01),
    "residual": lambda n: Residual(Linear(n, n, pytorch_default), Tanh()),
    "residual of norm": lambda n: Residual(
        BatchNorm(n, momentum=0.2, eps=0.1), Linear(n, n, pytorch_default)),
    "nested": lambda n: Residual(Residual(LayerNorm(n, eps=0.1), Tanh()),
                                 Tanh()),
} | {name: lambda n, name=name: getattr(layers, name)()
     for name in ELEMENTWISE}
each = pytest.mark.parametrize("middle", MIDDLE)
sizes = st.tuples(st.integers(2, 6), st.integers(1, 4), st.integers(1, 4),
                  st.integers(1, 3))


def network(middle, D, H, K, seed, **settings):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(D, H, pytorch_default), MIDDLE[middle](H),
                     Linear(H, K, pytorch_default), rng=rng, **settings)
    net.params[:] += 0.3 * rng.normal(size=net.params.size)
    return net


@each
@given(seed=seeds, sizes=sizes)
def test_training_passes_are_pytorchs(middle, seed, sizes):
    """Out, dx, all gradients, over three batches; then inference."""
    N, D, H, K = sizes
    net = network(middle, D, H, K, seed)
    theirs, rng = twin(net), np.random.default_rng(seed + 1)
    for _ in range(3):
        x, upstream = rng.normal(size=(N, D)), rng.normal(size=(N, K))
        t = torch.tensor(x, requires_grad=True)
        theirs.zero_grad()
        out = theirs(t)
        out.backward(torch.tensor(upstream))
        close(net.forward(x, training=True), out.detach(), atol=1e-10)
        close(net.backward(upstream), t.grad, atol=1e-9)
        close(net.grads, flat_grads(net, theirs), atol=1e-9)
    x = rng.normal(size=(N, D))
    close(net(x), theirs.eval()(torch.tensor(x)).detach(), atol=1e-10)


@each
@pytest.mark.parametrize("training", [True, False])
@given(seed=seeds, sizes=sizes)
def test_gradients_are_the_difference_quotient(middle, training, seed,
                                               sizes):
    N, D, H, K = sizes
    net = network(middle, D, H, K, seed)
    rng = np.random.default_rng(seed + 1)
    x, upstream = rng.normal(size=(N, D)), rng.normal(size=(N, K))

    def loss(x):
        kept = net.state()
        out = (upstream * net.forward(x, training)).sum()
        net.load_state(kept)    # the running statistics stay
        return out

    def loss_of_params(params):
        net.params[:] = params
        return loss(x)

    start = net.params.copy()
    loss(x)
    dx, grads = net.backward(upstream), net.grads.copy()
    if middle in ("ReLU", "LeakyReLU", "ELU"):
        if abs(net.layers[1].x).min() < 1e-3:
            return              # a kink is too near
    close(dx, numerical_gradient(loss, x), 1e-5, 1e-6)
    close(grads, numerical_gradient(loss_of_params, start), 1e-5, 1e-6)


@given(seed=seeds, p=st.sampled_from([0.0, 0.2, 0.7]))
def test_dropout_uses_its_mask_in_both_passes(seed, p):
    rng = np.random.default_rng(seed)
    layer = Dropout(p)
    net = Sequential(layer, rng=rng)
    x, upstream = rng.normal(size=(2, 50, 40))
    out = net.forward(x, training=True)
    close(out, x * (out != 0) / (1 - p))
    close(net.backward(upstream), upstream * (out != 0) / (1 - p))
    again = net.forward(x, training=True)
    assert (again != out).any() == (p > 0)
    close(net(x), x)
    close(net.backward(upstream), upstream)


def test_dropout_neither_moves_the_weights_nor_the_next_draw():
    drawn = []
    for middle in ([], [Dropout(0.5)]):
        rng = np.random.default_rng(3)
        net = Sequential(Linear(4, 3), *middle, Linear(3, 2), rng=rng)
        net.forward(np.ones((2, 4)), training=True)
        drawn.append([*net.params, rng.random()])
    assert drawn[0] == drawn[1]


def test_two_dropouts_have_two_masks():
    net = Sequential(Dropout(0.5), Dropout(0.5),
                     rng=np.random.default_rng(0))
    net.forward(np.ones((20, 20)), training=True)
    assert (net.layers[0].mask != net.layers[1].mask).any()


def test_inference_moves_no_running_statistics():
    net = network("batch norm", 3, 4, 2, 0)
    before = net.state()
    net(np.random.default_rng(1).normal(size=(5, 3)))
    after = net.state()
    assert all((before[name] == after[name]).all() for name in before)


def test_batch_norm_refuses_one_example_in_training_only():
    net = network("batch norm", 3, 4, 2, 0)
    assert net(np.ones((1, 3))).shape == (1, 2)
    with pytest.raises(ValueError, match="one row"):
        net.forward(np.ones((1, 3)), training=True)
    assert net.min_batch == 2
    assert network("residual of norm", 3, 4, 2, 0).min_batch == 2
    assert network("layer norm", 3, 4, 2, 0).min_batch == 1


@each
def test_float32_stays(middle):
    net = network(middle, 3, 4, 2, 0, dtype=np.float32)
    out = net.forward(np.ones((5, 3)), training=True)
    assert out.dtype == net.backward(out).dtype == np.float32
    assert all(a.dtype == np.float32 for a in net.state().values())


@pytest.mark.parametrize("make, fault", [
    (lambda: BatchNorm(0), "n must be a whole number"),
    (lambda: BatchNorm(3, momentum=1.5), "momentum must lie in"),
    (lambda: BatchNorm(3, eps=-1), "eps must be"),
    (lambda: Dropout(1.0), "p must lie in"),
    (lambda: layers.LeakyReLU(-1), "slope must be"),
    (lambda: layers.ELU(-1), "alpha must be"),
    (lambda: Residual(), "at least one layer"),
    (lambda: Residual(3), "layer 0 must be a layer"),
])
def test_bad_settings_are_named(make, fault):
    with pytest.raises(ValueError, match=fault):
        make()


@pytest.mark.parametrize("layer, fault", [
    (Residual(Linear(3, 2)), r"layer 0, Residual.*must keep the shape"),
    (BatchNorm(2), r"layer 0, BatchNorm\(2\): x must have shape \(N, 2\)"),
    (LayerNorm(2), r"layer 0, LayerNorm\(2\): x must have shape"),
    (Residual(Linear(2, 2)), r"layer 0.0, Linear\(2, 2\): x must"),
])
def test_a_layer_that_does_not_fit_says_where_it_stands(layer, fault):
    net = Sequential(layer, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=fault):
        net(np.ones((4, 3)))


def test_repr():
    net = Sequential(Linear(3, 4), BatchNorm(4), layers.LeakyReLU(0.2),
                     Dropout(0.5), Residual(LayerNorm(4), layers.GELU()),
                     rng=np.random.default_rng(0))
    assert repr(net) == (
        "Sequential(Linear(3, 4), BatchNorm(4), LeakyReLU(slope=0.2), "
        "Dropout(0.5), Residual(LayerNorm(4), GELU()))")
