"""Each rule fires on the runs with its fault, and on no other run."""
import pytest

from nnlab.diagnosis import (
    curves, diagnose, inside, rules, signals, symptoms)
from tests.diagnosis_runs import FAULTY, HEALTHY

SEEDS = range(5)

# Where two are named, both are true: weights too small or too large
# are seen at the start, and again in what training makes of them.
FINDINGS = {
    "8 sigmoid layers": [symptoms.VANISHING],
    "weights of std 0.01": [symptoms.VANISHING, symptoms.DEAD],
    "weights of std 0.5": [symptoms.START, symptoms.EXPLODING],
    "10 tanh layers, weights of std 0.7": [symptoms.EXPLODING],
    "rate of 10": [symptoms.EXPLODING],
    "augmentation gives NaN": [symptoms.BEFORE],
    "labels drawn at random": [symptoms.OVERFITTING],
    "biases of -10": [symptoms.DEAD],
    "40 examples": [symptoms.OVERFITTING],
    "noisy labels": [symptoms.OVERFITTING],
    "noisy regression": [symptoms.OVERFITTING],
    "2 units": [symptoms.UNDERFITTING],
    "rate of 1e-5": [symptoms.SLOW],
    "summed loss": [symptoms.SUMMED],
    "softmax layer": [symptoms.TWICE],
    "softmax in the loss": [symptoms.TWICE],
    "pixels to 255": [symptoms.START],
}

# What is seen too, and only a consequence of the finding.
CONSEQUENCES = {
    "8 sigmoid layers": {symptoms.UNDERFITTING},
    "weights of std 0.01": {symptoms.UNDERFITTING},
    "rate of 10": {symptoms.UNDERFITTING, symptoms.DEAD},
    "10 tanh layers, weights of std 0.7": {symptoms.UNDERFITTING},
    "labels drawn at random": {symptoms.SLOW},
    "biases of -10": {symptoms.UNDERFITTING},
    "pixels to 255": {symptoms.UNDERFITTING},
}


def test_every_fault_and_every_rule_has_its_run():
    assert FINDINGS.keys() == FAULTY.keys()
    assert {name for names in FINDINGS.values() for name in names
            } == rules.RULES.keys()


@pytest.mark.parametrize("fault", FAULTY)
def test_a_run_with_a_fault_gives_that_finding_and_no_other(fault):
    for seed in SEEDS:
        found = diagnose(FAULTY[fault](seed))
        assert found.names == FINDINGS[fault], f"seed {seed}\n{found}"
        assert {name for name, _ in found.explained
                } == CONSEQUENCES.get(fault, set()), f"seed {seed}"


# (signal, fault, threshold): the healthy side and the faulty side must
# both be this factor away from it.
MARGINS = {
    "reach": (lambda h: min(signals.reach(h)[0]),
              "8 sigmoid layers", inside.VANISHING, 10),
    "growth": (lambda h: 1 / max(signals.reach(h)[1]),
               "10 tanh layers, weights of std 0.7", 1 / inside.EXPLODING,
               5),
    "spike": (lambda h: 1 / signals.loss_spike(h), "rate of 10",
              1 / inside.SPIKE, 2),
    "gap": (lambda h: 1 - signals.accuracy_gap(h), "40 examples",
            1 - curves.GAP, 1.03),
    "left": (lambda h: 1 / signals.loss_left(h), "2 units",
             1 / curves.LEFT, 1.3),
    "update": (signals.update_size, "rate of 1e-5", curves.TINY_UPDATE, 8),
}


@pytest.mark.parametrize("name", MARGINS)
def test_thresholds_stand_well_between_healthy_and_faulty(name):
    """Small is bad in each of these signals."""
    signal, fault, threshold, factor = MARGINS[name]
    for seed in range(2):
        assert signal(FAULTY[fault](seed)) * factor < threshold
        for kind in ("ReLU, Adam", "8 tanh layers", "BatchNorm"):
            assert signal(HEALTHY[kind](seed)) > factor * threshold
