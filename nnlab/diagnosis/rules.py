"""The rules: each looks for one symptom in a History.

A rule returns a Finding or None, and raises Missing if the History has
not what it needs.  Where a threshold is said to be measured, the runs
are those of the tests: small networks on the digits, healthy ones and
ones with exactly one fault.
"""
import numpy as np

from nnlab.diagnosis import signals, symptoms
from nnlab.diagnosis.finding import Diagnosis, Finding
from nnlab.diagnosis.signals import Missing

# Measured: healthy nets stay above 0.6, 8 sigmoid layers give 1e-4.
VANISHING = 1e-3
# Measured: healthy nets stay below 25, weights of std 0.5 give 400.
EXPLODING = 100
# Measured: healthy runs stay below 1, a rate of 10 gives 40 and more.
SPIKE = 3
# Measured: healthy nets have at most 0.25, killed ones 1.
DEAD = 0.5
# Measured: runs that overfit leave at most 0.2 of the loss, those that
# never learn 1.
LEARNED = 0.5
# Convention; measured: healthy at most 0.06, 40 examples 0.18.
GAP = 0.1
# Convention; measured: healthy at most 0.06, noisy targets 0.5.
RISE = 0.1
# Convention: who can learn the task leaves less.  Measured: healthy
# runs leave at most 0.16, two hidden units 0.48.
LEFT = 0.25
# A curve that is flat gives 0, a straight line 1.  Measured: two units
# 0.2, a rate of 1e-5 0.98.
PACE = 0.5
# Convention: a loss that falls in 9 epochs of 10 falls.
STEADY = 0.9
# Convention (about 1e-3 is usual).  Measured: healthy runs stay above
# 9e-4, a rate of 1e-5 below 3e-6.
TINY_UPDATE = 3e-5
# A mean gives 1, a sum 2, whatever the net.
DOUBLING = 1.5
# A right loss gives 0, softmax twice log(e + K - 1) - 1 >= 0.31.
FLOOR = 0.1
# Measured: healthy nets start at up to 3 times the chance loss (the
# residual ones), pixels from 0 to 255 at 60.
START = 5


def _finding(name, *sees):
    return Finding(name, " ".join(sees), symptoms.WHY[name],
                   symptoms.TRY[name])


def vanishing(history):
    """dL/da at the first layer is tiny beside that at the last."""
    ratios = signals.gradient_ratios(history)
    if not ratios or np.median(ratios) >= VANISHING:
        return None
    share = signals.saturated_share(history)
    return _finding(
        symptoms.VANISHING,
        f"dL/da at the first layer is {np.median(ratios):.1g} of that at "
        f"the last (below {VANISHING:g}).",
        f"In one layer {share:.0%} of the activations are saturated."
        if share > 0.01 else "Its activations are not saturated.")


def exploding(history):
    """Not finite any more, a leap of the loss, or growth by depth."""
    sees = [*_divergence(history), *_spike(history), *_growth(history)]
    if sees:
        return _finding(symptoms.EXPLODING, *sees)
    signals.monitored(history)      # or it is Missing
    return None


def _divergence(history):
    if history.diverged:
        yield ("Loss, gradient or parameters were no longer finite in "
               "epoch {}, after update {}.".format(*history.diverged))


def _spike(history):
    if history.train_loss and signals.loss_spike(history) > SPIKE:
        yield (f"The mean loss of an epoch reached "
               f"{max(history.train_loss):.2g}, "
               f"{signals.loss_spike(history):.2g} times that of the "
               f"start (more than {SPIKE}).")


def _growth(history):
    ratios = (signals.gradient_ratios(history)
              if history.extra.get("profile") else [])
    if ratios and max(ratios) > EXPLODING:
        yield (f"dL/da at the first layer was {max(ratios):.2g} times "
               f"that at the last (more than {EXPLODING}).")


def dead_units(history):
    """More than half of a layer's ReLUs are 0 on the whole batch."""
    share, layer = signals.dead_share(history)
    if share <= DEAD:
        return None
    return _finding(
        symptoms.DEAD,
        f"At the end {share:.0%} of the units of layer {layer} give 0 on "
        f"every example of the Monitor's batch (more than {DEAD:.0%}).")


def summed_loss(history):
    """The loss of a batch and of the same batch twice differ."""
    factor = signals.monitored(history, "loss")[0]["doubling"]
    if factor < DOUBLING:
        return None
    return _finding(
        symptoms.SUMMED,
        f"With each example twice in the batch, loss or gradient grew by "
        f"the factor {factor:.2g}; that of a mean does not change.")


def softmax_twice(history):
    """The loss takes logits and got probabilities."""
    probe = signals.monitored(history, "loss")[0]
    if probe["probabilities"] > 0:
        return _finding(symptoms.TWICE,
                        "The net gives out probabilities: rows of numbers "
                        "from 0 to 1 that sum to 1; the loss applies "
                        "softmax to them once more.")
    if not probe["floor"] > FLOOR:
        return None
    return _finding(symptoms.TWICE,
                    f"For logits that are right and sure the loss is "
                    f"{probe['floor']:.3g}, not 0, and cannot fall.")


def far_from_chance(history):
    """Before training the loss is far above that of knowing nothing."""
    probe = signals.monitored(history, "loss")[0]
    start, chance = probe["start"], probe["chance"]
    if not (chance > 0 and start > START * chance):
        return None
    return _finding(
        symptoms.START,
        f"Before training the loss is {start:.3g}; outputs of 0, which "
        f"know nothing, have {chance:.3g} (more than {START} times).")


def overfitting(history):
    """Good on the training set, worse on the validation set."""
    if signals.loss_left(history) > LEARNED:
        return None     # who has learned nothing overfits nothing
    gap = signals.accuracy_gap(history)
    rise = signals.loss_rise(history)
    if not (gap > GAP or rise > RISE):
        return None
    return _finding(symptoms.OVERFITTING,
                    *_gap(gap), *_rise(history, rise))


def _gap(gap):
    if gap > GAP:
        yield (f"Training accuracy is {100 * gap:.0f} points above that of "
               f"validation (more than {100 * GAP:.0f}).")


def _rise(history, rise):
    if rise > RISE:
        best = int(np.argmin(history.val_loss))
        yield (f"The validation loss was smallest in epoch {best + 1} "
               f"({history.val_loss[best]:.3g}) and rose to "
               f"{history.val_loss[-1]:.3g}, while the training loss went "
               "on falling.")


def _still_falling(history):
    return (signals.steadiness(history) >= STEADY
            and signals.pace(history) >= PACE)


def _tiny_updates(history):
    return (bool(history.extra.get("profile"))
            and 0 < signals.update_size(history) < TINY_UPDATE)


def slow(history):
    """Much of the loss is left, and it falls as slowly as ever."""
    left = signals.loss_left(history)
    tiny = _tiny_updates(history)
    if left < LEFT or not (tiny or _still_falling(history)):
        return None
    sees = [f"After {len(history.train_loss)} epochs {left:.0%} of the "
            f"loss of the start is left, and in the second half of the "
            f"run it fell {signals.pace(history):.2g} times as much as in "
            "the first."]
    if tiny:
        sees += [f"An update changes the weights by "
                 f"{signals.update_size(history):.1g} of their norm "
                 f"(below {TINY_UPDATE:g})."]
    return _finding(symptoms.SLOW, *sees)


def underfitting(history):
    """Much of the loss is left, and it has stopped falling."""
    left = signals.loss_left(history)
    if (left < LEFT or _tiny_updates(history)
            or _still_falling(history)):
        return None
    return _finding(
        symptoms.UNDERFITTING,
        f"{left:.0%} of the loss of the start is left (more than "
        f"{LEFT:.0%}); training accuracy "
        f"{history.train_accuracy[-1]:.3f}. In the second half of the "
        f"run the loss fell {signals.pace(history):.2g} times as much as "
        "in the first.")


# Causes before consequences.
RULES = {symptoms.SUMMED: summed_loss, symptoms.TWICE: softmax_twice,
         symptoms.START: far_from_chance, symptoms.EXPLODING: exploding,
         symptoms.VANISHING: vanishing, symptoms.DEAD: dead_units,
         symptoms.OVERFITTING: overfitting,
         symptoms.UNDERFITTING: underfitting, symptoms.SLOW: slow}


def diagnose(history):
    """Look at a History and say what is wrong, why, and what to try.

    Every rule of RULES is asked.  A symptom that another finding
    explains (a net with vanishing gradients underfits) is not a
    finding of its own.
    history : what fit returned; the more it holds the more can be
    judged: a validation set for overfitting, a Monitor for all that
    happens inside the net.
    Returns a Diagnosis: a list of Finding, causes first, that prints
    itself and says what it could not judge.

    >>> from nnlab.training import History
    >>> history = History(diverged=(1, 4))
    >>> diagnose(history).names
    ['exploding gradients']
    """
    findings, unjudged = [], []
    for name, rule in RULES.items():
        try:
            found = rule(history)
        except Missing as lack:
            unjudged.append((name, str(lack)))
            continue
        if found:
            findings.append(found)
    return Diagnosis(*_unexplained(findings), unjudged)


def _unexplained(findings):
    """The findings that no other explains, and (symptom, cause)."""
    explained = {symptom: cause.name for cause in findings
                 for symptom in symptoms.EXPLAINS.get(cause.name, ())}
    names = {finding.name for finding in findings}
    return ([f for f in findings if f.name not in explained],
            [pair for pair in explained.items() if pair[0] in names])
