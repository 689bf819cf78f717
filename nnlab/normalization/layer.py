"""LayerNorm: each row of x is normalised over its features."""
import numpy as np

from nnlab._checks import checked
from nnlab.normalization import _arguments


@checked(_arguments.layer_norm)
def layer_norm_forward(x, gamma, beta, eps=1e-5):
    """LayerNorm: each row to mean 0 and variance 1.

        mean = sum_d x_d / D
        var = sum_d (x_d - mean)^2 / D
        sigma = sqrt(var + eps)
        xhat = (x - mean) / sigma
        out = gamma xhat + beta

    Each example by itself: the same in training and at inference, and
    no running statistics.  The variance is the biased one.
    x : (N, D); gamma, beta : (D,).
    Returns out : (N, D) and cache for the backward pass.
    Raises ValueError unless all fit and are finite, for eps < 0, and
    for a row with var + eps = 0.
    Source: Ba, Kiros and Hinton (2016), section 3.
    Same as PyTorch's ``nn.LayerNorm(D)``.
    """
    D = x.shape[1]
    # einsum sums along rows faster than mean does.
    mean = np.einsum("nd->n", x)[:, None] / D
    xhat = x - mean
    var = np.vecdot(xhat, xhat)[:, None] / D
    sigma = np.sqrt(var + eps)
    xhat /= sigma
    out = xhat * gamma
    out += beta
    return out, (xhat, gamma, sigma)


@checked(_arguments.layer_backward)
def layer_norm_backward(dout, cache):
    """Backward of LayerNorm, in closed form.

        dbeta = sum_n dout_n
        dgamma = sum_n dout_n xhat_n
        dxhat = gamma dout
        dx = (D dxhat - sum_d dxhat_d - xhat sum_d dxhat_d xhat_d)
             / (D sigma)

    As in BatchNorm, with the sums of dx along the row.
    dout : dL/dout, (N, D); cache : what layer_norm_forward returned.
    Returns dx : (N, D), dgamma : (D,), dbeta : (D,).
    Raises ValueError unless dout and cache fit and are finite.
    Source: Ba, Kiros and Hinton (2016), section 3.
    Same as PyTorch's autograd of ``nn.LayerNorm(D)``.
    """
    xhat, gamma, sigma = cache
    D = dout.shape[1]
    dbeta = dout.sum(axis=0)
    dgamma = np.einsum("nd,nd->d", dout, xhat)
    dxhat = dout * gamma
    mean = np.einsum("nd->n", dxhat)[:, None] / D
    along = np.vecdot(dxhat, xhat)[:, None] / D
    dx = xhat * -along
    dx += dxhat
    dx -= mean
    dx /= sigma
    return dx, dgamma, dbeta
