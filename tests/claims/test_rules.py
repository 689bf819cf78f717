"""Each rule, fed planted numbers: all three verdicts, and the null."""
import numpy as np
import pytest

from nnlab.claims import CLAIMS
from nnlab.claims.adam_usually_best import POINTS, TASKS

FAILS = "does not hold here"
PLAIN, ILL, DEEP = TASKS


def steps(**off):
    """adam-first-step: how far the steps of a power are off from lr."""
    return {power.replace("m", "-").strip("_"): [[1 - x, 1 - x / 2]] * 3
            for power, x in off.items()}


def race(adam, rivals=(90.0, 90.0, 90.0), noise=0.1):
    """adam-usually-best: accuracies round these means, 6 seeds."""
    wobble = noise * np.array([1, -1, 1, -1, 1, -1])
    means = dict(zip(("sgd", "momentum", "nesterov"), rivals))
    results = {name: {"lr": 0.1, "accuracy": [mean] * 6}
               for name, mean in means.items()}
    results["adam"] = {"lr": 0.1, "accuracy": (adam + wobble).tolist()}
    return results


def training(*wrong, right=0.1):
    """falling-loss: last loss over first, the same in all of 5 seeds."""
    return {"right": [right] * 5, "wrong": {
        f"mistake {i}": [w] * 5 for i, w in enumerate(wrong)}}


PLANTED = {
    "adam-first-step": [
        (steps(_0=0.0, _1=0.001, _2=0.0, _3=0.0), "holds"),
        (steps(m1=0.5, _0=0.005, _1=0.0, _2=0.0, _3=0.0),
         "holds when |g| is at least 1 eps"),
        # Good below, bad above: only what stays good counts.
        (steps(m1=0.0, _0=0.5, _1=0.0, _2=0.0, _3=0.0, _4=0.0),
         "holds when |g| is at least 10 eps"),
        (steps(_0=0.0, _1=0.0, _2=0.0, _3=0.0, _4=0.02), FAILS),
        # A step as large as the gradient, as gradient descent takes it.
        (steps(m2=0.99, m1=0.9, _0=0.0, _1=9.0, _2=99.0), FAILS)],
    "adam-usually-best": [
        ({PLAIN: race(92.0), ILL: race(91.0)}, "holds"),
        ({PLAIN: race(92.0), ILL: race(90.0)}, f"holds when {PLAIN}"),
        ({PLAIN: race(88.0), ILL: race(92.0), DEEP: race(93.0)},
         f"holds when {ILL} or {DEEP}"),
        ({PLAIN: race(88.0), ILL: race(90.0)}, FAILS),
        # Better than the median of the others is enough ...
        ({PLAIN: race(92.0, rivals=(95.0, 90.0, 90.0))}, "holds"),
        # ... better than the worst is not.
        ({PLAIN: race(92.0, rivals=(95.0, 94.0, 90.0))}, FAILS),
        # Sure but too small; large but unsure.
        ({PLAIN: race(90 + POINTS / 2, noise=0.01)}, FAILS),
        ({PLAIN: race(92.0, noise=5.0)}, FAILS)],
    "falling-loss": [
        (training(1.0, 2.0, None), "holds"),
        (training(0.5, 0.8, 2.0),
         "holds when it falls as far as with the right gradient"),
        (training(0.5, 0.105, 2.0), FAILS),
        # Nothing is shown if not even the right gradient helps.
        (training(1.0, 2.0, None, right=0.95), FAILS)],
}

# The same setting on both sides.
NULL = {
    "adam-first-step": [steps(_5=0.0)],
    "adam-usually-best": [
        {PLAIN: race(90.0, noise=0.0), ILL: race(90.0, noise=0.0)}],
    "falling-loss": [training(0.1), training(0.1, 0.1, 0.1)],
}


def test_every_claim_has_planted_numbers():
    assert set(PLANTED) == set(NULL) == set(CLAIMS)


@pytest.mark.parametrize("name", PLANTED)
def test_all_three_verdicts_are_planted(name):
    words = {text.partition(" when ")[0] + " when" * (" when " in text)
             for _, text in PLANTED[name]}
    assert words == {"holds", "holds when", FAILS}


@pytest.mark.parametrize("name, numbers, verdict", [
    (name, numbers, verdict) for name, cases in PLANTED.items()
    for numbers, verdict in cases])
def test_planted(name, numbers, verdict):
    assert str(CLAIMS[name].rule(numbers)) == verdict


@pytest.mark.parametrize("name, numbers", [
    (name, numbers) for name, cases in NULL.items() for numbers in cases])
def test_null_comparison(name, numbers):
    assert str(CLAIMS[name].rule(numbers)) == FAILS


def test_null_comparison_of_fresh_seeds():
    """Four times the same optimiser, each with seeds of its own."""
    rng = np.random.default_rng(0)
    rule = CLAIMS["adam-usually-best"].rule

    def draw():
        return {"lr": 0.1, "accuracy": rng.normal(95, 1, 10).tolist()}
    verdicts = [str(rule({PLAIN: {name: draw() for name in (
        "sgd", "momentum", "nesterov", "adam")}})) for _ in range(1000)]
    # 2.5% of the intervals lie above 0 by chance.
    assert verdicts.count(FAILS) >= 950
