"""Dropout against differences, PyTorch, and the binomial law."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.dropout import dropout, dropout_backward
from tests.oracles import (binomial_interval, by_differences, by_torch,
                           close, draw, seeds, shapes, untouched)

rates = st.sampled_from([0.0, 0.1, 0.3, 0.8, 0.95])


@given(seed=seeds, shape=shapes, p=rates)
def test_is_pytorchs_autograd_of_the_same_mask(seed, shape, p):
    """Then the same mask on another x, as a frozen mask is used."""
    x, dout = draw(seed, (2, *shape))
    x, dout = np.asarray(x), np.asarray(dout)
    _, mask = dropout(x, p, np.random.default_rng(seed))
    for x in (x, 2 - x):
        expected, dx = by_torch(lambda t: t * torch.tensor(mask), dout, x)
        out, again = dropout(x, p, mask=mask)
        close(out, expected)
        close(again, mask)
        close(dropout(x, p, np.random.default_rng(), mask)[0], expected)
        close(dropout_backward(dout, mask), dx)


@given(seed=seeds, shape=shapes, p=rates)
def test_backward_is_the_difference_quotient(seed, shape, p):
    x, dout = map(np.asarray, draw(seed, (2, *shape)))
    mask = dropout(x, p, np.random.default_rng(seed))[1]
    differ = by_differences(lambda x: dropout(x, p, mask=mask)[0], dout, x)
    close(dropout_backward(dout, mask), differ, atol=1e-8)


@given(seed=seeds, p=rates)
def test_the_mask_holds_0_and_1_over_1_minus_p(seed, p):
    """As PyTorch's, whose mask shows on an x of ones."""
    x = draw(seed, (200, 20))
    out, mask = dropout(x, p, np.random.default_rng(seed))
    theirs = torch.nn.functional.dropout(
        torch.ones(4000, dtype=torch.float64), p)
    close(np.unique(mask), np.unique(theirs))
    close(out, x * mask)
    assert mask.shape == x.shape


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


@pytest.mark.parametrize("p", [0.1, 0.3, 0.95, np.float32(0.7), 0.999])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_mask_is_taken_again_whatever_its_rounding(p, kind):
    x = np.ones(2000, kind)
    mask = dropout(x, p, np.random.default_rng(0))[1]
    for again in (mask, mask.astype(np.float32)):
        assert dropout(x, p, mask=again)[1] is again


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
    x = draw(0, (4, 3)).astype(dtype)
    with untouched(x):
        out, mask = dropout(x, 0.3, np.random.default_rng(1))
        with untouched(mask):
            again = dropout(x, 0.3, mask=mask)[0]
            dx = dropout_backward(x, mask)
    assert out.dtype == mask.dtype == again.dtype == dx.dtype == dtype
    assert not any(np.shares_memory(a, b) for a in (out, again, dx)
                   for b in (x, mask))


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
       ({"mask": X > 0}, "mask must hold real numbers; got dtype bool"),
       ({"mask": X}, r"mask must hold 0 and 1 / \(1 - p\) = 1.42857; got 1"),
       ({"mask": X / 0.4}, r"got 2.5\. It must have been made with this p"),
       ({"mask": -X / 0.7}, "mask must hold 0 and")]


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
