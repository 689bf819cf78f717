"""Sequential and Residual: layers one after the other.

A layer keeps no arrays of parameters of its own.  ``linear.W`` is a
view into ``net.params``, ``linear.dW`` one into ``net.grads``: change
either side and the other has changed.  So an optimiser is one call for
the whole net, a gradient check is one loop, and freezing is a mask.
"""
import numpy as np

from nnlab._checks import generator
from nnlab.layers.base import Layer
from nnlab.layers.state import load_state, state


def _check_layers(layers, owner):
    if not layers:
        raise ValueError(f"{owner} needs at least one layer.")
    for i, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise ValueError(f"layer {i} must be a layer such as ReLU(); "
                             f"got {layer!r}.")
        if layer.params is not None or layer in layers[:i]:
            raise ValueError(f"layer {i}, {layer!r}, is already in use: "
                             "make a new one.")


class Residual(Layer):
    """A skip connection around layers: out = x + f(x).

        dx = dout + (df/dx)^T dout

    Residual(Linear(64, 64), ReLU(), Linear(64, 64)); f must keep the
    shape of x : (N, D).
    Raises ValueError for layers that are none or in use, and if f
    changes the shape.
    Source: He, Zhang, Ren and Sun (2016).
    Differs from PyTorch, which has none: there ``x + f(x)`` is written
    in the forward of a module.
    """

    def __init__(self, *layers):
        _check_layers(layers, "Residual")
        self.children = layers

    @property
    def min_batch(self):
        """The fewest examples that the layers inside can train on."""
        return max(layer.min_batch for layer in self.children)

    def forward(self, x, training=False):
        self.x = out = x
        for layer in self.children:
            out = layer.forward(out, training)
        if out.shape != x.shape:
            raise ValueError(f"{self.place}{self!r}: the layers inside "
                             f"turn {x.shape} into {out.shape}; they must "
                             "keep the shape.")
        return x + out

    def backward(self, dout, need_dx=True):
        self.check_dout(dout)
        d = dout
        for layer in reversed(self.children):
            d = layer.backward(d)
        return dout + d

    def __repr__(self):
        return f"Residual({', '.join(map(repr, self.children))})"


class Sequential:
    """Layers one after the other, on one flat parameter vector.

        net = Sequential(Linear(64, 32), ReLU(), Linear(32, 10), rng=rng)

    params, grads : flat vectors of all parameters and their gradients.
    rng draws the first parameters; dtype is float64 or float32, and x
    and dout are converted to it.
    Raises ValueError for layers that are none or are used twice, an
    rng that is no Generator, another dtype; and see Linear.
    Differs from PyTorch's ``nn.Sequential``: gradients are overwritten
    by each backward, so there is no ``zero_grad``; inference is the
    default, and training is an argument of forward, not a state.
    """

    def __init__(self, *layers, rng, dtype=np.float64):
        generator(rng)
        if np.dtype(dtype) not in (np.float64, np.float32):
            raise ValueError("dtype must be float64 or float32; got "
                             f"{np.dtype(dtype)}.")
        _check_layers(layers, "Sequential")
        self.layers = layers
        size = sum(layer.size for layer in self.walk())
        self._params = np.zeros(size, dtype)
        self._grads = np.zeros(size, dtype)
        self._trainable = None
        self._allocate(rng)

    def _allocate(self, rng):
        start = 0
        for path, layer in self.paths():
            layer.place = f"layer {path}, "
            start = layer.attach(self._params, self._grads, start)
            layer.initialize(rng)

    def paths(self):
        """(path, layer) of every layer: "2", and "2.0" inside of it."""
        for i, layer in enumerate(self.layers):
            yield from layer.walk(str(i))

    def walk(self):
        """Every layer in order, those inside a Residual after it."""
        return (layer for _, layer in self.paths())

    @property
    def params(self):
        """All parameters; write into it: ``net.params[:] = ...``."""
        return self._params

    @property
    def grads(self):
        """All gradients, as of the last backward; 0 where frozen."""
        return self._grads

    @property
    def parameter_count(self):
        """The number of parameters."""
        return self.params.size

    @property
    def weights(self):
        """(W, dW) of each Linear that is not frozen.

        Penalties are for these: not for biases, gamma and beta.
        """
        return [(layer.W, layer.dW) for layer in self.walk()
                if "W" in layer.slots and not layer.frozen]

    @property
    def min_batch(self):
        """The fewest examples that all layers can train on."""
        return max(layer.min_batch for layer in self.layers)

    def forward(self, x, training=False):
        """x : (N, D) to the last layer's output : (N, K).

        training=True: BatchNorm uses the batch, and Dropout drops.
        """
        x = np.asarray(x, self.params.dtype)
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    __call__ = forward

    def backward(self, dout, need_dx=True):
        """dL/dout : (N, K) to dL/dx : (N, D); fills grads.

        need_dx=False leaves dL/dx out (training needs it of all layers
        but the first that learns) and returns None.
        """
        dout = np.asarray(dout, self.params.dtype)
        all_learn = need_dx or self._trainable is None
        first = 0 if all_learn else self._first_trainable
        for layer in reversed(self.layers[first + 1:]):
            dout = layer.backward(dout)
        dx = self.layers[first].backward(dout, need_dx)
        return dx if need_dx else None

    @property
    def _first_trainable(self):
        """The lowest layer whose parameters learn; else the last."""
        for i, layer in enumerate(self.layers):
            if any(part.size and not part.frozen
                   for _, part in layer.walk()):
                return i
        return len(self.layers) - 1

    @property
    def trainable(self):
        """None if all parameters learn, else True for each that does."""
        return self._trainable

    def state(self):
        """A copy of parameters and running statistics, by name."""
        return state(self)

    def load_state(self, arrays):
        """Write a state into the network, or refuse it whole."""
        load_state(self, arrays)

    def freeze(self, *indices):
        """Training leaves the layers with these indices alone.

        indices : numbers of layers, or paths such as "2.0", which is
        layer 0 inside of layer 2.
        A frozen BatchNorm uses its running statistics, unchanged.
        Raises ValueError for an index that no layer has, or none.
        """
        if not indices:
            raise ValueError("say which layers to freeze: freeze(0, 1).")
        self._set_frozen(indices, True)

    def unfreeze(self, *indices):
        """Undo freeze for these layers; without an index, for all."""
        self._set_frozen(indices or range(len(self.layers)), False)

    def _set_frozen(self, indices, frozen):
        for layer in [self._find(i) for i in indices]:
            for _, part in layer.walk():
                part._frozen = frozen
        mask = np.ones(self.params.size, bool)
        for layer in self.walk():
            for part, _ in layer.slots.values():
                mask[part] = not layer.frozen
        self.grads[~mask] = 0
        self._trainable = None if mask.all() else mask

    def _find(self, i):
        """The layer with this index or path."""
        n = len(self.layers)
        path = str(i + n if isinstance(i, int) and -n <= i < 0 else i)
        for found, layer in self.paths():
            if found == path:
                return layer
        raise ValueError(f"there is no layer {i!r}: the network has {n}, "
                         "counted from 0.")

    def on_weights(self, value):
        """value at each weight, 0 at biases, gamma and beta.

        For a decay that leaves these out: ``Optimizer(adamw,
        weight_decay=net.on_weights(0.01))``.
        Returns an array in the shape of params.
        """
        array = np.zeros_like(self.params)
        for layer in self.walk():
            if "W" in layer.slots:
                array[layer.slots["W"][0]] = value
        return array

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"
