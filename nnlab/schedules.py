"""Schedules of the learning rate: f(t, lr, ...) is the rate at time t.

t is 0 at the first update.  Measure it in the unit of the other times: with
t in epochs, which may be a fraction, a step_size of 10 is 10 epochs.

    schedule = functools.partial(cosine, lr=0.1, total=30)

makes a function of t.  They compose, because lr may itself come out of
a schedule: warmup(t, cosine(t, 0.1, 30), 5).
"""
import math

import numpy as np

from nnlab._checks import at_least, checked, fraction, real


def _positive(**values):
    at_least(0, **values)
    for name, value in values.items():
        if value == 0:
            raise ValueError(f"{name} must be above 0; got {value!r}.")


def _constant(t, lr):
    at_least(0, t=t, lr=lr)


def _step(t, lr, step_size, gamma=0.1):
    at_least(0, t=t, lr=lr, gamma=gamma)
    _positive(step_size=step_size)


def _multi_step(t, lr, milestones, gamma=0.1):
    at_least(0, t=t, lr=lr, gamma=gamma)
    if not isinstance(milestones, (list, tuple)):
        raise ValueError("milestones must be a list or tuple of times; got "
                         f"{milestones!r}.")
    for time in milestones:
        at_least(0, milestones=time)


def _multiplicative(t, lr, gamma):
    at_least(0, t=t, lr=lr, gamma=gamma)


def _decay(t, lr, k):
    at_least(0, t=t, lr=lr, k=k)


def _cosine(t, lr, total, low=0.0):
    at_least(0, t=t, lr=lr, low=low)
    _positive(total=total)


def _warmup(t, lr, length, start_factor=0.1):
    at_least(0, t=t, lr=lr, start_factor=start_factor)
    _positive(length=length)
    if start_factor > 1:
        raise ValueError("start_factor must lie in [0, 1]; got "
                         f"{start_factor!r}.")


def _one_cycle(t, lr, total, pct_start=0.3, div_factor=25.0,
               final_div_factor=1e4):
    at_least(0, t=t, lr=lr)
    fraction(pct_start=pct_start)
    _positive(total=total, pct_start=pct_start, div_factor=div_factor,
              final_div_factor=final_div_factor)


def _plateau(value, state, lr, factor=0.1, patience=10, threshold=1e-4,
             low=0.0):
    real(value=value)
    at_least(0, lr=lr, patience=patience, low=low)
    fraction(factor=factor, threshold=threshold)
    if np.ndim(value):
        raise ValueError("value must be one number, such as the loss of "
                         f"this epoch; got shape {np.shape(value)}.")
    if low > lr:
        raise ValueError(f"low must be at most lr; got {low!r} and {lr!r}.")
    if state is not None and not (isinstance(state, (tuple, list))
                                  and len(state) == 2):
        raise ValueError("state must be None at first, then the (best, "
                         f"bad) that the last call returned; got {state}.")


def _range_test(t, low, high, total):
    at_least(0, t=t)
    _positive(low=low, high=high, total=total)
    if high <= low:
        raise ValueError(f"high must be above low; got {low!r} to {high!r}.")


@checked(_constant)
def constant(t, lr):
    """The same rate all the time: lr(t) = lr.

    t, lr : numbers.  Returns lr.
    Raises ValueError unless both are at least 0.
    Source: Robbins and Monro (1951) give rates that fall and converge.
    Same as PyTorch's ``lr_scheduler.ConstantLR(factor=1)``.
    """
    return lr


@checked(_step)
def step(t, lr, step_size, gamma=0.1):
    """Step decay: lr(t) = lr gamma^floor(t / step_size).

    t, lr, step_size, gamma : numbers, t and step_size in one unit.
    Returns the rate at t.
    Raises ValueError for one below 0, or step_size 0.
    Source: Szegedy et al. (2015), section 6: 4 % less every 8 epochs.
    Same as PyTorch's ``lr_scheduler.StepLR``.

    >>> from nnlab.schedules import step
    >>> [step(t, lr=8.0, step_size=2, gamma=0.5) for t in (0, 1.9, 2, 4)]
    [8.0, 8.0, 4.0, 2.0]
    """
    return lr * gamma ** math.floor(t / step_size)


@checked(_multi_step)
def multi_step(t, lr, milestones, gamma=0.1):
    """Times gamma at each milestone: lr(t) = lr gamma^n.

    n is the number of milestones <= t.
    t, lr, gamma : numbers; milestones : a list of times, in any order.
    Returns the rate at t.
    Raises ValueError for a number below 0.
    Source: He et al. (2016), section 4.2.
    Same as PyTorch's ``lr_scheduler.MultiStepLR``.
    """
    n = sum(milestone <= t for milestone in milestones)
    return lr * gamma ** n


@checked(_multiplicative)
def multiplicative(t, lr, gamma):
    """Times gamma in each unit of time: lr(t) = gamma lr(t - 1).

    So lr(t) = lr gamma^floor(t): at whole t what exponential gives for
    k = -log(gamma).
    t, lr, gamma : numbers.  Returns the rate at t.
    Raises ValueError for one below 0.
    Source: Senior et al. (2013), as exponential scheduling.
    Same as PyTorch's ``lr_scheduler.MultiplicativeLR`` with a constant
    factor, and as ``ExponentialLR``, whose steps are whole.
    """
    return lr * gamma ** math.floor(t)


@checked(_decay)
def exponential(t, lr, k):
    """Exponential decay: lr(t) = lr exp(-k t).

    The rate halves in each log(2) / k units of time.
    t, lr, k : numbers, k per unit of t.  Returns the rate at t.
    Raises ValueError for one below 0.
    Source: Senior et al. (2013), with 10 for e.
    Same as PyTorch's ``lr_scheduler.ExponentialLR`` for gamma = exp(-k).
    """
    return lr * math.exp(-k * t)


@checked(_decay)
def inverse_time(t, lr, k):
    """Inverse time decay: lr(t) = lr / (1 + k t).

    The rate is half at t = 1 / k, a quarter at 3 / k.
    t, lr, k : numbers, k per unit of t.  Returns the rate at t.
    Raises ValueError for one below 0.
    Source: Robbins and Monro (1951), as rates whose sum diverges and
    whose sum of squares does not.
    Differs from PyTorch, which has none; ``LambdaLR`` takes the factor.
    """
    return lr / (1 + k * t)


@checked(_cosine)
def cosine(t, lr, total, low=0.0):
    """Half a cosine: lr(t) = low + (lr - low) (1 + cos(pi t / total)) / 2.

    From lr at t = 0 to low at t = total, where it stays.
    t, lr, total, low : numbers, t and total in one unit.
    Returns the rate at t.
    Raises ValueError for one below 0, or total 0.
    Source: Loshchilov and Hutter (2017), equation 5, without restarts.
    Same as PyTorch's ``lr_scheduler.CosineAnnealingLR`` until total,
    after which that one rises again.

    >>> from nnlab.schedules import cosine
    >>> [cosine(t, lr=0.4, total=10) for t in (0, 5, 10, 11)]
    [0.4, 0.2, 0.0, 0.0]
    """
    t = min(t, total)
    return low + (lr - low) * (1 + math.cos(math.pi * t / total)) / 2


@checked(_warmup)
def warmup(t, lr, length, start_factor=0.1):
    """A linear rise to lr, the current rate: lr(t) = share(t) lr.

        share(t) = start_factor + (1 - start_factor) t / length

    and 1 from t = length on.  lr may come from another schedule.
    t, lr, length, start_factor : numbers, t and length in one unit.
    Returns the rate at t.
    Raises ValueError for one below 0, length 0, or start_factor > 1.
    Source: Goyal et al. (2017), section 2.2.
    Same as PyTorch's ``lr_scheduler.LinearLR``, whose start_factor is
    1 / 3 unless told; with another schedule inside, ``ChainedScheduler``.

    >>> from nnlab.schedules import step, warmup
    >>> [warmup(t, step(t, 0.8, 3, 0.5), 2, 0.5) for t in (0, 1, 2, 3)]
    [0.4, 0.6000000000000001, 0.8, 0.4]
    """
    share = start_factor + (1 - start_factor) * min(t / length, 1)
    return share * lr


@checked(_one_cycle)
def one_cycle(t, lr, total, pct_start=0.3, div_factor=25.0,
              final_div_factor=1e4):
    """One cycle: half a cosine up to lr, then half a cosine down.

        from lr / div_factor                       at t = 0
        up to lr                                   at pct_start total
        down to lr / div_factor / final_div_factor at t = total

    and there it stays.  lr is the largest rate, pct_start a share of 1.
    t, lr, total, pct_start, div_factor, final_div_factor : numbers, t
    and total in one unit.
    Returns the rate at t.
    Raises ValueError for t or lr below 0, factors not above 0, or
    pct_start outside (0, 1).
    Source: Smith and Topin (2018), who rise and fall linearly.
    Same as PyTorch's ``lr_scheduler.OneCycleLR``, two phases, without
    its cycle of momentum.  That counts T = total_steps updates, from 0,
    and peaks at pct_start T - 1: with t in updates and its pct_start p,
    take total = T - 1 and pct_start = (p T - 1) / (T - 1).
    """
    peak = pct_start * total
    start = lr / div_factor
    if t < peak:
        return cosine(t, start, peak, low=lr)
    return cosine(t - peak, lr, total - peak, low=start / final_div_factor)


@checked(_plateau)
def plateau(value, state, lr, factor=0.1, patience=10, threshold=1e-4,
            low=0.0):
    """Reduce on a plateau: lr <- factor lr when value stops falling.

        bad <- 0 if value < best (1 - threshold), else bad + 1
        if bad > patience: lr <- max(factor lr, low), bad <- 0

    value : what should fall, such as the validation loss, one number an
    epoch, above 0 for the threshold to make sense; state is (best, bad),
    None at first for (inf, 0); lr : the current rate; factor, patience,
    threshold, low : numbers.
    Returns lr and (best, bad).
    Raises ValueError for a value that is no finite number, one of the
    others below 0, factor or threshold not below 1, or low > lr.
    Source: He et al. (2016), section 3.4, who do it by hand.
    Same as PyTorch's ``lr_scheduler.ReduceLROnPlateau`` without cooldown
    (which skips a change of less than 1e-8).  Keras reduces when
    bad >= patience.

    >>> from nnlab.schedules import plateau
    >>> lr, state = plateau(0.5, None, lr=1.0, factor=0.5, patience=0)
    >>> plateau(0.5, state, lr, factor=0.5, patience=0)
    (0.5, (0.5, 0))
    """
    best, bad = (math.inf, 0) if state is None else state
    bad = bad + 1
    if value < best * (1 - threshold):
        best, bad = value, 0
    if bad > patience:
        lr, bad = max(factor * lr, low), 0
    return lr, (best, bad)


@checked(_range_test)
def range_test(t, low, high, total):
    """A range test: the rate grows from low to high, to see what is best.

        lr(t) = low (high / low)^(t / total)

    and stays at high after total.  Train with it once and draw the loss
    over the rate: it falls, is steepest, and then rises.
    t, low, high, total : numbers, t and total in one unit.
    Returns the rate at t.
    Raises ValueError unless t >= 0, total > 0 and 0 < low < high.
    Source: Smith (2017), section 3.3, who grows it linearly.
    Differs from PyTorch, which has none; its ``ExponentialLR`` with
    gamma = (high / low)^(1 / total) gives these rates.
    """
    return low * (high / low) ** min(t / total, 1)
