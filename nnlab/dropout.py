"""Dropout, inverted: nothing is left to do when the network is used."""
import numpy as np

from nnlab._checks import (checked, fraction, generator, no_wrap, real,
                           real_pair, same_shape)


def _dropout(x, p, rng=None, mask=None):
    real(x=x)
    no_wrap(x=x)
    fraction(p=p)
    if mask is None:
        generator(rng)
    else:
        real(mask=mask)
        same_shape(x=x, mask=mask)
        _two_values(np.asarray(mask), 1 / (1 - p))


def _two_values(mask, grown):
    fits = (mask == 0) | (np.abs(mask - grown) <= 1e-6 * grown)
    if not fits.all():
        raise ValueError(f"mask must hold 0 and 1 / (1 - p) = {grown:.6g}; "
                         f"got {mask[~fits][0]:.6g}. It must have been made "
                         "with this p.")


@checked(_dropout)
def dropout(x, p, rng=None, mask=None):
    """Dropout: each element is dropped with probability p.

        mask = 0 with probability p, else 1 / (1 - p)
        out = x mask

    Survivors grow by 1 / (1 - p), so E[out] = x whatever p, and at
    inference dropout is the identity: nothing to call, nothing to
    scale.  p = 0 is the identity too.
    x : array of any shape, p : the probability of dropping; rng draws
    the mask.  A mask that is given is used again: no draw.
    Returns out and mask, both in the shape of x.
    Raises ValueError unless x is finite, for p outside [0, 1), for a
    mask of another shape or of other values, and without mask and
    Generator.
    Source: Srivastava et al. (2014), inverted as in its section 10.
    Same as PyTorch's ``nn.functional.dropout``, which takes p = 1 too.
    Other texts call the probability of *keeping* p.

    >>> import numpy as np
    >>> from nnlab.dropout import dropout
    >>> out, mask = dropout(np.ones(8), 0.75, np.random.default_rng(0))
    >>> set(mask.tolist()) <= {0.0, 4.0}
    True
    """
    if mask is None:
        # float32 draws: twice as fast, and 2^-24 is fine enough.
        keep = rng.random(np.shape(x), dtype=np.float32) >= p
        mask = keep.astype(np.result_type(x, np.float32)) / (1 - p)
    return x * mask, mask


def _pair(dout, mask):
    real_pair(dout=dout, mask=mask)


@checked(_pair)
def dropout_backward(dout, mask):
    """Backward of dropout: what was dropped gets no gradient.

        dx = dout mask

    dout : dL/dout, mask : what dropout returned, of one shape.
    Returns dx, an array of that shape.
    Raises ValueError for shapes that differ and values not finite.
    Source: Srivastava et al. (2014), section 5.1.
    Same as PyTorch's autograd of ``nn.functional.dropout``.
    """
    return dout * mask
