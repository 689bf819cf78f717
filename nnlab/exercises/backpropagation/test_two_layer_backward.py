"""The question test_two_layer_backward: a test of a backward pass."""
import numpy as np

from nnlab.exercises.backpropagation.two_layer_backward import (
    EXERCISE as TWO_LAYER, two_layer_backward as ours)
from nnlab.exercises.write_test import WriteTest


def test_two_layer_backward(two_layer_backward):
    """Raise AssertionError if ``two_layer_backward`` is wrong.

    two_layer_backward : a function with the signature of question 1.
    A right one may differ by a factor of 1e-4 from exact arithmetic.
    Differs from PyTorch's own tests, which call its gradcheck.
    """
    # No two sizes are equal, no bias is 0, and some units are asleep.
    rng, (N, D, H, M) = np.random.default_rng(0), (6, 5, 4, 3)
    x, dz2 = rng.normal(size=(N, D)), rng.normal(size=(N, M))
    W1, b1 = rng.normal(size=(D, H)), rng.normal(size=H)
    W2, b2 = rng.normal(size=(H, M)), rng.normal(size=M)

    def loss():
        return (dz2 * (np.maximum(0, x @ W1 + b1) @ W2 + b2)).sum()

    z1 = x @ W1 + b1
    grads = two_layer_backward(dz2, x, z1, np.maximum(0, z1), W2)
    for w, grad in zip((W1, b1, W2, b2), grads, strict=True):
        assert grad.shape == w.shape, "shape"
        numeric, step = np.zeros_like(w), 1e-5
        for i in np.ndindex(w.shape):
            w[i] += step
            above = loss()
            w[i] -= 2 * step
            numeric[i] = (above - loss()) / (2 * step)
            w[i] += step
        assert np.allclose(grad, numeric, rtol=1e-4, atol=1e-5), "values"


def stand_in(live):
    """What the test gets: it refuses what fits no forward pass.

    Where h is something else than the ReLU of z1, right ones part.
    """
    def two_layer_backward(dz2, x, z1, h, W2):
        given = [np.array(a, dtype=float) for a in (dz2, x, z1, h, W2)]
        ours.check(*given)
        if not np.allclose(given[3], np.maximum(0, given[2])):
            raise ValueError("h must be max(0, z1)")
        return tuple(np.array(g, dtype=float, order="C")
                     for g in live(*given))
    return two_layer_backward


# The example of the statement catches the last two. None has the right
# numbers in a wrong shape: they would be taken for right by a vote.
CAUGHT = ("pre_activation", "no_mask", "mask_on_message",
          "mask_only_on_weights", "bias_mean", "bias_wrong_axis",
          "updated_weights", "divided_twice", "last_example",
          "first_bias_zero", "transposed", "wrong_order", "negated")

EXERCISE = WriteTest(
    "test_two_layer_backward", test_two_layer_backward, TWO_LAYER, CAUGHT,
    tuple(TWO_LAYER.variants), stand_in,
    "A right one may order its arithmetic otherwise or compute in float32: "
    "allow the tolerance that the question names, and an `atol` where you "
    "may expect 0. At z1 = 0 the slope of ReLU is open.")
