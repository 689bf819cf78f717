"""One formula for LeCun's, Xavier's and He's inits, and its gains."""
import math

import numpy as np

from nnlab._checks import at_least, checked
from nnlab.inits._arguments import check_fans

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu",
               "gelu", "softplus")
MODES = ("fan_in", "fan_out", "fan_avg")
LAWS = ("normal", "uniform")


def _one_of(names, remedy="", **values):
    for what, value in values.items():
        if value not in names:
            raise ValueError(f"{what} must be one of {', '.join(names)}; "
                             f"got {value!r}.{remedy}")


def _activation(activation, slope=0.01):
    _one_of(ACTIVATIONS, " For another phi take 1 / sqrt(mean(phi(x)**2)) "
            "over many x ~ N(0, 1), or use lsuv.", activation=activation)
    at_least(0, slope=slope)


@checked(_activation)
def gain(activation, slope=0.01):
    """The factor that makes up for what an activation phi takes away.

        gain^2 E[phi(x)^2] = 1    for x ~ N(0, 1)

    It gives 1 for the identity, sqrt(2) for relu and sqrt(2 / (1 +
    slope^2)) for leaky_relu.  Two values are convention: 5/3 for tanh
    (the formula gives 1.59) and 1 for sigmoid (1.85, and the mean of
    its output is not 0, for which no gain makes up).  Those of elu
    (alpha = 1), gelu and softplus are computed from the formula.
    activation : the name of a function of nnlab.activations.
    slope : that of leaky_relu left of 0.  Returns a number, no unit.
    Raises ValueError for another name or slope < 0.
    Source: He, Zhang, Ren and Sun (2015), section 2.2.
    Same as PyTorch's ``nn.init.calculate_gain``, which says linear for
    identity and lacks the three computed ones.

    >>> from nnlab.inits import gain
    >>> gain("relu")
    1.4142135623730951
    """
    return {"identity": 1.0,
            "sigmoid": 1.0,
            "tanh": 5 / 3,
            "relu": math.sqrt(2),
            "leaky_relu": math.sqrt(2 / (1 + slope**2)),
            "elu": 1.2451983,
            "gelu": 1.5335304,
            "softplus": 1.0418668}[activation]


def _scaling(fan_in, fan_out, rng, gain=1.0, mode="fan_in",
             law="normal"):
    check_fans(fan_in, fan_out, rng)
    at_least(0, gain=gain)
    _one_of(MODES, mode=mode)
    _one_of(LAWS, law=law)


@checked(_scaling)
def variance_scaling(fan_in, fan_out, rng, gain=1.0, mode="fan_in",
                     law="normal"):
    """W[i, j] with mean 0 and variance gain^2 / fan.

        fan = fan_in                     keeps the variance forwards,
              fan_out                    that of gradients backwards,
              (fan_in + fan_out) / 2     nearly both (fan_avg)

    gain 1 and fan_in is LeCun's init, gain 1 and fan_avg Xavier's,
    gain sqrt(2) and fan_in He's.  law : normal, or uniform on
    (-a, a) with a = sqrt(3) gain / sqrt(fan).
    fan_in, fan_out : the sizes of the layer.
    Returns W : (fan_in, fan_out).
    Raises ValueError for sizes below 1, an rng that is anything but a
    Generator, gain < 0, or another mode or law.
    Source: He, Zhang, Ren and Sun (2015), equations 10 and 14.
    Same as PyTorch's ``nn.init.kaiming_normal_`` and
    ``kaiming_uniform_`` in the first two modes, and ``xavier_normal_``
    and ``xavier_uniform_`` in the third.  Keras's init of this name
    takes gain^2 as its scale, and truncates the normal.
    """
    fan = {"fan_in": fan_in, "fan_out": fan_out,
           "fan_avg": (fan_in + fan_out) / 2}[mode]
    std = gain / np.sqrt(fan)
    if law == "normal":
        return rng.normal(0, std, size=(fan_in, fan_out))
    bound = np.sqrt(3) * std
    return rng.uniform(-bound, bound, size=(fan_in, fan_out))
