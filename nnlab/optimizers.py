"""Optimisers: w, state = rule(w, grad, state, ...), one call an update.

w and grad are arrays of one shape.  state is None before the first
update; what a rule returns as state goes into its next call.  Nothing
is changed in place.
"""
import numpy as np

from nnlab._checks import (at_least, checked, fraction, real_pair,
                           same_shape)


def _update(w, grad, state, lr):
    real_pair(w=w, grad=grad)
    at_least(0, like=w, lr=lr)


def _sgd(w, grad, state=None, lr=0.01):
    _update(w, grad, state, lr)


def _momentum(w, grad, state=None, lr=0.01, mu=0.9):
    _update(w, grad, state, lr)
    fraction(mu=mu)
    if state is not None:
        same_shape(w=w, state=state)


def _lookahead(w, grad_at, state=None, lr=0.01, mu=0.9):
    if not callable(grad_at):
        raise ValueError("grad_at must be a function that returns the "
                         "gradient at the w it is given; got "
                         f"{type(grad_at).__name__}.")
    _momentum(w, w, state, lr, mu)


def _adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
          eps=1e-8):
    _update(w, grad, state, lr)
    fraction(beta1=beta1, beta2=beta2)
    at_least(0, eps=eps)
    if state is not None:
        if not isinstance(state, (tuple, list)) or len(state) != 3:
            raise ValueError("state must be None at first, then the "
                             "(m, v, t) that the last call returned.")
        m, v, t = state
        same_shape(w=w, m=m, v=v)
        at_least(0, t=t)


@checked(_sgd)
def sgd(w, grad, state=None, lr=0.01):
    """Gradient descent: w <- w - lr grad.

    On the gradient of a mini-batch it is stochastic gradient descent.
    w, grad : arrays of one shape; state is not used.
    Returns w and None.
    Raises ValueError for shapes that differ, NaN, or lr < 0.
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
    w, grad : arrays of one shape; state is v, at first None for 0.
    Returns w and v.
    Raises ValueError for shapes that differ, NaN, lr < 0, or mu
    outside [0, 1).
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
    array in the shape of w; state is v, at first None for 0.
    Returns w and v.
    Raises ValueError for shapes that differ, NaN, lr < 0, or mu
    outside [0, 1).
    Source: Nesterov (1983), in the form of Sutskever et al. (2013).
    Differs from PyTorch, which stores the look-ahead point; see
    nesterov.
    """
    v = np.zeros_like(w) if state is None else state
    v = mu * v + grad_at(w - lr * mu * v)
    w = w - lr * v
    return w, v


@checked(_momentum)
def nesterov(w, grad, state=None, lr=0.01, mu=0.9):
    """Nesterov's momentum, written for the look-ahead point.

        v <- mu v + grad
        w <- w - lr (grad + mu v)

    This w is the point w - lr mu v of nesterov_lookahead, where that
    form takes its gradient: the same path, seen one glance ahead,
    while lr is constant.
    w, grad : arrays of one shape; state is v, at first None for 0.
    Returns w and v.
    Raises ValueError for shapes that differ, NaN, lr < 0, or mu
    outside [0, 1).
    Source: Bengio, Boulanger-Lewandowski and Pascanu (2013).
    Same as PyTorch's ``optim.SGD(momentum=mu, nesterov=True)``.
    """
    v = 0.0 if state is None else state
    v = mu * v + grad
    w = w - lr * (grad + mu * v)
    return w, v


@checked(_adam)
def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: each element of w moves by about lr, whatever its scale.

        t <- t + 1
        m <- beta1 m + (1 - beta1) grad
        v <- beta2 v + (1 - beta2) grad^2
        m_hat = m / (1 - beta1^t)
        v_hat = v / (1 - beta2^t)
        w <- w - lr m_hat / (sqrt(v_hat) + eps)

    w, grad : arrays of one shape; state is (m, v, t), with t the
    number of updates made so far, at first None for (0, 0, 0).
    Returns w and (m, v, t).
    Raises ValueError for shapes that differ, NaN, lr < 0, eps < 0, or
    a beta outside [0, 1).
    Source: Kingma and Ba (2015), algorithm 1.
    Same as PyTorch's ``optim.Adam``: eps stands outside the root and
    after the bias correction.
    """
    m, v, t = (0.0, 0.0, 0) if state is None else state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, (m, v, t)
