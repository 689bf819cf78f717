"""Intervals over seeds, and the three verdicts.

This is the only place where a verdict is spelled.  A rule says what it
found, as a bool and a condition; the words follow from that.
"""
from dataclasses import dataclass

import numpy as np

# The claims take t_interval from here: every interval from one place.
from nnlab.metrics import Interval, t_interval

__all__ = ["Interval", "Verdict", "over_cases", "span", "t_interval"]


def span(numbers):
    """Mean, smallest and largest: for what does not vary by chance."""
    x = np.asarray(numbers, dtype=float)
    return Interval(float(x.mean()), float(x.min()), float(x.max()),
                    x.size)


@dataclass(frozen=True)
class Verdict:
    """What a rule decided, and the effect that decided it.

    holds : did the claim hold?
    when : the condition under which it held, "" if without one
    effect : Interval of the effect
    found : a sentence on the effect, its interval and the threshold
    """

    holds: bool
    when: str
    effect: Interval
    found: str

    def __str__(self):
        if not self.holds:
            return "does not hold here"
        return f"holds when {self.when}" if self.when else "holds"


def over_cases(held):
    """(holds, when) for a claim tried in several named cases.

    held : {the case in words: whether the claim held there}.  With all
    of them it holds, with some it holds when one of those is the case.
    """
    cases = [case for case, ok in held.items() if ok]
    if len(cases) in (0, len(held)):
        return bool(cases), ""
    return True, " or ".join(cases)


def paired(gains, points):
    """Where a gain with the same seeds on both sides is there, and counts.

    It is there if its 95% t interval is above 0, and counts from
    ``points`` on.
    gains : {the case in words: the gain for each seed}
    Returns ((holds, when), Interval over all cases, {case: Interval}).
    """
    each = {case: t_interval(g) for case, g in gains.items()}
    held = {case: i.low > 0 and i.mean >= points
            for case, i in each.items()}
    effect = t_interval(np.mean(list(gains.values()), axis=0))
    return over_cases(held), effect, each


def said(intervals):
    """Intervals in words: {the case in words: Interval}."""
    return "; ".join(f"where {case}, {i.mean:+.2f} ({i.low:+.2f} to "
                     f"{i.high:+.2f})" for case, i in intervals.items())
