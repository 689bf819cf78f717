"""Signals by hand, what cannot be judged, and how findings print."""
import math

import pytest

from nnlab.diagnosis import Diagnosis, Finding, diagnose, signals, symptoms
from nnlab.diagnosis.rules import RULES
from nnlab.diagnosis.signals import Missing
from nnlab.training import History
from tests.diagnosis_runs import FAULTY, HEALTHY

NAN = math.nan


def history(train, val=(), accuracy=None, val_accuracy=(), **extra):
    extra = {f"monitor {name}": value for name, value in extra.items()}
    return History(train_loss=list(train), val_loss=list(val),
                   train_accuracy=list(accuracy or [NAN] * len(train)),
                   val_accuracy=list(val_accuracy), extra=extra)


def probe(**numbers):
    return [dict(start=2.0, zero=2.0, chance=2.0, least=0.0, doubling=1.0,
                 floor=0.0, probabilities=0.0) | numbers]


def look(elasticity=(1.0, 1.0, 1.0), dead=(NAN, 0.0, NAN),
         update=(0.1, NAN, 0.2)):
    return dict(layer=["0 Linear", "1 ReLU", "2 Linear"], dead=list(dead),
                elasticity=list(elasticity), saturated=[NAN, 0.5, NAN],
                std=[1.0] * 3, update=list(update))


@pytest.mark.parametrize("signal, h, value", [
    # The median of the last three, 1, 3, 1, over the first or chance.
    (signals.loss_left, history([4, 3, 1, 3, 1]), 0.25),
    (signals.loss_left, history([4, 3, 1, 3, 1], loss=probe()), 0.5),
    (signals.loss_left, history([4, 3, 1, 3, 1], loss=probe(chance=NAN)),
     0.25),
    # Of the 1.5 from 2 down to 0.5 there is 0.5 left.
    (signals.loss_left, history([4, 3, 1, 3, 1], loss=probe(least=0.5)),
     1 / 3),
    (signals.loss_left, history([4, 3, 1, 3, 1], loss=probe(least=2.5)),
     0.5),
    # Labels, and no Monitor: chance is at most that of 1000 classes.
    (signals.loss_left, history([9, 9, 6, 6, 6], accuracy=[0.1] * 5),
     6 / math.log(1000)),
    (signals.loss_left, history([2, 1, 1, 1, 1], accuracy=[0.1] * 5), 0.5),
    # Twelve epochs: the last quarter is three of them.
    (signals.loss_left, history([8] * 9 + [1, 2, 2]), 0.25),
    (signals.steadiness, history([5, 4, 3, 4, 2]), 0.75),
    (signals.steadiness, history([5, 4, 4, 4, 2]), 0.5),
    # First half 4 in 2 epochs, second 1 in 2; a rise; a straight line.
    (signals.pace, history([9, 6, 5, 4, 4]), 0.25),
    (signals.pace, history([1, 2, 3, 2, 1]), 0.0),
    (signals.pace, history([6, 5, 4, 3, 2, 1]), 1.0),
    (signals.accuracy_gap, history(
        [1] * 5, [1] * 5, [0, 0, 0.8, 0.9, 1], [0, 0, 0.7, 0.7, 0.9]), 0.2),
    # From 2 up to a median of 3, out of 5; training fell from 3 to 1.
    (signals.loss_rise, history([5, 3, 2, 1, 1], [4, 2, 3, 3, 5]), 0.2),
    (signals.loss_rise, history([5, 1, 2, 2, 2], [4, 2, 3, 3, 5]), 0.0),
    (signals.loss_rise, history([5, 3, 2, 1, 1], [4, 2, 3, 3, 5],
                                loss=probe(start=5)), 0.5),
    # Validation since epoch 3, smallest in epoch 4 with training at 3.
    (signals.loss_rise, history([9, 8, 7, 3, 2, 1, 1], [4, 2, 3, 3, 5]),
     1 / 9),
    (signals.loss_rise, history([9, 8, 2, 3, 7, 6, 5], [4, 2, 3, 3, 5]), 0),
    (signals.loss_spike, history([6, 3], loss=probe()), 3.0),
    (signals.loss_spike, history([2, 3]), 1.5),
    # A warm start from 0.1, and a start above outputs of 0.
    (signals.loss_spike, history([2, 3], loss=probe(start=0.1)), 1.5),
    (signals.loss_spike, history([2, 3], loss=probe(start=6.0)), 0.5),
    (signals.loss_spike, history([0.0, 0.0]), 0.0),
    (signals.update_size, history([1], profile=[
        look(), 7, look(update=(0.5, NAN, 0.1)), {"layer": []}]), 0.35),
    (signals.update_size, history([1], profile=[
        look(), look(update=(0.5, NAN, 0.1)), look(update=(NAN,) * 3)]),
     0.2),
    (signals.saturated_share, history([1], profile=[look()]), 0.5),
])
def test_signals_by_hand(signal, h, value):
    assert signal(h) == pytest.approx(value)


def test_reach_by_hand():
    h = history([1], profile=[
        look((1, 2, 4)), look((0, 2, 4)), look((1, 1, 0)),
        look((NAN, 2, 4)), look((NAN,) * 3)])
    assert signals.reach(h) == ([1, 2], [0.25, 0.5])


def test_the_dead_share_is_the_last_record_s_largest():
    h = history([1], profile=[look(dead=(NAN, 1.0, NAN)),
                              look(dead=(0.25, 0.5, NAN))])
    assert signals.dead_share(h) == (0.5, "1 ReLU")
    h = history([1], profile=[look(dead=(NAN,) * 3)])
    assert signals.dead_share(h)[0] == 0


@pytest.mark.parametrize("signal, h, message", [
    (signals.loss_left, history([1] * 4), "only 4 whole epochs"),
    (signals.pace, history([]), "only 0 whole"),
    (signals.loss_rise, history([1] * 5), "no validation set"),
    (signals.accuracy_gap, history([1] * 5), "no validation set"),
    (signals.loss_left, history([-1] * 5), "at or below 0"),
    (signals.reach, history([1]), "no Monitor"),
    (signals.reach, history([1], profile=[7, {}]), "no Monitor"),
    (signals.reach, history([1], profile=7), "no Monitor"),
    (signals.loss_left, history([1] * 4 + [math.inf]), "holds NaN or inf"),
    (signals.loss_rise, history([1] * 5, [NAN] * 5), "val_loss holds NaN"),
    (signals.loss_rise, history([1] * 5, [1] * 6), "more epochs of valid"),
])
def test_what_is_missing_is_named(signal, h, message):
    with pytest.raises(Missing, match=message):
        signal(h)


def without_monitor(h):
    return History(**{**vars(h), "extra": {}})


def test_a_bare_history_is_judged_as_far_as_it_goes():
    found = diagnose(without_monitor(HEALTHY["ReLU, SGD"](0)))
    assert found == []
    lacks = dict(found.unjudged)
    assert lacks.keys() == RULES.keys() - {
        symptoms.BEFORE, symptoms.OVERFITTING, symptoms.UNDERFITTING,
        symptoms.SLOW}
    assert all("no Monitor" in lack for lack in lacks.values())
    assert str(found).startswith("Nothing found in what could be judged.")
    h = without_monitor(HEALTHY["ReLU, SGD"](0))
    h.val_loss, h.val_accuracy = [], []
    assert "no validation" in dict(diagnose(h).unjudged)["overfitting"]


@pytest.mark.parametrize("fault, name", [
    ("40 examples", symptoms.OVERFITTING),
    ("2 units", symptoms.UNDERFITTING),
    ("rate of 1e-5", symptoms.SLOW),
    ("weights of std 0.5", symptoms.EXPLODING),
    # Without a Monitor the consequence is all that there is to see.
    ("8 sigmoid layers", symptoms.UNDERFITTING),
])
def test_what_a_bare_history_shows(fault, name):
    h = without_monitor(FAULTY[fault](0))
    assert diagnose(h).names == [name]


def test_a_run_without_epochs_is_judged_on_nothing():
    found = diagnose(History())
    assert found == [] and len(found.unjudged) == len(RULES) - 1


def test_a_constant_loss_and_a_loss_of_0_do_not_crash():
    diagnose(history([1.0] * 6, [1.0] * 6, [0.5] * 6, [0.5] * 6))
    found = diagnose(history([0.0] * 6, [0.0] * 6))
    assert "at or below 0" in dict(found.unjudged)["underfitting"]


def test_who_has_learned_nothing_overfits_nothing():
    """A validation loss that leaps about is then another fault's."""
    accuracy = [NAN] * 5
    h = history([4.2, 4.1, 4, 4, 4], [4, 5, 5, 5, 5], accuracy, accuracy)
    assert diagnose(h).names == [symptoms.UNDERFITTING]
    h = history([4.2, 4.1, 2, 1, 1], [4, 3, 2, 5, 5], accuracy, accuracy)
    found, = diagnose(h)
    assert found.name == symptoms.OVERFITTING
    assert "smallest in epoch 3 (2) and rose to 5" in found.sees


@pytest.mark.parametrize("end, names", [
    (0.1, []), (2.0, [symptoms.VANISHING])])
def test_who_has_learned_lacked_no_gradient(end, names):
    """A loss with a floor leaves none at the end."""
    h = history([2, 1.9, end, end, end], loss=probe(),
                profile=[look(elasticity=(1e-4, 1, 1))])
    assert diagnose(h).names == names


def test_tiny_updates_are_slow_even_where_noise_hides_the_fall():
    noisy = [2, 2.1, 2, 2.1, 2]
    for update, name in ((1e-6, symptoms.SLOW),
                         (1e-2, symptoms.UNDERFITTING)):
        h = history(noisy, loss=probe(),
                    profile=[look(update=(update, NAN, update))])
        assert diagnose(h).names == [name]


def test_diagnosing_does_not_change_the_history():
    h = FAULTY["2 units"](0)
    before = repr(vars(h))
    diagnose(h)
    assert repr(vars(h)) == before


@pytest.mark.parametrize("name", RULES)
def test_each_symptom_has_a_mechanism_and_remedies(name):
    assert len(symptoms.WHY[name]) > 80
    assert len(symptoms.TRY[name]) >= 2
    assert RULES.keys() == symptoms.WHY.keys() == symptoms.TRY.keys()


NUMBERS = {
    "8 sigmoid layers": "change by at most 0.0002 % (below 0.003).",
    "weights of std 0.5": "no longer finite in epoch 1, after update 4.",
    "10 tanh layers, weights of std 0.7": "as one at the last (more than 1",
    "augmentation gives NaN": "No update had been made when",
    "rate of 10": "times that of the start (more than 3)",
    "biases of -10": "100% of the units of layer 3 ReLU give 0",
    "40 examples": "points above that of validation (more than 10)",
    "noisy regression": "and rose to",
    "2 units": "is left after 40 epochs (more than 25%)",
    "rate of 1e-5": "of their norm (below 3e-05)",
    "summed loss": "grew by the factor 2;",
    "softmax layer": "rows of numbers from 0 to 1 that sum to 1",
    "softmax in the loss": "the loss is 1.46, not 0",
    "pixels to 255": "which know nothing, have 2.3 (more than 5 times)",
}


@pytest.mark.parametrize("fault", NUMBERS)
def test_a_finding_says_what_it_saw(fault):
    assert NUMBERS[fault] in " ".join(
        finding.sees for finding in diagnose(FAULTY[fault](0)))


def finding():
    return Finding("a < b", "1 < 2", "since 2 > 1", ("add 1", "use <"))


def test_a_finding_prints_what_why_and_an_ordered_list():
    assert str(finding()).splitlines() == [
        "a < b", "  Seen: 1 < 2", "  Why: since 2 > 1",
        "  Try, in this order:", "  1. add 1", "  2. use <"]
    assert repr(finding()) == str(finding())
    text = finding()._repr_html_()
    assert "<strong>a &lt; b.</strong> 1 &lt; 2" in text
    assert "<ol><li>add 1</li><li>use &lt;</li></ol>" in text


def test_a_diagnosis_prints_findings_consequences_and_gaps():
    found = Diagnosis([finding()], [("c", "a < b")], [("d", "no <x>.")])
    assert str(found) == repr(found) == "\n".join([
        str(finding()), "Seen too, and explained by a < b: c.",
        "Cannot judge d: no <x>."])
    assert found._repr_html_() == (
        finding()._repr_html_()
        + "<p>Seen too, and explained by a &lt; b: c.</p>"
        + "<p>Cannot judge d: no &lt;x&gt;.</p>")
    assert found.names == ["a < b"]


def test_an_empty_diagnosis_says_so():
    assert str(Diagnosis()) == "Nothing found."
    assert Diagnosis()._repr_html_() == "<p>Nothing found.</p>"
