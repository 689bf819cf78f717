"""Layer, and View: its parameters as parts of two flat vectors."""
import math

import numpy as np


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
    """What all layers have: forward, backward, perhaps parameters.

    Differs from PyTorch's ``nn.Module``: backward is written out, and
    the arrays belong to the Sequential that holds the layer.
    """

    children = ()       # the layers inside, of a Residual
    min_batch = 1       # the fewest examples it can train on
    _frozen = False     # set by Sequential.freeze
    params = grads = None
    x = None            # the input of the last forward pass
    place = ""          # "layer 2, " in a Sequential

    def shapes(self):
        """The shape of each parameter by its name, in their order."""
        return {}

    def arrays(self):
        """What is not trained but belongs to the state, by its name."""
        return {}

    def initialize(self, rng):
        """Draw the first values of the parameters."""

    def forward(self, x, training=False):
        """x : (N, D) to out : (N, K).

        training=True is the pass that training makes; only BatchNorm
        and Dropout tell the two apart.
        """
        raise NotImplementedError

    def backward(self, dout, need_dx=True):
        """dL/dout to dL/dx, for the last forward.

        Fills the gradients of the parameters, unless it is frozen.
        need_dx=False allows it to return None.
        """
        raise NotImplementedError

    def walk(self, path=""):
        """(path, layer) for it and all layers inside, in their order."""
        yield path, self
        for i, child in enumerate(self.children):
            yield from child.walk(f"{path}.{i}")

    @property
    def frozen(self):
        """True: training leaves its parameters alone; see freeze."""
        return self._frozen

    @property
    def size(self):
        """The number of its parameters, without those of children."""
        return sum(map(math.prod, self.shapes().values()))

    def attach(self, params, grads, start):
        """Take a place in the flat vectors; return where it ends."""
        self.params, self.grads, self.slots = params, grads, {}
        for name, shape in self.shapes().items():
            end = start + math.prod(shape)
            self.slots[name] = slice(start, end), shape
            start = end
        return start

    def check_x(self, x, width=None):
        """x is (N, width), or (N, anything)."""
        if x.ndim != 2 or width not in (None, x.shape[1]):
            raise ValueError(
                f"{self.place}{self!r}: x must have shape "
                f"(N, {width or 'D'}); got {x.shape}.")

    def check_dout(self, dout, width=None):
        """dL/dout has the shape of what forward returned."""
        if self.x is None:
            raise RuntimeError(f"{self.place}{self!r}: backward before "
                               "forward. Call forward(x) first.")
        expected = (len(self.x), width) if width else self.x.shape
        if dout.shape != expected:
            raise ValueError(f"{self.place}{self!r}: dout must have shape "
                             f"{expected}; got {dout.shape}.")

    def __repr__(self):
        return f"{type(self).__name__}()"
