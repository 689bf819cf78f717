"""Argument checks: what is let through, what is found, what is said."""
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab._checks import (LARGE, NotFinite, at_least, count,
                           distributions, finite, no_wrap, real, real_pair,
                           same_shape)
from tests.oracles import seeds

FLOATS = [np.float32, np.float64, np.longdouble]
floats = pytest.mark.parametrize("dtype", FLOATS)
bad_numbers = pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])


@floats
@bad_numbers
@given(seed=seeds, size=st.integers(1, 200), zeros=st.booleans())
def test_one_bad_number_is_found_wherever_it_is(dtype, bad, seed, size,
                                                zeros):
    """Beside zeros too: infinity times 0 is NaN."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=size).astype(dtype)
    y = x * 0 if zeros else x[::-1].copy()
    real_pair(x=x, y=y)
    x[rng.integers(size)] = bad
    assert not finite(x)
    with pytest.raises(NotFinite, match="x holds NaN or infinity"):
        real(x=x)
    with pytest.raises(NotFinite, match="x holds NaN or infinity"):
        real_pair(x=x, y=y)
    with pytest.raises(NotFinite, match="x holds NaN or infinity"):
        real_pair(y=y, x=x)


def test_two_bad_numbers_do_not_cancel():
    x = np.array([np.inf, -np.inf, np.inf])
    with pytest.raises(NotFinite, match="x holds"):
        real_pair(x=x, y=np.zeros(3))
    with pytest.raises(NotFinite, match="x holds"):
        real_pair(x=x, y=-x)


@floats
def test_large_numbers_are_finite_and_raise_no_warning(dtype):
    """Squares and sums overflow, the numbers do not."""
    x = np.full((3, 70), np.finfo(dtype).max)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert finite(x) and finite(x.T) and finite(x[:, ::2])
        real(x=x)
        real_pair(x=x, y=-x)
        real_pair(x=x.T, y=x.T)


@pytest.mark.parametrize("x", [1, 2.5, np.float32(3), np.zeros(()),
                               np.zeros((0, 2)), np.arange(4), np.uint8([7]),
                               np.float16([60_000]),
                               np.ones(3).view(np.memmap)])
def test_reals_of_every_kind_are_let_through(x):
    real(x=x)
    assert finite(x)


@pytest.mark.parametrize("x, y, fault", [
    (np.zeros(3), np.zeros((3, 1)), r"x \(3,\) and y \(3, 1\)"),
    (np.zeros(3), [0, 0, 0], "y must be a NumPy array; got list"),
    (np.zeros(3, complex), np.zeros(3), "x must hold real numbers"),
    (np.zeros(3), np.zeros(3, bool), r"y must hold .* bool. .*e\(int\)"),
    (np.zeros(3), np.array(["1"]), r"y must hold real .*e\(float\)"),
    (np.ones((1, 1)).view(np.matrix), np.zeros((1, 1)), "x .* got matrix"),
    (np.zeros(3), np.ma.zeros(3), "y must be .*; got a masked .*filled"),
    (np.zeros(3, np.float16), np.zeros(3, np.float16),
     "x has dtype float16, .*float32 or float64"),
    (np.zeros(1), np.array([LARGE + 1]), "y has dtype int64 and .* 16384"),
    (np.zeros(1), np.int32([-LARGE - 1]), "y has dtype int32 and numbers"),
    (np.zeros(3, np.uint8), np.zeros(3, np.uint8), "x has dtype uint8"),
    (np.zeros(3), np.zeros(3, np.int8), "y has dtype int8"),
    (np.float32([1]), np.array([np.nan]), "y holds NaN"),
])
def test_what_is_wrong_with_a_pair_is_named(x, y, fault):
    with pytest.raises(ValueError, match=fault):
        real_pair(x=x, y=y)


def test_pairs_of_other_kinds_are_let_through():
    real_pair(x=np.arange(3), y=np.zeros(3))
    real_pair(x=np.float32([1]), y=np.float64([1]))
    real_pair(x=1.0, y=np.float64(2))
    real_pair(x=-LARGE, y=np.int32(LARGE))
    no_wrap(x=np.zeros((0, 3), int), y=np.longdouble([1e300]))


def test_in_what_is_let_through_the_square_of_a_difference_fits():
    low, high = np.int32([-LARGE]), np.int32([LARGE])
    assert (high - low)**2 == (2 * LARGE)**2 < 2**31


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_of_probabilities(dtype):
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(2000), size=3).astype(dtype)
    distributions(p=p, q=np.eye(3, dtype=np.uint8))
    below = np.array([[1.5, -0.5]], dtype)
    for bad in (below, p * dtype(1.0001), p - dtype(1e-3), p[:, :-100],
                np.concatenate([p[:, :-2], p[:, -2:] * [[3, -1]]], axis=1)):
        with pytest.raises(ValueError, match="p must hold probabilities"):
            distributions(p=bad)


def test_a_count_in_which_sums_wrap_round_is_refused():
    count(n=np.int64(100), m=np.int32(100), k=100)
    for dtype in (np.int8, np.uint8, np.int16):
        with pytest.raises(ValueError, match=r"n has dtype u?int.* int\(n\)"):
            count(n=dtype(100))


def test_every_shape_is_told():
    same_shape(a=np.zeros(2), b=np.zeros(2), c=[1, 2])
    with pytest.raises(ValueError, match=r"a \(2,\) and b \(2,\) and c \(\)"):
        same_shape(a=np.zeros(2), b=np.zeros(2), c=1.0)


def test_a_number_for_each_element():
    like = np.zeros((2, 3))
    at_least(0, like, rate=np.ones((2, 3)), other=0.5)
    at_least(0, like[:0], rate=np.ones((0, 3)))
    for rate, fault in ((np.ones(3), r"array of shape \(2, 3\); got shape"),
                        (np.ones((3, 2)), r"got shape \(3, 2\)"),
                        (np.eye(2, 3) - 0.5, "at least 0 everywhere; its"),
                        (like + np.inf, "rate holds NaN or infinity"),
                        (like.astype(str), "rate must hold real numbers")):
        with pytest.raises(ValueError, match=fault):
            at_least(0, like, rate=rate)
    with pytest.raises(ValueError, match="rate must be a finite number"):
        at_least(0, rate=np.ones(3))


@pytest.mark.parametrize("value", [-1e-9, np.nan, np.inf, "1", None, 1j])
def test_what_is_no_number_above_the_bound_is_named(value):
    with pytest.raises(ValueError, match="low must be a finite number, at"):
        at_least(0, low=value)


def test_where_there_is_no_bound_none_is_told():
    at_least(-np.inf, value=-1e308)
    with pytest.raises(ValueError, match="value .* finite number; got -inf"):
        at_least(-np.inf, value=-np.inf)
