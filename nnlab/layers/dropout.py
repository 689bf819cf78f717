"""Dropout: the mask of the last training pass."""
from nnlab._checks import fraction, unchecked
from nnlab.dropout import dropout, dropout_backward
from nnlab.layers.base import Layer


class Dropout(Layer):
    """Inverted dropout: in training each element is 0 with chance p.

        out = mask x,    mask = 0 or 1 / (1 - p)

    A new mask for each training pass and each example; at inference
    out = x.  rng : where masks come from, a child of the Sequential's.
    x : (N, D).
    Raises ValueError unless p lies in [0, 1).
    Source: Srivastava et al. (2014).
    Same as PyTorch's ``nn.Dropout``, which allows p = 1.
    """

    def __init__(self, p=0.5):
        fraction(p=p)
        self.p = p

    def initialize(self, rng):
        # A stream of its own: a Dropout more or less changes neither
        # the weights that are drawn nor the order of the batches.
        self.rng, = rng.spawn(1)

    def forward(self, x, training=False):
        self.x, self.mask = x, None
        if not training or self.p == 0:
            return x
        out, self.mask = unchecked(dropout)(x, self.p, self.rng)
        return out

    def backward(self, dout, need_dx=True):
        self.check_dout(dout)
        if self.mask is None:
            return dout
        return unchecked(dropout_backward)(dout, self.mask)

    def __repr__(self):
        return f"Dropout({self.p})"
