"""Callbacks: what happens between the updates and after an epoch."""
import dataclasses
import math

import numpy as np

from nnlab._checks import at_least
from nnlab.optimizers import ema, swa
from nnlab.schedules import plateau
from nnlab.training.history import History
from nnlab.training.optimizer import Optimizer


@dataclasses.dataclass
class Run:
    """What a callback may look at and change while fit trains.

    Differs from PyTorch, which has none.

    net, optimizer, loss_function, validation : as given to fit.
    history : what fit returns.
    epoch : the number of this epoch, the first being 1.
    loss : of the last batch, before its update.
    stop : set it to a text, the reason, and training ends.
    """

    net: object
    optimizer: Optimizer
    loss_function: object = None
    validation: tuple | None = None
    history: History = dataclasses.field(default_factory=History)
    epoch: int = 0
    loss: float = math.nan
    stop: str | None = None


class Callback:
    """Base class: override what you need; each gets the Run.

    Differs from PyTorch, which has none; the names are Keras's kind.
    """

    def at_start(self, run):
        """Before the first update: forget what an earlier fit left.

        run.epoch is 0; or, if training goes on from a checkpoint, the
        last epoch done, and load_state has been called.
        """

    def before_update(self, run):
        """The gradients are there and may be changed."""

    def after_update(self, run):
        """The parameters have moved, and may be moved again."""

    def after_epoch(self, run):
        """The history has the epoch's numbers."""

    def at_end(self, run):
        """Once, however training ended."""

    def state(self):
        """What a checkpoint keeps: a dict of numbers, texts, arrays."""
        return {}

    def load_state(self, state):
        """Take up what state returned."""


def _monitored(run, monitor):
    """The epoch's number to minimise: a loss, or 1 - accuracy."""
    value = getattr(run.history, monitor)[-1]
    if math.isnan(value):
        raise ValueError(f"{monitor} is NaN: there is no accuracy unless y "
                         "holds the labels of classes. Monitor the loss.")
    return value if monitor.endswith("loss") else 1 - value


def _needs_validation(run, monitor):
    if monitor.startswith("val") and run.validation is None:
        raise ValueError(f"{monitor} is to be watched: give fit a "
                         "validation set, validation=(X, y).")


def _monitor(monitor, patience, min_delta):
    names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    if monitor not in names:
        raise ValueError(f"monitor must be one of {', '.join(names)}; got "
                         f"{monitor!r}.")
    at_least(0, patience=patience, min_delta=min_delta)


class EarlyStopping(Callback):
    """Stop when validation no longer gets better; keep the best.

    An epoch is bad unless it beats the best one by more than min_delta;
    training stops when more than patience epochs in a row are bad; an
    accuracy counts as the error, 1 - accuracy.  At
    the end the network gets the weights and running statistics of the
    best epoch.
    patience : epochs.  min_delta : in the unit of the monitor.
    monitor : "val_loss", "val_accuracy", or the same of train.
    After fit: best_epoch, and lowest, the loss or error it had.
    Raises ValueError for another monitor or numbers below 0, and in
    fit if there is no validation set.
    Source: Prechelt (1998).
    Differs from PyTorch, which has none, and from Keras, where
    patience bad epochs suffice and the last weights stay by default.
    """

    def __init__(self, patience=10, min_delta=0.0, monitor="val_loss"):
        _monitor(monitor, patience, min_delta)
        self.patience, self.min_delta = patience, min_delta
        self.monitor = monitor
        self._forget()

    def _forget(self):
        self.lowest, self.bad, self.best_epoch = math.inf, 0, None
        self.weights = None

    def at_start(self, run):
        _needs_validation(run, self.monitor)
        if run.epoch == 0:
            self._forget()
        self._judge(run)

    def after_epoch(self, run):
        value = _monitored(run, self.monitor)
        if value < self.lowest - self.min_delta:
            self.lowest, self.bad = value, 0
            self.best_epoch, self.weights = run.epoch, run.net.state()
        else:
            self.bad += 1
        self._judge(run)

    def _judge(self, run):
        if self.bad > self.patience:
            run.stop = f"no better {self.monitor} in {self.bad} epochs"

    def at_end(self, run):
        if self.weights is not None:
            run.net.load_state(self.weights)

    def state(self):
        return {name: getattr(self, name)
                for name in ("lowest", "bad", "best_epoch", "weights")}

    def load_state(self, state):
        vars(self).update(state)


class ReduceOnPlateau(Callback):
    """Lower the rate when validation no longer gets better.

    The rule is nnlab.schedules.plateau; settings are its arguments,
    such as factor and patience.  monitor : as in EarlyStopping.
    Raises ValueError for another monitor, and see plateau.
    Same as PyTorch's ``ReduceLROnPlateau``.
    """

    def __init__(self, monitor="val_loss", **settings):
        _monitor(monitor, 0, 0)
        plateau(1.0, None, 1e300, **settings)    # it checks them
        self.monitor, self.settings = monitor, settings
        self.memory = None

    def at_start(self, run):
        _needs_validation(run, self.monitor)
        if run.epoch == 0:
            self.memory = None

    def after_epoch(self, run):
        value = _monitored(run, self.monitor)
        rate = float(np.max(run.optimizer.lr))
        new, self.memory = plateau(value, self.memory, rate,
                                   **self.settings)
        if new != rate:     # each parameter's own rate in proportion
            run.optimizer.lr = (run.optimizer.lr * (new / rate)
                                if np.ndim(run.optimizer.lr) else new)

    def state(self):
        return {"memory": self.memory}

    def load_state(self, state):
        self.memory = state["memory"]


class Project(Callback):
    """Move each weight matrix after each update: W <- move(W, lr).

        Project(lambda W, lr: prox_l1(W, lr * 1e-3))
        Project(lambda W, lr: max_norm(W, 3.0))

    move : (W, lr) to an array in the shape of W : (fan_in, fan_out);
    biases, gamma and beta stay.  With a proximal operator this is
    proximal gradient descent, with a projection the projected one.
    Source: Parikh and Boyd (2014), section 4.2.
    Differs from PyTorch, which has none.
    """

    def __init__(self, move):
        self.move = move

    def after_update(self, run):
        for W, _ in run.net.weights:
            W[...] = self.move(W, run.optimizer.lr)


class Average(Callback):
    """Give the network averaged weights at the end.

    decay : the average is nnlab.optimizers.ema with this decay; None:
    swa, the plain mean.  start : averaging begins after this many
    updates.  Running statistics are averaged alike.
    Raises ValueError for a decay outside [0, 1).
    Source: Polyak and Juditsky (1992); Izmailov et al. (2018).
    Same as PyTorch's ``swa_utils.AveragedModel(use_buffers=True)``,
    which is another model and leaves the trained one alone.
    """

    def __init__(self, decay=None, start=0):
        at_least(0, start=start)
        if decay is not None and not 0 <= decay < 1:
            raise ValueError(f"decay must lie in [0, 1); got {decay!r}.")
        self.decay, self.start = decay, start
        self._forget()

    def _forget(self):
        self.average, self.n = None, 0

    def at_start(self, run):
        if run.epoch == 0:
            self._forget()

    def after_update(self, run):
        if run.history.updates < self.start:
            return
        now = run.net.state()
        if self.average is None:
            self.average = now
        else:
            self.average = {name: self._mean(self.average[name], w)
                            for name, w in now.items()}
        self.n += 1

    def _mean(self, average, w):
        if np.array_equal(average, w):
            return average      # what is frozen stays, to the last bit
        if self.decay is None:
            return swa(average, w, self.n)
        return ema(average, w, self.decay)

    def at_end(self, run):
        if self.average is not None:
            run.net.load_state(self.average)

    def state(self):
        return {"average": self.average, "n": self.n}

    def load_state(self, state):
        vars(self).update(state)
