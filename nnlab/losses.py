"""Losses: each returns (loss, gradient by its first argument).

The loss is the mean over the batch, so the gradient holds the 1/N and
nothing behind it divides by N again.
"""
import numpy as np

from nnlab._checks import (checked, distributions, fraction, labels, ndim,
                           no_wrap, real, same_shape)
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


def _logits_and_targets(logits, targets):
    real(logits=logits, targets=targets)
    no_wrap(logits=logits)
    ndim(2, logits=logits)
    if np.shape(targets) != logits.shape:
        raise ValueError(
            f"targets must have the shape of logits, {logits.shape}; got "
            f"{np.shape(targets)}. For integer labels use "
            "softmax_cross_entropy.")
    distributions(targets=targets)


@checked(_logits_and_targets)
def soft_cross_entropy(logits, targets):
    """Mean cross-entropy of softmax(logits) against probabilities.

        L = -1/N sum_i sum_k q[i, k] log p[i, k],    p = softmax(logits)
        dL/dlogits = (p - q) / N

    q are the targets: smoothed or mixed labels, or what another
    network says.  At p = q the gradient is 0, the loss the entropy of
    q.  Rows with a single 1 give softmax_cross_entropy.

    logits : (N, K), targets : (N, K) from 0 to 1, rows that sum to 1
    Returns the loss (a number) and dlogits : (N, K).
    Raises ValueError for logits that are not finite, shapes that
    differ, targets below 0 and rows that do not sum to 1 (to 1e-5).
    Source: Bishop (2006), section 4.3.4.
    Same as PyTorch's ``nn.CrossEntropyLoss()`` given probabilities,
    which takes rows of any sum.

    >>> import numpy as np
    >>> from nnlab.losses import soft_cross_entropy
    >>> half = np.array([[0.5, 0.5]])
    >>> loss, dlogits = soft_cross_entropy(np.log([[3.0, 1.0]]), half)
    >>> print(dlogits)
    [[ 0.25 -0.25]]
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    q = targets.astype(log_p.dtype, copy=False)
    loss = -(q * log_p).sum(axis=1).mean()
    return loss, (np.exp(log_p) - q) / len(q)


def _smoothed(logits, y, smoothing=0.1):
    _logits_and_labels(logits, y)
    fraction(smoothing=smoothing)


@checked(_smoothed)
def smoothed_cross_entropy(logits, y, smoothing=0.1):
    """Mean cross-entropy against labels that are a little unsure.

        q = (1 - smoothing) onehot(y) + smoothing / K
        L = soft_cross_entropy(logits, q)
        dL/dlogits = (softmax(logits) - q) / N

    The loss is least at softmax(logits) = q, so no logit is driven to
    infinity.  smoothing = 0 gives softmax_cross_entropy.

    logits : (N, K), y : (N,) integers from 0 to K - 1
    Returns the loss (a number) and dlogits : (N, K).
    Raises ValueError as softmax_cross_entropy does, and for smoothing
    outside [0, 1).
    Source: Szegedy et al. (2016), section 7.
    Same as PyTorch's ``nn.CrossEntropyLoss(label_smoothing=smoothing)``,
    which takes smoothing = 1 too.
    """
    n, k = logits.shape
    q = np.full((n, k), smoothing / k)
    q[np.arange(n), y] += 1 - smoothing
    return soft_cross_entropy(logits, q)


def _binary(logits, y):
    real(logits=logits, y=y)
    no_wrap(logits=logits)
    one_each = np.ndim(logits) == 1 or np.shape(logits)[1:] == (1,)
    if not one_each or 0 in np.shape(logits):
        raise ValueError(
            "logits must have shape (N,) or (N, 1), N at least 1; got "
            f"{np.shape(logits)}. For more classes use "
            "softmax_cross_entropy.")
    if np.shape(y) not in (logits.shape, logits.shape[:1]):
        same_shape(logits=logits, y=y)
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("y must hold 0 and 1 only; for more classes "
                         "use softmax_cross_entropy.")


@checked(_binary)
def binary_cross_entropy(logits, y):
    """Mean cross-entropy of sigmoid(logits) against labels 0 and 1.

        L = 1/N sum_i log(1 + exp(s_i z_i)),    s_i = 1 - 2 y_i
        dL/dz = s sigmoid(s z) / N = (sigmoid(z) - y) / N

    which is -y log p - (1 - y) log(1 - p) with p = sigmoid(z), without
    the logarithm of a number that may be 0, and without a difference
    of two that may be equal but for rounding.

    logits : (N,) or (N, 1), the z above, y : (N,) of 0 and 1, or in
    the shape of logits
    Returns the loss (a number) and dlogits in the shape of logits.
    Raises ValueError for logits that are not finite, other labels, and
    shapes that do not fit.
    Source: Goodfellow, Bengio and Courville (2016), section 6.2.2.2.
    Same as PyTorch's ``nn.BCEWithLogitsLoss()`` and its autograd, but
    that asks for y in the shape of logits.
    """
    y = y.reshape(logits.shape).astype(logits.dtype, copy=False)
    s = 1 - 2 * y
    loss = softplus(s * logits).mean()
    return loss, s * sigmoid(s * logits) / len(y)


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
    Same as PyTorch's ``nn.MSELoss()``.  Other texts sum over the M
    outputs of an example and halve: multiply by M / 2 to get theirs.

    >>> import numpy as np
    >>> from nnlab.losses import mse
    >>> loss, dpred = mse(np.array([1.0, 5.0]), np.array([0.0, 2.0]))
    >>> print(loss, dpred)
    5.0 [1. 3.]
    """
    error = pred - target
    return np.mean(error**2), 2 * error / np.size(error)
