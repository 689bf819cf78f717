"""Rules about what happens inside the net, and to the loss function.

A rule returns a Finding or None, and raises Missing if the History has
not what it needs.  Where a threshold is said to be measured, the runs
are those of the tests: small networks on the digits, healthy ones and
ones with exactly one fault.
"""
import math

import numpy as np

from nnlab.diagnosis import signals, symptoms
from nnlab.diagnosis.curves import LEFT
from nnlab.diagnosis.finding import finding
from nnlab.diagnosis.signals import LOSS, Missing

# Measured: healthy nets stay above 0.2, 8 sigmoid layers give 2e-4.
VANISHING = 3e-3
# Measured: weights of std 0.01 give 0.04, inputs times 1e-6 give 1e-6.
FAINT = 1e-3
# Measured: healthy nets stay below 10, noise learned by heart below 30,
# 10 tanh layers with weights of std 0.7 give 500 and more.
EXPLODING = 100
# Measured: healthy runs stay below 1, a rate of 10 gives 40 and more.
SPIKE = 3
# Measured: healthy nets have at most 0.25, killed ones 1.
DEAD = 0.5
# A mean gives 1, a sum 2, whatever the net.
DOUBLING = 1.5
# A right loss gives 0, softmax twice log(e + K - 1) - 1 >= 0.31.
FLOOR = 0.1
# Measured: healthy nets start at up to 3 times the chance loss (the
# residual ones), pixels from 0 to 255 at 60.
START = 5


def vanishing(history):
    """What the first layer gives out has hardly any say in the loss."""
    first, _ = signals.reach(history)
    if (not first or np.median(first) >= VANISHING
            or _has_learned(history)):
        return None
    share = signals.saturated_share(history)
    return finding(
        symptoms.VANISHING,
        "Were all that the first layer gives out changed by 1 %, the "
        f"loss would change by at most {np.median(first):.1g} % (below "
        f"{VANISHING:g}).",
        f"In one layer {share:.0%} of the activations are saturated."
        if share > 0.01 else "Its activations are not saturated.",
        *_faint(history))


def _faint(history):
    """Is the signal lost before any depth could lose it?"""
    std = signals.monitored(history)[0]["std"][0]
    if std < FAINT:
        yield (f"What it gives out has a standard deviation of only "
               f"{std:.1g}: look at the scale of the inputs first.")


def _has_learned(history):
    """Then no gradient was missing; at the end there is little left."""
    try:
        return signals.loss_left(history) < LEFT
    except Missing:
        return False


def before_training(history):
    """Not finite although no update had been made."""
    if not history.diverged or history.diverged[1] > 0:
        return None
    return finding(symptoms.BEFORE,
                   "No update had been made when the loss, a gradient or "
                   "the net's output was not finite.")


def exploding(history):
    """Not finite any more, a leap of the loss, or growth by depth."""
    sees = [*_divergence(history), *_spike(history), *_hopeless(history),
            *_growth(history)]
    if sees:
        return finding(symptoms.EXPLODING, *sees)
    signals.monitored(history)      # or it is Missing
    return None


def _divergence(history):
    if history.diverged and history.diverged[1] > 0:
        yield ("Loss, gradient or parameters were no longer finite in "
               "epoch {}, after update {}.".format(*history.diverged))
    for epoch, loss in enumerate(history.train_loss, 1):
        if not math.isfinite(loss):
            yield f"The training loss of epoch {epoch} is {loss}."
            break


def _spike(history):
    if not _finite(history):
        return
    if signals.loss_spike(history) > SPIKE:
        yield (f"The mean loss of an epoch reached "
               f"{max(history.train_loss):.2g}, "
               f"{signals.loss_spike(history):.2g} times that of the "
               f"start (more than {SPIKE}).")


def _hopeless(history):
    """Without a Monitor: more than any number of classes explains."""
    if (not _finite(history) or signals.records(history, LOSS)
            or math.isnan(signals.final_accuracy(history))):
        return
    loss, most = (signals.late(history.train_loss),
                  math.log(signals.MANY_CLASSES))
    if loss > SPIKE * most:
        yield (f"At the end the loss is {loss:.2g}; to know nothing about "
               f"{signals.MANY_CLASSES} classes costs {most:.2g}. If the "
               "loss is a sum over the batch, mend that first.")


def _finite(history):
    """Are there training losses, and all of them finite?"""
    return len(history.train_loss) and np.isfinite(
        history.train_loss).all()


def _growth(history):
    if not signals.records(history, signals.PROFILE):
        return
    growth = max(signals.reach(history)[1], default=0)
    if growth > EXPLODING:
        yield (f"A relative change of what the first layer gives out "
               f"moved the loss {growth:.2g} times as much as one at the "
               f"last (more than {EXPLODING}).")


def dead_units(history):
    """More than half of a layer's ReLUs are 0 on the whole batch."""
    share, layer = signals.dead_share(history)
    if share <= DEAD:
        return None
    return finding(
        symptoms.DEAD,
        f"At the end {share:.0%} of the units of layer {layer} give 0 on "
        f"every example of the Monitor's batch (more than {DEAD:.0%}).")


def summed_loss(history):
    """The loss of a batch and of the same batch twice differ."""
    factor = signals.monitored(history, LOSS)[0]["doubling"]
    if factor < DOUBLING:
        return None
    return finding(
        symptoms.SUMMED,
        f"With each example twice in the batch, loss or gradient grew by "
        f"the factor {factor:.2g}; that of a mean does not change.")


def softmax_twice(history):
    """The loss takes logits and got probabilities."""
    probe = signals.monitored(history, LOSS)[0]
    if probe["probabilities"] > 0:
        return finding(symptoms.TWICE,
                       "The net gives out probabilities: rows of numbers "
                       "from 0 to 1 that sum to 1; the loss applies "
                       "softmax to them once more.")
    if not probe["floor"] > FLOOR:
        return None
    return finding(symptoms.TWICE,
                   f"For logits that are right and sure the loss is "
                   f"{probe['floor']:.3g}, not 0, and cannot fall.")


def far_from_chance(history):
    """Before training the loss is far above that of outputs of 0."""
    probe = signals.monitored(history, LOSS)[0]
    start, zero = probe["start"], probe["zero"]
    if not (zero > 0 and start > START * zero):
        return None
    sees = (f"Before training the loss is {start:.3g}; outputs of 0, which "
            f"know nothing, have {zero:.3g} (more than {START} times).")
    if math.isnan(probe["floor"]):      # no labels of classes
        return finding(symptoms.START, sees, **symptoms.START_OF_NUMBERS)
    return finding(symptoms.START, sees)
