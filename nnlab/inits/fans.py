"""Inits that look at the size of the layer, by its fans.

A sum of fan_in terms has fan_in times their variance, so the variance
of the weights is a number divided by a fan.
"""
import numpy as np

from nnlab._checks import checked
from nnlab.inits._arguments import check_fans


@checked(check_fans)
def lecun_normal(fan_in, fan_out, rng):
    """LeCun: W[i, j] ~ N(0, 1 / fan_in).

    The second number is the variance.  It keeps the variance of the
    signals in a linear layer, and nearly so with tanh near 0.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: LeCun, Bottou, Orr and Müller (1998), section 4.6.
    Same as PyTorch's ``nn.init.kaiming_normal_`` of gain 1, which is
    its ``nonlinearity="linear"``.
    """
    std = np.sqrt(1 / fan_in)
    return rng.normal(0, std, size=(fan_in, fan_out))


@checked(check_fans)
def lecun_uniform(fan_in, fan_out, rng):
    """LeCun: W[i, j] ~ U(-a, a), a^2 = 3 / fan_in.

    U(-a, a) has the variance a^2 / 3, here 1 / fan_in.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: LeCun, Bottou, Orr and Müller (1998), section 4.6.
    Same as PyTorch's ``nn.init.kaiming_uniform_`` of gain 1, which is
    its ``nonlinearity="linear"``.
    """
    bound = np.sqrt(3 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@checked(check_fans)
def xavier_normal(fan_in, fan_out, rng):
    """Xavier (Glorot): W[i, j] ~ N(0, 2 / (fan_in + fan_out)).

    The second number is the variance.  It is the compromise between
    1/fan_in, which keeps the variance on the way forward, and
    1/fan_out, which keeps it on the way back, for a linear layer.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: Glorot and Bengio (2010).
    Same as PyTorch's ``nn.init.xavier_normal_`` (gain 1).
    """
    std = np.sqrt(2 / (fan_in + fan_out))
    return rng.normal(0, std, size=(fan_in, fan_out))


@checked(check_fans)
def xavier_uniform(fan_in, fan_out, rng):
    """Xavier (Glorot): W[i, j] ~ U(-a, a), a^2 = 6 / (fan_in + fan_out).

    U(-a, a) has the variance a^2 / 3, here 2 / (fan_in + fan_out).
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: Glorot and Bengio (2010), equation 16.
    Same as PyTorch's ``nn.init.xavier_uniform_`` (gain 1).
    """
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@checked(check_fans)
def he_normal(fan_in, fan_out, rng):
    """He (Kaiming): W[i, j] ~ N(0, 2 / fan_in).

    The second number is the variance; the standard deviation is its
    root.  The 2 makes up for ReLU, which halves the second moment.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: He, Zhang, Ren and Sun (2015), equation 10.
    Same as PyTorch's ``nn.init.kaiming_normal_(nonlinearity="relu")``;
    differs from the default of ``nn.Linear`` (see pytorch_default).
    """
    std = np.sqrt(2 / fan_in)
    return rng.normal(0, std, size=(fan_in, fan_out))


@checked(check_fans)
def he_uniform(fan_in, fan_out, rng):
    """He (Kaiming): W[i, j] ~ U(-a, a), a^2 = 6 / fan_in.

    U(-a, a) has the variance a^2 / 3, here 2 / fan_in.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: He, Zhang, Ren and Sun (2015).
    Same as PyTorch's ``nn.init.kaiming_uniform_(nonlinearity="relu")``.
    """
    bound = np.sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))


@checked(check_fans)
def pytorch_default(fan_in, fan_out, rng):
    """What PyTorch's ``nn.Linear`` does if you ask for nothing.

        W[i, j], b[j] ~ U(-1/sqrt(fan_in), 1/sqrt(fan_in))

    The variance is 1/(3 fan_in), a sixth of He's, and the biases are
    random too.
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out) and b : (fan_out,).
    Raises ValueError for sizes below 1 or an rng that is anything but
    a Generator.
    Source: ``reset_parameters`` of PyTorch 2.13's ``nn.Linear``.
    Same as PyTorch, which stores W transposed.

    >>> import numpy as np
    >>> from nnlab.inits import pytorch_default
    >>> W, b = pytorch_default(100, 10, np.random.default_rng(0))
    >>> W.shape, b.shape, bool(abs(W).max() < 0.1)
    ((100, 10), (10,), True)
    """
    bound = 1 / np.sqrt(fan_in)
    W = rng.uniform(-bound, bound, size=(fan_in, fan_out))
    b = rng.uniform(-bound, bound, size=fan_out)
    return W, b
