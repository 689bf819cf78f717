"""Is it better, or was it luck?  Intervals, and a test.

Other examples would give another accuracy: wilson_interval, mcnemar.
Other seeds too: t_interval, paired_seeds.
"""
import math
from collections import namedtuple
from itertools import accumulate
from statistics import NormalDist

import numpy as np

from nnlab._checks import NotFinite, checked, count, same_shape
from nnlab.metrics._arguments import classes, probability

Interval = namedtuple("Interval", "mean low high n")
Interval.__doc__ = "A mean of n numbers, and where it lies: low to high."
McNemar = namedtuple("McNemar", "only_a only_b statistic p_value")
McNemar.__doc__ = "Examples that only a or only b has right, and the test."


def _wilson_interval(successes, n, confidence=0.95):
    count(n=n)
    if successes not in range(n + 1):
        raise ValueError("successes must be a whole number from 0 to n = "
                         f"{n}; got {successes!r}.")
    probability(confidence=confidence)


@checked(_wilson_interval)
def wilson_interval(successes, n, confidence=0.95):
    """Wilson's interval for a share, such as an accuracy.

        p = successes / n
        centre = (p + z^2 / 2n) / (1 + z^2 / n)
        half = z sqrt(p (1 - p) / n + z^2 / 4n^2) / (1 + z^2 / n)

    z is the normal quantile of (1 + confidence) / 2, 1.96 for 95%.
    Within [0, 1] even at p = 0 and p = 1, where p +- z s has width 0.
    successes, n : whole numbers.  Returns (low, high), two shares.
    Raises ValueError unless 0 <= successes <= n, n is at least 1, and
    confidence lies between 0 and 1.
    Source: Wilson (1927).
    Differs from PyTorch, which has none; same as SciPy's
    ``binomtest(...).proportion_ci(method="wilson")``.

    >>> low, high = wilson_interval(90, 100)
    >>> round(low, 3), round(high, 3)
    (0.826, 0.945)
    """
    successes, n = int(successes), int(n)
    p = successes / n
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = (z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
            / (1 + z**2 / n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _mcnemar(pred_a, pred_b, y, exact=True):
    classes(pred_a=pred_a, pred_b=pred_b, y=y)


@checked(_mcnemar)
def mcnemar(pred_a, pred_b, y, exact=True):
    """McNemar's test: is one classifier right more often than another.

    Only the examples that one has right and the other wrong say
    anything: b that only a has right, c that only b has.
        exact: p = min(1, 2 sum_{k <= min(b, c)} (b+c choose k) / 2^(b+c))
        else:  chi^2 = max(|b - c| - 1, 0)^2 / (b + c), 1 degree of
               freedom, with the correction for continuity

    pred_a, pred_b, y : (N,) labels of the same examples, in one order.
    Returns McNemar(only_a, only_b, statistic, p_value): b, c, the
    smaller of them or chi^2, and the probability of such a difference
    or a greater one between equals, 1 if b + c = 0.  The exact one
    takes seconds from b + c = 2e5 on, where the other is as good.
    Raises ValueError unless all are integer labels of equal length.
    Source: McNemar (1947), with the correction of Edwards (1948).
    Differs from PyTorch, which has none; exact is SciPy's
    ``binomtest(b, b + c).pvalue``.
    """
    b = int(np.sum((pred_a == y) & (pred_b != y)))
    c = int(np.sum((pred_a != y) & (pred_b == y)))
    if exact:
        return McNemar(b, c, min(b, c), _two_sided(min(b, c), b + c))
    chi2 = max(abs(b - c) - 1, 0)**2 / max(b + c, 1)
    return McNemar(b, c, chi2, math.erfc(math.sqrt(chi2 / 2)))


def _two_sided(k, n):
    """Probability that n throws of a coin split as k to n - k, or worse."""
    choose = accumulate(range(k), lambda c, i: c * (n - i) // (i + 1),
                        initial=1)
    return min(1.0, 2 * sum(choose) / 2**n)


def _t_quantile(p, df):
    probability(p=p)
    count(df=df)


@checked(_t_quantile)
def t_quantile(p, df):
    """The t below which Student's distribution has probability p.

        P(T <= t) = p,    t = sqrt(df) tan(theta)

    theta is found by halving: P(|T| <= t) is a finite sum of powers of
    cos(theta) and grows with theta.
    p : a number between 0 and 1, df : degrees of freedom, at least 1.
    Returns t, a number without a unit; the sum takes 1 s at df = 1e6.
    Raises ValueError unless p lies between 0 and 1 and df is a whole
    number of at least 1.
    Source: Abramowitz and Stegun (1964), equations 26.7.3 and 26.7.4.
    Differs from PyTorch, whose ``distributions.StudentT`` has no
    quantile; same as SciPy's ``stats.t.ppf`` for p from about 1e-8 to
    1 - 1e-8: beyond, 2 p - 1 has too few digits.
    """
    within = abs(2 * p - 1)
    low, high = 0.0, math.pi / 2
    while low < (theta := (low + high) / 2) < high:
        low, high = ((theta, high) if _probability(theta, df) < within
                     else (low, theta))
    return math.copysign(math.sqrt(df) * math.tan(theta), p - 0.5)


def _probability(theta, df):
    """P(|T| <= sqrt(df) tan(theta)) for Student's T."""
    odd = df % 2
    i = np.arange(2 + odd, df, 2)
    powers = np.cumprod(np.append(math.cos(theta)**odd,
                                  (i - 1) / i * math.cos(theta)**2))
    series = math.sin(theta) * float(powers.sum()) if df > 1 else 0.0
    return 2 / math.pi * (theta + series) if odd else series


def _t_interval(numbers, confidence=0.95):
    x = np.asarray(numbers, dtype=float)
    if x.ndim != 1 or len(x) < 2:
        raise ValueError("an interval needs at least 2 numbers, one per "
                         f"seed; got shape {x.shape}.")
    if not np.isfinite(x).all():
        raise NotFinite("an interval needs finite numbers; a run that "
                        "diverged must be counted, not averaged.")
    probability(confidence=confidence)


@checked(_t_interval)
def t_interval(numbers, confidence=0.95):
    """Mean and Student t interval of one number per seed.

        mean +- t s / sqrt(n),    s^2 = sum (x - mean)^2 / (n - 1)

    t is the quantile of (1 + confidence) / 2 with n - 1 degrees of
    freedom.
    numbers : (n,), in any unit.  Returns Interval(mean, low, high, n)
    in that unit.
    Raises ValueError unless there are at least 2 numbers, all finite.
    Source: Student (1908).
    Differs from PyTorch, which has none; same as SciPy's
    ``stats.ttest_1samp(...).confidence_interval()``.
    """
    x = np.asarray(numbers, dtype=float)
    n, mean = len(x), float(x.mean())
    t = t_quantile((1 + confidence) / 2, n - 1)
    half = t * float(x.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def _paired_seeds(a, b, confidence=0.95):
    same_shape(a=a, b=b)
    _t_interval(a, confidence)
    _t_interval(b, confidence)


@checked(_paired_seeds)
def paired_seeds(a, b, confidence=0.95):
    """How much more a is than b, when both ran with the same seeds.

        d_i = a_i - b_i,    mean(d) +- t s_d / sqrt(n)

    What a seed does to both alike, such as the split, drops out of the
    differences.  If 0 lies outside the interval, a and b differ: that
    would happen in at most 1 - confidence of cases if they were equal.
    a, b : (n,), a number for each seed, in the same order and unit.
    confidence : how often such an interval holds the true difference.
    Returns Interval(mean, low, high, n) of the differences.
    Raises ValueError unless both have the same length, at least 2, and
    all numbers are finite.
    Source: Student (1908).
    Differs from PyTorch, which has none; same as SciPy's
    ``stats.ttest_rel(a, b).confidence_interval()``.
    """
    return t_interval(np.subtract(a, b), confidence)
