"""The loss and the accuracy of a network on examples."""
import math

import numpy as np

from nnlab._checks import real
from nnlab.data import examples, same_length
from nnlab.losses import softmax_cross_entropy


def check_data(X, y):
    """X holds finite examples, y one label or target for each."""
    examples(X=X)
    real(y=y)
    same_length(X, y)


def evaluate(net, X, y, loss=softmax_cross_entropy):
    """The mean loss and the accuracy of net on (X, y).

    X : (N, D), y : (N,) integer labels, or what loss wants.
    The accuracy is NaN unless net(X) is (N, K) and y integer labels; a
    net with one output says class 1 where that is above 0.
    Raises ValueError for N = 0, NaN, and lengths that differ.
    Differs from PyTorch, which leaves this loop to you.
    """
    check_data(X, y)

    def on(part):
        out = net.forward(X[part])
        return len(out), (loss(out, y[part])[0], share_right(out, y[part]))

    return mean(on(slice(start, start + 1024))
                for start in range(0, len(X), 1024))


def accuracy(net, X, y):
    """The share of examples whose largest logit is at their label.

    net : a Sequential.  X : (N, D), y : (N,) integer labels.
    Raises ValueError for N = 0, NaN, other labels, and lengths that
    differ.
    Differs from PyTorch, which has none.
    """
    return evaluate(net, X, y)[1]


def share_right(out, y):
    """The share of rows whose largest entry is at the label.

    With one output it is the logit of class 1: right if its sign is.
    """
    if out.ndim != 2 or y.ndim != 1 or y.dtype.kind not in "iu":
        return math.nan
    if out.shape[1] == 1:
        if y.max() > 1:
            return math.nan     # whole numbers, but no classes
        return np.count_nonzero((out[:, 0] > 0) == y) / len(y)
    return np.count_nonzero(out.argmax(axis=1) == y) / len(y)


def mean(parts):
    """The mean over examples of (n, (loss, accuracy)) by batches."""
    sizes, values = zip(*parts)
    return tuple(np.average(values, axis=0, weights=sizes).tolist())
