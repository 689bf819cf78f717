"""Orthogonal weights, and LSUV, which measures what they let through."""
import math

import numpy as np

from nnlab._checks import at_least, checked, count, ndim, real
from nnlab.inits._arguments import check_fans


def _gain(fan_in, fan_out, rng, gain=1.0):
    check_fans(fan_in, fan_out, rng)
    at_least(0, gain=gain)


@checked(_gain)
def orthogonal(fan_in, fan_out, rng, gain=1.0):
    """W with orthonormal rows or columns, whichever are fewer.

        A[i, j] ~ N(0, 1),    A = Q R,    W = gain Q diag(sign R[i, i])

    W^T W = gain^2 I where fan_in >= fan_out: every gradient dout W^T
    is gain times as long as dout.  Else W W^T = gain^2 I: every signal
    x W is gain times as long as x.  With independent W[i, j] that
    holds in the mean only.
    The signs make A = Q R unique, so that every such W is equally
    likely; without them W[0, 0] would have the same sign each time.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1, an rng that is anything but a
    Generator, or gain < 0.
    Source: Saxe, McClelland and Ganguli (2014); the signs, Mezzadri
    (2007).
    Same as PyTorch's ``nn.init.orthogonal_``.

    >>> import numpy as np
    >>> from nnlab.inits import orthogonal
    >>> W = orthogonal(5, 3, np.random.default_rng(0))
    >>> np.allclose(W.T @ W, np.eye(3))
    True
    """
    few, many = sorted((fan_in, fan_out))
    Q, R = np.linalg.qr(rng.normal(size=(many, few)))
    Q = gain * Q * np.sign(np.diag(R))
    return Q if fan_in >= fan_out else Q.T


def _lsuv(weights, pre_activations, tol=0.01, max_steps=10):
    if not isinstance(weights, (list, tuple)) or not weights:
        raise ValueError("weights must be a list of matrices, the first "
                         f"layer's first; got {type(weights).__name__}.")
    for i, W in enumerate(weights):
        real(**{f"weights[{i}]": W})
        ndim(2, **{f"weights[{i}]": W})
    if not callable(pre_activations):
        raise ValueError("pre_activations must be a function from the "
                         "list of weights to the list of pre-activations; "
                         f"got {type(pre_activations).__name__}.")
    at_least(np.finfo(float).tiny, tol=tol)
    count(max_steps=max_steps)


@checked(_lsuv)
def lsuv(weights, pre_activations, tol=0.01, max_steps=10):
    """LSUV: each layer in turn is scaled to unit variance, on data.

        W_l <- W_l / sqrt(Var(z_l))    until |Var(z_l) - 1| < tol

    Var(z_l) is taken over all examples and units of the layer's
    pre-activations, with all layers before it in their final scale.
    No gain is needed: what the activations do to the data is measured.
    weights : list of (fan_in, fan_out), in the paper orthogonal ones.
    pre_activations : a function from such a list to the list of
    z_l : (N, fan_out) that one large batch gives with these weights.
    Returns the list of new weights.
    Raises ValueError for a variance of 0 or none that is finite, and
    for a layer that max_steps divisions do not bring within tol.
    Source: Mishkin and Matas (2016), algorithm 1.
    Differs from PyTorch, which has none.  The paper gives up after
    max_steps and says nothing.

    >>> import numpy as np
    >>> from nnlab.inits import lsuv
    >>> x = np.array([[-3.0], [3.0]])
    >>> lsuv([np.ones((1, 1))], lambda weights: [x @ weights[0]])
    [array([[0.33333333]])]
    """
    weights = list(weights)
    for i in range(len(weights)):
        for step in range(max_steps + 1):
            variance = _variance(pre_activations, weights, i)
            if abs(variance - 1) < tol:
                break
            _before(max_steps, step, i, variance)
            weights[i] = weights[i] / math.sqrt(variance)
    return weights


def _variance(pre_activations, weights, i):
    z = pre_activations(list(weights))
    if len(z) != len(weights):
        raise ValueError(f"pre_activations must return {len(weights)} "
                         f"arrays, one for each layer; got {len(z)}.")
    with np.errstate(all="ignore"):
        variance = float(np.var(z[i]))
    if not (math.isfinite(variance) and variance > 0):
        raise ValueError(
            f"the pre-activations of layer {i} have the variance "
            f"{variance}: no factor makes it 1. Look for weights of 0 or "
            "NaN, dead units before it, or a batch of equal examples.")
    return variance


def _before(max_steps, step, i, variance):
    if step == max_steps:
        raise ValueError(
            f"after {step} divisions the pre-activations of layer {i} "
            f"have the variance {variance:.3g}. Do other things than its "
            "weights add to it, such as biases? Start those at 0, or "
            "raise tol or max_steps.")
