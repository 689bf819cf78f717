"""Initial weights.  W has shape (fan_in, fan_out): x @ W.

normal(mean, s) means a standard deviation of s everywhere here; many
texts write the variance in that place.
"""
import numpy as np

from nnlab._checks import at_least, checked, count, generator


def _fans(fan_in, fan_out, rng):
    count(fan_in=fan_in, fan_out=fan_out)
    generator(rng)


def _fans_and_value(fan_in, fan_out, value):
    count(fan_in=fan_in, fan_out=fan_out)
    at_least(-np.finfo(float).max, value=value)


def _fans_and_std(fan_in, fan_out, rng, std=0.01):
    _fans(fan_in, fan_out, rng)
    at_least(0, std=std)


@checked(_fans_and_value)
def constant(fan_in, fan_out, value):
    """W[i, j] = value: every unit alike, so none can learn its own.

    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or a value that is not finite.
    Same as PyTorch's ``nn.init.constant_``.
    """
    return np.full((fan_in, fan_out), float(value))


@checked(_fans_and_std)
def normal(fan_in, fan_out, rng, std=0.01):
    """W[i, j] ~ N(0, std^2), whatever the size of the layer.

    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1, std < 0, or an rng that is no
    Generator.  Same as PyTorch's ``nn.init.normal_(w, 0, std)``.
    """
    return rng.normal(0, std, size=(fan_in, fan_out))


@checked(_fans)
def xavier_normal(fan_in, fan_out, rng):
    """Xavier (Glorot): W[i, j] ~ N(0, 2 / (fan_in + fan_out)).

    The second number is the variance.  It is the compromise between
    1/fan_in, which keeps the variance on the way forward, and
    1/fan_out, which keeps it on the way back, for a linear layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is no Generator.
    Source: Glorot and Bengio (2010).
    Same as PyTorch's ``nn.init.xavier_normal_`` (gain 1).
    """
    std = np.sqrt(2 / (fan_in + fan_out))
    return rng.normal(0, std, size=(fan_in, fan_out))


@checked(_fans)
def xavier_uniform(fan_in, fan_out, rng):
    """Xavier (Glorot): W[i, j] ~ U(-a, a), a^2 = 6 / (fan_in + fan_out).

    U(-a, a) has the variance a^2 / 3, here 2 / (fan_in + fan_out).
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is no Generator.
    Source: Glorot and Bengio (2010), equation 16.
    Same as PyTorch's ``nn.init.xavier_uniform_`` (gain 1).
    """
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@checked(_fans)
def he_normal(fan_in, fan_out, rng):
    """He (Kaiming): W[i, j] ~ N(0, 2 / fan_in).

    The second number is the variance; the standard deviation is its
    root.  The 2 makes up for ReLU, which halves the second moment.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is no Generator.
    Source: He, Zhang, Ren and Sun (2015), equation 10.
    Same as PyTorch's ``nn.init.kaiming_normal_(nonlinearity="relu")``;
    differs from the default of ``nn.Linear`` (see pytorch_default).
    """
    std = np.sqrt(2 / fan_in)
    return rng.normal(0, std, size=(fan_in, fan_out))


@checked(_fans)
def he_uniform(fan_in, fan_out, rng):
    """He (Kaiming): W[i, j] ~ U(-a, a), a^2 = 6 / fan_in.

    U(-a, a) has the variance a^2 / 3, here 2 / fan_in.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is no Generator.
    Source: He, Zhang, Ren and Sun (2015).
    Same as PyTorch's ``nn.init.kaiming_uniform_(nonlinearity="relu")``.
    """
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@checked(_fans)
def pytorch_default(fan_in, fan_out, rng):
    """What PyTorch's ``nn.Linear`` does if you ask for nothing.

        W[i, j], b[j] ~ U(-1/sqrt(fan_in), 1/sqrt(fan_in))

    The variance is 1/(3 fan_in), a sixth of He's, and the biases are
    random too.
    Returns W : (fan_in, fan_out) and b : (fan_out,).
    Raises ValueError for sizes below 1 or an rng that is no Generator.
    Source: ``reset_parameters`` of PyTorch 2.13's ``nn.Linear``.
    Same as PyTorch, which stores W transposed.
    """
    bound = 1 / np.sqrt(fan_in)
    W = rng.uniform(-bound, bound, size=(fan_in, fan_out))
    b = rng.uniform(-bound, bound, size=fan_out)
    return W, b
