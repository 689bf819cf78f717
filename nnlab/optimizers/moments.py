"""Rules with two moving averages: Adam and what became of it.

Kingma and Ba call them moments: m of the gradient, v of its square.
"""
import numpy as np

from nnlab._checks import at_least, checked, fraction, unchecked
from nnlab.optimizers import _arguments


def _adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
          eps=1e-8, past="m v t"):
    _arguments.update(w, grad, lr)
    fraction(beta1=beta1, beta2=beta2)
    at_least(0, eps=eps)
    _arguments.past(state, w, past)


def _amsgrad(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
             eps=1e-8):
    _adam(w, grad, state, lr, beta1, beta2, eps, "m v v_max t")


def _nadam(w, grad, state=None, lr=2e-3, beta1=0.9, beta2=0.999,
           eps=1e-8, momentum_decay=4e-3):
    _adam(w, grad, state, lr, beta1, beta2, eps, "m v product t")
    at_least(0, momentum_decay=momentum_decay)


def _adamw(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
           eps=1e-8, weight_decay=0.01):
    _adam(w, grad, state, lr, beta1, beta2, eps)
    at_least(0, w, weight_decay=weight_decay)


@checked(_adam)
def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: steps of about lr at most, whatever the scale of the gradient.

        t <- t + 1
        m <- beta1 m + (1 - beta1) grad
        v <- beta2 v + (1 - beta2) grad^2
        m_hat = m / (1 - beta1^t)
        v_hat = v / (1 - beta2^t)
        w <- w - lr m_hat / (sqrt(v_hat) + eps)

    w, grad : arrays of one shape; state is (m, v, t), with t the
    number of updates made so far, or None before the first update,
    which counts as zeros.
    Returns w and (m, v, t).
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, eps < 0, or a beta outside [0, 1).
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


@checked(_amsgrad)
def amsgrad(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
            eps=1e-8):
    """AMSGrad: Adam with a second moment that never falls.

        t <- t + 1
        m <- beta1 m + (1 - beta1) grad
        v <- beta2 v + (1 - beta2) grad^2
        v_max <- max(v_max, v)
        m_hat = m / (1 - beta1^t)
        v_hat = v_max / (1 - beta2^t)
        w <- w - lr m_hat / (sqrt(v_hat) + eps)

    A large gradient is remembered for ever; Adam forgets it after some
    1 / (1 - beta2) updates, and then small ones can outweigh it.
    w, grad : arrays of one shape; state is (m, v, v_max, t), with t the
    number of updates made so far, or None before the first update,
    which counts as zeros.
    Returns w and (m, v, v_max, t).
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, eps < 0, or a beta outside [0, 1).
    Source: Reddi, Kale and Kumar (2018), algorithm 2, which has no bias
    correction.
    Same as PyTorch's ``optim.Adam(amsgrad=True)``: the maximum is taken
    before the bias correction, not after.
    """
    m, v, v_max, t = (0.0, 0.0, 0.0, 0) if state is None else state
    t = t + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, (m, v, v_max, t)


@checked(_nadam)
def nadam(w, grad, state=None, lr=2e-3, beta1=0.9, beta2=0.999,
          eps=1e-8, momentum_decay=4e-3):
    """NAdam: Adam with the momentum of Nesterov, which looks ahead.

        t <- t + 1
        mu = beta1 (1 - 0.96^(t momentum_decay) / 2)
        mu_next = beta1 (1 - 0.96^((t + 1) momentum_decay) / 2)
        product <- product mu
        m <- beta1 m + (1 - beta1) grad
        v <- beta2 v + (1 - beta2) grad^2
        m_bar = mu_next m / (1 - product mu_next)
                + (1 - mu) grad / (1 - product)
        v_hat = v / (1 - beta2^t)
        w <- w - lr m_bar / (sqrt(v_hat) + eps)

    mu grows from about beta1 / 2 to beta1.
    w, grad : arrays of one shape; state is (m, v, product, t), with the
    product of all mu so far and t the number of updates made so far, or
    None before the first update, which counts as (0, 0, 1, 0).
    Returns w and (m, v, product, t).
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, eps < 0, momentum_decay < 0, or a beta outside [0, 1).
    Source: Dozat (2016).
    Same as PyTorch's ``optim.NAdam``, which has the product in float32
    unless its default dtype is another.
    """
    m, v, product, t = (0.0, 0.0, 1.0, 0) if state is None else state
    t = t + 1
    mu = beta1 * (1 - 0.96**(t * momentum_decay) / 2)
    mu_next = beta1 * (1 - 0.96**((t + 1) * momentum_decay) / 2)
    product = product * mu
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_bar = (mu_next / (1 - product * mu_next) * m
             + (1 - mu) / (1 - product) * grad)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_bar / (np.sqrt(v_hat) + eps)
    return w, (m, v, product, t)


@checked(_adamw)
def adamw(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
          eps=1e-8, weight_decay=0.01):
    """AdamW: the weights decay by themselves, then Adam makes its step.

        w <- (1 - lr weight_decay) w
        w, state <- adam(w, grad, state)

    The decay is decoupled from the gradient.  As a part of it, 2 lam w,
    it would be divided by sqrt(v_hat) too: weights with large gradients
    would decay less than others.
    w, grad : arrays of one shape; state, beta1, beta2 and eps as in
    adam; weight_decay : a number, or an array in the shape of w, with 0
    for what must not decay, such as biases; net.on_weights(0.01) gives
    the array.
    Returns w and (m, v, t).
    Raises ValueError for shapes that differ, values not finite,
    lr < 0, eps < 0, weight_decay < 0, or a beta outside [0, 1).
    Source: Loshchilov and Hutter (2019), algorithm 2.
    Same as PyTorch's ``optim.AdamW``: the decay comes before the step
    and is times lr.  In the paper the decay is eta_t lambda, with the
    same schedule multiplier eta_t as the step but without the rate
    alpha.

    >>> import numpy as np
    >>> from nnlab.optimizers import adamw
    >>> adamw(np.ones(2), np.zeros(2), lr=0.1, weight_decay=0.5)[0]
    array([0.95, 0.95])
    """
    w = (1 - lr * weight_decay) * w
    return unchecked(adam)(w, grad, state, lr, beta1, beta2, eps)
