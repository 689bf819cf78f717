"""The figure pen-balls draws the minimum that nnlab finds."""
from pathlib import Path

import numpy as np
import pytest

from nnlab.regularization import l2, prox_l1

SCRIPT = Path(__file__).parents[2] / "book/_assets/js/fig-pen-balls.js"
BOWLS = [([[1.0, 0.3], [0.3, 1.0]], [0.5, 1.5]),
         ([[2.0, -0.9], [-0.9, 0.7]], [-1.2, 0.4])]
LAMS = [0.0, 0.1, 0.64, 0.66, 1.0, 1.7]


def _proximal(H, v, lam):
    """The minimum by proximal steps."""
    w, lr = np.zeros(2), 1 / np.linalg.eigvalsh(H)[-1]
    for _ in range(3000):
        w = prox_l1(w - lr * H @ (w - v), lr * lam)
    return w


@pytest.mark.parametrize("H, v", BOWLS)
@pytest.mark.parametrize("lam", LAMS)
def test_l1_is_the_proximal_minimum_with_its_zeros(figure, H, v, lam):
    w = np.array(figure("minimum", H, v, lam, "L1"))
    expected = _proximal(np.array(H), np.array(v), lam)
    np.testing.assert_allclose(w, expected, atol=1e-10)
    assert ((w == 0) == (expected == 0)).all()


@pytest.mark.parametrize("H, v", BOWLS)
@pytest.mark.parametrize("lam", LAMS)
def test_l2_balances_the_slopes(figure, H, v, lam):
    w = np.array(figure("minimum", H, v, lam, "L2"))
    np.testing.assert_allclose(np.array(H) @ (np.array(v) - w),
                               l2(w, lam)[1], atol=1e-12)
    assert (w != 0).all()


@pytest.mark.parametrize("H, v", BOWLS)
def test_contour_lines_have_one_loss(figure, H, v):
    off = np.array(figure("contour", H, v, 0.45)) - v
    loss = 0.5 * np.einsum("ki,ij,kj->k", off, np.array(H), off)
    np.testing.assert_allclose(loss, 0.45, rtol=1e-12)


@pytest.mark.parametrize("w, words", [
    ([0.1, 0.2], "no weight is"), ([0, 0.2], "one weight is"),
    ([0, 0], "both weights are")])
def test_zeros_are_counted_in_words(figure, w, words):
    said = figure("describe", w, 0.5, "L1")
    assert words in said and "0.50" in said
