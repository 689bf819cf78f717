"""BatchNorm and LayerNorm: holders of gamma, beta, running statistics."""
import numpy as np

from nnlab._checks import at_least, count, unchecked
from nnlab.layers.base import Layer, View
from nnlab.normalization import (
    batch_norm_backward, batch_norm_forward, batch_norm_inference,
    batch_norm_inference_backward, layer_norm_backward, layer_norm_forward)


class Normalization(Layer):
    """gamma and beta, which scale and shift what was normalised."""

    gamma, dgamma = View("params"), View("grads")
    beta, dbeta = View("params"), View("grads")

    def __init__(self, n, eps):
        count(n=n)
        at_least(0, eps=eps)
        self.n, self.eps = n, eps

    def shapes(self):
        return {"gamma": (self.n,), "beta": (self.n,)}

    def initialize(self, rng):
        self.gamma[:] = 1
        self.beta[:] = 0

    def backward(self, dout, need_dx=True):
        self.check_dout(dout)
        dx, dgamma, dbeta = unchecked(self.rule)(dout, self.cache)
        if not self.frozen:
            self.dgamma, self.dbeta = dgamma, dbeta
        return dx

    def __repr__(self):
        return f"{type(self).__name__}({self.n})"


class BatchNorm(Normalization):
    """BatchNorm: each feature standardised over the batch.

        out = gamma (x - mean) / sqrt(var + eps) + beta

    In training mean and var are those of the batch, and move the
    running statistics by the share momentum; at inference, and if the
    layer is frozen, they are the running statistics.  See
    nnlab.normalization.
    x : (N, n).  running_mean, running_var : (n,).
    Raises ValueError for other shapes, and for N = 1 in training.
    Source: Ioffe and Szegedy (2015).
    Same as PyTorch's ``nn.BatchNorm1d``; there a frozen layer goes on
    using the batch unless it is put into eval mode too.
    """

    def __init__(self, n, momentum=0.1, eps=1e-5):
        super().__init__(n, eps)
        if not 0 <= momentum <= 1:
            raise ValueError("momentum must lie in [0, 1], the share of "
                             f"the new batch; got {momentum!r}.")
        self.momentum = momentum

    @property
    def min_batch(self):
        """2, as one example has no variance; 1 if it is frozen."""
        return 1 if self.frozen else 2

    def initialize(self, rng):
        super().initialize(rng)
        self.running_mean = np.zeros(self.n, self.params.dtype)
        self.running_var = np.ones(self.n, self.params.dtype)

    def arrays(self):
        return {"running_mean": self.running_mean,
                "running_var": self.running_var}

    def forward(self, x, training=False):
        self.check_x(x, self.n)
        self.x = x
        running = self.running_mean, self.running_var
        if training and not self.frozen:
            self.rule = batch_norm_backward
            out, self.cache, running = batch_norm_forward(
                x, self.gamma, self.beta, running, self.momentum, self.eps)
            self.running_mean[:], self.running_var[:] = running
        else:
            self.rule = batch_norm_inference_backward
            out, self.cache = batch_norm_inference(
                x, self.gamma, self.beta, running, self.eps)
        return out


class LayerNorm(Normalization):
    """LayerNorm: each example standardised over its features.

        out = gamma (x - mean) / sqrt(var + eps) + beta

    mean and var are those of the row, in training and at inference.
    x : (N, n).  Raises ValueError for other shapes.
    Source: Ba, Kiros and Hinton (2016).
    Same as PyTorch's ``nn.LayerNorm``.
    """

    rule = staticmethod(layer_norm_backward)

    def __init__(self, n, eps=1e-5):
        super().__init__(n, eps)

    def forward(self, x, training=False):
        self.check_x(x, self.n)
        self.x = x
        out, self.cache = layer_norm_forward(
            x, self.gamma, self.beta, self.eps)
        return out
