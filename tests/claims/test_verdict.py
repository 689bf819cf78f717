"""Intervals over seeds and the words of a verdict."""
import pytest

from nnlab.claims._verdict import Interval, Verdict, over_cases, span

EFFECT = Interval(1.0, 0.5, 1.5, 5)


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
