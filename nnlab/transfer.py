"""Transfer: what one network has learned, put into another.

    net = replace_head(trained, Linear(64, 2), rng=rng)     # frozen
    fit(net, X, y, ...)
    net.unfreeze()                                          # fine-tune
    fit(net, X, y, optimizer=Optimizer(
        adam, lr=layer_rates(net, 1e-4, factor=0.4)), ...)

Without a trained network and with few labels, but much X: pretrain an
autoencoder, and put a head on its encoder.
"""
import copy

import numpy as np

from nnlab import augmentation
from nnlab._checks import at_least, checked, count, real
from nnlab.layers import Linear, ReLU, Sequential, mlp
from nnlab.losses import mse
from nnlab.training import fit


def _take_layers(net, n, *head, rng):
    count(n=n)
    if n > len(net.layers):
        raise ValueError(f"n is {n}, but the network has only "
                         f"{len(net.layers)} layers.")


@checked(_take_layers)
def take_layers(net, n, *head, rng):
    """The first n layers of net, copied, and new layers upon them.

    Parameters and running statistics are copies: neither network sees
    what happens to the other.  Nothing is frozen.
    net : a Sequential;  head : layers, drawn by rng; may be left out.
    Returns a Sequential of net's dtype.
    Raises ValueError for n below 1 or above the number of layers; and
    see Sequential.
    Source: Yosinski, Clune, Bengio and Lipson (2014).
    Differs from PyTorch, where modules are shared unless copied.

    >>> rng = np.random.default_rng(0)
    >>> old = mlp(64, 32, 10, rng=rng)
    >>> new = take_layers(old, 2, Linear(32, 3), rng=rng)
    >>> new
    Sequential(Linear(64, 32), ReLU(), Linear(32, 3))
    >>> np.array_equal(new.layers[0].W, old.layers[0].W)
    True
    """
    taken = [_unattached(layer) for layer in net.layers[:n]]
    new = Sequential(*taken, *head, rng=rng, dtype=net.params.dtype)
    lower = {name: array for name, array in net.state().items()
             if int(name.split(".")[0]) < n}
    new.load_state(new.state() | lower)
    return new


def _unattached(layer):
    """A layer of the same settings that is in no network yet."""
    new = copy.copy(layer)
    new.params = new.grads = new.x = None
    new._frozen = False
    new.children = tuple(map(_unattached, layer.children))
    return new


def replace_head(net, *head, rng, keep=None, freeze=True):
    """A copy of net with new top layers, the others frozen.

    keep : how many layers stay; all below the last Linear if not given,
    because what the output layer says belongs to the old task.
    freeze : the layers that stay do not learn; a BatchNorm among them
    uses its running statistics, unchanged.  ``net.unfreeze()`` later.
    head : layers, drawn by rng.
    Returns a Sequential.  Raises ValueError without a head, for a net
    with no Linear above other layers, and see take_layers.
    Source: Yosinski, Clune, Bengio and Lipson (2014).
    Differs from PyTorch, where one assigns ``net.fc = nn.Linear(...)``
    and sets ``requires_grad``.
    """
    if not head:
        raise ValueError("give the new head: layers such as "
                         "Linear(64, 2).")
    keep = _below_the_head(net) if keep is None else keep
    count(keep=keep)
    new = take_layers(net, keep, *head, rng=rng)
    if freeze:
        new.freeze(*range(keep))
    return new


def _below_the_head(net):
    """How many layers there are below the last Linear."""
    keep = _linear(net)[-1]
    if keep == 0:
        raise ValueError(f"{net!r} has no layer below its only Linear, so "
                         "nothing of it would stay: build a new network, "
                         "or say with keep how many layers stay.")
    return keep


def _linear(net):
    """Where the Linear layers of net are."""
    found = [i for i, layer in enumerate(net.layers)
             if isinstance(layer, Linear)]
    if not found:
        raise ValueError(f"{net!r} has no Linear layer; say with take_"
                         "layers how many layers to keep.")
    return found


def _layer_rates(net, lr, factor):
    at_least(0, lr=lr, factor=factor)


@checked(_layer_rates)
def layer_rates(net, lr, factor):
    """A learning rate for each parameter, smaller in lower layers.

        lr factor^d,    d = the number of layers with parameters above

    For ``Optimizer(rule, lr=...)``: lower layers hold what is most
    general and should move least.  A Residual counts as one layer.
    lr : the rate of the top layer;  factor : Howard and Ruder take
    1 / 2.6.
    Returns an array in the shape and dtype of net.params.
    Raises ValueError for a negative lr or factor.
    Source: Howard and Ruder (2018), discriminative fine-tuning.
    Differs from PyTorch, which takes parameter groups.
    """
    rates = np.empty_like(net.params)
    for layer in reversed(net.layers):
        parts = [part for _, inner in layer.walk()
                 for part, _ in inner.slots.values()]
        for part in parts:
            rates[part] = lr
        lr = lr * factor if parts else lr
    return rates


def autoencoder(*sizes, rng, activation=ReLU, **settings):
    """An autoencoder: an encoder and its mirror image, the decoder.

    autoencoder(64, 32, 16) goes 64-32-16-32-64; the last layer is a
    Linear, so that the output can take any value.
    sizes : D, the widths of the encoder, the width of the code.
    rng, activation, settings : as in mlp.
    Returns a Sequential, (N, D) to (N, D).
    Raises ValueError for fewer than two sizes; and see mlp.
    Source: Hinton and Salakhutdinov (2006).
    Differs from PyTorch, which has none: list the layers there.
    """
    if len(sizes) < 2:
        raise ValueError("give at least two sizes, the input's and the "
                         f"code's; got {sizes}.")
    return mlp(*sizes, *sizes[-2::-1], rng=rng, activation=activation,
               **settings)


def encoder(net, *head, rng):
    """The lower half of an autoencoder, copied, under a head.

    It ends with the code: all layers before the middle Linear.
    net : an autoencoder;  head : layers, drawn by rng.
    Returns a Sequential.  Raises ValueError if net has not an even
    number of Linear layers; and see take_layers.
    Differs from PyTorch, which has none.
    """
    linear = _linear(net)
    if len(linear) % 2:
        raise ValueError(f"an autoencoder has as many Linear layers in "
                         f"the encoder as in the decoder; got "
                         f"{len(linear)} in all.")
    return take_layers(net, linear[len(linear) // 2], *head, rng=rng)


def _pretrain(net, X, *, rng, noise=0.0, **settings):
    real(X=X)
    at_least(0, noise=noise)


@checked(_pretrain)
def pretrain(net, X, *, rng, noise=0.0, **settings):
    """Train an autoencoder: X is the input and the target.

        L = mse(net(X + noise e), X),    e ~ N(0, 1)

    It needs no labels.  With noise > 0 it is a denoising autoencoder:
    it cannot just copy its input.
    net : a Sequential, (N, D) to (N, D);  X : (N, D)
    noise : a standard deviation, in the units of X
    rng, settings : of fit (optimizer, epochs, batch_size, ...); an
    augment comes before the noise.
    Returns the History.  Raises ValueError as fit does.
    Source: Vincent et al. (2008) for the noise.
    Differs from PyTorch, which has none.
    """
    X = X.astype(net.params.dtype, copy=False)
    if noise > 0:
        settings["augment"] = _noisy(noise, settings.get("augment"))
    return fit(net, X, X, rng=rng, loss=mse, **settings)


def _noisy(noise, augment=None):
    """An augment that ends with noise upon x, and none upon the target."""
    def noisy(x, target, rng):
        if augment:
            x, target = augment(x, target, rng)
        return augmentation.noise(x, rng, noise), target
    return noisy
