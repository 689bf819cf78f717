"""What holds for every z: bounds, order, saturation, and the tails."""
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nnlab import activations as act
from tests.oracles import close

pytestmark = pytest.mark.filterwarnings("error")
# The usual z, and all that float64 has: 1e-320 and 1e308 among them.
anywhere = (st.floats(-50, 50)
            | st.floats(allow_nan=False, allow_infinity=False))
NAMES = [name for name in act.__all__ if f"{name}_derivative" in act.__all__]
ROUNDING = 5e-16        # two of float64's steps at 1
MONOTONE = [name for name in NAMES if not name.startswith("gelu")]
each = pytest.mark.parametrize("name", NAMES)
BOUNDS = {"sigmoid": (0, 1), "tanh": (-1, 1), "elu": (-1, math.inf),
          "relu": (0, math.inf), "softplus": (0, math.inf),
          "gelu": (-0.17, math.inf), "gelu_tanh": (-0.17005, math.inf)}
# The extremes of gelu' are at z = +-sqrt(2): 0 = (2 - z^2) phi(z).
SLOPE = 1.128904145
SLOPES = {"identity": (1, 1), "sigmoid": (0, 1 / 4), "tanh": (0, 1),
          "relu": (0, 1), "leaky_relu": (0.01, 1), "elu": (0, 1),
          "softplus": (0, 1), "gelu": (1 - SLOPE, SLOPE),
          "gelu_tanh": (-0.12905, 1.12905)}


def both(name, z):
    """Value and slope at a number, which may be any that is finite."""
    return (float(getattr(act, name)(z)),
            float(getattr(act, f"{name}_derivative")(z)))


@each
@given(z=anywhere)
def test_values_and_slopes_stay_within_their_bounds(name, z):
    value, slope = both(name, z)
    low, high = BOUNDS.get(name, (-math.inf, math.inf))
    assert low <= value <= high
    low, high = SLOPES[name]
    assert low - ROUNDING <= slope <= high + ROUNDING


def test_the_bounds_of_the_slopes_are_reached():
    """So 1/4 is the best that can be said of the sigmoid."""
    assert both("sigmoid", 0.0)[1] == 1 / 4
    assert both("tanh", 0.0)[1] == 1
    close(both("gelu", math.sqrt(2))[1], SLOPE, rtol=1e-9)


def test_the_slopes_of_ten_sigmoids_multiply_to_less_than_a_millionth():
    z = np.linspace(-5, 5, 10)
    assert np.prod(act.sigmoid_derivative(z)) < 0.25**10 < 1e-6


@pytest.mark.parametrize("name", MONOTONE)
@given(a=anywhere, b=anywhere)
def test_no_monotone_one_falls(name, a, b):
    a, b = sorted((a, b))
    assert both(name, a)[0] <= both(name, b)[0] + ROUNDING


@given(z=anywhere.filter(lambda z: abs(z) >= 20))
def test_far_out_the_bounded_ones_are_saturated(z):
    """Their slope is next to none on either side; relu's on one."""
    for name in ("sigmoid", "tanh"):
        value, slope = both(name, z)
        assert 0 <= slope <= math.exp(-20)
        assert abs(value - (z > 0 or -(name == "tanh"))) <= math.exp(-20)


@given(z=anywhere.filter(lambda z: abs(z) >= 40))
def test_far_out_the_rectifiers_are_lines(z):
    for name in ("relu", "elu", "softplus", "gelu", "gelu_tanh"):
        value, slope = both(name, z)
        left = -1 if name == "elu" else 0
        close(value, z if z > 0 else left)
        close(slope, float(z > 0))


@given(z=anywhere)
def test_how_far_the_smooth_ones_are_from_relu(z):
    relu = max(z, 0.0)
    assert 0 <= both("softplus", z)[0] - relu <= math.log(2)
    assert -0.17 <= both("gelu", z)[0] - relu <= 0


@given(z=anywhere)
def test_the_symmetries(z):
    """sigma(-z) = 1 - sigma(z) and the like, in values and slopes."""
    close(both("sigmoid", -z)[0], 1 - both("sigmoid", z)[0])
    close(both("tanh", -z)[0], -both("tanh", z)[0])
    for name in ("sigmoid", "tanh"):
        close(both(name, -z)[1], both(name, z)[1])
    for name in ("gelu", "gelu_tanh"):
        close(both(name, -z)[1], 1 - both(name, z)[1])
    close(both("softplus", z)[1], both("sigmoid", z)[0])


def test_sigmoid_and_softplus_keep_their_tails():
    """exp(1000) overflows, which is no fault, and 1 - sigmoid is 0."""
    assert act.sigmoid(np.array([-1000.0, 1000.0])).tolist() == [0, 1]
    tail = np.array([-40.0, -700.0])
    for f in (act.sigmoid, act.sigmoid_derivative, act.softplus):
        close(f(tail), np.exp(tail), atol=0)
    close(act.sigmoid_derivative(-tail), np.exp(tail), atol=0)
    near, far = np.float32([-87]), np.float32([-1000.0, 1000.0])
    close(act.sigmoid(near), np.exp(near), rtol=1e-6, atol=0)
    assert act.sigmoid(far).tolist() == [0, 1]
    assert not act.sigmoid_derivative(np.array([1e3, -1e3])).any()


def test_tanh_derivative_has_few_digits_left_where_tanh_is_near_1():
    """The figures of its docstring, and PyTorch's are the same."""
    z = np.float32([8, 10])
    slope = act.tanh_derivative(z)
    assert slope[0] * math.cosh(8)**2 == pytest.approx(1.06, abs=0.005)
    assert slope[1] == 0
    t = torch.tensor(z, requires_grad=True)
    torch.tanh(t).sum().backward()
    close(slope, t.grad.numpy(), rtol=0)


def test_phi_of_gelu_is_that_of_erfc():
    """At and between the entries of its table, to 5e-16."""
    z = np.concatenate([np.linspace(-12, 12, 30_001),
                        np.arange(-10, 10, 1 / 512)])
    exact = torch.special.ndtr(torch.tensor(z)).numpy()
    Phi, _ = act.gaussian._normal(z)
    assert abs(Phi - exact).max() < 5e-16
    left = z < 0        # where (1 + erf) / 2 has no digits left
    tail = [math.erfc(-x / math.sqrt(2)) / 2 for x in z[left]]
    close(Phi[left], tail, atol=0)
    assert act.gaussian.TABLE[[0, -1]].tolist() == [0, 1]


def test_gelu_by_tanh_is_near():
    z = np.linspace(-20, 20, 4001)
    assert 4e-4 < abs(act.gelu_tanh(z) - act.gelu(z)).max() < 5e-4


def test_a_nan_that_nothing_checked_comes_out_as_nan():
    """Inside a network only the loss looks for them."""
    z = np.array([np.nan, 1.0])
    with np.errstate(invalid="ignore"):
        for name in NAMES:
            out = getattr(act, name).__wrapped__(z)
            assert np.isnan(out[0]) and np.isfinite(out[1])


def test_pytorchs_softplus_drops_2e_minus_9_above_20():
    z = np.array([19.9, 20.1])
    theirs = functional.softplus(torch.tensor(z)).numpy()
    close(act.softplus(z[:1]), theirs[:1], rtol=0)
    assert theirs[1] == z[1]
    close(act.softplus(z)[1] - z[1], np.exp(-20.1), rtol=1e-4, atol=0)
