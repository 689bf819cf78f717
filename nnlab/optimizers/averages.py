"""Averages of the weights of many updates.

They are for evaluating: training goes on with the weights themselves.
Statistics such as BatchNorm's belong to the weights they were taken
with, and have to be taken again with the average.
"""
from nnlab._checks import at_least, checked, fraction, real, real_pair


def _average(average, w):
    if average is None:
        real(w=w)
    else:
        real_pair(average=average, w=w)


def _ema(average, w, decay=0.999):
    _average(average, w)
    fraction(decay=decay)


def _swa(average, w, n):
    _average(average, w)
    at_least(0, n=n)
    if n % 1 or (average is None) != (n == 0):
        raise ValueError("n must be the number of weights in average so "
                         f"far, 0 only if that is None; got {n!r}.")


@checked(_ema)
def ema(average, w, decay=0.999):
    """An exponential moving average of weights, taken at each update.

        average <- decay average + (1 - decay) w

    It looks back over some 1 / (1 - decay) updates.
    average, w : arrays of one shape; average is None at first, which
    makes it w.  Returns average.
    Raises ValueError for shapes that differ, values not finite, or a
    decay outside [0, 1).
    Source: Polyak and Juditsky (1992), who average with equal weights;
    the exponential ones are customary.
    Same as PyTorch's ``optim.swa_utils.get_ema_multi_avg_fn(decay)``.

    >>> import numpy as np
    >>> from nnlab.optimizers import ema
    >>> ema(np.array([1.0, 2.0]), np.array([3.0, 2.0]), decay=0.75)
    array([1.5, 2. ])
    """
    average = w if average is None else average
    return decay * average + (1 - decay) * w


@checked(_swa)
def swa(average, w, n):
    """The plain mean of weights, taken once in an epoch or a cycle.

        average <- average + (w - average) / (n + 1)

    average, w : arrays of one shape; average is the mean of n earlier
    weights; for n = 0 it is None.  Returns the mean of n + 1.
    Raises ValueError for shapes that differ, values not finite, or an
    n that is not a whole number, 0 if and only if average is None.
    Source: Izmailov et al. (2018), algorithm 1.
    Same as PyTorch's ``optim.swa_utils.AveragedModel``.

    >>> import numpy as np
    >>> from nnlab.optimizers import swa
    >>> swa(np.array([1.0, 2.0]), np.array([4.0, 2.0]), n=2)
    array([2., 2.])
    """
    average = 0.0 if average is None else average
    return average + (w - average) / (n + 1)
