"""Rules with one rate for all: gradient descent and momentum."""
import numpy as np

from nnlab._checks import checked, fraction, real_pair
from nnlab.optimizers import _arguments


def _sgd(w, grad, state=None, lr=0.01):
    _arguments.update(w, grad, lr)
    if state is not None:
        raise ValueError("sgd keeps no state: state must be None; got "
                         f"{state!r:.40}. A rate has a name: lr=0.1.")


def _momentum(w, grad, state=None, lr=0.01, mu=0.9):
    _arguments.update(w, grad, lr)
    fraction(mu=mu)
    _arguments.past_array(state, w)


def _lookahead(w, grad_at, state=None, lr=0.01, mu=0.9):
    if not callable(grad_at):
        raise ValueError("grad_at must be a function that returns the "
                         "gradient at the w it is given; got "
                         f"{type(grad_at).__name__}.")
    _momentum(w, w, state, lr, mu)


def _gradient(grad_at, w):
    """The gradient at w, checked only now as it was not there before."""
    grad = grad_at(w)
    real_pair(**{"w": w, "grad_at(w)": grad})
    return grad


@checked(_sgd)
def sgd(w, grad, state=None, lr=0.01):
    """Gradient descent: w <- w - lr grad.

    On the gradient of a mini-batch it is stochastic gradient descent.
    w, grad : arrays of one shape; state is None, as there is none.
    Returns w and None.
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, or a state.
    Source: Robbins and Monro (1951).
    Same as PyTorch's ``optim.SGD``.
    """
    return w - lr * grad, None


@checked(_momentum)
def momentum(w, grad, state=None, lr=0.01, mu=0.9):
    """Momentum (the heavy ball): a velocity that remembers gradients.

        v <- mu v + grad
        w <- w - lr v

    With a constant gradient the step grows to lr grad / (1 - mu).
    w, grad : arrays of one shape; state is v, None before the
    first update, which counts as zeros.
    Returns w and v.
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, or mu outside [0, 1).
    Source: Polyak (1964).
    Same as PyTorch's ``optim.SGD(momentum=mu)``.  Other texts put lr
    into the velocity (v <- mu v + lr grad): the same w only while lr
    is constant.
    """
    v = 0.0 if state is None else state
    v = mu * v + grad
    w = w - lr * v
    return w, v


@checked(_lookahead)
def nesterov_lookahead(w, grad_at, state=None, lr=0.01, mu=0.9):
    """Nesterov's momentum: the gradient is taken where w is heading.

        v <- mu v + grad_at(w - lr mu v)
        w <- w - lr v

    w : array; grad_at : function from w to the gradient there, an
    array in the shape of w; state is v, None before the first update,
    which counts as zeros.
    Returns w and v.
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, or mu outside [0, 1).
    Source: Nesterov (1983), in the form of Sutskever et al. (2013).
    Differs from PyTorch, which stores the look-ahead point; see
    nesterov.
    """
    v = np.zeros_like(w) if state is None else state
    grad = _gradient(grad_at, w - lr * mu * v)
    v = mu * v + grad
    w = w - lr * v
    return w, v


@checked(_momentum)
def nesterov(w, grad, state=None, lr=0.01, mu=0.9):
    """Nesterov's momentum, written for the look-ahead point.

        v <- mu v + grad
        w <- w - lr (grad + mu v)

    This w is the point w - lr mu v of nesterov_lookahead, where that
    form takes its gradient: the same path while lr is constant.
    w, grad : arrays of one shape; state is v, None before the
    first update, which counts as zeros.
    Returns w and v.
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, or mu outside [0, 1).
    Source: Bengio, Boulanger-Lewandowski and Pascanu (2013).
    Same as PyTorch's ``optim.SGD(momentum=mu, nesterov=True)``.
    """
    v = 0.0 if state is None else state
    v = mu * v + grad
    w = w - lr * (grad + mu * v)
    return w, v
