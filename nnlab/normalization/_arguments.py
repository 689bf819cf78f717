"""What the functions of normalisation ask of their arguments."""
import numpy as np

from nnlab._checks import at_least, ndim, no_wrap, real, real_pair, same_shape

TINY = float(np.finfo(np.float32).tiny)


def statistics(running, mean, var, n=2, momentum=0.1):
    """mean and var (D,) of n examples fit the running pair, if any."""
    real(mean=mean, var=var)
    ndim(1, mean=mean)
    same_shape(mean=mean, var=var)
    _variance(var=var)
    if running is not None:
        _pair(running)
        same_shape(mean=mean, running_mean=running[0],
                   running_var=running[1])
    at_least(2, n=n)
    if n % 1:
        raise ValueError(f"n must be a whole number; got {n!r}.")
    at_least(0, momentum=momentum)
    if momentum > 1:
        raise ValueError(f"momentum must be at most 1; got {momentum!r}.")


def old_share(running, mean, var, momentum=0.9):
    """As statistics, but how many examples there were plays no part."""
    statistics(running, mean, var, 2, momentum)


def batch_norm(x, gamma, beta, running=None, momentum=0.1, eps=1e-5):
    """x is a batch of two at least, whose columns vary or have eps."""
    _input(x, gamma, beta, eps)
    if len(x) == 1:
        raise ValueError("x has one row, over which every variance is 0. "
                         "Give two at least, or batch_norm_inference.")
    if eps < TINY:
        _above_0("column", _variances(x, axis=0), eps)


def inference(x, gamma, beta, running, eps=1e-5):
    """x fits running statistics that are not 0 without eps."""
    _input(x, gamma, beta, eps)
    _pair(running)
    _columns(x, running_mean=running[0], running_var=running[1])
    _above_0("column", running[1], eps)


def layer_norm(x, gamma, beta, eps=1e-5):
    """x is a matrix, whose rows vary or have eps."""
    _input(x, gamma, beta, eps)
    if eps < TINY:
        _above_0("row", _variances(x, axis=1), eps)


def batch_backward(dout, cache):
    """cache came with this dout, and out of BatchNorm."""
    _cache(dout, cache, np.shape(dout)[1:])


def layer_backward(dout, cache):
    """cache came with this dout, and out of LayerNorm."""
    _cache(dout, cache, (*np.shape(dout)[:1], 1))


def _cache(dout, cache, one_each):
    if not isinstance(cache, (tuple, list)) or len(cache) != 3:
        raise ValueError("cache must be the (xhat, gamma, sigma) that "
                         "the forward pass returned.")
    xhat, gamma, sigma = cache
    real_pair(dout=dout, xhat=xhat)
    ndim(2, dout=dout)
    real(gamma=gamma, sigma=sigma)
    _columns(xhat, gamma=gamma)
    if np.shape(sigma) != one_each:
        raise ValueError(f"sigma must have shape {one_each}; got "
                         f"{np.shape(sigma)}. Is this the cache of another "
                         "normalisation?")


def _input(x, gamma, beta, eps):
    real(x=x, gamma=gamma, beta=beta)
    no_wrap(x=x)
    ndim(2, x=x)
    at_least(0, eps=eps)
    _columns(x, gamma=gamma, beta=beta)


def _columns(x, **vectors):
    for name, vector in vectors.items():
        if np.shape(vector) != x.shape[1:]:
            raise ValueError(f"{name} must have shape {x.shape[1:]}, one "
                             f"for each column; got {np.shape(vector)}.")


def _pair(running):
    if not isinstance(running, (tuple, list)) or len(running) != 2:
        raise ValueError("running must be the pair (mean, var) that the "
                         f"last call returned; got {running!r:.40}.")
    real(running_mean=running[0], running_var=running[1])
    _variance(running_var=running[1])


def _variance(**values):
    for name, var in values.items():
        if np.size(var) and np.min(var) < 0:
            raise ValueError(f"{name} is negative somewhere, which no "
                             "variance is. Are mean and var swapped?")


def _variances(x, axis):
    # Of equal numbers it is 0; the mean that is rounded may say other.
    return x.var(axis=axis) * (x.min(axis=axis) < x.max(axis=axis))


def _above_0(what, var, eps):
    """sigma = sqrt(var + eps) divides: it must not be 0."""
    zero = np.flatnonzero(var + eps == 0)
    if zero.size:
        raise ValueError(f"{what} {zero[0]} has variance 0, and eps = "
                         f"{eps!r} does not keep sigma from being 0. Give "
                         "a larger one, such as 1e-5.")
