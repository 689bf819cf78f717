"""Transfer: what is copied, what is drawn, what may move, what may not."""
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnlab import optimizers
from nnlab.layers import (
    BatchNorm, Dropout, Linear, ReLU, Residual, Sequential, Tanh, load, mlp,
    save)
from nnlab.optimizers import adamw, momentum, sgd
from nnlab.training import Optimizer, fit
from nnlab.transfer import layer_rates, replace_head, take_layers
from tests.oracles import seeds


def generator(seed=0):
    return np.random.default_rng(seed)


def trained(seed=0, dtype=np.float64):
    """5-7-6-6-4 with a BatchNorm, a Residual and Dropout, trained."""
    rng = generator(seed)
    net = Sequential(
        Linear(5, 7), BatchNorm(7), ReLU(), Dropout(0.3), Linear(7, 6),
        Residual(BatchNorm(6), Tanh(), Linear(6, 6)), Linear(6, 4),
        rng=rng, dtype=dtype)
    fit(net, *data(rng, 4), rng=rng, epochs=3, progress=False)
    return net


def data(rng, classes=3, n=40):
    return rng.normal(1, 2, size=(n, 5)), rng.integers(0, classes, n)


def of_layers(net, indices):
    """The part of the state that belongs to these layers."""
    return {name: value for name, value in net.state().items()
            if int(name.split(".")[0]) in indices}


def same(a, b):
    assert a.keys() == b.keys() and a
    for name in a:
        np.testing.assert_array_equal(a[name], b[name], name)


@given(seed=seeds, n=st.integers(1, 7), dtype=st.sampled_from("fd"))
def test_taken_layers_are_copies(seed, n, dtype):
    net = trained(seed, dtype)
    before = net.state()
    new = take_layers(net, n, rng=generator(seed))
    same(of_layers(new, range(n)), of_layers(net, range(n)))
    assert new.params.dtype == net.params.dtype
    assert list(map(repr, new.layers)) == list(map(repr, net.layers[:n]))
    x, _ = data(generator(1))
    expected = np.asarray(x, dtype)
    for layer in net.layers[:n]:
        expected = layer.forward(expected)
    np.testing.assert_array_equal(new(x), expected)
    new.params[:] = 7
    new.forward(x, training=True)
    same(net.state(), before)
    assert not set(map(id, net.walk())) & set(map(id, new.walk()))


def test_training_the_source_leaves_the_copy_alone():
    net = trained()
    new = take_layers(net, 5, Linear(6, 3), rng=generator(1))
    before = new.state()
    fit(net, *data(generator(2), 4), rng=generator(3), epochs=2,
        progress=False)
    same(new.state(), before)


def test_both_can_go_backward_after_the_other():
    """No cache of a forward pass is shared."""
    net = trained()
    x, _ = data(generator(5))
    net(x)
    out = take_layers(net, 7, rng=generator(1))
    with pytest.raises(RuntimeError, match="backward before forward"):
        out.backward(np.ones((len(x), 4)))
    dx = net.backward(np.ones((len(x), 4)))
    np.testing.assert_array_equal(net(x), out(x))
    np.testing.assert_array_equal(out.backward(np.ones((len(x), 4))), dx)


def test_the_head_is_drawn_and_only_it():
    net = trained()
    one, two, again = (
        take_layers(net, 5, Linear(6, 3), rng=generator(seed))
        for seed in (1, 2, 1))
    same(of_layers(one, range(5)), of_layers(two, range(5)))
    assert np.abs(one.layers[5].W - two.layers[5].W).min() > 0
    same(one.state(), again.state())


def test_freezing_is_not_copied():
    net = trained()
    net.freeze(0, 5)
    new = take_layers(net, 6, rng=generator(1))
    assert new.trainable is None
    assert not any(layer.frozen for layer in new.walk())
    assert net.layers[0].frozen


def test_parameter_counts():
    """50-100-100-10 has 5,100 + 10,100 + 1,010 parameters."""
    net = mlp(50, 100, 100, 10, rng=generator())
    new = replace_head(net, Linear(100, 3), rng=generator(1))
    assert new.parameter_count == 5_100 + 10_100 + 303
    assert new.trainable.sum() == 303
    assert repr(new.layers[-1]) == "Linear(100, 3)"
    assert take_layers(net, 2, rng=generator()).parameter_count == 5_100


@pytest.mark.parametrize("rule, hyper", [
    (adamw, {"lr": 0.05, "weight_decay": 0.1}),
    (momentum, {"lr": 0.05, "mu": 0.9}),
    (optimizers.adam, {"lr": 0.05}),
])
def test_frozen_layers_do_not_move_by_a_bit(rule, hyper):
    net = trained()
    new = replace_head(net, Dropout(0.5), Linear(6, 3), rng=generator(1))
    head = of_layers(new, [7])
    fit(new, *data(generator(2)), rng=generator(3), epochs=10,
        optimizer=Optimizer(rule, **hyper), batch_size=7,
        penalty=lambda W: (0.0, W), progress=False)
    same(of_layers(new, range(6)), of_layers(net, range(6)))
    for name, value in of_layers(new, [7]).items():
        assert (value != head[name]).all()


def test_unfrozen_all_moves():
    """Running statistics too: else the test above would see nothing."""
    new = replace_head(trained(), Linear(6, 3), rng=generator(1))
    before = new.state()
    new.unfreeze()
    fit(new, *data(generator(2)), rng=generator(3), epochs=2,
        progress=False)
    for name, value in new.state().items():
        assert (value != before[name]).any(), name


def test_without_freezing_and_with_fewer_layers():
    new = replace_head(trained(), Linear(7, 2), rng=generator(), keep=4,
                       freeze=False)
    assert new.trainable is None and len(new.layers) == 5


def test_frozen_layers_survive_a_file(tmp_path):
    net = trained()
    new = replace_head(net, Linear(6, 3), rng=generator(1))
    fit(new, *data(generator(2)), rng=generator(3), epochs=2,
        progress=False)
    save(new, tmp_path / "new.npz")
    other = replace_head(trained(4), Linear(6, 3), rng=generator(5))
    load(other, tmp_path / "new.npz")
    same(other.state(), new.state())


@pytest.mark.parametrize("call, message", [
    (lambda net: take_layers(net, 0, rng=generator()), "n must be a whole"),
    (lambda net: take_layers(net, 8, rng=generator()), "only 7 layers"),
    (lambda net: take_layers(net, 2, rng=0), "rng must be a numpy"),
    (lambda net: replace_head(net, rng=generator()), "give the new head"),
    (lambda net: replace_head(take_layers(net, 1, rng=generator()),
                              ReLU(), rng=generator()),
     "no layer below its only Linear"),
    (lambda net: replace_head(net, ReLU(), rng=generator(), keep=0),
     "keep must be a whole"),
    (lambda net: replace_head(Sequential(ReLU(), rng=generator()),
                              ReLU(), rng=generator()), "no Linear"),
    (lambda net: layer_rates(net, -1, 0.5), "lr must be"),
    (lambda net: layer_rates(net, 1, -0.5), "factor must be"),
])
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(trained())


def test_rates_by_hand():
    """Top 0.8, then halved at each layer that has parameters."""
    net = trained(dtype=np.float32)
    rates = layer_rates(net, 0.8, 0.5)
    assert rates.dtype == np.float32 and rates.shape == net.params.shape
    expected = {0: 0.05, 1: 0.1, 4: 0.2, 5: 0.4, 6: 0.8}
    for i, rate in expected.items():
        for _, layer in net.layers[i].walk():
            for part, _ in layer.slots.values():
                np.testing.assert_array_equal(rates[part],
                                              np.float32(rate))


@given(seed=seeds, factor=st.floats(0, 2))
def test_one_step_moves_each_layer_by_its_rate(seed, factor):
    net = mlp(5, 4, 3, rng=generator(seed))
    x, y = data(generator(seed))
    before = net.params.copy()
    fit(net, x, y, rng=generator(), epochs=1, batch_size=len(x),
        optimizer=Optimizer(sgd, lr=layer_rates(net, 0.3, factor)),
        progress=False)
    moved = before - net.params
    rates = np.repeat([0.3 * factor, 0.3], [24, 15])
    assume(np.abs(net.grads).max() > 1e-6)
    np.testing.assert_allclose(moved, rates * net.grads, atol=1e-12)
