"""The question test_he_normal: write a test that catches wrong inits."""
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


def stand_in(live):
    """What the test gets: an array of numbers, whatever was drawn."""
    def he_normal(fan_in, fan_out, rng):
        return np.array(live(int(fan_in), int(fan_out), rng), dtype=float)
    return he_normal


# The example of the statement catches the first of these alone.
CAUGHT = ("not_scaled", "transposed", "all_equal", "reseeded",
          "ignores_rng", "positive", "uniform", "lecun", "xavier",
          "variance_as_std", "root_twice", "pytorch_default")

EXERCISE = WriteTest(
    "test_he_normal", test_he_normal, HE, CAUGHT, tuple(HE.variants),
    stand_in, "A right one may draw in another order, with another method "
    "of rng, or in float32. Compare measured numbers with the formula, and "
    "allow for chance.")
