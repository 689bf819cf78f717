"""Each rule, fed planted numbers: all three verdicts, and the null."""
import numpy as np
import pytest

from nnlab.claims import (
    CLAIMS, adamw_over_l2, dropout_helps, he_for_relu, l1_gives_zeros,
    pytorch_default_depth)
from nnlab.claims._starts import POINTS as LEAST
from nnlab.claims.adam_usually_best import POINTS, TASKS
from nnlab.claims.batchnorm_larger_rates import NETS
from nnlab.claims.batchnorm_small_batches import POINTS as BN_POINTS

FAILS = "does not hold here"
FEW, SMALL = dropout_helps.CASES
ONE, SIX = NETS
PLAIN, ILL, DEEP = TASKS
NOISY, SCALED = adamw_over_l2.CASES


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


def starts(first, second=90.0, noise=0.1):
    """Two starts at one depth: accuracies round these means, 6 seeds."""
    wobble = noise * np.array([1, -1, 1, -1, 1, -1])
    return {"He": {"lr": 0.1, "accuracy": (first + wobble).tolist()},
            "other": {"lr": 0.1, "accuracy": [second] * 6}}


def two_starts(depths):
    """What both claims on starts are fed; depths : three cases."""
    first, second, third = depths
    return [
        ({case: starts(92.0) for case in depths}, "holds"),
        ({first: starts(90.0), third: starts(92.0)},
         f"holds when {third}"),
        ({first: starts(88.0), second: starts(92.0), third: starts(92.0)},
         f"holds when {second} or {third}"),
        ({first: starts(88.0), third: starts(90.0)}, FAILS),
        # Sure but too small; large but unsure.
        ({first: starts(90 + LEAST / 2, noise=0.01)}, FAILS),
        ({first: starts(92.0, noise=5.0)}, FAILS)]


def zeros(plain=0.0, adam=0.0, proximal=1.0, control=0.0, relevant=0.0):
    """l1-gives-zeros: these shares of exact zeros, in 5 seeds."""
    shares = {l1_gives_zeros.PLAIN: plain, l1_gives_zeros.ADAM: adam,
              l1_gives_zeros.PROXIMAL: proximal,
              l1_gives_zeros.CONTROL: control}
    return {method: {"irrelevant": [share] * 5, "relevant": [relevant] * 5}
            for method, share in shares.items()}


def dropped(gain, noise=0.1):
    """dropout-helps: this gain in points, 6 seeds."""
    wobble = [noise, -noise] * 3
    return {"0.0": {"lr": 0.1, "accuracy": [90.0] * 6},
            "0.5": {"lr": 0.1, "accuracy": [90 + gain + w for w in wobble]}}


def decay(gain, noise=0.1):
    """adamw-over-l2: this gain in points, 6 seeds."""
    wobble = [noise, -noise] * 3
    return {name: {"lr": 0.01, "decay": 0.1, "accuracy": accuracy}
            for name, accuracy in [
                ("AdamW", [90 + gain + w for w in wobble]),
                ("Adam with L2", [90.0] * 6)]}


def sweep(without, with_, level=95.0):
    """batchnorm-larger-rates: good up to these rates, the same seeds."""
    rates = ("0.1", "0.32", "1", "3.2", "10")
    return {side: {r: [top if float(r) <= most else 10.0] * 5
                   for r in rates}
            for side, most, top in (("without", without, 95.0),
                                    ("with", with_, level))}


def batches(noise=0.1, **gains):
    """batchnorm-small-batches: BatchNorm's gain at each batch size."""
    wobble = noise * np.array([1, -1, 1, -1, 1])
    return {size.strip("b"): {"without": [90.0] * 5,
                              "with": (90 + gain + wobble * (
                                  size != "b32")).tolist()}
            for size, gain in gains.items()}


PLANTED = {
    "l1-gives-zeros": [
        (zeros(0.9, 0.9, 1.0), "holds"),
        (zeros(), f"holds when {l1_gives_zeros.PROXIMAL}"),
        (zeros(0.0, 0.0, 0.4), FAILS),
        # L2 does it too; the relevant weights are gone as well.
        (zeros(1.0, 1.0, 1.0, control=1.0), FAILS),
        (zeros(relevant=1.0), FAILS)],
    "dropout-helps": [
        ({FEW: dropped(3.0), SMALL: dropped(2.0)}, "holds"),
        ({FEW: dropped(3.0), SMALL: dropped(-3.0)}, f"holds when {FEW}"),
        ({FEW: dropped(-1.0), SMALL: dropped(-3.0)}, FAILS),
        # Sure but too small; large but unsure.
        ({FEW: dropped(0.5, noise=0.01)}, FAILS),
        ({FEW: dropped(3.0, noise=9.0)}, FAILS)],
    "adamw-over-l2": [
        ({NOISY: decay(2.0), SCALED: decay(2.0)}, "holds"),
        ({NOISY: decay(-2.0), SCALED: decay(2.0)}, f"holds when {SCALED}"),
        ({NOISY: decay(-2.0), SCALED: decay(0.0)}, FAILS),
        # Sure but too small; large but unsure.
        ({NOISY: decay(adamw_over_l2.POINTS / 2, noise=0.01)}, FAILS),
        ({NOISY: decay(2.0, noise=5.0)}, FAILS)],
    "batchnorm-larger-rates": [
        ({ONE: sweep(0.1, 3.2), SIX: sweep(0.1, 1)}, "holds"),
        ({ONE: sweep(0.1, 3.2), SIX: sweep(1, 1)}, f"holds when {ONE}"),
        ({ONE: sweep(1, 1), SIX: sweep(0.1, 3.2)}, f"holds when {SIX}"),
        ({ONE: sweep(1, 1), SIX: sweep(3.2, 1)}, FAILS),
        # A larger rate at a lower level is no gain.
        ({ONE: sweep(0.1, 3.2, level=80.0)}, FAILS)],
    "batchnorm-small-batches": [
        (batches(b2=-5, b4=-3, b8=-2, b32=0), "holds"),
        (batches(b2=-5, b4=0, b8=0, b32=0),
         "holds when a batch holds 2 examples"),
        (batches(b2=-5, b4=-3, b8=0, b32=0),
         "holds when a batch holds 2 examples or a batch holds 4 "
         "examples"),
        (batches(b2=1, b4=1, b8=0, b32=0), FAILS),
        # Sure but too small; large but unsure.
        (batches(noise=0.01, b2=-BN_POINTS / 2, b32=0), FAILS),
        (batches(noise=9.0, b2=-3, b32=0), FAILS)],
    "he-for-relu": two_starts(he_for_relu.DEPTHS),
    "pytorch-default-depth": two_starts(pytorch_default_depth.DEPTHS),
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
    "l1-gives-zeros": [zeros(proximal=0.0), zeros(1, 1, 1, 1)],
    "dropout-helps": [{FEW: dropped(0.0, noise=0.0)}],
    "adamw-over-l2": [{NOISY: decay(0.0, noise=0.0)}],
    "batchnorm-larger-rates": [{ONE: sweep(1, 1), SIX: sweep(0.1, 0.1)}],
    "batchnorm-small-batches": [batches(noise=0, b2=2, b4=2, b8=2, b32=2)],
    "he-for-relu": [{case: starts(90.0, noise=0.0)
                     for case in he_for_relu.DEPTHS}],
    "pytorch-default-depth": [{case: starts(90.0, noise=0.0)
                               for case in pytorch_default_depth.DEPTHS}],
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
