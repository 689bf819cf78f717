"""The figure adam-step draws the rule that runs: nnlab's adam."""
from pathlib import Path

import numpy as np
import pytest

from nnlab.optimizers import adam

SCRIPT = Path(__file__).parents[2] / "book/_assets/js/fig-adam-step.js"
EPS = 1e-8


@pytest.fixture
def steps(figure):
    """The steps that the figure draws."""
    return lambda *args: np.array(figure("steps", *args))


def _expected(gradients, beta1, beta2, correct):
    """Steps over lr by nnlab; without correction from its averages."""
    state, found = None, []
    for g in gradients:
        w, state = adam(np.zeros(()), g, state, lr=1.0, beta1=beta1,
                        beta2=beta2, eps=EPS)
        m, v, _ = state
        found.append(-w if correct else m / (np.sqrt(v) + EPS))
    return np.array(found)


@pytest.mark.parametrize("correct", [True, False])
@pytest.mark.parametrize("beta1, beta2", [(0.9, 0.999), (0.0, 0.5),
                                          (0.99, 0.9999)])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e4])
def test_steps_are_those_of_adam(steps, scale, beta1, beta2, correct):
    rng = np.random.default_rng(0)
    gradients = scale * rng.normal(size=60) * (rng.random(60) < 0.8)
    gradients[0] = scale
    seen = steps(gradients.tolist(), beta1, beta2, EPS, correct)
    np.testing.assert_allclose(
        seen, _expected(gradients, beta1, beta2, correct), rtol=1e-9,
        atol=1e-12)
