"""GELU: z times the probability that a standard normal is below z."""
import math

import numpy as np

from nnlab._checks import checked
from nnlab.activations._arguments import check_z

# Phi at each multiple of 1/256, from -39, where float64 has only 0 for
# it, to 9, where it rounds to 1.
LOW, HIGH, PER_UNIT = -39, 9, 256
TABLE = np.array([math.erfc(-k / PER_UNIT / math.sqrt(2)) / 2
                  for k in range(PER_UNIT * LOW, PER_UNIT * HIGH + 1)])


def _normal(z):
    """Phi(z) and phi(z) = Phi'(z) of the standard normal distribution.

    NumPy has no erf, and math.erf, a number at a time, takes three to
    ten times as long as this: Phi at a, the multiple of 1/256 nearest
    to z, and from there a Taylor series in d = z - a.  Its first
    omitted term, at most 1.2 d^5 / 5!, is below 3e-16.
    """
    z = np.clip(z * 1.0, LOW, -LOW)     # beyond, phi is 0 too
    k = np.rint(PER_UNIT * z)
    d = z - k / PER_UNIT
    phi = np.exp(-z**2 / 2) / math.sqrt(2 * math.pi)
    # The derivatives at z, from the second: -z phi, (z^2 - 1) phi, ...
    series = d * (1 + d / 2 * (z + d / 3 * (
        z**2 - 1 + d / 4 * z * (z**2 - 3))))
    # mode="clip": above HIGH the last entry holds, and a NaN, where
    # nothing has looked for one, is no index but stays a NaN.
    at = (k - PER_UNIT * LOW).astype(np.int32)
    Phi = TABLE.astype(z.dtype).take(at, mode="clip") + phi * series
    return Phi, phi


@checked(check_z)
def gelu(z):
    """The Gaussian error linear unit: gelu(z) = z Phi(z).

    Phi(z) = (1 + erf(z / sqrt(2))) / 2 is the probability that a
    standard normal number is below z.
    z : array of any shape.  Returns gelu(z) in that shape.
    Raises ValueError unless z is finite.
    Source: Hendrycks and Gimpel (2016).
    Same as PyTorch's ``nn.functional.gelu``.

    >>> import numpy as np
    >>> from nnlab.activations import gelu
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    Phi, _ = _normal(z)
    return z * Phi


@checked(check_z)
def gelu_derivative(z):
    """The slope of gelu: Phi(z) + z phi(z), with phi = Phi'.

    It is 1/2 at z = 0, negative left of -0.75 and above 1 in places.
    z : array of any shape.  Returns gelu'(z) in that shape.
    Raises ValueError unless z is finite.
    Source: Hendrycks and Gimpel (2016).
    Same as PyTorch's autograd of ``nn.functional.gelu``.
    """
    Phi, phi = _normal(z)
    return Phi + z * phi


def _inner(z):
    """u of gelu_tanh, and its derivative."""
    # Beyond +-10 tanh(u) is +-1 in float64, and z^3 may overflow.
    z = np.clip(z, -10, 10)
    root = math.sqrt(2 / math.pi)
    return (root * z * (1 + 0.044715 * z**2),
            root * (1 + 3 * 0.044715 * z**2))


@checked(check_z)
def gelu_tanh(z):
    """GELU by tanh, as when erf was slow: within 5e-4 of gelu.

        gelu_tanh(z) = z (1 + tanh(u)) / 2
        u = sqrt(2 / pi) (z + 0.044715 z^3)

    z : array of any shape.  Returns gelu_tanh(z) in that shape.
    Raises ValueError unless z is finite.
    Source: Hendrycks and Gimpel (2016), section 2.
    Same as PyTorch's ``nn.functional.gelu(approximate="tanh")``.
    """
    u, _ = _inner(z)
    return (1 + np.tanh(u)) / 2 * z


@checked(check_z)
def gelu_tanh_derivative(z):
    """The slope of gelu_tanh.

        (1 + tanh(u)) / 2 + z (1 - tanh(u)^2) / 2 u'
        u' = sqrt(2 / pi) (1 + 3 * 0.044715 z^2)

    z : array of any shape.  Returns the slopes in that shape.
    Raises ValueError unless z is finite.
    Source: Hendrycks and Gimpel (2016), section 2.
    Same as PyTorch's autograd of that form.
    """
    u, du = _inner(z)
    t = np.tanh(u)
    return (1 + t) / 2 + z * (1 - t**2) / 2 * du
