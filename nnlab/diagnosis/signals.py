"""The numbers that the rules judge, each out of a History.

Each raises Missing if the History has not what it needs.
"""
import math

import numpy as np

FEW = 5         # epochs; fewer make no curve


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
    return values


def monitored(history, name="profile"):
    """What the Monitor recorded under a name."""
    records = history.extra.get(name)
    if not records:
        raise Missing("no Monitor watched this run: "
                      "fit(..., callbacks=[Monitor(x, y)]).")
    return records


def late(values):
    """The median of the last quarter: a single epoch may leap."""
    return float(np.median(values[-max(3, len(values) // 4):]))


def start_loss(history, name="start"):
    """The loss before training; without a Monitor, of epoch 1.

    name : "start", or "chance" for that of a net that knows nothing.
    """
    records = history.extra.get("loss")
    value = records[0][name] if records else math.nan
    value = history.train_loss[0] if math.isnan(value) else value
    if value <= 0:
        raise Missing("the loss starts at or below 0, so that shares of "
                      "it mean nothing.")
    return value


def loss_left(history):
    """Final training loss over the chance loss (or that of epoch 1)."""
    loss = curve(history, "train_loss")
    return late(loss) / start_loss(history, "chance")


def steadiness(history):
    """The share of epochs in which the training loss fell."""
    return float(np.mean(np.diff(curve(history, "train_loss")) < 0))


def pace(history):
    """How fast the loss falls in the second half, over the first.

    1 for a straight line, 0 for a curve that has become flat.
    """
    loss = curve(history, "train_loss")
    middle = len(loss) // 2
    first = (loss[0] - loss[middle]) / middle
    second = (loss[middle] - loss[-1]) / (len(loss) - 1 - middle)
    return float(second / first) if first > 0 else 0.0


def update_size(history):
    """Median over the run of the largest update/|W| of any layer."""
    return float(np.median(
        [max((u for u in record["update"] if not math.isnan(u)), default=0)
         for record in monitored(history)]))


def gradient_ratios(history):
    """|dL/da| at the first layer over that at the last, by record.

    Below frozen layers no gradient is wanted: first is the first that
    gets one.  Records where none arrives are left out: there units are
    dead, which is another fault.
    """
    records = [[da for da in record["da"] if not math.isnan(da)]
               for record in monitored(history)]
    return [da[0] / da[-1] for da in records if da[0] > 0 < da[-1]]


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


def loss_rise(history):
    """The rise of the validation loss from its minimum.

    As a share of the chance loss; 0 if the training loss rose with it,
    which is no overfitting.
    """
    train, val = curve(history, "train_loss"), curve(history, "val_loss")
    best = int(val.argmin())
    if late(train) >= train[best]:
        return 0.0
    return (late(val) - val[best]) / start_loss(history, "chance")


def loss_spike(history):
    """The largest training loss of an epoch over that at the start."""
    return max(history.train_loss) / start_loss(history)
