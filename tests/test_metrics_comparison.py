"""Intervals and McNemar's test against SciPy, and by hand."""
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from nnlab.metrics import (Interval, mcnemar, paired_seeds, t_interval,
                           t_quantile, wilson_interval)
from tests.oracles import close, seeds, untouched

confidences = st.floats(0.01, 0.9999)


@st.composite
def shares(draw):
    n = draw(st.integers(1, 20_000))
    return draw(st.integers(0, n)), n


@given(share=shares(), confidence=confidences)
def test_wilson_is_scipys(share, confidence):
    k, n = share
    low, high = wilson_interval(k, n, confidence)
    exact = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
    close((low, high), (exact.low, exact.high))
    assert 0 <= low <= k / n + 1e-12 and k / n - 1e-12 <= high <= 1


def test_wilson_by_hand():
    """z^2 = 4 gives whole numbers: 4 of 4 -> (1/2, 1)."""
    confidence = math.erf(2 / math.sqrt(2))
    close(wilson_interval(4, 4, confidence), (0.5, 1))
    close(wilson_interval(0, 4, confidence), (0, 0.5))
    close(wilson_interval(6, 12, confidence), (0.25, 0.75))
    close(wilson_interval(90, 100), wilson_interval(90, 100, 0.95))


def test_wilson_stays_within_0_and_1():
    """Rounding would lead out of it by 1e-18."""
    for n in range(1, 300):
        assert wilson_interval(0, n)[0] >= 0
        assert wilson_interval(n, n)[1] <= 1


def test_wilson_of_numpys_whole_numbers():
    """60,000^2 does not fit into int32, 100 + 100 not into int8."""
    close(wilson_interval(np.int32(54_000), np.int32(60_000)),
          wilson_interval(54_000, 60_000), rtol=1e-14)
    close(wilson_interval(np.int8(90), 100), wilson_interval(90, 100))
    with pytest.raises(ValueError, match=r"n has dtype int8, .* int\(n\)"):
        wilson_interval(np.int8(90), np.int8(100))


def coverage(n, p):
    """How often the 95% interval holds p, over all outcomes of n."""
    return sum(stats.binom.pmf(k, n, p) for k in range(n + 1)
               if wilson_interval(k, n)[0] <= p <= wilson_interval(k, n)[1])


def test_wilson_covers():
    assert np.mean([coverage(50, p) for p in np.linspace(0.1, 0.99, 90)]
                   ) == pytest.approx(0.95, abs=0.01)


def classifiers(b, c, both, neither, seed):
    """Predictions of which b are right by a alone, c by b alone."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(b + c + both + neither)
    y = rng.integers(3, size=len(order))
    a_right = np.arange(len(y)) < b + both
    b_right = np.concatenate([np.zeros(b), np.ones(both + c),
                              np.zeros(neither)]).astype(bool)
    wrong = (y + rng.integers(1, 3, size=len(y))) % 3
    return tuple(x[order] for x in (np.where(a_right, y, wrong),
                                    np.where(b_right, y, wrong), y))


@given(b=st.integers(0, 40), c=st.integers(0, 40), both=st.integers(1, 30),
       neither=st.integers(0, 5), seed=seeds)
def test_mcnemar_is_scipys(b, c, both, neither, seed):
    arrays = classifiers(b, c, both, neither, seed)
    with untouched(*arrays):
        exact = mcnemar(*arrays)
        chi = mcnemar(*arrays, exact=False)
    assert (exact.only_a, exact.only_b) == (chi.only_a, chi.only_b) == (b, c)
    assert exact.statistic == min(b, c)
    assume(b + c)
    close(exact.p_value, stats.binomtest(b, b + c).pvalue)
    close(chi.statistic, max(abs(b - c) - 1, 0)**2 / (b + c))
    close(chi.p_value, stats.chi2.sf(chi.statistic, 1))
    if b != c:      # Yates's chi^2 of b and c against half of b + c
        half = (b + c) / 2
        close(chi.statistic, 2 * (abs(b - half) - 0.5)**2 / half)


def test_mcnemar_by_hand():
    """1 against 5: 2 (1 + 6) / 64, and (4 - 1)^2 / 6."""
    arrays = classifiers(1, 5, 10, 2, 0)
    assert mcnemar(*arrays) == (1, 5, 1, 14 / 64)
    assert mcnemar(*arrays, exact=False).statistic == 1.5
    equal = classifiers(0, 0, 5, 5, 0)
    assert mcnemar(*equal) == (0, 0, 0, 1)
    assert mcnemar(*equal, exact=False) == (0, 0, 0, 1)
    assert mcnemar(*classifiers(3, 3, 1, 0, 0)).p_value == 1


def test_mcnemar_of_thousands():
    got = mcnemar(*classifiers(2400, 2600, 10, 0, 0))
    close(got.p_value, stats.binomtest(2400, 5000).pvalue)


# SciPy's own quantile is off by 1e-8 next to p = 1/2, where t = 0.
tails = st.floats(1e-4, 0.49) | st.floats(0.51, 0.9999)


@given(p=tails, df=st.integers(1, 60) | st.integers(1, 3000))
def test_t_quantile_is_scipys(p, df):
    close(t_quantile(p, df), stats.t.ppf(p, df))


def test_far_out_the_t_quantile_has_few_digits():
    """2 p - 1 has; SciPy's has them all."""
    close(t_quantile(1e-7, 5), stats.t.ppf(1e-7, 5), rtol=1e-8)
    assert abs(t_quantile(1e-14, 5) / stats.t.ppf(1e-14, 5) - 1) > 1e-4


def test_t_quantile_by_hand():
    """df = 1 is Cauchy's law, df = 2 has a closed form."""
    assert t_quantile(0.5, 7) == 0
    close(t_quantile(0.75, 1), 1)
    close(t_quantile(0.975, 1), math.tan(0.475 * math.pi))
    for p in (0.1, 0.6, 0.975):
        close(t_quantile(p, 2), (2 * p - 1) / math.sqrt(2 * p * (1 - p)))
    assert t_quantile(0.975, 100_000) == pytest.approx(1.95998, abs=2e-5)


numbers = st.lists(st.floats(-100, 100), min_size=2, max_size=30)


@given(numbers=numbers, confidence=confidences)
def test_interval_is_that_of_scipy(numbers, confidence):
    got = t_interval(numbers, confidence)
    mean, sem = np.mean(numbers), stats.sem(numbers)
    half = stats.t.ppf((1 + confidence) / 2, len(numbers) - 1) * sem
    assert got.n == len(numbers)
    assert all(isinstance(x, float) for x in got[:3])
    close(got[:3], (mean, mean - half, mean + half), atol=1e-9)


@given(seed=seeds, n=st.integers(2, 20), confidence=confidences)
def test_paired_seeds_are_scipys(seed, n, confidence):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=n)
    b = a + 0.1 * rng.normal(size=n)
    with untouched(a, b):
        got = paired_seeds(a, b, confidence)
    exact = stats.ttest_rel(a, b).confidence_interval(confidence)
    close(got, (np.mean(a - b), exact.low, exact.high, n), rtol=1e-9)


def test_intervals_by_hand():
    """Mean 2, s = 1; t of 2 degrees of freedom is 4.303 for 95%."""
    t = 0.95 / math.sqrt(2 * 0.975 * 0.025)
    half = t / math.sqrt(3)
    close(t_interval([1, 2, 3]), (2, 2 - half, 2 + half, 3))
    close(paired_seeds([5, 5, 5], [4, 3, 2]), (2, 2 - half, 2 + half, 3))
    assert paired_seeds([3, 5], [2, 4]) == Interval(1, 1, 1, 2)


@pytest.mark.parametrize("call, fault", [
    (lambda: wilson_interval(-1, 5), "successes .* n = 5; got -1"),
    (lambda: wilson_interval(6, 5), "successes .* n = 5; got 6"),
    (lambda: wilson_interval(0.5, 5), "successes must be a whole"),
    (lambda: wilson_interval(0, 0), "n must be a whole"),
    (lambda: wilson_interval(1, 5, 95), "confidence must .* got 95"),
    (lambda: wilson_interval(1, 5, 0), "confidence must"),
    (lambda: wilson_interval(1, 5, "0.9"), "confidence must"),
    (lambda: mcnemar(np.ones(2), np.ones(2, int), np.ones(2, int)),
     "pred_a must be an array of integer"),
    (lambda: mcnemar(*np.ones((2, 2), int), np.ones(3, int)),
     r"pred_b \(2,\) and y \(3,\)"),
    (lambda: t_quantile(1, 3), "p must lie between"),
    (lambda: t_quantile(0.5, 0), "df must be"),
    (lambda: t_quantile(0.5, 2.5), "df must be"),
    (lambda: t_interval([1.0]), "at least 2 numbers"),
    (lambda: t_interval([[1, 2]]), "at least 2 .* shape"),
    (lambda: t_interval([1, np.nan]), "finite .* counted, not averaged"),
    (lambda: t_interval([1, np.inf]), "finite"),
    (lambda: t_interval([1, 2], 1), "confidence must"),
    (lambda: paired_seeds([1, 2], [1, 2, 3]), r"a \(2,\) and b \(3,\)"),
    (lambda: paired_seeds([1, 2], [1, np.nan]), "finite"),
    (lambda: paired_seeds([1], [1]), "at least 2"),
    (lambda: paired_seeds([1, 2], [1, 2], 2), "confidence must"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
