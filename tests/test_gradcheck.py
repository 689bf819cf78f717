"""The gradient check itself, against known derivatives."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.gradcheck import gradcheck, numerical_gradient, relative_error

seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.integers(1, 4), max_size=3).map(tuple)


@given(seed=seeds, shape=shapes)
def test_numerical_gradient_is_pytorchs(seed, shape):
    """Of a function in which every element has another part."""
    rng = np.random.default_rng(seed)
    x, a = map(np.asarray, rng.normal(size=(2, *shape)))
    t = torch.tensor(x, requires_grad=True)
    (torch.tensor(a) * torch.sin(t)).sum().pow(2).backward()
    grad = numerical_gradient(lambda x: (a * np.sin(x)).sum()**2, x)
    assert grad.shape == x.shape
    np.testing.assert_allclose(grad, t.grad, rtol=1e-6, atol=1e-7)


def test_the_error_by_hand():
    """(f(x + h) - f(x - h)) / 2h = 3 x^2 + h^2 for f = x^3."""
    grad = numerical_gradient(lambda x: (x**3).sum(), np.array([1.0, 2]),
                              h=0.5)
    np.testing.assert_allclose(grad, [3.25, 12.25], rtol=1e-14)


def test_x_is_not_changed_and_each_call_gets_its_own():
    x = np.array([[1.0, 2.0]])
    seen = []
    numerical_gradient(lambda x: seen.append(x) or x.sum(), x, h=0.25)
    assert not any(np.shares_memory(s, x) for s in seen)
    assert x.tolist() == [[1, 2]]
    assert [s.tolist() for s in seen[1:]] == [
        [[1.25, 2]], [[0.75, 2]], [[1, 2.25]], [[1, 1.75]]]


def test_relative_error_by_hand():
    a = np.array([3.0, 4.0])
    assert relative_error(a, a) == 0
    assert relative_error(0 * a, 0 * a) == 0
    assert relative_error(a, 0 * a) == 1
    assert relative_error(a, -a) == 1
    assert relative_error(a, 3 * a) == pytest.approx(1 / 2)


def test_the_gradient_of_a_number():
    assert numerical_gradient(lambda x: 3 * x, 2.0) == pytest.approx(3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e308])
def test_relative_error_of_any_size(scale):
    """Squares of these overflow, or become 0."""
    a = scale * np.array([1.0, 1])
    assert relative_error(a, -a) == pytest.approx(1)
    assert relative_error(a, a / 2) == pytest.approx(1 / 3, rel=1e-3)
    assert relative_error(a[:0], a[:0]) == 0


def test_a_small_relative_error_keeps_its_digits():
    a, b = np.array([0.1]), np.array([np.nextafter(0.1, 1)])
    assert relative_error(a, b) == (b[0] - a[0]) / (a[0] + b[0]) > 0
    assert relative_error(np.array([3]), np.array([4])) == 1 / 7


@given(seed=seeds, shape=shapes, scale=st.floats(1e-6, 1e6))
def test_relative_error_has_no_unit_and_no_order(seed, shape, scale):
    a, b = map(np.asarray,
               np.random.default_rng(seed).normal(size=(2, *shape)))
    error = relative_error(a, b)
    assert 0 < error <= 1
    assert relative_error(b, a) == error
    assert relative_error(scale * a, scale * b) == pytest.approx(error)


@given(seed=seeds, n=st.integers(2, 6))
def test_gradcheck_tells_right_from_wrong(seed, n):
    rng = np.random.default_rng(seed)
    x, upstream = rng.normal(size=(2, n))

    def f(x):
        return (upstream * np.tanh(x)).sum()

    right = upstream * (1 - np.tanh(x)**2)
    assert gradcheck(f, x, right) < 1e-7
    assert gradcheck(f, x, 1.01 * right) > 1e-3
    assert gradcheck(f, x, -right) > 0.99
    assert gradcheck(f, x, right[::-1] + 1) > 1e-3


def test_h_reaches_the_quotient():
    x = np.ones(1)
    assert gradcheck(lambda x: (x**3).sum(), x, 3 * x**2, h=1) == (
        pytest.approx(1 / 7))


X = np.ones(2)


@pytest.mark.parametrize("call, fault", [
    (lambda: numerical_gradient(np.sum, X.astype(np.float32)), "float64"),
    (lambda: numerical_gradient(np.sum, np.array([1, 2])), "float64"),
    (lambda: numerical_gradient(np.sum, X * np.nan), "x holds NaN"),
    (lambda: numerical_gradient(np.sum, [1.0]), "x must be a NumPy"),
    (lambda: numerical_gradient(np.sum, X, h=0), "h must be"),
    (lambda: numerical_gradient(np.sum, X, h=-1e-5), "h must be"),
    (lambda: numerical_gradient(lambda x: (x.sum(), x), X),
     r"got a tuple. Return the loss only: loss\(x, y\)\[0\]"),
    (lambda: numerical_gradient(lambda x: x**2, X), r"of shape \(2,\)"),
    (lambda: numerical_gradient(lambda x: None, X), "got NoneType"),
    (lambda: numerical_gradient(np.sum, 1e12 * X), "h = 1e-05 is too small"),
    (lambda: numerical_gradient(np.sum, X, h=1e-16), "h = 1e-16 is too sm"),
    (lambda: relative_error(np.uint8([1]), np.uint8([2])), "dtype uint8"),
    (lambda: relative_error(X, np.ones((2, 1))), r"a \(2,\) and b \(2, 1\)"),
    (lambda: relative_error(X, X * np.inf), "b holds NaN or infinity"),
    (lambda: gradcheck(np.sum, X, np.ones(3)), "shapes differ"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
