"""Layers that act on each element: the activation functions.

They call the functions of nnlab.activations without the argument
checks: a NaN is found at the loss, once for the whole network.
"""
from nnlab import activations
from nnlab._checks import unchecked
from nnlab.layers.base import Layer


class Activation(Layer):
    """An activation function on each element: dx = dout phi'(x)."""

    settings = {}

    def __init_subclass__(cls):
        name = cls.name
        cls.function = staticmethod(unchecked(getattr(activations, name)))
        cls.derivative = staticmethod(
            unchecked(getattr(activations, f"{name}_derivative")))

    def forward(self, x, training=False):
        self.x = x
        return self.function(x, **self.settings)

    def backward(self, dout, need_dx=True):
        self.check_dout(dout)
        return dout * self.derivative(self.x, **self.settings)

    def __repr__(self):
        settings = ", ".join(f"{k}={v}" for k, v in self.settings.items())
        return f"{type(self).__name__}({settings})"


class Identity(Activation):
    """out = x, by nnlab.activations.  x : (N, D).

    Raises ValueError if dout has not the shape of x.
    Source: none needed.  Same as PyTorch's ``nn.Identity``.
    """

    name = "identity"


class ReLU(Activation):
    """out = max(0, x), by nnlab.activations.  x : (N, D).

    Raises ValueError if dout has not the shape of x.
    Source: Nair and Hinton (2010).  Same as PyTorch's ``nn.ReLU``.
    """

    name = "relu"


class LeakyReLU(Activation):
    """out = x where x > 0, else slope x, by nnlab.activations.

    x : (N, D).  Raises ValueError if dout has not the shape of x, or
    the slope is no finite number of at least 0.
    Source: Maas, Hannun and Ng (2013).
    Same as PyTorch's ``nn.LeakyReLU``.
    """

    name = "leaky_relu"

    def __init__(self, slope=0.01):
        activations.leaky_relu(0.0, slope)      # it checks the slope
        self.settings = {"slope": slope}


class ELU(Activation):
    """out = x where x > 0, else alpha (exp(x) - 1).  x : (N, D).

    Raises ValueError if dout has not the shape of x, or alpha is no
    finite number of at least 0.
    Source: Clevert, Unterthiner and Hochreiter (2016).
    Same as PyTorch's ``nn.ELU``.
    """

    name = "elu"

    def __init__(self, alpha=1.0):
        activations.elu(0.0, alpha)             # it checks alpha
        self.settings = {"alpha": alpha}


class GELU(Activation):
    """out = x Phi(x), Phi the normal distribution's.  x : (N, D).

    Raises ValueError if dout has not the shape of x.
    Source: Hendrycks and Gimpel (2016).
    Same as PyTorch's ``nn.GELU``, its exact form.
    """

    name = "gelu"


class Softplus(Activation):
    """out = log(1 + exp(x)), by nnlab.activations.  x : (N, D).

    Raises ValueError if dout has not the shape of x.
    Source: Dugas et al. (2001).  Same as PyTorch's ``nn.Softplus``,
    which becomes the identity above x = 20.
    """

    name = "softplus"


class Sigmoid(Activation):
    """out = 1 / (1 + exp(-x)), by nnlab.activations.  x : (N, D).

    Raises ValueError if dout has not the shape of x.
    Source: Rumelhart, Hinton and Williams (1986).
    Same as PyTorch's ``nn.Sigmoid``.
    """

    name = "sigmoid"


class Tanh(Activation):
    """out = tanh(x), by nnlab.activations.  x : (N, D).

    Raises ValueError if dout has not the shape of x.
    Source: LeCun, Bottou, Orr and Müller (1998), section 4.4.
    Same as PyTorch's ``nn.Tanh``.
    """

    name = "tanh"
