"""Rules with a rate for each element, by the size of its gradients.

Where eps stands differs from rule to rule, and is as in PyTorch.
"""
import numpy as np

from nnlab._checks import at_least, checked, fraction
from nnlab.optimizers import _arguments


def _adagrad(w, grad, state=None, lr=0.01, eps=1e-10):
    _arguments.update(w, grad, lr)
    at_least(0, eps=eps)
    _arguments.past_array(state, w)


def _rmsprop(w, grad, state=None, lr=0.01, alpha=0.99, eps=1e-8, mu=0.0,
             centered=False):
    _arguments.update(w, grad, lr)
    at_least(0, eps=eps)
    fraction(alpha=alpha, mu=mu)
    _arguments.past(state, w, "v m b", unused=("m", "b"))


def _adadelta(w, grad, state=None, lr=1.0, rho=0.9, eps=1e-6):
    _arguments.update(w, grad, lr)
    at_least(0, eps=eps)
    fraction(rho=rho)
    _arguments.past(state, w, "v u")


@checked(_adagrad)
def adagrad(w, grad, state=None, lr=0.01, eps=1e-10):
    """AdaGrad: the rate falls where gradients have been large.

        G <- G + grad^2
        w <- w - lr grad / (sqrt(G) + eps)

    The rate of an element, lr / (sqrt(G) + eps), never rises.
    w, grad : arrays of one shape; state is G, None before the first
    update, which counts as zeros.
    Returns w and G.
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, or eps < 0.
    Source: Duchi, Hazan and Singer (2011), with diagonal matrices.
    Same as PyTorch's ``optim.Adagrad``: eps stands outside the root.

    >>> import numpy as np
    >>> from nnlab.optimizers import adagrad
    >>> w, G = adagrad(np.zeros(2), np.array([3.0, -0.01]), lr=0.1)
    >>> w
    array([-0.1,  0.1])
    """
    G = 0.0 if state is None else state
    G = G + grad**2
    w = w - lr * grad / (np.sqrt(G) + eps)
    return w, G


@checked(_rmsprop)
def rmsprop(w, grad, state=None, lr=0.01, alpha=0.99, eps=1e-8, mu=0.0,
            centered=False):
    """RMSprop: the gradient over the root of its mean square.

        v <- alpha v + (1 - alpha) grad^2
        w <- w - lr grad / (sqrt(v) + eps)

    centered puts the variance v - m^2 in the place of v, with
        m <- alpha m + (1 - alpha) grad
    mu > 0 gathers the steps in a velocity:
        b <- mu b + grad / (sqrt(v) + eps)
        w <- w - lr b

    w, grad : arrays of one shape; state is (v, m, b), with 0 for what
    is not in use, or None before the first update, which counts as
    zeros.
    Returns w and (v, m, b).
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, eps < 0, or alpha or mu outside [0, 1).
    Source: Tieleman and Hinton (2012), lecture 6.5; centred: Graves
    (2013), with eps inside the root.
    Same as PyTorch's ``optim.RMSprop``: eps stands outside the root.
    But where rounding makes v - m^2 negative PyTorch gets NaN, and
    this takes 0.
    """
    v, m, b = (0.0, 0.0, 0.0) if state is None else state
    v = alpha * v + (1 - alpha) * grad**2
    variance = v
    if centered:
        m = alpha * m + (1 - alpha) * grad
        variance = np.maximum(v - m**2, 0)
    step = grad / (np.sqrt(variance) + eps)
    if mu > 0:
        step = b = mu * b + step
    return w - lr * step, (v, m, b)


@checked(_adadelta)
def adadelta(w, grad, state=None, lr=1.0, rho=0.9, eps=1e-6):
    """AdaDelta: steps in the unit of w, by the size of earlier steps.

        v <- rho v + (1 - rho) grad^2
        step = sqrt((u + eps) / (v + eps)) grad
        u <- rho u + (1 - rho) step^2
        w <- w - lr step

    The first step is about sqrt(eps / (1 - rho)) for every gradient
    well above that number: eps decides how fast it starts.
    w, grad : arrays of one shape; state is (v, u), the mean squares of
    the gradients and the steps, None before the first update, which
    counts as zeros.
    Returns w and (v, u).
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, eps < 0, or rho outside [0, 1).
    Source: Zeiler (2012), algorithm 1, which has no lr.
    Same as PyTorch's ``optim.Adadelta``: eps stands inside the root,
    and lr, 1 in the paper, can be chosen.
    """
    v, u = (0.0, 0.0) if state is None else state
    v = rho * v + (1 - rho) * grad**2
    step = np.sqrt((u + eps) / (v + eps)) * grad
    u = rho * u + (1 - rho) * step**2
    return w - lr * step, (v, u)
