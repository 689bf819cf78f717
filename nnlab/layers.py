"""Layers, and Sequential: their parameters as one flat vector.

A layer keeps no arrays of parameters of its own.  ``linear.W`` is a
view into ``net.params``, ``linear.dW`` one into ``net.grads``: change
either side and the other has changed.  So an optimiser is one call for
the whole net, and a gradient check is one loop.
"""
import numpy as np

from nnlab import activations
from nnlab._checks import count, generator
from nnlab.inits import he_normal


class View:
    """``layer.W``: the part of a flat vector that is W, in its shape.

    Assigning copies into that part: the optimiser must see it too.
    """

    def __init__(self, vector):
        self.vector = vector

    def __set_name__(self, owner, name):
        self.name = name
        # dW has the place in grads that W has in params.
        self.slot = name[1:] if self.vector == "grads" else name

    def __get__(self, layer, owner=None):
        if layer is None:
            return self
        if layer.params is None:
            raise RuntimeError(f"{layer!r} has no {self.name} yet: put it "
                               "into a Sequential, which allocates it.")
        if self.slot not in layer.slots:
            return None
        part, shape = layer.slots[self.slot]
        return getattr(layer, self.vector)[part].reshape(shape)

    def __set__(self, layer, value):
        view = self.__get__(layer)
        if np.shape(value) != view.shape:
            raise ValueError(f"{self.name} of {layer!r} has shape "
                             f"{view.shape}; got {np.shape(value)}.")
        view[...] = value


class Layer:
    """What all layers have: forward, backward, perhaps parameters."""

    min_batch = 1       # the fewest examples it can train on
    params = grads = None
    x = None            # the input of the last forward pass
    place = ""          # "layer 2, " in a Sequential

    def shapes(self):
        """The shape of each parameter by its name, in their order."""
        return {}

    def initialize(self, rng):
        """Draw the first values of the parameters."""

    def attach(self, params, grads, start):
        """Take a place in the flat vectors; return where it ends."""
        self.params, self.grads, self.slots = params, grads, {}
        for name, shape in self.shapes().items():
            end = start + int(np.prod(shape))
            self.slots[name] = slice(start, end), shape
            start = end
        return start

    def check_dout(self, dout, fan_out=None):
        """dL/dout has the shape of what forward returned."""
        if self.x is None:
            raise RuntimeError(f"{self.place}{self!r}: backward before "
                               "forward. Call forward(x) first.")
        expected = ((len(self.x), fan_out) if fan_out
                    else self.x.shape)
        if dout.shape != expected:
            raise ValueError(f"{self.place}{self!r}: dout must have shape "
                             f"{expected}; got {dout.shape}.")

    def __repr__(self):
        return f"{type(self).__name__}()"


class Linear(Layer):
    """A fully connected layer: out = x W + b.

        dW = x^T dout
        db = sum over the batch of dout
        dx = dout W^T

    x : (N, fan_in), W : (fan_in, fan_out), b : (fan_out,).
    init : a function of nnlab.inits, or any other with the arguments
    (fan_in, fan_out, rng) that returns W, or W and b; else b starts at
    0.  bias=False leaves b out.
    Raises ValueError for sizes below 1 and arrays of another shape.
    Differs from PyTorch: W is not stored transposed, the default init
    is he_normal, and each backward overwrites dW and db instead of
    adding to them.
    """

    W, dW = View("params"), View("grads")
    b, db = View("params"), View("grads")

    def __init__(self, fan_in, fan_out, init=he_normal, bias=True):
        count(fan_in=fan_in, fan_out=fan_out)
        self.fan_in, self.fan_out = fan_in, fan_out
        self.init, self.bias = init, bias

    def shapes(self):
        W, b = (self.fan_in, self.fan_out), (self.fan_out,)
        return {"W": W, "b": b} if self.bias else {"W": W}

    def initialize(self, rng):
        drawn = self.init(self.fan_in, self.fan_out, rng)
        W, b = drawn if isinstance(drawn, tuple) else (drawn, None)
        self.W = W
        if self.bias:
            self.b[:] = 0 if b is None else b

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.fan_in:
            raise ValueError(f"{self.place}{self!r}: x must have shape "
                             f"(N, {self.fan_in}); got {x.shape}.")
        self.x = x
        out = x @ self.W
        return out + self.b if self.bias else out

    def backward(self, dout, need_dx=True):
        self.check_dout(dout, self.fan_out)
        self.dW = self.x.T @ dout
        if self.bias:
            self.db = dout.sum(axis=0)
        return dout @ self.W.T if need_dx else None

    def __repr__(self):
        return f"Linear({self.fan_in}, {self.fan_out})"


class Activation(Layer):
    """An activation function on each element: dx = dout phi'(x)."""

    def forward(self, x):
        self.x = x
        return self.function(x)

    def backward(self, dout, need_dx=True):
        self.check_dout(dout)
        return dout * self.derivative(self.x)


class ReLU(Activation):
    """max(0, x), by nnlab.activations.  Same as PyTorch's ``nn.ReLU``."""

    function = staticmethod(activations.relu)
    derivative = staticmethod(activations.relu_derivative)


class Sigmoid(Activation):
    """1 / (1 + exp(-x)).  Same as PyTorch's ``nn.Sigmoid``."""

    function = staticmethod(activations.sigmoid)
    derivative = staticmethod(activations.sigmoid_derivative)


class Tanh(Activation):
    """tanh(x).  Same as PyTorch's ``nn.Tanh``."""

    function = staticmethod(activations.tanh)
    derivative = staticmethod(activations.tanh_derivative)


class Sequential:
    """Layers one after the other, on one flat parameter vector.

        net = Sequential(Linear(64, 32), ReLU(), Linear(32, 10), rng=rng)

    params, grads : flat vectors of all parameters and their gradients.
    rng draws the first parameters; dtype is float64 or float32, and x
    and dout are converted to it.
    Raises ValueError for layers that are none or are used twice, an
    rng that is no Generator, another dtype; and see Linear.
    Differs from PyTorch's ``nn.Sequential``: gradients are overwritten
    by each backward, so there is no ``zero_grad``.
    """

    def __init__(self, *layers, rng, dtype=np.float64):
        generator(rng)
        self.layers = layers
        self._check(np.dtype(dtype))
        shapes = [s for layer in layers for s in layer.shapes().values()]
        size = sum(int(np.prod(shape)) for shape in shapes)
        self._params = np.zeros(size, dtype)
        self._grads = np.zeros(size, dtype)
        self._allocate(rng)

    def _check(self, dtype):
        if dtype not in (np.float64, np.float32):
            raise ValueError("dtype must be float64 or float32; got "
                             f"{dtype}.")
        if not self.layers:
            raise ValueError("Sequential needs at least one layer.")
        for i, layer in enumerate(self.layers):
            if not isinstance(layer, Layer):
                raise ValueError(f"layer {i} must be a layer such as "
                                 f"ReLU(); got {layer!r}.")
            if layer.params is not None or layer in self.layers[:i]:
                raise ValueError(f"layer {i}, {layer!r}, is already in "
                                 "use: make a new one.")

    def _allocate(self, rng):
        start = 0
        for i, layer in enumerate(self.layers):
            layer.place = f"layer {i}, "
            start = layer.attach(self._params, self._grads, start)
            layer.initialize(rng)

    @property
    def params(self):
        """All parameters; write into it: ``net.params[:] = ...``."""
        return self._params

    @property
    def grads(self):
        """All gradients, as of the last backward."""
        return self._grads

    @property
    def parameter_count(self):
        """The number of parameters."""
        return self.params.size

    @property
    def min_batch(self):
        """The fewest examples that all layers can train on."""
        return max(layer.min_batch for layer in self.layers)

    def forward(self, x):
        """x : (N, D) to the last layer's output : (N, K)."""
        x = np.asarray(x, self.params.dtype)
        for layer in self.layers:
            x = layer.forward(x)
        return x

    __call__ = forward

    def backward(self, dout, need_dx=True):
        """dL/dout : (N, K) to dL/dx : (N, D); fills grads.

        need_dx=False leaves dL/dx out (training needs it of all layers
        but the first) and returns None.
        """
        dout = np.asarray(dout, self.params.dtype)
        for layer in reversed(self.layers[1:]):
            dout = layer.backward(dout)
        dx = self.layers[0].backward(dout, need_dx)
        return dx if need_dx else None

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"
