"""The question test_adam: write a test that catches wrong Adams."""
import numpy as np

from nnlab.exercises.adaptive.adam import EXERCISE as ADAM
from nnlab.exercises.write_test import WriteTest


def test_adam(adam):
    """Raise AssertionError if ``adam`` is not Adam, else do nothing.

    adam : a function with the signature of ``nnlab.optimizers.adam``.
    It follows the equations by hand for two updates, with an eps and
    betas that show where each one stands, and one gradient of 0.
    Differs from PyTorch's own tests, which compare whole trainings.
    """
    lr, b1, b2, eps = 0.1, 0.8, 0.95, 0.05
    w = np.array([1.0, -2.0, 3.0])
    g = np.array([[0.5, -4.0, 0.0], [1.5, 0.25, -2.0], [-1.0, 2.0, 0.5]])
    m, v, state = np.zeros(3), np.zeros(3), None
    for t in (1, 2, 3):
        m = b1 * m + (1 - b1) * g[t - 1]
        v = b2 * v + (1 - b2) * g[t - 1] ** 2
        step = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)
        new, state = adam(w, g[t - 1], state, lr, b1, b2, eps)
        assert np.allclose(new, w - lr * step, rtol=1e-6), f"update {t}"
        w = w - lr * step


CAUGHT = ("no_bias_correction", "only_v_corrected", "t_one_too_large",
          "t_not_advanced", "stores_corrected_m", "v_not_kept",
          "m_without_share", "betas_swapped", "absolute_gradient",
          "one_v_for_all", "eps_in_root", "no_root")

EXERCISE = WriteTest(
    "test_adam", test_adam, ADAM, CAUGHT,
    ("dictionary", "loops", "running products"))
