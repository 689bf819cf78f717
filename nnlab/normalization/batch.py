"""BatchNorm: each column of x is normalised over the batch."""
import numpy as np

from nnlab._checks import checked
from nnlab.normalization import _arguments


@checked(_arguments.statistics)
def running_pytorch(running, mean, var, n, momentum=0.1):
    """Running statistics: momentum is the share of the new batch.

        running_mean <- (1 - momentum) running_mean + momentum mean
        running_var <- (1 - momentum) running_var
                       + momentum var n / (n - 1)

    var is the biased variance of the batch (divided by n) and goes in
    as the unbiased one (divided by n - 1).
    mean, var : (D,) of a batch of n examples; running : the pair
    (running_mean, running_var), at first None for (0, 1).
    Returns the new pair, arrays of shape (D,).
    Raises ValueError for shapes that differ, values not finite, a
    variance < 0, n not whole or < 2, or momentum outside [0, 1].
    Source: Ioffe and Szegedy (2015), section 3.1.
    Same as PyTorch's ``nn.BatchNorm1d``.
    """
    running_mean, running_var = (0.0, 1.0) if running is None else running
    unbiased = var * (n / (n - 1))
    return ((1 - momentum) * running_mean + momentum * mean,
            (1 - momentum) * running_var + momentum * unbiased)


@checked(_arguments.old_share)
def running_keras(running, mean, var, momentum=0.9):
    """Running statistics: momentum is the share of what is kept.

        running_mean <- momentum running_mean + (1 - momentum) mean
        running_var <- momentum running_var + (1 - momentum) var

    var stays the biased variance (divided by n).  Keras' default
    momentum is 0.99; 0.9 is that of many lectures.
    mean, var : (D,) of a batch; running : the pair (running_mean,
    running_var), at first None for (0, 1).
    Returns the new pair, arrays of shape (D,).
    Raises ValueError for shapes that differ, values not finite, a
    variance < 0, or momentum outside [0, 1].
    Source: Keras' ``layers.BatchNormalization``.
    Differs from PyTorch: its momentum is 1 - this one, and its
    variance the unbiased one; see running_pytorch.
    """
    running_mean, running_var = (0.0, 1.0) if running is None else running
    return (momentum * running_mean + (1 - momentum) * mean,
            momentum * running_var + (1 - momentum) * var)


@checked(_arguments.batch_norm)
def batch_norm_forward(x, gamma, beta, running=None, momentum=0.1,
                       eps=1e-5):
    """BatchNorm in training: each column to mean 0 and variance 1.

        mean = sum_n x_n / N
        var = sum_n (x_n - mean)^2 / N
        sigma = sqrt(var + eps)
        xhat = (x - mean) / sigma
        out = gamma xhat + beta

    The variance is the biased one.  Each example's output depends
    on the others of its batch.
    x : (N, D) with N of at least 2; gamma, beta : (D,); running and
    momentum as running_pytorch takes them.
    Returns out : (N, D), cache for the backward pass, and the new
    running pair.
    Raises ValueError for N = 1, for what does not fit or is not
    finite, eps < 0, a column with var + eps = 0, or momentum outside
    [0, 1].
    Source: Ioffe and Szegedy (2015), algorithm 1.
    Same as PyTorch's ``nn.BatchNorm1d`` after ``train()``.

    >>> import numpy as np
    >>> from nnlab.normalization import batch_norm_forward
    >>> x = np.array([[1.0, 50.0], [3.0, 10.0]])
    >>> batch_norm_forward(x, np.ones(2), np.zeros(2), eps=0)[0]
    array([[-1.,  1.],
           [ 1., -1.]])
    """
    N = len(x)
    mean = x.mean(axis=0)
    xhat = x - mean
    var = np.einsum("nd,nd->d", xhat, xhat) / N
    sigma = np.sqrt(var + eps)
    xhat /= sigma
    out = xhat * gamma
    out += beta
    running = running_pytorch(running, mean, var, N, momentum)
    return out, (xhat, gamma, sigma), running


@checked(_arguments.batch_backward)
def batch_norm_backward(dout, cache):
    """Backward of BatchNorm in training, in closed form.

        dbeta = sum_n dout_n
        dgamma = sum_n dout_n xhat_n
        dxhat = gamma dout
        dx = (N dxhat - sum_n dxhat_n - xhat sum_n dxhat_n xhat_n)
             / (N sigma)
           = gamma / sigma (dout - dbeta / N - xhat dgamma / N)

    The two sums are there because mean and variance depend on x too.
    dout : dL/dout, (N, D); cache : what batch_norm_forward returned.
    Returns dx : (N, D), dgamma : (D,), dbeta : (D,).
    Raises ValueError unless dout and cache fit and are finite.
    Source: Ioffe and Szegedy (2015), section 3.
    Same as PyTorch's autograd of ``nn.BatchNorm1d``.
    """
    xhat, gamma, sigma = cache
    N = len(dout)
    dbeta = dout.sum(axis=0)
    dgamma = np.einsum("nd,nd->d", dout, xhat)
    # One array and no temporaries: twice as fast on large batches.
    dx = xhat * (-dgamma / N)
    dx += dout
    dx -= dbeta / N
    dx *= gamma / sigma
    return dx, dgamma, dbeta


@checked(_arguments.inference)
def batch_norm_inference(x, gamma, beta, running, eps=1e-5):
    """BatchNorm at inference: with running, not batch, statistics.

        sigma = sqrt(running_var + eps)
        xhat = (x - running_mean) / sigma
        out = gamma xhat + beta

    Each example by itself: one row will do.
    x : (N, D); gamma, beta : (D,); running : (running_mean,
    running_var), each (D,).
    Returns out : (N, D) and cache for the backward pass.
    Raises ValueError unless all fit and are finite, running_var and
    eps >= 0, and their sum > 0.
    Source: Ioffe and Szegedy (2015), algorithm 2.
    Same as PyTorch's ``nn.BatchNorm1d`` after ``eval()``.
    """
    mean, var = running
    sigma = np.sqrt(var + eps)
    xhat = x - mean
    xhat /= sigma
    out = xhat * gamma
    out += beta
    return out, (xhat, gamma, sigma)


@checked(_arguments.batch_backward)
def batch_norm_inference_backward(dout, cache):
    """Backward of BatchNorm with frozen statistics.

        dx = gamma / sigma dout
        dgamma = sum_n dout_n xhat_n
        dbeta = sum_n dout_n

    Mean and variance are constants here, so nothing is taken off dx.
    dout : dL/dout, (N, D); cache : what batch_norm_inference returned.
    Returns dx : (N, D), dgamma : (D,), dbeta : (D,).
    Raises ValueError unless dout and cache fit and are finite.
    Source: Ioffe and Szegedy (2015), section 3.1.
    Same as PyTorch's autograd of ``nn.BatchNorm1d`` after ``eval()``.
    """
    xhat, gamma, sigma = cache
    dgamma = np.einsum("nd,nd->d", dout, xhat)
    return gamma / sigma * dout, dgamma, dout.sum(axis=0)
