"""Common networks by their sizes."""
import numpy as np

from nnlab._checks import count
from nnlab.inits import he_normal, lsuv
from nnlab.layers.elementwise import ReLU
from nnlab.layers.dropout import Dropout
from nnlab.layers.linear import Linear
from nnlab.layers.norm import BatchNorm
from nnlab.layers.sequential import Sequential


def mlp(*sizes, rng, activation=ReLU, batch_norm=False, dropout=0.0,
        init=he_normal, dtype=np.float64):
    """A multilayer perceptron: Linear layers of these sizes.

    After each but the last: BatchNorm if batch_norm is true, the
    activation, Dropout if dropout is not 0, in this order.  A Linear
    before a BatchNorm has no bias: the mean that BatchNorm takes off
    would remove it.
    sizes : D, the widths of the hidden layers, K.
    activation : a class of nnlab.layers.  dropout : p, or one p for
    each hidden layer.  init, dtype : as in Linear and Sequential.
    Returns a Sequential, (N, D) to (N, K).
    Raises ValueError for fewer than two sizes, a size below 1, or a
    list of p that is not as long as the hidden layers.
    Differs from PyTorch, which has none: list the layers there.

    >>> rng = np.random.default_rng(0)
    >>> mlp(50, 100, 100, 10, rng=rng).parameter_count
    16210
    """
    if len(sizes) < 2:
        raise ValueError("give at least two sizes, the input's and the "
                         f"output's, as mlp(64, 32, 10); got {sizes}.")
    count(**{f"size {i}": size for i, size in enumerate(sizes)})
    if not isinstance(activation, type):
        raise ValueError("activation must be a class of nnlab.layers, such "
                         f"as ReLU; got {activation!r}.")
    hidden = len(sizes) - 2
    ps = [dropout] * hidden if np.isscalar(dropout) else list(dropout)
    if len(ps) != hidden:
        raise ValueError(f"dropout must be one p, or one for each of the "
                         f"{hidden} hidden layers; got {dropout}.")
    layers = []
    for i, p in enumerate(ps):
        layers.append(Linear(*sizes[i:i + 2], init, bias=not batch_norm))
        layers += [BatchNorm(sizes[i + 1])] if batch_norm else []
        layers.append(activation())
        layers += [Dropout(p)] if p else []
    return Sequential(*layers, Linear(*sizes[-2:], init), rng=rng,
                      dtype=dtype)


def funnel(n_in, n_out, *, rng, widest=128, depth=3, **settings):
    """An MLP whose hidden layers halve: 128, 64, 32.

    widest : the first hidden layer's width; depth : the number of
    hidden layers, each half as wide as the one before and none narrower
    than n_out; rng, settings : as in mlp.
    Returns a Sequential, (N, n_in) to (N, n_out).
    Raises ValueError for numbers below 1, and see mlp.  The funnel is a
    convention: at equal size one wide layer does as well on the digits.
    Differs from PyTorch, which has none: list the layers there.

    >>> rng = np.random.default_rng(0)
    >>> [layer.fan_out for layer in funnel(784, 10, rng=rng).walk()
    ...  if isinstance(layer, Linear)]
    [128, 64, 32, 10]
    """
    count(n_in=n_in, n_out=n_out, widest=widest, depth=depth)
    widths = [max(widest // 2**i, n_out) for i in range(depth)]
    return mlp(n_in, *widths, n_out, rng=rng, **settings)


def apply_lsuv(net, x, **settings):
    """Scale the weights of a new network by LSUV, on a batch of data.

    Each Linear in turn gets pre-activations of variance 1 on x, with
    the layers before it already scaled; see nnlab.inits.lsuv.
    net : a Sequential, best drawn with the init orthogonal; x : (N, D),
    a large batch; settings : tol and max_steps of lsuv.
    Returns nothing: net is changed, or, if lsuv raises, is not.
    Raises ValueError as lsuv does.
    Source: Mishkin and Matas (2016), algorithm 1.
    Differs from PyTorch, which has none.
    """
    linears = [layer for layer in net.walk() if isinstance(layer, Linear)]
    before = [layer.W.copy() for layer in linears]

    def put(weights):
        for layer, W in zip(linears, weights):
            layer.W = W

    def pre_activations(weights):
        put(weights)
        net.forward(x)
        return [layer.forward(layer.x) for layer in linears]

    try:
        put(lsuv(before, pre_activations, **settings))
    except ValueError:
        put(before)
        raise
