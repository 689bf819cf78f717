"""Compare what a function returned with what the reference returned.

A look is a nested dict: part -> name of an output -> value, where the
value is an array to compare or a ``Within`` to hold.
"""
import dataclasses

import numpy as np

TOLERANCE = 1e-5    # of the output's largest entry; float32 has 1e-7


@dataclasses.dataclass(frozen=True)
class Within:
    """A measured number and the interval it must lie in.

    For functions that draw: a property that does not depend on the
    order of the draws.  The interval is so wide that a right answer
    falls outside less than once in a million checks.
    """
    value: float
    low: float
    high: float

    def holds(self):
        return bool(self.low <= self.value <= self.high)


class NotNumbers(TypeError):
    """An output is not an array of numbers."""


def numbers(value):
    """``value`` as a float64 array; a tensor of PyTorch is fine."""
    try:
        x = np.asarray(value.detach() if hasattr(value, "detach")
                       else value)
        if (x.dtype.kind not in "fiubO" or x.size == 0
                or x.dtype.kind == "O" and None in x.ravel().tolist()):
            raise NotNumbers
        return x.astype(float)
    except (ValueError, TypeError, RuntimeError):
        raise NotNumbers(
            f"{type(value).__name__} is not an array of numbers") from None


def agrees(value, expected):
    """True if an output is what it should be."""
    if isinstance(expected, Within):
        return value.holds()
    return distance(value, expected) <= TOLERANCE


def distance(a, b):
    """The largest |a - b| over the largest |b|; NaN equals NaN.

    Infinite for shapes that differ and for NaN or infinity on one side
    only.  If b is 0 everywhere, the largest |a|.
    """
    a, b = numbers(a), numbers(b)
    if a.shape != b.shape:
        return np.inf
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        gap = np.where(same, 0, np.abs(a - b))
    gap = np.where(np.isnan(gap), np.inf, gap)
    finite = np.abs(b[np.isfinite(b)])
    scale = finite.max() if finite.size and finite.max() > 0 else 1.0
    return float(gap.max() / scale) if gap.size else 0.0


def constant_factor(a, b):
    """The c with a = c b, or None if there is no such number."""
    a, b = numbers(a), numbers(b)
    if a.shape != b.shape or a.size < 2 or not np.isfinite(a).all():
        return None
    square = (b * b).sum()
    c = float((a * b).sum() / square) if square > 0 else 0.0
    fits = c != 0 and distance(a, c * b) <= TOLERANCE
    return c if fits else None


def outputs(look):
    """The look as a flat dict: (part, name) -> value."""
    return {(part, name): value for part, named in look.items()
            for name, value in named.items()}


def equal_looks(looks, others):
    """True if two lists of looks agree in every output of every case."""
    return all(
        a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)
        for a, b in zip(map(outputs, looks), map(outputs, others)))


def _equal(a, b):
    if isinstance(a, Within):
        a, b = a.value, b.value
    return distance(a, b) <= TOLERANCE
