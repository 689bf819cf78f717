"""Argument checks: one line that names the thing, the fault, the remedy.

A check stands in a decorator above the function, so that the function
that the book prints is the equation and nothing else.
"""
import functools
import math
import numbers
import types

import numpy as np


LARGE = 2**14   # the square of a difference still fits into int32


class NotFinite(ValueError):
    """An array holds NaN or infinity."""


def checked(check):
    """Run ``check`` on the arguments before the decorated function."""
    def decorate(function):
        # The copy carries the function's name: an argument that is
        # missing is then reported as "adam() missing ...".
        guard = types.FunctionType(
            check.__code__, check.__globals__, function.__name__,
            check.__defaults__, check.__closure__)
        guard.__kwdefaults__ = check.__kwdefaults__
        guard.__qualname__ = function.__qualname__

        @functools.wraps(function)
        def guarded(*args, **kwargs):
            guard(*args, **kwargs)
            return function(*args, **kwargs)
        guarded.check, guarded.unchecked = guard, function
        return guarded
    return decorate


def unchecked(function):
    """The function that the book prints, without what stands above it.

    For callers that have checked already, or check once for many calls.
    """
    return getattr(function, "unchecked", function)


def real(**arrays):
    """Each one is an array (or a number) of finite reals."""
    for name, x in arrays.items():
        if type(x) is not np.ndarray:
            _array_or_number(name, x)
        kind = np.asarray(x).dtype
        if kind.kind not in "fiu":
            to = "int" if kind.kind == "b" else "float"
            raise ValueError(f"{name} must hold real numbers; got dtype "
                             f"{kind}. Convert it with .astype({to}).")
        if kind.kind == "f" and not finite(x):
            raise NotFinite(
                f"{name} holds NaN or infinity. Look at the step that "
                "made it: a rate too large, or a log or division by 0.")


def _array_or_number(name, x):
    # A matrix multiplies where others take element by element, and what
    # a mask hides comes back in half of NumPy's functions.
    if isinstance(x, np.ma.MaskedArray):
        raise ValueError(f"{name} must be a NumPy array; got a masked one. "
                         "Fill its gaps with .filled(value).")
    if (not isinstance(x, (np.ndarray, np.number, numbers.Real))
            or isinstance(x, np.matrix)):
        raise ValueError(f"{name} must be a NumPy array; got "
                         f"{type(x).__name__}. Convert it with np.asarray.")


def no_wrap(**arrays):
    """No dtype in which differences or squares wrap round, as uint8.

    Nor float16, in which 1e-8 is 0 and 300^2 infinite.
    """
    for name, x in arrays.items():
        kind = np.asarray(x).dtype
        if kind.kind == "f":
            if kind.itemsize < 4:
                raise ValueError(f"{name} has dtype {kind}, too coarse to "
                                 "train in. Convert it to float32 or "
                                 "float64: .astype(float).")
        elif kind.kind == "u" or kind.itemsize < 4:
            raise ValueError(f"{name} has dtype {kind}, in which 1 - 2 or "
                             "20 * 20 wraps round. Convert it with "
                             ".astype(float).")
        elif np.size(x) and not -LARGE <= np.min(x) <= np.max(x) <= LARGE:
            raise ValueError(f"{name} has dtype {kind} and numbers beyond "
                             f"{LARGE}, whose squares may wrap round. "
                             "Convert it with .astype(float).")


def real_pair(**pair):
    """Two arrays of finite reals of one shape, in which nothing wraps."""
    x, y = pair.values()
    # The usual case in one pass over both: a product with infinity or
    # NaN is one of them whatever the other factor is, and so is a sum.
    # "f" and "d" are float32 and float64.
    if not (type(x) is np.ndarray is type(y) and x.dtype.char in "fd"
            and x.dtype is y.dtype and x.shape == y.shape
            and math.isfinite(np.vdot(x, y))):
        real(**pair)
        no_wrap(**pair)
        same_shape(**pair)


def finite(x):
    """True if no element of ``x`` is NaN or infinite."""
    flat = np.ravel(x, order="K")
    # One pass and no temporary. The sum of squares can overflow though
    # every element is finite, so only a finite one settles it. Unlike
    # dot, vdot does not warn of that.
    return (math.isfinite(np.vdot(flat, flat))
            or bool(np.isfinite(flat).all()))


def ndim(n, **arrays):
    """Each one has ``n`` axes, none of them empty."""
    for name, x in arrays.items():
        if np.ndim(x) != n:
            raise ValueError(f"{name} must have {n} axes; got shape "
                             f"{np.shape(x)}.")
        if 0 in np.shape(x):
            raise ValueError(f"{name} is empty: its shape is "
                             f"{np.shape(x)}. Give at least one example.")


def same_shape(**arrays):
    """All have one shape."""
    if len(set(map(np.shape, arrays.values()))) > 1:
        text = " and ".join(f"{name} {np.shape(x)}"
                            for name, x in arrays.items())
        raise ValueError(f"shapes differ: {text}. They must be equal.")


def labels(y, n, n_classes):
    """``y`` holds ``n`` integers from 0 to ``n_classes - 1``."""
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu":
        what = getattr(y, "dtype", type(y).__name__)
        raise ValueError(f"y must be an array of integer labels; got "
                         f"{what}. Convert it with .astype(int).")
    if y.shape != (n,):
        raise ValueError(f"y must have shape ({n},), a label for each "
                         f"row; got {y.shape}.")
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(
            f"y must lie between 0 and {n_classes - 1}, one less than "
            f"the number of columns; got {y.min()} to {y.max()}.")


def distributions(**rows):
    """Each one is a matrix whose rows are probabilities that sum to 1."""
    for name, p in rows.items():
        sums = p.sum(axis=1, dtype=np.float64)
        if p.min() < 0 or abs(sums - 1).max() > 1e-5:
            raise ValueError(
                f"{name} must hold probabilities, each row of which sums "
                f"to 1; its smallest is {p.min():.3g}, the sums go from "
                f"{sums.min():.6g} to {sums.max():.6g}.")


def at_least(low, like=None, /, **values):
    """Each number is finite and not below ``low``.

    Where an array ``like`` is given, a value may be an array too, one
    number for each of its elements.
    """
    for name, value in values.items():
        if isinstance(value, np.ndarray) and like is not None:
            _each_at_least(low, like, name, value)
        elif not (isinstance(value, (float, int, numbers.Real))
                  and math.isfinite(value) and value >= low):
            least = f", at least {low}" if math.isfinite(low) else ""
            raise ValueError(f"{name} must be a finite number{least}; got "
                             f"{value!r}.")


def _each_at_least(low, like, name, values):
    real(**{name: values})
    if values.shape != np.shape(like):
        raise ValueError(f"{name} must be a number or an array of shape "
                         f"{np.shape(like)}; got shape {values.shape}.")
    if values.size and values.min() < low:
        raise ValueError(f"{name} must be at least {low} everywhere; its "
                         f"smallest element is {values.min()}.")


def fraction(**values):
    """Each number lies in [0, 1)."""
    for name, value in values.items():
        if not (isinstance(value, (float, int, numbers.Real))
                and 0 <= value < 1):
            raise ValueError(f"{name} must lie in [0, 1); got {value!r}.")


def count(**values):
    """Each number is an integer of at least 1."""
    for name, value in values.items():
        if (not isinstance(value, numbers.Integral)
                or isinstance(value, bool) or value < 1):
            raise ValueError(f"{name} must be a whole number, at least "
                             f"1; got {value!r}.")
        if isinstance(value, np.integer) and value.itemsize < 4:
            raise ValueError(f"{name} has dtype {value.dtype}, in which sums "
                             f"wrap round. Convert it: int({name}).")


def generator(rng):
    """``rng`` is a NumPy Generator, never a seed or a global."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            "rng must be a numpy.random.Generator; got "
            f"{type(rng).__name__}. Make one: np.random.default_rng(0).")
