"""The numbers that the rules judge, each out of a History.

Each raises Missing if the History has not what it needs.
"""
import math

import numpy as np

FEW = 5         # epochs; fewer make no curve
# Chance has log K for K classes.  Where no Monitor has seen K, no more
# classes than these are thought of.
MANY_CLASSES = 1000

# What Monitor writes into History.extra, and what each record holds.
LOSS, PROFILE = "monitor loss", "monitor profile"
HOLDS = {LOSS: {"start", "zero", "chance", "least", "doubling", "floor",
                "probabilities"},
         PROFILE: {"layer", "std", "elasticity", "dead", "saturated",
                   "update"}}


class Missing(Exception):
    """The History lacks what a rule needs; the message says what."""


def curve(history, name):
    """A list of the History with enough epochs, as an array."""
    values = np.array(getattr(history, name), float)
    if name.startswith("val") and not len(values):
        raise Missing("no validation set was given to fit.")
    if len(values) < FEW:
        raise Missing(f"only {len(values)} whole epochs; at least {FEW} "
                      "make a curve.")
    if name.endswith("loss") and not np.isfinite(values).all():
        raise Missing(f"{name} holds NaN or infinity.")
    return values


def records(history, name):
    """What a Monitor recorded under a name, and nothing else."""
    found = history.extra.get(name)
    return [record for record in (found if isinstance(found, list) else [])
            if isinstance(record, dict) and HOLDS[name] <= record.keys()]


def monitored(history, name=PROFILE):
    """The same, and Missing if there is nothing."""
    found = records(history, name)
    if not found:
        raise Missing("no Monitor watched this run: "
                      "fit(..., callbacks=[Monitor(x, y)]).")
    return found


def late(values):
    """The median of the last quarter: a single epoch may leap."""
    return float(np.median(values[-max(3, len(values) // 4):]))


def probed(history, name):
    """A number of probe_loss; NaN without a Monitor."""
    found = records(history, LOSS)
    return float(found[0][name]) if found else math.nan


def final_accuracy(history):
    """Training accuracy at the end; NaN where there is none."""
    return late(history.train_accuracy) if history.train_accuracy else (
        math.nan)


def chance(history):
    """The loss of a net that knows nothing.

    Without a Monitor that of epoch 1, which may be far above.
    """
    value = probed(history, "chance")
    if not value > 0:
        value = history.train_loss[0]
        if not math.isnan(final_accuracy(history)):
            value = min(value, math.log(MANY_CLASSES))
    if not value > 0:
        raise Missing("the loss starts at or below 0, so that shares of "
                      "it mean nothing.")
    return value


def start(history):
    """The loss before training, or of outputs of 0 if that is more.

    The net of a warm start may have a tiny one.  Without a Monitor that
    of epoch 1.
    """
    values = [probed(history, name) for name in ("start", "zero")]
    known = [v for v in values if math.isfinite(v)]
    return max(known, default=history.train_loss[0])


def least(history):
    """The smallest value that the loss can have; 0 if not known."""
    value = probed(history, "least")
    return value if 0 < value < chance(history) else 0.0


def loss_left(history):
    """Of the way from the chance loss to the least: the share left."""
    loss, floor = curve(history, "train_loss"), least(history)
    return (late(loss) - floor) / (chance(history) - floor)


def steadiness(history):
    """The share of epochs in which the training loss fell."""
    loss = curve(history, "train_loss")
    return float(np.mean(loss[1:] < loss[:-1]))


def pace(history):
    """How fast the loss falls in the second half, over the first.

    1 for a straight line, 0 for a curve that has become flat.
    """
    loss = curve(history, "train_loss").tolist()
    middle = len(loss) // 2
    first = (loss[0] - loss[middle]) / middle
    second = (loss[middle] - loss[-1]) / (len(loss) - 1 - middle)
    return second / first if first > 0 else 0.0


def update_size(history):
    """Median over the run of the largest update/|W| of any layer."""
    return float(np.median(
        [max((u for u in record["update"] if not math.isnan(u)), default=0)
         for record in monitored(history)]))


def reach(history):
    """Elasticity at the first layer, and over that at the last.

    By record, as two lists.  Below frozen layers no gradient is wanted:
    first is the first that gets one.  Records where none arrives are
    left out: there units are dead, which is another fault.
    """
    known = [[e for e in record["elasticity"] if not math.isnan(e)]
             for record in monitored(history)]
    known = [e for e in known if e and e[0] > 0 < e[-1]]
    return [e[0] for e in known], [e[0] / e[-1] for e in known]


def dead_share(history):
    """The largest share of dead units at the end, and where it is.

    (0, "") for a net without ReLUs: no other unit dies for good.
    """
    record = monitored(history)[-1]
    found = [(share, layer) for share, layer
             in zip(record["dead"], record["layer"])
             if not math.isnan(share)]
    return max(found, default=(0.0, ""))


def saturated_share(history):
    """The largest share of saturated entries at the end; 0 if none."""
    shares = monitored(history)[-1]["saturated"]
    return max((s for s in shares if not math.isnan(s)), default=0.0)


def accuracy_gap(history):
    """Training minus validation accuracy at the end."""
    return (late(curve(history, "train_accuracy"))
            - late(curve(history, "val_accuracy")))


def best_epoch(history):
    """The epoch with the smallest validation loss, and that loss.

    The first is 1.  Validation may have begun later than training.
    """
    val = curve(history, "val_loss")
    before = len(curve(history, "train_loss")) - len(val)
    if before < 0:
        raise Missing("there are more epochs of validation than of "
                      "training.")
    return before + int(val.argmin()) + 1, float(val.min())


def loss_rise(history):
    """The rise of the validation loss from its minimum.

    As a share of the chance loss; 0 if the training loss rose with it,
    which is no overfitting.
    """
    train, val = curve(history, "train_loss"), curve(history, "val_loss")
    epoch, lowest = best_epoch(history)
    if late(train) >= train[epoch - 1]:
        return 0.0
    return (late(val) - lowest) / chance(history)


def loss_spike(history):
    """The largest training loss of an epoch over that at the start."""
    value = start(history)
    if not value > 0:
        return 0.0
    return max(history.train_loss) / value
