"""The question test_he_normal: write a test that catches wrong inits."""
import dataclasses
import inspect

import numpy as np

from nnlab.exercises.initialisation.he_normal import EXERCISE as HE
from nnlab.exercises.write_test import WriteTest


def test_he_normal(he_normal):
    """Raise AssertionError if ``he_normal`` is wrong, else do nothing.

    he_normal : a function with the signature of
    ``nnlab.inits.he_normal``; what it draws may come in any order.
    Differs from PyTorch's own tests, which compare a whole law.
    """
    # Wide and narrow: on a square layer all the fans are one number.
    for fan_in, fan_out in [(400, 100), (100, 400)]:
        rng = np.random.default_rng(0)
        W = he_normal(fan_in, fan_out, rng)
        again = he_normal(fan_in, fan_out, rng)
        same = he_normal(fan_in, fan_out, np.random.default_rng(0))
        assert W.shape == (fan_in, fan_out)
        # 40,000 draws: the std is known to 0.35 %, the mean to 0.5 %
        # of the std; six times that is no chance.
        std = np.sqrt(2 / fan_in)
        assert abs(W.std() / std - 1) < 0.03
        assert abs(W.mean()) < 0.03 * std
        # U(-a, a) has nothing beyond 1.74 std, a normal law 7 %.
        assert (abs(W) > 1.8 * std).mean() > 0.05
        assert (W[:, 1:] != W[:, :-1]).mean() > 0.9
        assert (W != again).mean() > 0.9
        assert (W == same).all()


def _paired(f):
    """f as a function that returns an array and an empty state.

    So a WriteTest can hand it out: the rng goes where a state would.
    """
    def paired(fan_in, fan_out, rng=None):
        return f(int(fan_in), int(fan_out), rng), None
    return paired


def _plain(implementation):
    """What the student calls: the W alone."""
    def he_normal(fan_in, fan_out, rng):
        return implementation(fan_in, fan_out, rng)[0]
    return he_normal


class DrawsTest(WriteTest):
    """A test of a function that draws: f(fan_in, fan_out, rng)."""

    def _outcomes(self, test, rng):
        return super()._outcomes(lambda f: test(_plain(f)), rng)

    def examine(self, test, seed):
        """The Verdict on a student's test, tried in two orders."""
        verdict = super().examine(test, seed)
        if verdict.status == "rejects a right one":
            verdict.details[0] = (
                "A right one may draw in another order, with another "
                "method of rng, or in float32. Compare measured numbers "
                "with the formula, and allow for chance.")
        return verdict


SUBJECT = dataclasses.replace(
    HE, reference=_paired(inspect.unwrap(HE.reference)),
    mistakes=[dataclasses.replace(m, wrong=_paired(m.wrongs()[0]))
              for m in HE.mistakes],
    variants={name: _paired(f) for name, f in HE.variants.items()})

# The example of the statement catches the first of these alone.
CAUGHT = ("not_scaled", "transposed", "all_equal", "reseeded",
          "ignores_rng", "positive", "uniform", "lecun", "xavier",
          "variance_as_std", "root_twice", "pytorch_default")

EXERCISE = DrawsTest(
    "test_he_normal", test_he_normal, SUBJECT, CAUGHT,
    tuple(HE.variants))
