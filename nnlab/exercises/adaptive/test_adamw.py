"""The question test_adamw: write a test that catches wrong AdamWs."""
import numpy as np

from nnlab.exercises.adaptive.adamw import EXERCISE as ADAMW
from nnlab.exercises.write_test import WriteTest


def test_adamw(adamw):
    """Raise AssertionError if ``adamw`` is not AdamW, else do nothing.

    adamw : a function with the signature of ``nnlab.optimizers.adamw``.
    A right one may differ by a factor of 1e-4 from exact arithmetic.
    Differs from PyTorch's own tests, which compare whole trainings.
    """
    # Weights of several sizes and both signs show what decays, and a
    # decay far from its default that the argument is used.
    lr, beta1, beta2, eps, decay = 0.1, 0.8, 0.95, 0.05, 0.7
    w = np.array([1.5, -2.0, 3.0])
    grads = np.array([[0.5, -4, 0], [1.5, 0.25, -2], [-1, 2, 0.5]])
    m, v, state = 0, 0, None
    for t, g in enumerate(grads, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        step = lr * m_hat / (np.sqrt(v_hat) + eps)
        expected = w - lr * decay * w - step
        w, state = adamw(w, g, state, lr, beta1, beta2, eps, decay)
        assert np.allclose(w, expected, rtol=1e-4), f"update {t}"


# The example of the statement catches the first of these alone.
CAUGHT = ("decay_hard_coded", "l2_in_gradient", "decay_over_root",
          "both_decays", "decay_ignored", "decay_factor", "decay_l1",
          "decay_with_t", "t_not_advanced", "stores_corrected_m",
          "v_not_kept", "eps_in_root")

EXERCISE = WriteTest(
    "test_adamw", test_adamw, ADAMW, CAUGHT, tuple(ADAMW.variants))
