"""What a loss function does: its chance value, its scale, its floor.

A loss is a black box here, so it is probed: what does it say to outputs
of 0, to a batch that comes twice, to logits that are right and sure?
"""
import math

import numpy as np

SURE = 40.0     # a logit: softmax then gives the others e^-40


def probe_loss(loss, out, y):
    """Numbers that show a loss of the wrong scale.

    start : the loss of the outputs as they are
    zero : that of outputs of 0: log K for softmax cross-entropy over K
    classes
    chance : that of the better of two constant outputs, 0 and the mean
    target: a net that knows nothing.  For mse the variance of y
    least : the smallest loss of logits t onehot(y) with t >= 0: above 0
    for smoothed labels; 0 for targets that are no labels
    doubling : by how much the loss or its gradient grows when each
    example comes twice: 1 for a mean over the batch, 2 for a sum
    floor : the loss where logits are right and sure and the gradient
    is 0; above 0 if the loss cannot get lower
    probabilities : 1.0 if the outputs are probabilities already, but
    the loss takes them for logits, else 0.0
    loss : (value, dout) = loss(out, y);  out : (N, K).
    Returns a dict of floats; NaN for what this loss does not answer.
    """
    zero = _value(loss, np.zeros_like(out), y)
    return {"start": _value(loss, out, y),
            "zero": zero,
            "chance": min(zero, _mean_target(loss, out, y)),
            "least": _least(loss, out, y),
            "doubling": _doubling(loss, out, y),
            "floor": _floor(loss, out, y),
            "probabilities": _probabilities(loss, out, y)}


def _value(loss, out, y):
    """The loss, or NaN if it refuses such outputs."""
    try:
        with np.errstate(all="ignore"):
            return float(loss(out, y)[0])
    except ValueError:
        return math.nan


def _mean_target(loss, out, y):
    """The loss of the mean target; infinite where there is none."""
    if np.size(y) != out.size:      # labels of classes
        return math.inf
    value = _value(loss, np.zeros_like(out) + np.mean(y, axis=0), y)
    return math.inf if math.isnan(value) else value


def _doubling(loss, out, y):
    value, dout = loss(out, y)
    twice, dtwice = loss(np.concatenate([out, out]),
                         np.concatenate([y, y]))
    size, size_twice = (np.linalg.norm(d) for d in (dout, dtwice[:len(out)]))
    # In a mean each example weighs half as much the second time.
    found = [2 * size_twice / size if size else 0,
             twice / value if value else 0]
    return float(max(found))


def _labelled(out, y):
    """Does y hold a label for each row of several logits?"""
    return (out.ndim == 2 and out.shape[1] > 1 and y.ndim == 1
            and y.dtype.kind in "iu")


def _right(out, y):
    """onehot(y), in the dtype of the outputs."""
    return (np.arange(out.shape[1]) == y[:, None]).astype(out.dtype)


def _least(loss, out, y):
    if not _labelled(out, y):
        return 0.0
    right = _right(out, y)
    values = [_value(loss, t * right, y)
              for t in np.linspace(0, SURE, 161)]
    return min((v for v in values if v >= 0), default=0.0)


def _floor(loss, out, y):
    if not _labelled(out, y):
        return math.nan
    try:
        value, dout = loss(SURE * _right(out, y), y)
    except ValueError:
        return math.nan
    return float(value) if np.abs(dout).max() < 1e-6 else 0.0


def _probabilities(loss, out, y):
    if not _labelled(out, y):
        return math.nan
    is_softmax = out.min() >= 0 and np.allclose(out.sum(axis=1), 1)
    # A softmax inside the loss does not see what is added to a row.
    inside = math.isclose(_value(loss, out + 1, y), _value(loss, out, y),
                          rel_tol=1e-4)
    return float(is_softmax and inside)
