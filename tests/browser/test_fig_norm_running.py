"""The figure norm-running draws the rules that run: nnlab's."""
from pathlib import Path

import numpy as np
import pytest

from nnlab.normalization import running_keras, running_pytorch

SCRIPT = Path(__file__).parents[2] / "book/_assets/js/fig-norm-running.js"


@pytest.mark.parametrize("size", [2, 5, 32])
def test_batches_in_turn(figure, size):
    values = np.random.default_rng(0).normal(2, 3, 100).round(2)
    seen = figure("batches", values.tolist(), size, 7)
    whole = min(7, len(values) // size)
    parts = values[:whole * size].reshape(whole, size)
    np.testing.assert_allclose(
        seen, np.stack([parts.mean(1), parts.var(1)], axis=1), rtol=1e-12)


@pytest.mark.parametrize("ours", [True, False])
@pytest.mark.parametrize("momentum", [0.0, 0.1, 0.7, 1.0])
@pytest.mark.parametrize("size", [2, 8])
def test_running_is_that_of_nnlab(figure, size, momentum, ours):
    rng = np.random.default_rng(1)
    stats = np.stack([rng.normal(size=40), rng.random(40) * 4], axis=1)
    seen = figure("running", stats.tolist(), size, momentum, ours)
    pair, expected = None, []
    for mean, var in stats:
        mean, var = np.array([mean]), np.array([var])
        pair = (running_pytorch(pair, mean, var, size, momentum) if ours
                else running_keras(pair, mean, var, momentum))
        expected.append([pair[0][0], pair[1][0]])
    np.testing.assert_allclose(seen, expected, rtol=1e-9, atol=1e-12)


def test_a_feature_that_moves(figure):
    seen = figure("moved", [[1.0, 2.0]] * 4, 0.5)
    np.testing.assert_allclose(seen, [[1, 2], [1.5, 2], [2, 2], [2.5, 2]])
