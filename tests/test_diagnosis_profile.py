"""The statistics by layer: by hand, by differences, and without traces."""
import copy
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.diagnosis import (
    Profile, activation_statistics, gradient_statistics, profile)
from nnlab.gradcheck import numerical_gradient
from nnlab.layers import (
    BatchNorm, Dropout, Linear, ReLU, Residual, Sequential, Sigmoid, Tanh,
    mlp)
from nnlab.losses import mse, softmax_cross_entropy
from nnlab.optimizers import adam, adamw, sgd
from nnlab.training import Optimizer, fit
from tests.oracles import seeds

NAN = pytest.approx(math.nan, nan_ok=True)


def generator(seed=0):
    return np.random.default_rng(seed)


def batch(seed=0, n=12):
    rng = generator(seed)
    return rng.normal(size=(n, 4)), rng.integers(0, 3, n)


def deep(seed=0, dtype=np.float64):
    """Every kind of layer, trained a little, so that nothing is 0."""
    rng = generator(seed)
    net = Sequential(
        Linear(4, 6), BatchNorm(6), ReLU(), Dropout(0.4),
        Residual(Linear(6, 6), Sigmoid()), Linear(6, 3),
        rng=rng, dtype=dtype)
    fit(net, *batch(seed, 30), rng=rng, epochs=2, progress=False)
    return net


def by_hand(activation):
    """z = (x - 1, 2 x, 6 - 100 x) at x = 0, 2."""
    net = Sequential(Linear(1, 3), activation(), rng=generator())
    net.layers[0].W = [[1.0, 2.0, -100.0]]
    net.layers[0].b = [-1.0, 0.0, 6.0]
    return net, np.array([[0.0], [2.0]])


def test_dead_by_hand():
    """ReLU: (0, 0, 6) and (1, 4, 0); no unit is 0 twice."""
    net, x = by_hand(ReLU)
    found = activation_statistics(net, x)
    assert found["layer"] == ["0 Linear", "1 ReLU"]
    assert found["mean"] == [pytest.approx((-1 + 6 + 1 + 4 - 194) / 6),
                             pytest.approx(11 / 6)]
    assert found["std"][1] == pytest.approx(
        math.sqrt((36 + 1 + 16) / 6 - (11 / 6)**2))
    assert found["dead"] == [NAN, 0.0]
    # At x = 0 alone the first is below 0 and the second at 0: 2 of 3.
    assert activation_statistics(net, x[:1])["dead"][1] == pytest.approx(
        2 / 3)
    assert found["saturated"] == [NAN, NAN]


@pytest.mark.parametrize("activation, share", [
    (Tanh, 3 / 6),      # |z| > 2.65: z = 6, 4, -194 of (-1 0 6 1 4 -194)
    (Sigmoid, 2 / 6),   # |z| > 5.29: z = 6, -194
])
def test_saturated_by_hand(activation, share):
    found = activation_statistics(*by_hand(activation))
    assert found["saturated"] == [NAN, pytest.approx(share)]
    assert found["dead"] == [NAN, NAN]


def test_saturated_means_less_than_2_percent_of_the_slope():
    z = np.array([[2.64], [2.66]])
    net = Sequential(Tanh(), rng=generator())
    slopes = 1 - np.tanh(z)**2
    assert slopes[0] > 0.0199 > slopes[1]
    assert activation_statistics(net, z)["saturated"] == [0.5]
    net = Sequential(Sigmoid(), rng=generator())
    assert activation_statistics(net, 2 * z)["saturated"] == [0.5]


def test_gradients_by_hand():
    """out = w x, L = mean (w x - y)^2 at w = 3, x = (1, 2), y = 0.

    dL/dout = (3, 6), dL/dw = 3 + 12 = 15, and a step with lr .1 moves
    w by 1.5, half of it.
    """
    net = Sequential(Linear(1, 1), rng=generator())
    net.layers[0].W = [[3.0]]
    x, y = np.array([[1.0], [2.0]]), np.zeros((2, 1))
    found = gradient_statistics(net, x, y, mse, Optimizer(sgd, lr=0.1))
    assert found["da"] == [pytest.approx(math.sqrt(45))]
    # norm(a) = sqrt(9 + 36), L = (9 + 36) / 2: mse doubles relative
    # changes.
    assert found["elasticity"] == [pytest.approx(2.0)]
    assert (found["W"], found["dW"]) == ([3.0], [pytest.approx(15)])
    assert found["update"] == [pytest.approx(0.5)]
    assert gradient_statistics(net, x, y, mse)["update"] == [NAN]


@given(seed=seeds, widths=st.lists(st.integers(1, 5), min_size=1,
                                   max_size=3))
def test_da_is_the_difference_quotient(seed, widths):
    """dL/da of a layer: by differences through the layers above it."""
    rng = generator(seed)
    net = mlp(4, *widths, 3, rng=rng, activation=Tanh)
    x, y = batch(seed, 3)
    found = gradient_statistics(net, x, y)["da"]
    for i in range(len(net.layers)):
        a = x
        for layer in net.layers[:i + 1]:
            a = layer.forward(a)

        def loss(a, above=net.layers[i + 1:]):
            for layer in above:
                a = layer.forward(a)
            return softmax_cross_entropy(a, y)[0]

        expected = np.linalg.norm(numerical_gradient(loss, a))
        assert found[i] == pytest.approx(expected, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("scale", [1e-2, 1e4])
def test_elasticity_does_not_see_a_scale_that_batch_norm_divides_out(scale):
    net = Sequential(Linear(4, 6), BatchNorm(6, eps=0), ReLU(),
                     Linear(6, 3), rng=generator())
    x, y = batch(n=30)
    one, other = (gradient_statistics(net, k * x, y) for k in (1, scale))
    np.testing.assert_allclose(one["elasticity"], other["elasticity"])
    assert one["da"][0] == pytest.approx(scale * other["da"][0])


def test_the_layers_of_a_residual_have_rows_too():
    found = profile(deep(), *batch())
    assert found.layer == [
        "0 Linear", "1 BatchNorm", "2 ReLU", "3 Dropout", "4 Residual",
        "4.0 Linear", "4.1 Sigmoid", "5 Linear"]
    assert [math.isnan(v) for v in found.W] == [
        False, True, True, True, True, False, True, False]
    assert found.da[4] == found.da[6]     # x + f(x): both get dL/dout


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_look_leaves_no_trace(dtype):
    """Not in running statistics, nor in masks, caches or Adam's state."""
    net, (x, y) = deep(dtype=dtype), batch()
    optimizer = Optimizer(adam)
    optimizer.step(net.params, net.grads)
    twin, twin_optimizer = copy.deepcopy((net, optimizer))
    before = x.copy(), y.copy()
    profile(net, x, y, optimizer=optimizer)
    activation_statistics(net, x)
    gradient_statistics(net, x, y, optimizer=optimizer)
    np.testing.assert_array_equal(net.grads, twin.grads)
    for one, two in ((net, optimizer), (twin, twin_optimizer)):
        fit(one, x, y, rng=generator(), epochs=2, optimizer=two,
            progress=False)
    for name, value in net.state().items():
        np.testing.assert_array_equal(value, twin.state()[name], name)
    for old, new in zip(before, (x, y)):
        np.testing.assert_array_equal(old, new)


def test_training_mode_uses_the_batch_and_inference_what_ran():
    net = Sequential(BatchNorm(4), rng=generator())
    x = 5 + 3 * batch()[0]
    found = activation_statistics(net, x)
    assert found["mean"][0] == pytest.approx(0, abs=1e-9)
    assert found["std"][0] == pytest.approx(1, rel=1e-4)
    assert profile(net, x, batch()[1]).std == found["std"]
    found = activation_statistics(net, x, training=False)
    assert found["mean"][0] == pytest.approx(x.mean(), rel=1e-4)


def test_profile_is_both_statistics():
    net = mlp(4, 5, 3, rng=generator())
    optimizer = Optimizer(sgd, lr=0.1)
    found = profile(net, *batch(), optimizer=optimizer)
    parts = (activation_statistics(net, batch()[0])
             | gradient_statistics(net, *batch(), optimizer=optimizer))
    for name, values in parts.items():
        np.testing.assert_array_equal(getattr(found, name), values)


def test_frozen_layers_get_no_gradient_and_no_update():
    net = mlp(4, 5, 5, 3, rng=generator())
    net.freeze(0, 1, 2)
    found = profile(net, *batch(), optimizer=Optimizer(adamw))
    assert [math.isnan(v) for v in found.da] == [True] * 4 + [False]
    assert found.update[0] == found.update[2] == 0 < found.update[4]


def test_weights_of_0_have_an_infinite_update():
    net = Sequential(Linear(4, 3), rng=generator())
    net.params[:] = 0
    found = profile(net, *batch(), optimizer=Optimizer(sgd, lr=0.1))
    assert found.update == [math.inf]


def small():
    return Profile(["0 Linear", "1 <ReLU>"], [0.5, 0.25], [1.0, 2.0],
                   [math.nan, 0.125], [math.nan] * 2, [1e-5, 3.0],
                   [0.5, 4.0], [2.0, math.nan], [4.0, math.nan],
                   [1e-3, math.nan])


def test_profile_prints_a_table():
    lines = repr(small()).splitlines()
    assert lines[0].split() == ["layer", "mean", "a", "std", "a", "dead",
                                "saturated", "|dL/da|", "elasticity", "|W|",
                                "|dL/dW|", "update/|W|"]
    assert lines[2].split() == ["1", "<ReLU>", "0.25", "2", "0.12", "-",
                                "3", "4", "-", "-", "-"]
    assert len({len(line) for line in lines}) == 1


def test_profile_as_html_names_columns_and_rows():
    text = small()._repr_html_()
    assert text.count('<th scope="col">') == 10
    assert text.count('<th scope="row">') == 2
    assert "1 &lt;ReLU&gt;" in text and "<ReLU>" not in text


@pytest.mark.parametrize("call, message", [
    (lambda net, x, y: profile(net, x[:0], y[:0]), "at least 2 rows"),
    (lambda net, x, y: profile(net, x[:1], y[:1]), "at least 2 rows"),
    (lambda net, x, y: profile(net, x * np.nan, y), "x holds NaN"),
    (lambda net, x, y: profile(net, x, y[:-1]), "y must have 12 rows"),
    (lambda net, x, y: gradient_statistics(net, x, 1), "y must have 12"),
    (lambda net, x, y: activation_statistics(net, 1.0), "x must have"),
])
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(deep(), *batch())


def test_one_row_is_enough_at_inference():
    assert activation_statistics(deep(), batch(n=1)[0], training=False)
