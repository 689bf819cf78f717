"""The question test_batchnorm: write a test of BatchNorm's two modes."""
import numpy as np

from nnlab.exercises.normalisation.batchnorm_forward import (
    EXERCISE as BATCHNORM)
from nnlab.exercises.write_test import WriteTest


def test_batchnorm(batchnorm):
    """Raise AssertionError if ``batchnorm`` is wrong, else do nothing.

    batchnorm : a function with the signature of ``batchnorm_forward``.
    A right one may differ by a factor of 1e-4 from exact arithmetic.
    Differs from PyTorch's own tests, which compare with its C++ code.
    """
    # Three examples show which variance is used where, a large eps where
    # it stands, a momentum of 0.3 which share is whose.
    x = np.array([[1.0, 10], [2, 40], [6, 10]])
    gamma, beta = np.array([2.0, -3]), np.array([0.5, 4])
    rm, rv, momentum, eps = np.array([1.0, -2]), np.ones(2), 0.3, 0.25
    mean, var = np.array([3.0, 20]), np.array([14, 600]) / 3
    for _ in range(2):
        out, m, v = batchnorm(x, gamma, beta, rm, rv, True, momentum, eps)
        want = gamma * (x - mean) / np.sqrt(var + eps) + beta
        rm = 0.7 * rm + 0.3 * mean
        rv = 0.7 * rv + 0.3 * np.array([7.0, 300])
        assert np.allclose(out, want, rtol=1e-4, atol=1e-4), "training"
        assert np.allclose(m, rm, rtol=1e-4), "running_mean"
        assert np.allclose(v, rv, rtol=1e-4), "running_var"
    for rows in x, x[:1]:
        out, m, v = batchnorm(rows, gamma, beta, rm, rv / 50, False,
                              momentum, eps)
        want = gamma * (rows - rm) / np.sqrt(rv / 50 + eps) + beta
        assert np.allclose(out, want, rtol=1e-4, atol=1e-4), "inference"
        assert np.allclose(m, rm, rtol=1e-4), "it moved"
        assert np.allclose(v, rv / 50, rtol=1e-4), "it moved"


def stand_in(live):
    """What the test gets: it refuses what BatchNorm refuses."""
    def implementation(x, gamma, beta, running_mean, running_var, training,
                       momentum=0.1, eps=1e-5):
        x, *rest = (np.array(a, dtype=float) for a in (
            x, gamma, beta, running_mean, running_var))
        if x.ndim != 2 or any(a.shape != x.shape[1:] for a in rest):
            raise ValueError(
                f"x must be (N, D) and the four arrays after it (D,); got "
                f"{x.shape} and {', '.join(str(a.shape) for a in rest)}")
        if training and len(x) < 2:
            raise ValueError("training needs two examples at least")
        results = live(x, *rest, bool(training), momentum, eps)
        return tuple(np.array(a, dtype=float) for a in results)
    return implementation


# The example of the statement catches three of these.
CAUGHT = ("one_for_all", "unbiased_to_normalise", "stores_std",
          "not_updated", "overwritten", "updated_at_inference",
          "batch_at_inference", "running_in_training", "no_eps",
          "eps_outside_at_inference", "momentum_hard_coded",
          "no_affine_at_inference")

EXERCISE = WriteTest(
    "test_batchnorm", test_batchnorm, BATCHNORM, CAUGHT,
    tuple(BATCHNORM.variants), stand_in)
