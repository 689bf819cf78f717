"""Activations that are z, or close to it, where z is large.

There the slope is 1 and the gradient passes unchanged; they differ in
what they do with z < 0.
"""
import numpy as np

from nnlab._checks import at_least, checked
from nnlab.activations._arguments import check_z
from nnlab.activations.saturating import sigmoid


@checked(check_z)
def identity(z):
    """The identity: phi(z) = z.

    z : array of any shape.  Returns a copy of it.
    Raises ValueError unless z is finite.
    Source: Goodfellow, Bengio and Courville (2016), section 6.2.2.1.
    Same as PyTorch's ``nn.Identity``, but returns a copy.
    """
    return z * 1.0


@checked(check_z)
def identity_derivative(z):
    """The slope of the identity: phi'(z) = 1.

    z : array of any shape.  Returns ones in that shape.
    Raises ValueError unless z is finite.
    Source: Goodfellow, Bengio and Courville (2016), section 6.2.2.1.
    Same as PyTorch's autograd of ``nn.Identity``.
    """
    return np.ones_like(z * 1.0)


@checked(check_z)
def relu(z):
    """The rectifier: relu(z) = max(0, z).

    z : array of any shape.  Returns relu(z) in that shape.
    Raises ValueError unless z is finite.
    Source: Nair and Hinton (2010).
    Same as PyTorch's ``torch.relu``.

    >>> import numpy as np
    >>> from nnlab.activations import relu, relu_derivative
    >>> z = np.array([-2.0, 0.0, 3.0])
    >>> relu(z), relu_derivative(z)
    (array([0., 0., 3.]), array([0., 0., 1.]))
    """
    return np.maximum(0, z)


@checked(check_z)
def relu_derivative(z):
    """The slope of the rectifier: relu'(z) = 1 where z > 0, else 0.

    At z = 0 every number from 0 to 1 is a subgradient; this is 0.
    z : array of any shape.  Returns zeros and ones in that shape.
    Raises ValueError unless z is finite.
    Source: Goodfellow, Bengio and Courville (2016), section 6.3.
    Same as PyTorch, which takes 0 at z = 0 too.
    """
    kind = np.result_type(np.asarray(z), np.float32)
    return np.greater(z, 0).astype(kind)


def _slope(z, slope=0.01):
    check_z(z)
    at_least(0, slope=slope)


@checked(_slope)
def leaky_relu(z, slope=0.01):
    """The leaky rectifier: max(0, z) + slope min(0, z).

    A unit that is off still learns: the slope there is not 0.
    z : array of any shape.  Returns the values in that shape.
    Raises ValueError unless z is finite, and for slope < 0.
    Source: Maas, Hannun and Ng (2013).
    Same as PyTorch's ``nn.functional.leaky_relu``, which takes
    negative slopes too.
    """
    return np.maximum(0, z) + slope * np.minimum(0, z)


@checked(_slope)
def leaky_relu_derivative(z, slope=0.01):
    """leaky_relu'(z) = 1 where z > 0, else slope.

    z : array of any shape.  Returns the slopes in that shape.
    Raises ValueError unless z is finite, and for slope < 0.
    Source: Maas, Hannun and Ng (2013).
    Same as PyTorch, which takes slope at z = 0 too.
    """
    # Faster than np.where, and float32 stays float32.
    on = relu_derivative(z)
    return on + slope * (1 - on)


def _alpha(z, alpha=1.0):
    check_z(z)
    at_least(0, alpha=alpha)


@checked(_alpha)
def elu(z, alpha=1.0):
    """The exponential linear unit, which goes to -alpha on the left.

        elu(z) = z                      where z > 0
                 alpha (exp(z) - 1)     elsewhere

    z : array of any shape.  Returns elu(z) in that shape.
    Raises ValueError unless z is finite, and for alpha < 0.
    Source: Clevert, Unterthiner and Hochreiter (2016).
    Same as PyTorch's ``nn.functional.elu``, which takes negative alpha
    too.
    """
    return np.maximum(0, z) + alpha * np.expm1(np.minimum(0, z))


@checked(_alpha)
def elu_derivative(z, alpha=1.0):
    """The slope of elu: 1 where z > 0, else alpha exp(z).

    z : array of any shape.  Returns elu'(z) in that shape.
    Raises ValueError unless z is finite, and for alpha < 0.
    Source: Clevert, Unterthiner and Hochreiter (2016).
    Same as PyTorch, which takes alpha at z = 0 too.
    """
    on = relu_derivative(z)
    return on + alpha * np.exp(np.minimum(0, z)) * (1 - on)


@checked(check_z)
def softplus(z):
    """Softplus, a rectifier without the kink: log(1 + exp(z)).

    Computed as max(0, z) + log(1 + exp(-|z|)), which cannot overflow.
    It lies above relu(z), by log 2 at z = 0 and by less elsewhere.
    z : array of any shape.  Returns softplus(z) in that shape.
    Raises ValueError unless z is finite.
    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia (2001).
    Differs from PyTorch: ``nn.functional.softplus`` returns z itself
    above its threshold of 20, which is exp(-20) = 2e-9 less.
    """
    return np.maximum(0, z) + np.log1p(np.exp(-np.abs(z)))


@checked(check_z)
def softplus_derivative(z):
    """The slope of softplus: sigma(z), the sigmoid.

    z : array of any shape.  Returns numbers from 0 to 1 in that shape.
    Raises ValueError unless z is finite.
    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia (2001).
    Differs from PyTorch, whose slope is 1 above its threshold of 20.
    """
    return sigmoid(z)
