"""The functions that an answer to the question gradcheck is tried on.

They compute in the precision of what they are given, so that float32
shows. All numbers are multiples of 1/64 and each h is a power of two: an
answer that adds h to an element and takes it off again has the very same
element back.
"""
import dataclasses

import numpy as np

from nnlab.exercises.scripts import Script, sixty_fourths

SMALL = "a small h"
LINEAR = "f is linear"
ZERO = "error where both are 0"


@dataclasses.dataclass(eq=False)
class Cubic:
    """f(x) = sum(a x) + sum(b x)^2 + sum(c x)^3, arrays of one shape."""
    a: np.ndarray
    b: np.ndarray
    c: np.ndarray

    def __call__(self, x):
        x = _taken(x, self.a.shape)
        a, b, c = ((k.astype(x.dtype) * x).sum()
                   for k in (self.a, self.b, self.c))
        return float(a + b**2 + c**3)


@dataclasses.dataclass(eq=False)
class CrossEntropy:
    """The mean cross-entropy of softmax(x) against the labels y."""
    y: np.ndarray
    shape: tuple

    def __call__(self, x):
        x = _taken(x, self.shape)
        x = x - x.max(axis=1, keepdims=True)
        log_p = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
        return float(-log_p[np.arange(len(x)), self.y].mean())


def _taken(x, shape):
    """x as an array of floats, in the precision that it has."""
    x = np.asarray(x)
    if x.dtype.kind not in "fiu":
        raise TypeError(f"f takes real numbers; got dtype {x.dtype}")
    if x.shape != shape:
        raise ValueError(f"f takes an array of shape {shape}, like x; got "
                         f"shape {x.shape}")
    return np.ascontiguousarray(x if x.dtype.kind == "f"
                                else x.astype(float))


def cases(rng):
    """Few elements: in a graded notebook each call of f takes its time."""
    n, m = (int(k) for k in rng.permutation([3, 4, 5])[:2])
    shapes = [tuple(int(k) for k in rng.permutation(s))
              for s in ([2, 3], [2, 4], [2, 3])]
    y = rng.integers(shapes[1][1], size=shapes[1][0])
    return [
        _script(rng, _cubic(rng, n), 0.5, "one dimension"),
        _script(rng, _cubic(rng, *shapes[0]), 0.25, "two dimensions"),
        Script([_call(rng, CrossEntropy(y, shapes[1]), shapes[1],
                      2.0**-17)], SMALL),
        _linear(rng, m), _linear(rng, *shapes[2]), _both_zero(rng, n)]


def _cubic(rng, *shape):
    # No c near 0, where the term in h^2 would not show.
    c = rng.integers(48, 80, size=shape) * rng.choice([-1, 1], size=shape)
    return Cubic(sixty_fourths(rng, *shape), sixty_fourths(rng, *shape),
                 c / 64)


def _call(rng, f, shape, h, grad=None):
    if grad is None:
        grad = sixty_fourths(rng, *shape)
    return (f, sixty_fourths(rng, *shape), grad, h), {}


def _script(rng, f, h, label):
    return Script([_call(rng, f, f.a.shape, h)], label)


def _linear(rng, *shape):
    """A wrong gradient, then a right one.

    One-sided differences are exact here. So the error is judged apart
    from them.
    """
    a = sixty_fourths(rng, *shape)
    f = Cubic(a, 0 * a, 0 * a)
    return Script([_call(rng, f, shape, 0.25, a * _factors(rng, *shape)),
                   _call(rng, f, shape, 0.25, a.copy())], LINEAR)


def _factors(rng, *shape):
    """What makes a gradient wrong.

    Longer with all signs right, or shorter with one at least wrong. So
    the longer of the two is not always the same, and an error element by
    element, which is 1 for a wrong sign, is not always 1.
    """
    if len(shape) == 1:
        return rng.integers(80, 160, size=shape) / 64
    factors = rng.integers(16, 48, size=shape) / 64
    factors *= rng.choice([-1, 1], size=shape)
    factors.flat[:2] = np.abs(factors.flat[:2]) * [-1, 1]
    return factors


def _both_zero(rng, n):
    """An f that is constant, then one that is not."""
    a = sixty_fourths(rng, n)
    return Script([
        _call(rng, Cubic(0 * a, 0 * a, 0 * a), (n,), 0.25, 0 * a),
        _call(rng, Cubic(a, 0 * a, 0 * a), (n,), 0.25)],
        "grad and the difference quotient are 0", special=True)


def look(results, script):
    numeric, error = results[0]
    if script.special:
        return {"both zero": {ZERO: error, "error elsewhere": results[1][1]}}
    found = {"numeric": {"numeric": numeric}}
    if script.label == LINEAR:
        found["error"] = {"error": error,
                          "error of a right grad": results[1][1]}
    return found
