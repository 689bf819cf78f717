"""The profile: what goes forward and comes back at each layer.

The statistics are taken on a copy of the net.  So a look changes
nothing, neither running statistics nor the next dropout mask.
"""
import copy
import math

import numpy as np

from nnlab._checks import checked, real
from nnlab.diagnosis.table import Profile
from nnlab.layers import ReLU, Sigmoid, Tanh
from nnlab.losses import softmax_cross_entropy

# Beyond this a tanh has less than 2 % of its slope at 0.
SATURATED = 0.99

FORWARD = ("layer", "mean", "std", "dead", "saturated")
BACKWARD = ("layer", "da", "elasticity", "W", "dW", "update")


def _input(net, x, training=True):
    real(x=x)
    fewest = net.min_batch if training else 1
    if np.ndim(x) == 0 or len(x) < fewest:
        raise ValueError(f"x must have at least {fewest} rows for this "
                         f"net; its shape is {np.shape(x)}.")


def _pair(net, x, y, loss=softmax_cross_entropy, optimizer=None):
    _input(net, x)
    if np.ndim(y) == 0 or len(y) != len(x):
        raise ValueError(f"y must have {len(x)} rows, as x has; its shape "
                         f"is {np.shape(y)}.")


@checked(_input)
def activation_statistics(net, x, training=True):
    """What each layer gives out on the batch x.

    mean, std : over all entries of the layer's output a : (N, M)
    dead : of a ReLU, the share of its M units that are 0 on all of x
    saturated : of a tanh, the share of entries with |a| > 0.99; of a
    sigmoid, the same with |2 a - 1|.  There the slope is below 2 % of
    its largest value.
    net : a Sequential;  x : (N, D).  training=True looks in training
    mode (statistics of the batch, dropout), False in inference mode.
    Returns a dict with a list by layer for each name, and ``layer``,
    their names; NaN where a statistic makes no sense.
    Raises ValueError for an empty x or one that is not finite.
    """
    net = copy.deepcopy(net)
    rows = _watch(net)
    net.forward(x, training=training)
    return _columns(rows, FORWARD)


@checked(_pair)
def gradient_statistics(net, x, y, loss=softmax_cross_entropy,
                        optimizer=None):
    """The gradient that comes back to each layer on the batch (x, y).

    da : the norm of dL/da, with a : (N, M) the layer's output; below
    the lowest layer that learns nobody asks for it
    elasticity : norm(a) norm(dL/da) / L.  A change of a by 1 % changes
    the loss L by at most so many percent.  Unlike da it stays the same
    if the next layer divides out the scale of a, as BatchNorm does
    W, dW : the norms of the weights and of dL/dW
    update : norm(change of W) / norm(W) in the step that ``optimizer``
    would make now
    net : a Sequential;  x : (N, D);  y : what loss wants.  It looks in
    training mode.
    Returns a dict with a list by layer for each name, and ``layer``,
    their names; NaN where there are no weights, or no optimizer.
    Raises ValueError for an empty x, one that is not finite, or a y
    of another length.
    """
    return _columns(_rows(net, x, y, loss, optimizer), BACKWARD)


@checked(_pair)
def profile(net, x, y, loss=softmax_cross_entropy, optimizer=None):
    """The activation-and-gradient profile by layer, on one batch.

    Both statistics out of one forward and one backward pass, in
    training mode: see activation_statistics and gradient_statistics
    for net, x, y, loss and optimizer.
    Returns a Profile, to print, or to draw by ``plots.profile``.
    Raises ValueError as they do.

    >>> from nnlab.layers import Sigmoid, mlp
    >>> rng = np.random.default_rng(0)
    >>> net = mlp(4, 4, 4, 4, 2, rng=rng, activation=Sigmoid)
    >>> x, y = rng.normal(size=(8, 4)), np.arange(8) % 2
    >>> da = profile(net, x, y).da
    >>> da[0] < da[2] < da[4] < da[6]
    True
    """
    rows = _rows(net, x, y, loss, optimizer)
    return Profile(**_columns(rows, FORWARD + BACKWARD[1:]))


def _columns(rows, names):
    return {name: [row[name] for row in rows] for name in names}


def _rows(net, x, y, loss, optimizer):
    net, optimizer = copy.deepcopy((net, optimizer))
    rows = _watch(net)
    value, dout = loss(net.forward(x, training=True), y)
    net.backward(dout, need_dx=False)
    before = [np.copy(_weights(layer)) for layer in net.walk()]
    if optimizer:
        optimizer.step(net.params, net.grads, net.trainable)
    for layer, W, row in zip(net.walk(), before, rows):
        row["elasticity"] = _ratio(row["a"] * row["da"], value)
        row["W"], row["dW"] = _norm(W), _norm(_weights(layer, "dW"))
        step = _norm(_weights(layer) - W) if optimizer else math.nan
        row["update"] = _ratio(step, row["W"])
    return rows


def _watch(net):
    """Let each layer of net write what passes through into a row."""
    rows = []
    for path, layer in net.paths():
        rows.append({"layer": f"{path} {type(layer).__name__}",
                     "da": math.nan})
        layer.forward = _noting_output(layer, rows[-1])
        layer.backward = _noting_gradient(layer, rows[-1])
    return rows


def _noting_output(layer, row):
    forward = layer.forward

    def noting(x, *args, **kwargs):
        a = forward(x, *args, **kwargs)
        row.update(a=_norm(a), mean=float(np.mean(a)),
                   std=float(np.std(a)), dead=_dead(layer, a),
                   saturated=_saturated(layer, a))
        return a
    return noting


def _noting_gradient(layer, row):
    backward = layer.backward

    def noting(dout, *args, **kwargs):
        row["da"] = _norm(dout)
        return backward(dout, *args, **kwargs)
    return noting


def _dead(layer, a):
    """The share of units of a ReLU that are 0 on all rows of a."""
    if not isinstance(layer, ReLU):
        return math.nan
    return float(np.mean(np.all(a == 0, axis=0)))


def _saturated(layer, a):
    """The share of entries of a in the flat parts of sigmoid, tanh."""
    if isinstance(layer, Sigmoid):
        a = 2 * a - 1       # sigmoid(z) = (1 + tanh(z / 2)) / 2
    elif not isinstance(layer, Tanh):
        return math.nan
    return float(np.mean(np.abs(a) > SATURATED))


def _weights(layer, name="W"):
    """The layer's W or dW; NaN if it has none."""
    found = getattr(layer, name, None)
    return np.nan if found is None else found


def _norm(x):
    return float(np.linalg.norm(x))


def _ratio(a, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.divide(a, b))
