"""Freezing: what does not learn does not move by a bit."""
import numpy as np
import pytest

from nnlab.layers import mlp
from nnlab.optimizers import adam, adamw, momentum
from nnlab.training import Optimizer
from tests.small import generator, network, same, train


@pytest.mark.parametrize("frozen", [(0,), (1,), (2,), (0, 1, 2), (5,),
                                    (-1, 0)])
def test_frozen_layers_do_not_move_by_a_bit(frozen):
    net = network()
    train(net)
    optimizer = Optimizer(adamw, lr=0.1, weight_decay=0.5)
    train(net, 2, optimizer)            # its moments are not 0
    net.freeze(*frozen)
    before = net.state()
    train(net, 3, optimizer)
    after = net.state()
    inside = {str(i % 6) for i in frozen}
    for name, array in before.items():
        stays = name.split(".")[0] in inside
        assert (array == after[name]).all() == stays, name


def test_gradients_are_0_where_frozen_and_the_rest_is_the_same():
    net, other = network(), network()
    net.grads[:] = 7    # of an earlier backward
    net.freeze(0, 2, 3)
    x, dout = generator(1).normal(size=(5, 3)), generator(2).normal(
        size=(5, 2))
    for n in (net, other):
        n.layers[4].p = 0.0
        n.forward(x, training=True)
    dx, dx_other = net.backward(dout), other.backward(dout)
    mask = net.trainable
    assert (dx == dx_other).all()
    assert (net.grads[~mask] == 0).all()
    assert (net.grads[mask] == other.grads[mask]).all()
    net.backward(dout, need_dx=False)
    assert (net.grads[mask] == other.grads[mask]).all()


def test_trainable_is_a_mask_or_none():
    net = network()
    assert net.trainable is None
    net.freeze(1)
    assert (~net.trainable).sum() == 8      # gamma and beta of 4 units
    assert len(net.weights) == 3
    net.freeze(2)
    assert len(net.weights) == 2
    net.unfreeze(1)
    assert (~net.trainable).sum() == 20
    net.unfreeze()
    assert net.trainable is None and len(net.weights) == 3


def test_all_frozen_trains_nothing():
    net = network()
    net.freeze(*range(6))
    before = net.state()
    train(net)
    assert same(before, net.state())


def test_a_layer_inside_of_another_is_frozen_by_its_path():
    net = network()
    net.freeze("2.0", 0)
    frozen = [path for path, layer in net.paths() if layer.frozen]
    assert frozen == ["0", "2.0"]
    assert (~net.trainable).sum() == 16 + 20


def test_frozen_is_read_only():
    with pytest.raises(AttributeError):
        network().layers[0].frozen = True


@pytest.mark.parametrize("sizes", [(4, 3), (500, 300)])
@pytest.mark.parametrize("rule", [momentum, adam])
def test_after_unfreeze_a_layer_starts_as_new(rule, sizes):
    """Whatever slices its parameters lie in: no old step counts."""
    rng = generator()
    H, K = sizes
    net = mlp(3, H, K, 2, rng=rng)
    optimizer = Optimizer(rule, lr=0.1)
    net.freeze(2)

    def step():
        net.grads[:] = rng.normal(size=net.params.size)
        grads = net.grads.copy()
        before = net.params.copy()
        optimizer.step(net.params, net.grads, net.trainable)
        return net.params - before, grads

    for _ in range(20):
        moved, _ = step()
        assert (moved[~net.trainable] == 0).all()
        assert (moved[net.trainable] != 0).all()
    net.unfreeze()
    moved, grads = step()
    expected = rule(np.zeros_like(grads), grads, None, lr=0.1)[0]
    np.testing.assert_allclose(moved, expected, atol=1e-12)


@pytest.mark.parametrize("i", [6, -7, "2.1.0", "x", [0, 1]])
def test_a_layer_that_is_not_there_freezes_none(i):
    net = network()
    with pytest.raises(ValueError, match="there is no layer"):
        net.freeze(0, i)
    assert net.trainable is None


def test_freezing_nothing_is_a_mistake():
    with pytest.raises(ValueError, match="say which"):
        network().freeze()
