"""Dropout against differences, PyTorch, and the binomial law."""
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.dropout import dropout, dropout_backward
from nnlab.gradcheck import numerical_gradient

seeds = st.integers(0, 2**32 - 1)
shapes = st.lists(st.integers(1, 5), max_size=3).map(tuple)
rates = st.sampled_from([0.0, 0.1, 0.3, 0.8, 0.95])


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def draw(seed, shape):
    """x, dout and an rng for the mask."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(size=shape)), np.asarray(
        rng.normal(size=shape)), rng


@given(seed=seeds, shape=shapes, p=rates)
def test_is_pytorchs_autograd_of_the_same_mask(seed, shape, p):
    """Then the same mask on another x, as a frozen mask is used."""
    x, dout, rng = draw(seed, shape)
    _, mask = dropout(x, p, rng)
    for x in (x, 2 - x):
        t = torch.tensor(x, requires_grad=True)
        theirs = t * torch.tensor(mask)
        theirs.backward(torch.tensor(dout))
        out, again = dropout(x, p, mask=mask)
        close(out, theirs.detach())
        close(again, mask)
        close(dropout_backward(dout, mask), t.grad)


@given(seed=seeds, shape=shapes, p=rates)
def test_backward_is_the_difference_quotient(seed, shape, p):
    x, dout, rng = draw(seed, shape)
    mask = dropout(x, p, rng)[1]
    differ = numerical_gradient(
        lambda x: (dout * dropout(x, p, mask=mask)[0]).sum(), x)
    np.testing.assert_allclose(dropout_backward(dout, mask), differ,
                               atol=1e-8)


@given(seed=seeds, p=rates)
def test_the_mask_holds_0_and_1_over_1_minus_p(seed, p):
    """As PyTorch's, whose mask shows on an x of ones."""
    x, _, rng = draw(seed, (200, 20))
    out, mask = dropout(x, p, rng)
    theirs = torch.nn.functional.dropout(
        torch.ones(4000, dtype=torch.float64), p)
    found, expected = np.unique(mask), np.unique(theirs)
    assert found.size <= 2 and expected.size <= 2
    close(found, expected)
    close(out, x * mask)
    assert mask.shape == x.shape


def binomial_interval(n, p, false_alarm=1e-8):
    """Exact: outside of it on either side with at most half of that."""
    k = np.arange(n + 1)
    log = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
           for i in k]
    pmf = np.exp(log + k * math.log(p) + (n - k) * math.log(1 - p))
    low = np.searchsorted(np.cumsum(pmf), false_alarm / 2)
    high = n - np.searchsorted(np.cumsum(pmf[::-1]), false_alarm / 2)
    return low, high


@pytest.mark.parametrize("p", [0.1, 0.3, 0.8])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_p_is_the_probability_of_dropping(p, dtype):
    """Over all elements, down a column, along a row, and pairwise.

    A mask that is the same in every row, or drops whole rows, has the
    right mean over all elements, but not in one column or row.  A pair
    of neighbours falls together with probability p^2.
    """
    x = np.ones((3000, 2500), dtype)
    dropped = dropout(x, p, np.random.default_rng())[0] == 0
    both_down = dropped[::2] & dropped[1::2]
    both_along = dropped[:, ::2] & dropped[:, 1::2]
    for sample, q in ((dropped[:100, :100], p), (dropped[:, 7], p),
                      (dropped[7], p), (both_down[:100, :100], p * p),
                      (both_along[:100, :100], p * p)):
        low, high = binomial_interval(sample.size, q)
        assert low <= sample.sum() <= high
    # A mask with one fixed count in each row is no Bernoulli mask.
    assert np.unique(dropped.sum(axis=1)).size > 1


def test_the_interval_is_exact():
    """n = 3, p = 1/2: 0 and 3 have probability 1/8 each."""
    assert binomial_interval(3, 0.5, 0.2) == (0, 3)
    assert binomial_interval(3, 0.5, 0.3) == (1, 2)


def test_by_hand():
    """p = 3/4: what survives counts fourfold."""
    x, mask = np.array([[1.0, -2.0, 3.0]]), np.array([[4.0, 0.0, 4.0]])
    out, again = dropout(x, 0.75, mask=mask)
    close(out, [[4, 0, 12]])
    assert again is mask
    close(dropout_backward(np.array([[1.0, 1.0, -1.0]]), mask), [[4, 0, -4]])


def test_p_0_is_the_identity_and_whole_numbers_will_do():
    x = np.arange(6).reshape(2, 3)
    out, mask = dropout(x, 0, np.random.default_rng(0))
    assert (out == x).all() and (mask == 1).all()
    assert out.dtype == np.float64 and not np.shares_memory(out, x)
    assert dropout(2.0, 0, np.random.default_rng(0))[0] == 2


def test_each_call_draws_anew_and_the_rng_decides():
    x = np.ones((20, 20))
    rng = np.random.default_rng(0)
    first, second = dropout(x, 0.3, rng)[1], dropout(x, 0.3, rng)[1]
    assert (first != second).any()
    assert (dropout(x, 0.3, np.random.default_rng(0))[1] == first).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays_and_nothing_is_changed_in_place(dtype):
    x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype(dtype)
    before = x.copy()
    out, mask = dropout(x[0], 0.3, np.random.default_rng(1))
    frozen = mask.copy()
    dx = dropout_backward(x[1], mask)
    assert out.dtype == mask.dtype == dx.dtype == dtype
    assert dropout(x[1], 0.3, mask=mask)[0].dtype == dtype
    assert (x == before).all() and (mask == frozen).all()
    assert not any(np.shares_memory(a, b) for a in (out, mask, dx)
                   for b in (x, frozen))


X = np.ones((2, 3))
BAD = [({"x": [1.0]}, "x must be a NumPy array"),
       ({"x": X * np.nan}, "x holds NaN"),
       ({"x": X.astype(np.uint8)}, "x has dtype uint8"),
       ({"p": 1}, r"p must lie in \[0, 1\); got 1"),
       ({"p": -0.1}, "p must lie"), ({"p": np.nan}, "p must lie"),
       ({"p": "0.5"}, "p must lie"),
       ({"rng": None}, "rng must be a numpy.random.Generator"),
       ({"rng": 0}, "rng must be a numpy.random.Generator; got int"),
       ({"mask": np.ones(3)}, r"x \(2, 3\) and mask \(3,\)"),
       ({"mask": X * np.inf}, "mask holds NaN"),
       ({"mask": X > 0}, "mask must hold real numbers; got dtype bool")]


@pytest.mark.parametrize("change, fault", BAD)
def test_bad_input_is_named(change, fault):
    good = {"x": X, "p": 0.3, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match=fault) as error:
        dropout(**(good | change))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("dout, mask, fault", [
    (X, np.ones(3), r"dout \(2, 3\) and mask \(3,\)"),
    (X * np.nan, X, "dout holds NaN"), (X, None, "mask must be"),
    (X.astype(np.int8), X, "dout has dtype int8"),
])
def test_bad_pairs_are_named(dout, mask, fault):
    with pytest.raises(ValueError, match=fault):
        dropout_backward(dout, mask)
