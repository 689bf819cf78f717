"""Rules about the curves of loss and accuracy.

They need whole epochs, no Monitor; one makes them surer, since it has
asked the loss for its chance value and its least.  See
nnlab.diagnosis.inside for the thresholds.
"""
import math

from nnlab.diagnosis import signals, symptoms
from nnlab.diagnosis.finding import finding
from nnlab.diagnosis.signals import LOSS, PROFILE, Missing

# Measured: runs whose validation loss rises leave at most 0.2 of the
# loss, those that never learn 1.
LEARNED = 0.5
# Convention; measured: healthy at most 0.06, 40 examples 0.18.
GAP = 0.1
# Convention; measured: healthy at most 0.06, noisy targets 0.5.
RISE = 0.1
# Convention: who can learn the task leaves less.  Measured: healthy
# runs leave at most 0.16, two hidden units 0.48.
LEFT = 0.25
# Convention: who gets so many examples right has learned the task,
# whatever the loss may hold besides.
ACCURATE = 0.97
# A curve that is flat gives 0, a straight line 1.  Measured: two units
# 0.2, a rate of 1e-5 0.98.
PACE = 0.5
# Convention: a loss that falls in 9 epochs of 10 falls.
STEADY = 0.9
# Convention (about 1e-3 is usual).  Measured: healthy runs stay above
# 9e-4, a rate of 1e-5 below 3e-6.
TINY_UPDATE = 3e-5


def overfitting(history):
    """Good on the training set, worse on the validation set."""
    gap = signals.accuracy_gap(history)
    rise = signals.loss_rise(history)
    # The loss of who has learned nothing leaps about for other reasons;
    # examples right beyond those of validation are learned by heart.
    learned = signals.loss_left(history) <= LEARNED
    if not (gap > GAP or learned and rise > RISE):
        return None
    return finding(symptoms.OVERFITTING,
                   *_gap(gap), *_rise(history, rise))


def _gap(gap):
    if gap > GAP:
        yield (f"Training accuracy is {100 * gap:.0f} points above that of "
               f"validation (more than {100 * GAP:.0f}).")


def _rise(history, rise):
    if rise > RISE:
        epoch, lowest = signals.best_epoch(history)
        yield (f"The validation loss was smallest in epoch {epoch} "
               f"({lowest:.3g}) and rose to {history.val_loss[-1]:.3g}, "
               "while the training loss went on falling.")


def _still_falling(history):
    return (signals.steadiness(history) >= STEADY
            and signals.pace(history) >= PACE)


def _tiny_updates(history):
    return (bool(signals.records(history, PROFILE))
            and 0 < signals.update_size(history) < TINY_UPDATE)


def _much_is_left(history):
    """Of the loss, and the accuracy does not say otherwise."""
    left = signals.loss_left(history)
    accuracy = signals.final_accuracy(history)
    if accuracy >= ACCURATE:
        return False
    if left < LEFT and math.isnan(accuracy) and not (
            signals.records(history, LOSS)):
        raise Missing("without a Monitor nothing says whether the loss of "
                      "epoch 1 is that of a net that knows nothing.")
    return left >= LEFT


def _left(history):
    """The sentence about what is left."""
    left, chance = signals.loss_left(history), signals.chance(history)
    loss, epochs = (signals.late(history.train_loss),
                    len(history.train_loss))
    nothing = ("a net that knows nothing"
               if signals.records(history, LOSS) else "epoch 1")
    if left > 2:
        return (f"After {epochs} epochs the loss is {loss:.3g}, "
                f"{loss / chance:.2g} times that of {nothing}, "
                f"{chance:.3g}.")
    return (f"Of the loss of {nothing}, {chance:.3g}, {left:.0%} is left "
            f"after {epochs} epochs (more than {LEFT:.0%}).")


def _pace(history):
    return (f"In the second half of the run the loss fell "
            f"{signals.pace(history):.2g} times as much as in the first.")


def slow(history):
    """Much of the loss is left, and it falls as slowly as ever."""
    tiny = _tiny_updates(history)
    if not (_much_is_left(history) and (tiny or _still_falling(history))):
        return None
    sees = [_left(history), _pace(history)]
    if tiny:
        sees += [f"An update changes the weights by "
                 f"{signals.update_size(history):.1g} of their norm "
                 f"(below {TINY_UPDATE:g})."]
    return finding(symptoms.SLOW, *sees)


def underfitting(history):
    """Much of the loss is left, and it has stopped falling."""
    if (not _much_is_left(history) or _tiny_updates(history)
            or _still_falling(history)):
        return None
    return finding(symptoms.UNDERFITTING, _left(history), _pace(history),
                   *_caveat(history))


def _caveat(history):
    """The accuracy; without one, what the loss cannot tell apart."""
    accuracy = signals.final_accuracy(history)
    if not math.isnan(accuracy):
        yield f"Training accuracy is {accuracy:.3f}."
    elif signals.loss_left(history) <= 1:
        yield ("Without an accuracy this cannot be told from targets "
               "whose noise leaves as much to any net.")
