"""fit: mini-batches, updates, validation, and what surrounds them."""
import math
import time

import numpy as np

from nnlab._checks import (NotFinite, checked, count, generator, real,
                           same_shape)
from nnlab.data import minibatches
from nnlab.layers.state import check_folder
from nnlab.losses import softmax_cross_entropy
from nnlab.optimizers import sgd
from nnlab.training.callbacks import (Average, Callback, EarlyStopping,
                                      ReduceOnPlateau, Run)
from nnlab.training.checkpoint import attach
from nnlab.training.evaluation import (check_data, evaluate, mean,
                                       share_right)
from nnlab.training.optimizer import Optimizer
from nnlab.training.progress import CtrlC, bar


def _fit(net, X, y, *, rng, loss=softmax_cross_entropy, optimizer=None,
         epochs=10, batch_size=32, validation=None, schedule=None,
         penalty=None, clip=None, augment=None, callbacks=(),
         checkpoint=None, progress=True):
    check_data(X, y)
    if validation is not None:
        if len(validation) != 2:
            raise ValueError("validation must be a pair (X, y); got "
                             f"{len(validation)} items.")
        check_data(*validation)
    generator(rng)
    count(epochs=epochs, batch_size=batch_size)
    if not isinstance(optimizer, (Optimizer, type(None))):
        raise ValueError("optimizer must be an Optimizer, such as "
                         f"Optimizer(sgd, lr=0.1); got {optimizer!r}.")
    for name, f in {"schedule": schedule, "penalty": penalty,
                    "clip": clip, "augment": augment}.items():
        if f is not None and not callable(f):
            raise ValueError(f"{name} must be a function; got {f!r}.")
    _callbacks(callbacks, schedule)
    if schedule and optimizer and np.ndim(optimizer.lr):
        raise ValueError("the schedule would replace the rates of the "
                         "parameters: let it return an array, such as "
                         "lambda t: rates * cosine(t, 1.0, 30).")
    if checkpoint:
        check_folder(checkpoint)


def _callbacks(callbacks, schedule):
    if (not isinstance(callbacks, (list, tuple))
            or not all(isinstance(c, Callback) for c in callbacks)):
        raise ValueError("callbacks must be a list of Callback objects, "
                         "such as [EarlyStopping()]; got "
                         f"{callbacks!r}.")
    kinds = {type(callback) for callback in callbacks}
    if schedule and ReduceOnPlateau in kinds:
        raise ValueError("schedule and ReduceOnPlateau both set the rate: "
                         "choose one.")
    if {EarlyStopping, Average} <= kinds:
        raise ValueError("EarlyStopping and Average both set the weights "
                         "at the end: choose one.")


@checked(_fit)
def fit(net, X, y, *, rng, loss=softmax_cross_entropy, optimizer=None,
        epochs=10, batch_size=32, validation=None, schedule=None,
        penalty=None, clip=None, augment=None, callbacks=(),
        checkpoint=None, progress=True):
    """Train net on (X, y) by mini-batches; return the History.

    Each epoch shuffles the examples by rng and makes one update per
    batch.  The same rng, net and data give the same parameters.
    X : (N, D), y : (N,) integer labels, or what loss wants.
    loss : (loss, dout) = loss(net(x), y), the mean over the batch.
    optimizer : an Optimizer, which keeps its state; without one,
    Optimizer(sgd, lr=0.1).  validation : a pair (X, y).
    schedule : the rate at t, in epochs: 0 at the first update, 0.5 in
    the middle of the first epoch; such as lambda t: cosine(t, 0.1, 30).
    It may be an array, such as rates * cosine(t, 1.0, 30).
    penalty : (value, gradient) = penalty(W), for each weight matrix
    and for no bias, gamma or beta; such as lambda W: l2(W, 1e-4).
    clip : list = clip(list of gradients), here the flat vector alone;
    such as lambda grads: clip_by_norm(grads, 1.0).
    augment : x, y = augment(x, y, rng), on each training batch.
    callbacks : Callback objects, called in their order.
    checkpoint : the path of an .npz file, written after each epoch.
    If it is there, training goes on from it and ends with the weights
    of a run that was never interrupted.  Run the same script again:
    another start, seed, rate or data is refused.
    progress : show a bar on standard output if tqdm is installed.
    The last batch is smaller if N is not a multiple of batch_size.  In
    a net with a BatchNorm, which needs two examples, a remainder of
    one joins the batch before.
    If a loss, gradient or parameter is no longer finite, training
    stops and History.diverged says when.  Ctrl-C stops it after the
    update that runs: net keeps what it has learned, and
    History.stopped says so.
    Raises ValueError for N = 0, NaN, lengths that differ, counts
    below 1, and a checkpoint that is damaged or of other training.
    Differs from PyTorch, which leaves this loop to you.
    """
    run = Run(net, optimizer or Optimizer(sgd, lr=0.1), loss, validation)
    save = attach(
        checkpoint, run, callbacks, rng, [X, y, validation], batch_size,
        {"loss": loss, "schedule": schedule, "penalty": penalty,
         "clip": clip, "augment": augment})
    per_epoch = (math.ceil(len(X) / batch_size)
                 - (0 < len(X) % batch_size < net.min_batch))
    shown = bar(epochs * per_epoch, progress, run.epoch * per_epoch)

    def update(i, t):
        if schedule:
            run.optimizer.lr = schedule(t)
        x, target = augment(X[i], y[i], rng) if augment else (X[i], y[i])
        result = _update(run, x, target, penalty, clip, callbacks)
        shown.update()
        heed()
        return result

    def heed():
        if ctrl_c.stop:
            run.stop = (f"Ctrl-C in epoch {run.epoch}, after update "
                        f"{run.history.updates}")

    _call("at_start", callbacks, run)
    try:
        with shown, CtrlC() as ctrl_c, np.errstate(
                over="ignore", invalid="ignore", divide="ignore"):
            while run.epoch < epochs and not run.stop:
                run.epoch += 1
                batches = minibatches(len(X), batch_size, rng,
                                      net.min_batch)
                if not _epoch(run, update, batches):
                    break
                _call("after_epoch", callbacks, run)
                save()
                heed()
    finally:
        run.history.stopped = run.stop
        _call("at_end", callbacks, run)
    return run.history


def _call(hook, callbacks, run):
    for callback in callbacks:
        getattr(callback, hook)(run)


def train_step(net, x, y, loss, optimizer):
    """One update on one batch: forward, loss, backward, step.

    net : a Sequential.  x : (n, D), y : (n,) integer labels, or what
    loss wants.  optimizer : an Optimizer.
    Returns the loss and the accuracy on the batch before the update.
    Raises ValueError (NotFinite) if the loss is not finite.
    Same as PyTorch's zero_grad, forward, backward and step in turn.
    """
    return _update(Run(net, optimizer, loss), x, y)


def _update(run, x, y, penalty=None, clip=None, callbacks=()):
    net = run.net
    out = net.forward(x, training=True)
    run.loss, dout = run.loss_function(out, y)
    real(loss=run.loss)
    net.backward(dout, need_dx=False)
    if penalty:
        _penalize(net.weights, penalty)
    if clip:
        _clip(net.grads, clip)
    _call("before_update", callbacks, run)
    run.optimizer.step(net.params, net.grads, net.trainable)
    run.history.updates += 1
    _call("after_update", callbacks, run)
    return run.loss, share_right(out, y)


def _penalize(weights, penalty):
    for W, dW in weights:
        found = penalty(W)
        if not isinstance(found, tuple) or len(found) != 2:
            raise ValueError("penalty(W) must return the pair (value, "
                             f"gradient); got {type(found).__name__}.")
        same_shape(W=W, gradient=found[1])
        dW += found[1]


def _clip(grads, clip):
    clipped = clip([grads])
    # clip_by_norm returns the norm too.
    grads[:], = clipped[0] if isinstance(clipped, tuple) else clipped


def _epoch(run, update, batches):
    """The updates of an epoch, and its line in the history.

    False if it ended before its end.
    """
    start, parts = time.perf_counter(), []
    try:
        for k, i in enumerate(batches):
            parts.append((len(i), update(i, run.epoch - 1
                                         + k / len(batches))))
            if run.stop:
                return False
        seconds = time.perf_counter() - start
        real(parameters=run.net.params)
        val = (evaluate(run.net, *run.validation, run.loss_function)
               if run.validation else ())
    except NotFinite:
        run.history.diverged = (run.epoch, run.history.updates)
        return False
    rate = float(np.ravel(run.optimizer.lr)[0])
    run.history.record(mean(parts), val, rate, seconds)
    return True
