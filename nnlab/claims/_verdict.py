"""Intervals over seeds, and the three verdicts.

This is the only place where a verdict is spelled.  A rule says what it
found, as a bool and a condition; the words follow from that.
"""
from dataclasses import dataclass

import numpy as np

# The 97.5% point of Student's t with 1, 2, ... degrees of freedom: an
# interval of 95% for the mean of 2 to 20 seeds.
T_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262,
         2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101,
         2.093)


@dataclass(frozen=True)
class Interval:
    """A mean of n numbers, and where it lies: from low to high."""

    mean: float
    low: float
    high: float
    n: int


def t_interval(numbers):
    """Mean and 95% Student t interval of one number per seed.

        mean +- t s / sqrt(n),    s^2 = sum (x - mean)^2 / (n - 1)

    For two settings run with the same seeds, give the differences:
    that is the paired t interval.
    Raises ValueError unless there are 2 to 20 finite numbers.
    """
    x = np.asarray(numbers, dtype=float)
    if x.ndim != 1 or not 2 <= len(x) <= len(T_975) + 1:
        raise ValueError("an interval needs 2 to 20 numbers, one per "
                         f"seed; got shape {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError("an interval needs finite numbers; a run that "
                         "diverged must be counted, not averaged.")
    half = T_975[len(x) - 2] * x.std(ddof=1) / np.sqrt(len(x))
    mean = float(x.mean())
    return Interval(mean, float(mean - half), float(mean + half), len(x))


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
