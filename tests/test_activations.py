"""Activations against differences, PyTorch, and cases by hand."""
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab import activations
from nnlab.gradcheck import numerical_gradient

TORCH = {"identity": torch.nn.Identity(), "sigmoid": torch.sigmoid,
         "tanh": torch.tanh, "relu": torch.relu}
each = pytest.mark.parametrize("name", TORCH)
seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.integers(1, 5), max_size=3).map(tuple)
matrices = st.tuples(st.integers(1, 6), st.integers(1, 6))


def pair(name):
    return (getattr(activations, name),
            getattr(activations, f"{name}_derivative"))


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def draw(seed, shape, scale=3):
    return scale * np.random.default_rng(seed).normal(size=shape)


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@each
@given(seed=seeds, shape=shapes)
def test_value_and_derivative_are_pytorchs(name, seed, shape):
    function, derivative = pair(name)
    z, upstream = draw(seed, (2, *shape))
    z, upstream = np.asarray(z), np.asarray(upstream)
    t = torch.tensor(z, requires_grad=True)
    out = TORCH[name](t)
    out.backward(torch.tensor(upstream))
    close(function(z), out.detach())
    close(upstream * derivative(z), t.grad)


@each
@given(seed=seeds, shape=shapes)
def test_derivative_is_the_difference_quotient(name, seed, shape):
    function, derivative = pair(name)
    z, upstream = map(np.asarray, draw(seed, (2, *shape)))
    z = z + 0.01 * np.sign(z)       # away from the kink at 0
    differ = numerical_gradient(lambda z: (upstream * function(z)).sum(), z)
    np.testing.assert_allclose(upstream * derivative(z), differ, atol=1e-8)


@pytest.mark.parametrize("name, z, value, derivative", [
    ("identity", [-2.0, 0.5], [-2, 0.5], [1, 1]),
    ("sigmoid", [0.0, np.log(3)], [1 / 2, 3 / 4], [1 / 4, 3 / 16]),
    ("tanh", [0.0, np.log(2)], [0, 3 / 5], [1, 16 / 25]),
    ("relu", [-2.0, -0.0, 0.0, 3.0], [0, 0, 0, 3], [0, 0, 0, 1]),
])
def test_by_hand(name, z, value, derivative):
    function, slope = pair(name)
    close(function(np.array(z)), value)
    close(slope(np.array(z)), derivative)


@each
def test_a_number_and_whole_numbers_will_do(name):
    for f in pair(name):
        assert f(0.5) == f(np.array([0.5]))[0]
        close(f(np.array([-2, 0, 3])), f(np.array([-2.0, 0.0, 3.0])))


@each
def test_float32_stays_and_nothing_is_changed_in_place(name):
    z = draw(0, (4, 3)).astype(np.float32)
    before = z.copy()
    for f in pair(name):
        out = f(z)
        assert out.dtype == np.float32
        assert not np.shares_memory(out, z)
        out += 1
        assert (z == before).all()


def test_sigmoid_keeps_its_tails():
    """1 / (1 + exp(-z)) overflows here, and 1 - sigmoid is 0."""
    value = activations.sigmoid(np.array([-1000.0, 1000.0, -700.0]))
    assert value[:2].tolist() == [0, 1]
    np.testing.assert_allclose(value[2], np.exp(-700.0), rtol=1e-9)
    slope = activations.sigmoid_derivative(np.array([40.0, -40, 1e3, -1e3]))
    np.testing.assert_allclose(slope[:2], np.exp(-40.0), rtol=1e-12)
    close(slope[2:], 0)


@given(seed=seeds, shape=matrices)
def test_softmax_is_pytorchs(seed, shape):
    z, dp = draw(seed, (2, *shape))
    t = torch.tensor(z, requires_grad=True)
    p = torch.softmax(t, dim=1)
    p.backward(torch.tensor(dp))
    close(activations.softmax(z), p.detach())
    close(activations.softmax_backward(p.detach().numpy(), dp), t.grad)


@given(seed=seeds, shape=matrices)
def test_softmax_backward_is_the_difference_quotient(seed, shape):
    z, dp = draw(seed, (2, *shape), scale=1)
    dz = activations.softmax_backward(activations.softmax(z), dp)
    close(dz.sum(axis=1), 0)
    np.testing.assert_allclose(dz, numerical_gradient(
        lambda z: (dp * activations.softmax(z)).sum(), z), atol=1e-8)


def test_softmax_by_hand():
    p = activations.softmax(np.array([[0, np.log(3)], [5.0, 5.0]]))
    close(p, [[1 / 4, 3 / 4], [1 / 2, 1 / 2]])
    dz = activations.softmax_backward(p, np.array([[1.0, 0], [0, 2]]))
    close(dz, [[3 / 16, -3 / 16], [-1 / 2, 1 / 2]])


@pytest.mark.parametrize("size", [1e3, 1e4, 1e300])
def test_softmax_of_large_logits(size):
    p = activations.softmax(size * np.array([[1, 0, -1], [1, 1, 0],
                                             [-1.0, -1, -1]]))
    close(p, [[1, 0, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]])


def test_softmax_keeps_float32_and_its_arguments():
    z, dp = draw(0, (2, 4, 3)).astype(np.float32)
    copies = z.copy(), dp.copy()
    p = activations.softmax(z)
    dz = activations.softmax_backward(p, dp)
    assert p.dtype == dz.dtype == np.float32
    assert (z == copies[0]).all() and (dp == copies[1]).all()


@each
@pytest.mark.parametrize("z, fault", [
    ([1.0], "z must be a NumPy array; got list"),
    (np.array(["a"]), "z must hold real numbers"),
    (np.array([1j]), "z must hold real numbers"),
    (np.array([1.0, np.nan]), "z holds NaN"),
    (np.array([-np.inf]), "z holds NaN or inf"),
    (np.array([1], np.uint8), "z has dtype uint8"),
])
def test_bad_input_is_named(name, z, fault):
    for f in pair(name):
        with pytest.raises(ValueError, match=fault) as error:
            f(z)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("f, arguments, fault", [
    ("softmax", [np.zeros(3)], "z must have 2 axes"),
    ("softmax", [np.zeros((0, 3))], "z is empty"),
    ("softmax", [np.full((1, 2), np.nan)], "z holds NaN"),
    ("softmax", [np.zeros((1, 2), np.uint8)], "z has dtype uint8"),
    ("softmax_backward", [np.ones((2, 3)), np.ones((3, 2))], "p .*dp"),
    ("softmax_backward", [np.ones(3), np.ones(3)], "p must have 2 axes"),
])
def test_bad_rows_are_named(f, arguments, fault):
    with pytest.raises(ValueError, match=fault):
        getattr(activations, f)(*arguments)
