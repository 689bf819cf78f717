"""Inits that do not look at the size of the layer.

Whatever the number does for one width, it shrinks or blows up the
signals of another.
"""
import math

import numpy as np

from nnlab._checks import at_least, checked, count
from nnlab.inits._arguments import check_fans


def _value(fan_in, fan_out, value):
    count(fan_in=fan_in, fan_out=fan_out)
    at_least(-math.inf, value=value)


@checked(_value)
def constant(fan_in, fan_out, value):
    """W[i, j] = value: every unit alike, so none can learn its own.

    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or a value that is not finite.
    Source: Goodfellow, Bengio and Courville (2016), section 8.4.
    Same as PyTorch's ``nn.init.constant_``.
    """
    return np.full((fan_in, fan_out), float(value))


def _sizes(fan_in, fan_out, rng=None):
    count(fan_in=fan_in, fan_out=fan_out)


@checked(_sizes)
def zeros(fan_in, fan_out, rng=None):
    """W[i, j] = 0: with zero weights all units stay alike.

    Biases, a vector, may start so: the weights tell the units apart.
    fan_in, fan_out : the sizes of the layer; rng is not used.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1.
    Source: Goodfellow, Bengio and Courville (2016), section 8.4.
    Same as PyTorch's ``nn.init.zeros_``.

    >>> from nnlab.inits import zeros
    >>> zeros(2, 3)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    return np.zeros((fan_in, fan_out))


def _std(fan_in, fan_out, rng, std=0.01):
    check_fans(fan_in, fan_out, rng)
    at_least(0, std=std)


@checked(_std)
def normal(fan_in, fan_out, rng, std=0.01):
    """W[i, j] ~ N(0, std^2), whatever the size of the layer.

    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1, std < 0, or an rng that is
    anything but a Generator.
    Source: Krizhevsky, Sutskever and Hinton (2012), section 5, for the
    0.01.
    Same as PyTorch's ``nn.init.normal_(w, 0, std)``.
    """
    return rng.normal(0, std, size=(fan_in, fan_out))


def _bound(fan_in, fan_out, rng, bound=0.05):
    check_fans(fan_in, fan_out, rng)
    at_least(0, bound=bound)


@checked(_bound)
def uniform(fan_in, fan_out, rng, bound=0.05):
    """W[i, j] ~ U(-bound, bound), whatever the size of the layer.

    Its standard deviation is bound / sqrt(3).
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1, bound < 0, or an rng that is
    anything but a Generator.
    Source: Goodfellow, Bengio and Courville (2016), section 8.4.
    Same as PyTorch's ``nn.init.uniform_(w, -bound, bound)``, whose
    default is U(0, 1): all of one sign.
    """
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))
