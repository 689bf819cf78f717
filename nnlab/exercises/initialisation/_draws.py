"""What the questions on drawn weights share.

What is drawn differs from answer to answer, so nothing is compared
number by number.  The looks measure properties that hold for every
right answer, in intervals of 5.5 standard errors: each fails by chance
less than once in ten million checks.
"""
import numpy as np

from nnlab.exercises.compare import Within
from nnlab.exercises.scripts import Rng, Script

Z = 5.5             # standard errors
MEAN = "mean, in standard deviations,"
STD = "standard deviation"
KURTOSIS = "kurtosis (1.8 for a uniform law)"
NEIGHBOUR = "share of weights equal to their neighbour"
SECOND = "share of weights that a second draw repeats"
EQUAL_RNG = "share of weights that an equal rng repeats"


def cases(rng):
    """Each init three times: one rng twice, then an equal rng."""
    seed = int(rng.integers(2**31))
    # Far from square: on a square layer fan_in, fan_out and their mean
    # are one number.
    a, b = int(rng.integers(350, 450)), int(rng.integers(90, 120))
    return [Script([((D, M, Rng(seed)), {}), ((D, M, Rng(seed)), {}),
                    ((D, M, Rng(seed, copy=1)), {})], f"{D} to {M}")
            for D, M in [(a, b), (b, a)]]


def fans(view):
    """The fan_in and fan_out of a case."""
    return view.run.script.calls[0][0][:2]


def uniform_look(W, again, repeated, std):
    """Properties of W : (D, M) from U(-a, a) with this spread."""
    n = W.size
    return {"W": np.zeros(W.shape),     # its shape is what is compared
            STD: Within(W.std(), *around(std, std * uniform_error(n))),
            MEAN: Within(ratio(W.mean(), W.std()),
                         *around(0, 1 / np.sqrt(n))),
            KURTOSIS: Within(
                ratio(((W - W.mean())**4).mean(), W.std()**4), 1.7, 1.9),
            **draw_look(W, again, repeated)}


def draw_look(W, again, repeated):
    """Properties of independent draws from the generator given."""
    return {NEIGHBOUR: Within(
                max(share_equal(W[:, 1:], W[:, :-1]),
                    share_equal(W[1:], W[:-1])), 0, 0.05),
            SECOND: Within(share_equal(W, again), 0, 0.01),
            EQUAL_RNG: Within(share_equal(W, repeated), 1, 1)}


def uniform_error(n):
    """Relative standard error of the std of n uniform numbers."""
    return np.sqrt(0.8 / n) / 2         # kurtosis 1.8, less 1


def ratio(a, b):
    return float(a / b) if b > 0 else 0.0


def around(centre, error):
    return centre - Z * error, centre + Z * error


def share_equal(a, b):
    return float((a == b).mean()) if a.shape == b.shape else 0.0


def value(view, name, part):
    within = view.seen.get((part, name))
    return np.nan if within is None else within.value


class Probes:
    """Probes of one part of a look."""

    def __init__(self, part):
        self.part = part
        self.repeats = self.share(NEIGHBOUR, 0.5, 1)

    def share(self, name, low, high):
        """Probe: this property lies between the two in each case."""
        def probe(views):
            return all(low <= value(v, name, self.part) <= high
                       for v in views)
        return probe

    def std_is(self, *laws):
        """Probe: the std is a law(fan_in, fan_out), to 3 percent."""
        def fits(views, law):
            return all(abs(value(v, STD, self.part) / law(*fans(v)) - 1)
                       < 0.03 for v in views)

        def probe(views):
            return (any(fits(views, law) for law in laws)
                    and not self.off_centre(views))
        return probe

    def off_centre(self, views):
        """The mean is a good part of the std, or more."""
        return not self.repeats(views) and all(
            value(v, MEAN, self.part) > 0.3 for v in views)

    def has_shape(self, name, shape):
        """Probe: the output has the shape(fan_in, fan_out)."""
        def probe(views):
            return all(v.seen[self.part, name].shape == shape(*fans(v))
                       for v in views)
        return probe
