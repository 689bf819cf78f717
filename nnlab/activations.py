"""Activation functions and their derivatives, on arrays of any shape.

Each derivative takes z, what went *into* the activation.
"""
import numpy as np

from nnlab._checks import checked, ndim, no_wrap, real, same_shape


def _z(z):
    real(z=z)
    no_wrap(z=z)


@checked(_z)
def identity(z):
    """The identity: phi(z) = z.

    z : array of any shape.  Raises ValueError unless z is finite.
    Same as PyTorch's ``nn.Identity``, but returns a copy.
    """
    return z * 1.0


@checked(_z)
def identity_derivative(z):
    """phi'(z) = 1, in the shape of z.

    Raises ValueError unless z is finite.
    Same as PyTorch's autograd of ``nn.Identity``.
    """
    return np.ones_like(z, dtype=np.result_type(z, np.float32))


@checked(_z)
def sigmoid(z):
    """The logistic function: sigma(z) = 1 / (1 + exp(-z)).

    Computed as exp(-log(1 + exp(-z))) with ``np.logaddexp``, which
    neither overflows at z = -1000 nor loses the small values.
    z : array of any shape.  Raises ValueError unless z is finite.
    Same as PyTorch's ``torch.sigmoid``.
    """
    return np.exp(-np.logaddexp(0, -z))


@checked(_z)
def sigmoid_derivative(z):
    """sigma'(z) = sigma(z) (1 - sigma(z)), at most 1/4, at z = 0.

    1 - sigma(z) is computed as sigma(-z), which keeps small values.
    Raises ValueError unless z is finite.
    Same as PyTorch's autograd of ``torch.sigmoid``.
    """
    return sigmoid(z) * sigmoid(-z)


@checked(_z)
def tanh(z):
    """The hyperbolic tangent: tanh(z) = 2 sigma(2 z) - 1.

    z : array of any shape.  Raises ValueError unless z is finite.
    Same as PyTorch's ``torch.tanh``.
    """
    return np.tanh(z)


@checked(_z)
def tanh_derivative(z):
    """tanh'(z) = 1 - tanh(z)^2.

    Raises ValueError unless z is finite.
    Same as PyTorch's autograd of ``torch.tanh``.
    """
    return 1 - np.tanh(z)**2


@checked(_z)
def relu(z):
    """The rectifier: relu(z) = max(0, z).

    z : array of any shape.  Raises ValueError unless z is finite.
    Source: Nair and Hinton (2010).  Same as PyTorch's ``torch.relu``.
    """
    return np.maximum(0, z)


@checked(_z)
def relu_derivative(z):
    """relu'(z) = 1 where z > 0, else 0.

    At z = 0 every number from 0 to 1 is a subgradient; this is 0.
    Raises ValueError unless z is finite.
    Same as PyTorch, which takes 0 at z = 0 too.
    """
    return np.greater(z, 0).astype(np.result_type(z, np.float32))


def _rows(z):
    _z(z)
    ndim(2, z=z)


@checked(_rows)
def softmax(z):
    """The softmax of each row: p_k = exp(z_k) / sum_j exp(z_j).

    The largest entry of each row is taken off first.  That changes no
    p and keeps exp from overflowing.
    z : (N, K).  Returns p : (N, K), whose rows sum to 1.
    Raises ValueError unless z is finite and has two axes.
    Same as PyTorch's ``torch.softmax(z, dim=1)``.
    """
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _softmax_pair(p, dp):
    real(p=p, dp=dp)
    ndim(2, p=p)
    same_shape(p=p, dp=dp)


@checked(_softmax_pair)
def softmax_backward(p, dp):
    """Backward of softmax: dz_k = p_k (dp_k - sum_j p_j dp_j).

    p : (N, K) is what softmax returned, dp : (N, K) is dL/dp.
    Returns dz = dL/dz : (N, K), whose rows sum to 0.
    Raises ValueError unless both are finite and of one shape.
    Same as PyTorch's autograd of ``torch.softmax``.
    """
    return p * (dp - (p * dp).sum(axis=1, keepdims=True))
