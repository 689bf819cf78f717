"""Losses: each returns (loss, gradient by its first argument).

The loss is the mean over the batch, so the gradient holds the 1/N and
nothing behind it divides by N again.
"""
import numpy as np

from nnlab._checks import (checked, fraction, labels, ndim, no_wrap,
                           real, same_shape)
from nnlab.activations import sigmoid, softplus


def _logits_and_labels(logits, y):
    real(logits=logits)
    no_wrap(logits=logits)
    ndim(2, logits=logits)
    labels(y, *logits.shape)


@checked(_logits_and_labels)
def softmax_cross_entropy(logits, y):
    """Mean cross-entropy of softmax(logits) against integer labels.

        L = -1/N sum_i log p[i, y_i],    p = softmax(logits)
        dL/dlogits = (p - onehot(y)) / N

    log p is computed as logits - logsumexp(logits), so that it stays
    finite however small p is.

    logits : (N, K), y : (N,) integers from 0 to K - 1
    Returns the loss (a number) and dlogits : (N, K).
    Raises ValueError for logits that are not finite, labels that are
    not integers or lie outside 0 .. K - 1, and shapes that differ.
    Source: Bridle (1990).
    Same as PyTorch's ``nn.CrossEntropyLoss()`` and its autograd.
    """
    rows = np.arange(len(y))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[rows, y].mean()
    dlogits = np.exp(log_p)
    dlogits[rows, y] -= 1
    return loss, dlogits / len(y)


def _smoothed(logits, y, smoothing=0.1):
    _logits_and_labels(logits, y)
    fraction(smoothing=smoothing)


@checked(_smoothed)
def smoothed_cross_entropy(logits, y, smoothing=0.1):
    """Mean cross-entropy against labels that are a little unsure.

        L = -1/N sum_i sum_k q[i, k] log p[i, k],    p = softmax(logits)
        q = (1 - smoothing) onehot(y) + smoothing / K
        dL/dlogits = (p - q) / N

    The loss is least at p = q, so no logit is driven to infinity.
    smoothing = 0 gives softmax_cross_entropy.

    logits : (N, K), y : (N,) integers from 0 to K - 1
    Returns the loss (a number) and dlogits : (N, K).
    Raises ValueError as softmax_cross_entropy does, and for smoothing
    outside [0, 1).
    Source: Szegedy et al. (2016), section 7.
    Same as PyTorch's ``nn.CrossEntropyLoss(label_smoothing=smoothing)``,
    which takes smoothing = 1 too.
    """
    n, k = logits.shape
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    q = np.full_like(log_p, smoothing / k)
    q[np.arange(n), y] += 1 - smoothing
    loss = -(q * log_p).sum(axis=1).mean()
    return loss, (np.exp(log_p) - q) / n


def _binary(logits, y):
    real(logits=logits, y=y)
    no_wrap(logits=logits)
    ndim(1, logits=logits)
    same_shape(logits=logits, y=y)
    if not np.isin(y, (0, 1)).all():
        raise ValueError("y must hold 0 and 1 only; for more classes "
                         "use softmax_cross_entropy.")


@checked(_binary)
def binary_cross_entropy(logits, y):
    """Mean cross-entropy of sigmoid(logits) against labels 0 and 1.

        L = 1/N sum_i [log(1 + exp(z_i)) - y_i z_i]
        dL/dz = (sigmoid(z) - y) / N

    which is -y log p - (1 - y) log(1 - p) with p = sigmoid(z), without
    the logarithm of a number that may be 0.

    logits : (N,) the z above, y : (N,) of 0 and 1
    Returns the loss (a number) and dlogits : (N,).
    Raises ValueError for logits that are not finite, other labels, and
    shapes that differ.
    Source: Goodfellow, Bengio and Courville (2016), section 6.2.2.2.
    Same as PyTorch's ``nn.BCEWithLogitsLoss()`` and its autograd.
    """
    loss = (softplus(logits) - y * logits).mean()
    return loss, (sigmoid(logits) - y) / len(y)


def _pred_and_target(pred, target):
    real(pred=pred, target=target)
    no_wrap(pred=pred, target=target)
    same_shape(pred=pred, target=target)
    if np.size(pred) == 0:
        raise ValueError("pred is empty. Give at least one example.")


@checked(_pred_and_target)
def mse(pred, target):
    """Mean squared error, over all elements.

        L = 1/n sum (pred - target)^2,    n = the number of elements
        dL/dpred = 2 (pred - target) / n

    pred, target : arrays of one shape.
    Returns the loss (a number) and dpred in the shape of pred.
    Raises ValueError for values that are not finite or shapes that
    differ: (N, 1) against (N,) would broadcast to N x N differences.
    Source: Goodfellow, Bengio and Courville (2016), section 5.5.1.
    Same as PyTorch's ``nn.MSELoss()``.  Other texts sum over the
    outputs of an example and halve: multiply by M / 2 to get theirs.

    >>> import numpy as np
    >>> from nnlab.losses import mse
    >>> loss, dpred = mse(np.array([1.0, 5.0]), np.array([0.0, 2.0]))
    >>> print(loss, dpred)
    5.0 [1. 3.]
    """
    error = pred - target
    return (error**2).mean(), 2 * error / error.size
