"""The question test_dropout: write a test that catches wrong dropouts."""
import numpy as np

from nnlab.exercises.penalties.dropout import EXERCISE as DROPOUT
from nnlab.exercises.write_test import WriteTest


def test_dropout(dropout):
    """Raise AssertionError if ``dropout`` is wrong, else do nothing.

    dropout : ``dropout(x, dout, p, number, training=True)`` returns out,
    dx and mask.  A right one may differ by a factor of 1e-4 from exact
    arithmetic; what its mask holds for a survivor is its own affair.
    Differs from PyTorch's own tests, which look at the mean as well.
    """
    # p is no half, or p and 1 - p could not be told apart. With 20,000
    # elements the share of zeros is off by 0.02 in none of 10^9 draws.
    p, rng = 0.3, np.random.default_rng(0)
    x, dout = rng.normal(size=(2, 400, 50))
    out, dx, _ = dropout(x, dout, p, 1)
    kept = out != 0
    assert abs(kept.mean() - (1 - p)) < 0.02, "share of zeros"
    assert np.allclose(out, x * kept / (1 - p), rtol=1e-4), "scale"
    assert np.allclose(dx, dout * kept / (1 - p), rtol=1e-4), "backward"
    assert not (kept == kept[0]).all(), "one mask for the batch"
    assert not (kept == kept[:, :1]).all(), "whole examples"
    out, dx, _ = dropout(x, dout, p, 1, training=False)
    assert np.allclose(out, x, rtol=1e-4), "out at inference"
    assert np.allclose(dx, dout, rtol=1e-4), "dx at inference"


# The example of the statement, with p = 1/2, lets seven of these pass.
CAUGHT = ("not_scaled", "keeps_the_draws", "divided_by_p", "multiplied",
          "drops_the_others", "normal_draws", "one_mask_for_the_batch",
          "whole_examples", "drops_at_inference", "scales_at_inference",
          "gradient_not_masked", "gradient_not_scaled",
          "gradient_draws_again")


def stand_in(live):
    """What the test gets: a number is the seed of each call.

    So a test can ask for one mask twice, and for another one.
    """
    def dropout(x, dout, p, number, training=True):
        x, dout = (np.array(a, dtype=float) for a in (x, dout))
        results = live(x, dout, p, np.random.default_rng(number), training)
        return tuple(np.array(a, dtype=float) for a in results)
    return dropout


EXERCISE = WriteTest(
    "test_dropout", test_dropout, DROPOUT, CAUGHT, tuple(DROPOUT.variants),
    stand_in)
