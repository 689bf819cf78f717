"""Activations that are bounded: their slopes vanish where |z| is large.

A derivative near 0 passes next to no gradient back: the unit is
saturated, and what lies below it learns slowly or not at all.
"""
import numpy as np

from nnlab._checks import (checked, distributions, ndim, real,
                           same_shape)
from nnlab.activations._arguments import check_z


@checked(check_z)
def sigmoid(z):
    """The logistic function: sigma(z) = 1 / (1 + exp(-z)).

    Where exp(-z) overflows, below z = -709 (-88 in float32), it counts
    as infinite and sigma(z) as 0.
    z : array of any shape.  Returns numbers from 0 to 1 in that shape.
    Raises ValueError unless z is finite.
    Source: Goodfellow, Bengio and Courville (2016), section 3.10.
    Same as PyTorch's ``torch.sigmoid``.

    >>> import numpy as np
    >>> from nnlab.activations import sigmoid
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


@checked(check_z)
def sigmoid_derivative(z):
    """The slope of the sigmoid, at most 1/4, at z = 0.

        sigma'(z) = sigma(z) (1 - sigma(z)) = e / (1 + e)^2,
        e = exp(-|z|)

    The second form keeps the digits where 1 - sigma(z) rounds to 0.
    z : array of any shape.  Returns sigma'(z) in that shape.
    Raises ValueError unless z is finite.
    Source: Goodfellow, Bengio and Courville (2016), section 3.10.
    Same as PyTorch's autograd of ``torch.sigmoid``.
    """
    e = np.exp(-np.abs(z))
    return e / (1 + e)**2


@checked(check_z)
def tanh(z):
    """The hyperbolic tangent: tanh(z) = 2 sigma(2 z) - 1.

    z : array of any shape.  Returns numbers from -1 to 1 in that shape.
    Raises ValueError unless z is finite.
    Source: LeCun, Bottou, Orr and Müller (1998), section 4.4.
    Same as PyTorch's ``torch.tanh``.
    """
    return np.tanh(z)


@checked(check_z)
def tanh_derivative(z):
    """The slope of tanh, at most 1, at z = 0: tanh'(z) = 1 - tanh(z)^2.

    Where tanh(z) is next to 1 the difference has few digits left: in
    float32 it is 6% off at z = 8, and 0 from z = 10 on.
    z : array of any shape.  Returns tanh'(z) in that shape.
    Raises ValueError unless z is finite.
    Source: LeCun, Bottou, Orr and Müller (1998), section 4.4.
    Same as PyTorch's autograd of ``torch.tanh``.
    """
    return 1 - np.tanh(z)**2


def _rows(z):
    check_z(z)
    ndim(2, z=z)


@checked(_rows)
def softmax(z):
    """The softmax of each row: p_k = exp(z_k) / sum_j exp(z_j).

    The largest entry of each row is taken off first.  That changes no
    p and keeps exp from overflowing.
    z : (N, K).  Returns p : (N, K), whose rows sum to 1.
    Raises ValueError unless z is finite and has two axes.
    Source: Bridle (1990).
    Same as PyTorch's ``torch.softmax(z, dim=1)``.
    """
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _softmax_pair(p, dp):
    real(p=p, dp=dp)
    ndim(2, p=p)
    same_shape(p=p, dp=dp)
    distributions(p=p)


@checked(_softmax_pair)
def softmax_backward(p, dp):
    """Backward of softmax: dz_k = p_k (dp_k - sum_j p_j dp_j).

    p : (N, K) is what softmax returned, dp : (N, K) is dL/dp.
    Returns dz = dL/dz : (N, K), whose rows sum to 0.
    Raises ValueError unless both are finite and of one shape, and the
    rows of p are probabilities that sum to 1 (to 1e-5).
    Source: Bridle (1990).
    Same as PyTorch's autograd of ``torch.softmax``.
    """
    return p * (dp - (p * dp).sum(axis=1, keepdims=True))
