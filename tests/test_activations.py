"""Activations against differences, PyTorch, and cases by hand."""
import functools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nnlab import activations
from tests.oracles import (by_differences, by_torch, close, draw, matrices,
                           seeds, shapes, untouched)

pytestmark = pytest.mark.filterwarnings("error")
# PyTorch's softplus is exact below its threshold.
softplus = functools.partial(functional.softplus, threshold=40)
TORCH = {"identity": torch.nn.Identity(), "sigmoid": torch.sigmoid,
         "tanh": torch.tanh, "relu": torch.relu,
         "leaky_relu": functional.leaky_relu, "elu": functional.elu,
         "gelu": functional.gelu, "softplus": softplus,
         "gelu_tanh": functools.partial(functional.gelu,
                                        approximate="tanh")}
each = pytest.mark.parametrize("name", TORCH)
SETTING = {"leaky_relu": "slope", "elu": "alpha"}
with_setting = pytest.mark.parametrize("name", SETTING)
scales = st.sampled_from([0.1, 1.0, 3.0, 15.0])
settings = st.floats(0, 2)


def pair(name, **setting):
    return [functools.partial(getattr(activations, f), **setting)
            for f in (name, f"{name}_derivative")]


@each
@given(seed=seeds, shape=shapes, scale=scales)
def test_value_and_derivative_are_pytorchs(name, seed, shape, scale):
    function, derivative = pair(name)
    z, upstream = draw(seed, shape, scale), draw(seed + 1, shape)
    value, dz = by_torch(TORCH[name], upstream, z)
    close(function(z), value)
    close(upstream * derivative(z), dz)


@with_setting
@given(seed=seeds, shape=shapes, setting=settings)
def test_any_setting_is_pytorchs(name, seed, shape, setting):
    function, derivative = pair(name, **{SETTING[name]: setting})
    z, upstream = draw(seed, shape, 3), draw(seed + 1, shape)
    value, dz = by_torch(lambda t: TORCH[name](t, setting), upstream, z)
    close(function(z), value)
    close(upstream * derivative(z), dz)


@each
@given(seed=seeds, shape=shapes)
def test_derivative_is_the_difference_quotient(name, seed, shape):
    function, derivative = pair(name)
    z, upstream = draw(seed, shape, 3), draw(seed + 1, shape)
    z = z + 0.01 * np.sign(z)       # away from the kink at 0
    close(upstream * derivative(z), by_differences(function, upstream, z),
          atol=1e-8)


@with_setting
@given(seed=seeds, shape=shapes, setting=settings)
def test_with_any_setting_too(name, seed, shape, setting):
    function, derivative = pair(name, **{SETTING[name]: setting})
    z, upstream = draw(seed, shape, 3), draw(seed + 1, shape)
    z = z + 0.01 * np.sign(z)
    close(upstream * derivative(z), by_differences(function, upstream, z),
          atol=1e-8)


E, PHI = math.e, 0.841344746068542948585        # Phi(1), from a table
DENSITY = math.exp(-1 / 2) / math.sqrt(2 * math.pi)


@pytest.mark.parametrize("name, z, value, derivative", [
    ("identity", [-2.0, 0.5], [-2, 0.5], [1, 1]),
    ("sigmoid", [0.0, np.log(3)], [1 / 2, 3 / 4], [1 / 4, 3 / 16]),
    ("tanh", [0.0, np.log(2)], [0, 3 / 5], [1, 16 / 25]),
    ("relu", [-2.0, -0.0, 0.0, 3.0], [0, 0, 0, 3], [0, 0, 0, 1]),
    ("leaky_relu", [-2.0, 0.0, 3.0], [-0.02, 0, 3], [0.01, 0.01, 1]),
    ("elu", [-1.0, 0.0, 3.0], [1 / E - 1, 0, 3], [1 / E, 1, 1]),
    ("gelu", [-1.0, 0.0, 1.0], [PHI - 1, 0, PHI],
     [1 - PHI - DENSITY, 1 / 2, PHI + DENSITY]),
    ("gelu_tanh", [0.0, 1.0],
     [0, (1 + math.tanh(1.044715 * math.sqrt(2 / math.pi))) / 2],
     [1 / 2, 1.0829640838457826]),
    ("softplus", [0.0, np.log(3)], [np.log(2), np.log(4)], [1 / 2, 3 / 4]),
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
    z = draw(0, (4, 3), 3).astype(np.float32)
    for f in pair(name):
        with untouched(z):
            out = f(z)
            assert out.dtype == np.float32
            assert not np.shares_memory(out, z)
            close(out, f(z.astype(float)), rtol=1e-5, atol=1e-6)
            out += 1


@given(seed=seeds, shape=matrices)
def test_softmax_is_pytorchs(seed, shape):
    z, dp = draw(seed, shape, 3), draw(seed + 1, shape)
    p, dz = by_torch(lambda t: torch.softmax(t, dim=1), dp, z)
    close(activations.softmax(z), p)
    close(activations.softmax_backward(p, dp), dz)


@given(seed=seeds, shape=matrices)
def test_softmax_backward_is_the_difference_quotient(seed, shape):
    z, dp = draw(seed, shape), draw(seed + 1, shape)
    dz = activations.softmax_backward(activations.softmax(z), dp)
    close(dz.sum(axis=1), 0)
    close(dz, by_differences(activations.softmax, dp, z), atol=1e-8)


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
    with untouched(z, dp):
        p = activations.softmax(z)
        dz = activations.softmax_backward(p, dp)
        assert p.dtype == dz.dtype == np.float32


@each
@pytest.mark.parametrize("z, fault", [
    ([1.0], "z must be a NumPy array; got list"),
    (np.array(["a"]), "z must hold real numbers"),
    (np.array([1j]), "z must hold real numbers"),
    (np.array([1.0, np.nan]), "z holds NaN"),
    (np.array([-np.inf]), "z holds NaN or inf"),
    (np.array([1], np.uint8), "z has dtype uint8"),
    (np.array([1], np.float16), "z has dtype float16"),
    (np.array([-2**31], np.int32), "z has dtype int32 and numbers beyond"),
])
def test_bad_input_is_named(name, z, fault):
    for f in pair(name):
        with pytest.raises(ValueError, match=fault) as error:
            f(z)
        assert "\n" not in str(error.value)


@with_setting
@pytest.mark.parametrize("value", [-0.1, np.nan, np.inf, "1"])
def test_bad_settings_are_named(name, value):
    fault = f"{SETTING[name]} must be a finite number, at least 0"
    for f in pair(name, **{SETTING[name]: value}):
        with pytest.raises(ValueError, match=fault):
            f(np.zeros(2))


@pytest.mark.parametrize("f, arguments, fault", [
    ("softmax", [np.zeros(3)], "z must have 2 axes"),
    ("softmax", [np.zeros((0, 3))], "z is empty"),
    ("softmax", [np.full((1, 2), np.nan)], "z holds NaN"),
    ("softmax", [np.zeros((1, 2), np.uint8)], "z has dtype uint8"),
    ("softmax", [np.array([[2**31 - 1, -5]], np.int32)], "dtype int32 and"),
    ("softmax_backward", [np.ones((2, 3)), np.ones((3, 2))], "p .*dp"),
    ("softmax_backward", [np.array([[2.0, -1]]), np.full((1, 2), 1 / 2)],
     "p must hold probabilities"),
    ("softmax_backward", [np.ones(3), np.ones(3)], "p must have 2 axes"),
])
def test_bad_rows_are_named(f, arguments, fault):
    with pytest.raises(ValueError, match=fault):
        getattr(activations, f)(*arguments)
