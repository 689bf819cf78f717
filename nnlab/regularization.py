"""Regularisation: penalties on weights, weight decay, norms, clipping.

A penalty returns its value and its gradient: add the one to the loss
and the other to dL/dw.  Give it the weights only: biases and the
parameters of a normalisation are left out, as they fit no noise.
"""
import math

import numpy as np

from nnlab._checks import (at_least, checked, ndim, no_wrap, real,
                           real_pair)


def _weights(**arrays):
    real(**arrays)
    no_wrap(**arrays)


def _positive(**values):
    at_least(0, **values)
    for name, value in values.items():
        if value == 0:
            raise ValueError(f"{name} must be above 0: at 0 nothing would "
                             "be left but zeros.")


def _penalty(w, lam):
    _weights(w=w)
    at_least(0, lam=lam)


def _elastic_net(w, lam1, lam2):
    _weights(w=w)
    at_least(0, lam1=lam1, lam2=lam2)


def _coupled(w, grad, weight_decay):
    real_pair(w=w, grad=grad)
    at_least(0, weight_decay=weight_decay)


def _decoupled(w, lr, weight_decay):
    _weights(w=w)
    at_least(0, lr=lr, weight_decay=weight_decay)


def _max_norm(W, c):
    _weights(W=W)
    ndim(2, W=W)
    _positive(c=c)


def _threshold(w, t):
    _weights(w=w)
    at_least(0, t=t)


def _grads(grads):
    if not isinstance(grads, (list, tuple)) or not grads:
        raise ValueError("grads must be a list of arrays, one at least; "
                         f"got {type(grads).__name__}. For one array g "
                         "give [g].")
    _weights(**{f"grads[{i}]": g for i, g in enumerate(grads)})


def _clip_by_value(grads, limit):
    _grads(grads)
    _positive(limit=limit)


def _clip_by_norm(grads, max_norm):
    _grads(grads)
    _positive(max_norm=max_norm)


@checked(_penalty)
def l1(w, lam):
    """L1 penalty: lam sum |w|, which pulls each weight by the same lam.

        penalty = lam sum |w|
        gradient = lam sign(w)

    At w = 0 every number from -lam to lam is a subgradient; this is 0.
    Steps along it cross 0 again and again: weights that are exactly 0
    need prox_l1.
    w : array of any shape; lam : strength of the penalty.
    Returns penalty, a number, and gradient in the shape of w.
    Raises ValueError unless w is finite and lam >= 0.
    Source: Tibshirani (1996).
    Differs from PyTorch, which has none: there one adds
    ``lam * w.abs().sum()`` to the loss.
    """
    return lam * float(np.abs(w).sum()), lam * np.sign(w)


@checked(_penalty)
def l2(w, lam):
    """L2 penalty: lam sum w^2, which pulls a weight in proportion.

        penalty = lam sum w^2
        gradient = 2 lam w

    w : array of any shape; lam : strength of the penalty.
    Returns penalty, a number, and gradient in the shape of w.
    Raises ValueError unless w is finite and lam >= 0.
    Source: Goodfellow, Bengio and Courville (2016), section 7.1.1.
    Differs from PyTorch, whose ``weight_decay`` is 2 lam, on biases
    too.  Other texts write lam / 2, lam / n or lam / (2 n), n the
    number of examples.

    >>> import numpy as np
    >>> from nnlab.regularization import l2
    >>> l2(np.array([3.0, -4.0]), 0.1)
    (2.5, array([ 0.6, -0.8]))
    """
    return lam * float(np.vdot(w, w)), 2 * lam * w


@checked(_elastic_net)
def elastic_net(w, lam1, lam2):
    """Elastic net: the L1 and the L2 penalty together.

        penalty = lam1 sum |w| + lam2 sum w^2
        gradient = lam1 sign(w) + 2 lam2 w

    w : array of any shape; lam1, lam2 : strengths of the two.
    Returns penalty, a number, and gradient in the shape of w.
    Raises ValueError unless w is finite and lam1, lam2 >= 0.
    Source: Zou and Hastie (2005), section 2, their naive elastic net:
    the elastic net proper multiplies the weights found by 1 + lam2.
    Differs from PyTorch, which has none.
    """
    penalty1, gradient1 = l1(w, lam1)
    penalty2, gradient2 = l2(w, lam2)
    return penalty1 + penalty2, gradient1 + gradient2


@checked(_coupled)
def coupled_weight_decay(w, grad, weight_decay):
    """Weight decay through the gradient: what the L2 penalty adds.

        grad <- grad + weight_decay w

    weight_decay is 2 lam of l2.  An optimiser that scales its steps,
    as Adam, scales this part as well.
    w, grad : arrays of one shape; weight_decay : a number.
    Returns the new grad, in that shape.
    Raises ValueError for shapes that differ, values not finite, or
    weight_decay < 0.
    Source: Krogh and Hertz (1992).
    Same as PyTorch's ``weight_decay`` in ``optim.SGD`` and
    ``optim.Adam``.
    """
    return grad + weight_decay * w


@checked(_decoupled)
def decoupled_weight_decay(w, lr, weight_decay):
    """Weight decay beside the gradient: each weight shrinks by a share.

        w <- (1 - lr weight_decay) w

    The optimiser's step comes after it and does not see it.
    w : array of any shape; lr : the rate of that step; weight_decay :
    a number.
    Returns the new w, in that shape.
    Raises ValueError unless w is finite, for lr < 0 or
    weight_decay < 0.
    Source: Loshchilov and Hutter (2019), algorithm 2.
    Same as PyTorch's ``weight_decay`` in ``optim.AdamW``.  In the paper
    the decay is eta_t lambda, with the same schedule multiplier eta_t
    as the step but without the rate alpha.
    """
    return (1 - lr * weight_decay) * w


@checked(_max_norm)
def max_norm(W, c):
    """Max-norm: no unit's incoming weights are longer than c.

        norm_j = sqrt(sum_i W_ij^2)
        W_j <- W_j c / norm_j  where norm_j > c

    W : (fan_in, fan_out), a column for each unit; c : the limit.
    Returns the new W : (fan_in, fan_out).
    Raises ValueError unless W is finite with two axes, and c > 0.
    Source: Srivastava et al. (2014), section 5.1.
    Differs from PyTorch's ``torch.renorm(W, 2, 1, c)``, which divides
    by norm + 1e-7.
    """
    norm = np.linalg.norm(W, axis=0)
    return W * (c / np.maximum(norm, c))


@checked(_threshold)
def prox_l1(w, t):
    """Soft threshold: each weight t nearer to 0, the small ones at 0.

        prox(w) = argmin over z of (z - w)^2 / 2 + t |z|
                = sign(w) max(|w| - t, 0)

    After a step of gradient descent on the loss alone, with t = lr lam,
    it does what the L1 penalty is for: weights that are exactly 0.
    w : array of any shape; t : the threshold.
    Returns an array in the shape of w.
    Raises ValueError unless w is finite and t >= 0.
    Source: Parikh and Boyd (2014), section 6.5.
    Same as PyTorch's ``nn.functional.softshrink``.
    """
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


@checked(_clip_by_value)
def clip_by_value(grads, limit):
    """Clip each element of the gradients into [-limit, limit].

        g <- min(max(g, -limit), limit)

    What is cut is cut by itself, so the direction changes.
    grads : list of arrays of any shape; limit : a number.
    Returns a list of arrays in the same shapes.
    Raises ValueError for anything but a list of finite arrays, or
    limit <= 0.
    Source: Mikolov (2012).
    Same as PyTorch's ``nn.utils.clip_grad_value_``, which writes into
    its arguments.
    """
    return [np.clip(g, -limit, limit) for g in grads]


@checked(_clip_by_norm)
def clip_by_norm(grads, max_norm):
    """Shrink the gradients together if they are longer than max_norm.

        norm = sqrt(sum over all arrays of sum g^2)
        g <- g max_norm / norm  if norm > max_norm

    One norm for all arrays: the direction stays.  Short gradients stay
    as they are, never longer.  A norm that overflows (in float32 above
    1.8e19) is infinite, and the gradients become 0.
    grads : list of arrays of any shape; max_norm : a number.
    Returns a list of arrays in the same shapes, and norm before it.
    Raises ValueError for anything but a list of finite arrays, or
    max_norm <= 0.
    Source: Pascanu, Mikolov and Bengio (2013), section 3.2.
    Differs from PyTorch's ``nn.utils.clip_grad_norm_``, which divides
    by norm + 1e-6 and writes into its arguments.
    """
    with np.errstate(over="ignore"):
        norms = [float(np.linalg.norm(g)) for g in grads]
    norm = math.hypot(*norms)
    scale = max_norm / max(norm, max_norm)
    return [scale * g for g in grads], norm
