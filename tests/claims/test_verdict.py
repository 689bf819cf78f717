"""Intervals over seeds and the words of a verdict."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nnlab.claims._verdict import (T_975, Interval, Verdict, over_cases,
                                   span, t_interval)

EFFECT = Interval(1.0, 0.5, 1.5, 5)


def test_quantiles_are_those_of_students_t():
    exact = stats.t.ppf(0.975, np.arange(1, len(T_975) + 1))
    assert np.allclose(T_975, exact, atol=6e-4)


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_interval_is_that_of_scipy(numbers):
    got = t_interval(numbers)
    mean, sem = np.mean(numbers), stats.sem(numbers)
    half = stats.t.ppf(0.975, len(numbers) - 1) * sem
    assert got.n == len(numbers)
    assert np.allclose((got.low, got.high), (mean - half, mean + half),
                       rtol=1e-12, atol=1e-3 * sem + 1e-12)


def test_interval_by_hand():
    # mean 2, s = 1, half = 4.303 / sqrt(3)
    got = t_interval([1, 2, 3])
    assert got.mean == 2
    assert got.high - got.mean == pytest.approx(2.4843, abs=1e-4)


@pytest.mark.parametrize("numbers, word", [
    ([1.0], "2 to 20"), ([0.0] * 21, "2 to 20"), ([[1, 2]], "2 to 20"),
    ([1.0, np.nan], "finite"), ([1.0, np.inf], "finite")])
def test_interval_refuses(numbers, word):
    with pytest.raises(ValueError, match=word):
        t_interval(numbers)


def test_span():
    assert span([1, 5, 3]) == Interval(3.0, 1.0, 5.0, 3)


def test_the_three_verdicts():
    assert str(Verdict(True, "", EFFECT, "")) == "holds"
    assert str(Verdict(True, "x is y", EFFECT, "")) == "holds when x is y"
    assert str(Verdict(False, "x is y", EFFECT, "")) == "does not hold here"


@pytest.mark.parametrize("held, expected", [
    ({"a": True, "b": True}, (True, "")),
    ({"a": False, "b": False}, (False, "")),
    ({"a": False, "b": True}, (True, "b")),
    ({"a": True, "b": False, "c": True}, (True, "a or c"))])
def test_over_cases(held, expected):
    assert over_cases(held) == expected
