"""The fully connected layer."""
import numpy as np

from nnlab._checks import count
from nnlab.inits import he_normal
from nnlab.layers.base import Layer, View


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
    Source: Rumelhart, Hinton and Williams (1986).
    Differs from PyTorch's ``nn.Linear``: W is not stored transposed,
    the default init is he_normal, and each backward overwrites dW and
    db instead of adding to them.
    """

    W, dW = View("params"), View("grads")
    b, db = View("params"), View("grads")

    def __init__(self, fan_in, fan_out, init=he_normal, bias=True):
        count(fan_in=fan_in, fan_out=fan_out)
        if not callable(init):
            raise ValueError("init must be a function, such as nnlab.inits."
                             f"he_normal; got {init!r}.")
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

    def forward(self, x, training=False):
        self.check_x(x, self.fan_in)
        self.x = x
        out = x @ self.W
        if self.bias:
            out += self.b
        return out

    def backward(self, dout, need_dx=True):
        self.check_dout(dout, self.fan_out)
        if not self.frozen:
            # Straight into the flat vector: a copy less.
            np.matmul(self.x.T, dout, out=self.dW)
            if self.bias:
                dout.sum(axis=0, out=self.db)
        return dout @ self.W.T if need_dx else None

    def __repr__(self):
        return f"Linear({self.fan_in}, {self.fan_out})"
