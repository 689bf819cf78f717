"""The question test_adam: write a test that catches wrong Adams."""
import numpy as np

from nnlab.exercises.adaptive.adam import EXERCISE as ADAM
from nnlab.exercises.write_test import WriteTest


def test_adam(adam):
    """Raise AssertionError if ``adam`` is not Adam, else do nothing.

    adam : a function with the signature of ``nnlab.optimizers.adam``.
    A right one may differ by a factor of 1e-4 from exact arithmetic.
    Differs from PyTorch's own tests, which compare whole trainings.
    """
    # Large eps and betas far apart show where each one stands; several
    # updates show how t is counted; a gradient of 0 shows a missing eps.
    lr, beta1, beta2, eps = 0.1, 0.8, 0.95, 0.05
    w = np.array([1.0, -2.0, 3.0])
    grads = np.array([[0.5, -4, 0], [1.5, 0.25, -2], [-1, 2, 0.5]])
    m, v, state = 0, 0, None
    for t, g in enumerate(grads, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        expected = w - lr * m_hat / (np.sqrt(v_hat) + eps)
        w, state = adam(w, g, state, lr, beta1, beta2, eps)
        assert np.allclose(w, expected, rtol=1e-4), f"update {t}"


# The example of the statement catches the first of these alone.
CAUGHT = ("no_bias_correction", "correction_without_power",
          "t_not_advanced", "t_counted_twice", "stores_corrected_m",
          "v_not_kept", "betas_swapped", "one_v_for_all", "eps_in_root",
          "no_eps", "raw_gradient", "hard_coded_betas")

EXERCISE = WriteTest(
    "test_adam", test_adam, ADAM, CAUGHT,
    tuple(ADAM.variants))
