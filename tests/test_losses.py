"""Losses against differences, PyTorch, and cases by hand."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nnlab import losses
from nnlab.gradcheck import numerical_gradient
from tests.oracles import by_torch, close, draw, seeds, sizes, untouched

pytestmark = pytest.mark.filterwarnings("error")
scales = st.sampled_from([0.01, 1.0, 30.0])
smoothings = st.floats(0, 0.99)


def problem(name, seed, n, k, scale):
    """The first argument and the targets, drawn for a loss."""
    rng = np.random.default_rng(seed + 1)
    if name == "binary_cross_entropy":
        return draw(seed, n, scale), rng.integers(2, size=n)
    if name == "mse":
        return draw(seed, (2, n, k), scale)
    if name == "soft_cross_entropy":
        return draw(seed, (n, k), scale), rng.dirichlet(np.ones(k), size=n)
    return draw(seed, (n, k), scale), rng.integers(k, size=n)


TORCH = {
    "softmax_cross_entropy": functional.cross_entropy,
    "soft_cross_entropy": functional.cross_entropy,
    "smoothed_cross_entropy": lambda z, y:
        functional.cross_entropy(z, y, label_smoothing=0.1),
    "binary_cross_entropy": lambda z, y:
        functional.binary_cross_entropy_with_logits(z, y.double()),
    "mse": functional.mse_loss,
}
each = pytest.mark.parametrize("name", TORCH)


@each
@given(seed=seeds, n=sizes, k=sizes, scale=scales)
def test_loss_and_gradient_are_pytorchs(name, seed, n, k, scale):
    x, y = problem(name, seed, n, k, scale)
    loss, dx = getattr(losses, name)(x, y)
    expected = by_torch(lambda x: TORCH[name](x, torch.tensor(y)), 1.0, x)
    close(loss, expected[0])
    close(dx, expected[1])


@given(seed=seeds, n=sizes, k=sizes, scale=scales, smoothing=smoothings)
def test_any_smoothing_is_pytorchs(seed, n, k, scale, smoothing):
    x, y = problem("smoothed_cross_entropy", seed, n, k, scale)
    loss, dx = losses.smoothed_cross_entropy(x, y, smoothing)
    expected = by_torch(lambda x: functional.cross_entropy(
        x, torch.tensor(y), label_smoothing=smoothing), 1.0, x)
    close(loss, expected[0])
    close(dx, expected[1])


@each
@given(seed=seeds, n=sizes, k=st.integers(2, 7))
def test_gradient_is_the_difference_quotient(name, seed, n, k):
    x, y = problem(name, seed, n, k, 1.0)
    f = getattr(losses, name)
    close(f(x, y)[1], numerical_gradient(lambda x: f(x, y)[0], x),
          atol=1e-8)


@pytest.mark.parametrize("name, x, y, loss, dx", [
    ("softmax_cross_entropy", [[0, np.log(3)]], [0], np.log(4),
     [[-3 / 4, 3 / 4]]),
    ("softmax_cross_entropy", [[0, np.log(3)], [2, 2]], [1, 0],
     (np.log(4 / 3) + np.log(2)) / 2, [[1 / 8, -1 / 8], [-1 / 4, 1 / 4]]),
    ("soft_cross_entropy", [[0, np.log(3)], [2, 2]],
     [[3 / 4, 1 / 4], [0, 1]], (np.log(4) - np.log(3) / 4 + np.log(2)) / 2,
     [[-1 / 4, 1 / 4], [1 / 4, -1 / 4]]),
    # q = (1/20, 19/20); 1 in 20 of the loss is that of the other label.
    ("smoothed_cross_entropy", [[0, np.log(3)]], [1],
     np.log(4) - 19 / 20 * np.log(3), [[1 / 5, -1 / 5]]),
    ("binary_cross_entropy", [np.log(3), 0], [1, 0],
     (np.log(4 / 3) + np.log(2)) / 2, [-1 / 8, 1 / 4]),
    ("mse", [[1.0, 2], [3, 6]], [[0, 0], [0, 1]], 39 / 4,
     [[1 / 2, 1], [3 / 2, 5 / 2]]),
])
def test_by_hand(name, x, y, loss, dx):
    got = getattr(losses, name)(np.array(x), np.array(y))
    close(got[0], loss)
    close(got[1], dx)


def test_mse_of_two_numbers():
    assert losses.mse(1.0, 4.0) == (9, -6)


@pytest.mark.parametrize("size", [1e3, 1e4, 1e300])
def test_logits_of_any_size(size):
    logits = size * np.array([[1.0, 0], [0, 1], [-1, -1]])
    y = np.array([1, 1, 0])
    loss, dlogits = losses.softmax_cross_entropy(logits, y)
    close(loss, (size + np.log(2)) / 3)
    close(dlogits, [[1 / 3, -1 / 3], [0, 0], [-1 / 6, 1 / 6]])
    loss, dlogits = losses.smoothed_cross_entropy(logits, y, 0.5)
    close(loss, (3 / 4 * size + 1 / 4 * size + np.log(2)) / 3)
    close(dlogits, [[1 / 4, -1 / 4], [-1 / 12, 1 / 12],
                    [-1 / 12, 1 / 12]])
    loss, dlogits = losses.binary_cross_entropy(
        np.array([size, -size, size, -size]), np.array([1, 1, 0, 0]))
    close(loss, size / 2)
    close(dlogits, [0, -1 / 4, 1 / 4, 0])


@pytest.mark.parametrize("dtype, z", [(np.float64, 50), (np.float32, 20)])
def test_binary_loss_near_zero_keeps_its_digits(dtype, z):
    """-log(1 - p) with p = exp(-50) would say 0, and p - 1 too."""
    for logit, y in ((-z, 0), (z, 1)):
        loss, dz = losses.binary_cross_entropy(
            np.array([logit], dtype), np.array([y]))
        close(loss, np.exp(-z), rtol=1e-6, atol=0)
        close(dz, [(1 - 2 * y) * np.exp(-z)], rtol=1e-6, atol=0)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.float32])
def test_binary_loss_of_a_network_with_one_output(dtype):
    """Its logits are (N, 1): no N x N, whatever the labels are."""
    z, y = problem("binary_cross_entropy", 0, 6, 1, 2.0)
    loss, dz = losses.binary_cross_entropy(z, y)
    for labels in (y, y[:, None]):
        column = losses.binary_cross_entropy(z[:, None],
                                             labels.astype(dtype))
        assert column[0] == loss
        np.testing.assert_array_equal(column[1], dz[:, None])


@given(seed=seeds, n=sizes, k=sizes)
def test_one_in_each_row_is_softmax_cross_entropy(seed, n, k):
    x, y = problem("softmax_cross_entropy", seed, n, k, 3.0)
    targets = np.eye(k, dtype=np.uint8)[y]
    for a, b in zip(losses.soft_cross_entropy(x, targets),
                    losses.softmax_cross_entropy(x, y)):
        close(a, b)


@given(seed=seeds, n=sizes, k=sizes)
def test_each_row_of_the_gradient_sums_to_zero(seed, n, k):
    x, y = problem("softmax_cross_entropy", seed, n, k, 3.0)
    for loss in (losses.softmax_cross_entropy,
                 losses.smoothed_cross_entropy):
        close(loss(x, y)[1].sum(axis=1), 0)


@given(seed=seeds, n=sizes, k=st.integers(2, 7), smoothing=smoothings)
def test_smoothing_asks_for_p_equal_to_q(seed, n, k, smoothing):
    """There the gradient is 0 and the loss the entropy of q."""
    smoothing = max(smoothing, 0.01)
    x, y = problem("smoothed_cross_entropy", seed, n, k, 1.0)
    q = np.full((n, k), smoothing / k)
    q[range(n), y] = 1 - smoothing * (k - 1) / k
    loss, dlogits = losses.smoothed_cross_entropy(np.log(q), y, smoothing)
    close(dlogits, 0)
    close(loss, -(q * np.log(q)).sum() / n)
    assert losses.smoothed_cross_entropy(x, y, smoothing)[0] >= loss - 1e-12


@given(seed=seeds, n=sizes, k=sizes)
def test_no_smoothing_is_softmax_cross_entropy(seed, n, k):
    x, y = problem("smoothed_cross_entropy", seed, n, k, 3.0)
    for a, b in zip(losses.smoothed_cross_entropy(x, y, 0),
                    losses.softmax_cross_entropy(x, y)):
        close(a, b)


@each
def test_float32_stays_and_nothing_is_changed_in_place(name):
    x, y = problem(name, 0, 5, 3, 1.0)
    x = x.astype(np.float32)
    for dtype in {"mse": [np.float32], "soft_cross_entropy": [
            np.float32, np.float64]}.get(name, [np.uint8, np.int64]):
        targets = y.astype(dtype)
        with untouched(x, targets):
            loss, dx = getattr(losses, name)(x, targets)
            assert np.ndim(loss) == 0
            assert loss.dtype == dx.dtype == np.float32
            dx += 1


Z = np.zeros
BAD_LOGITS = [
    (Z(3), Z(3, int), "logits must have 2 axes"),
    (Z((0, 3)), Z(0, int), "logits is empty"),
    (Z((2, 3)), Z(2), "y must be an array of int"),
    (Z((2, 3)), [0, 1], "y must be an array"),
    (Z((2, 3)), Z(3, int), r"shape \(2,\)"),
    (Z((2, 3)), np.array([0, 3]), "0 and 2"),
    (Z((2, 3)), np.array([-1, 0]), "-1 to 0"),
    (Z((2, 3)) + np.nan, Z(2, int), "logits holds"),
    (Z((2, 3), np.uint8), Z(2, int), "uint8"),
    (Z((2, 3), np.float16), Z(2, int), "float16"),
    (np.array([[2**31 - 1, -5]], np.int32), Z(1, int), "int32 and numbers"),
    (Z((2, 3)), Z(2, bool), r"got bool. Convert it with .astype\(int\)"),
]


@pytest.mark.parametrize("name, x, y, fault", [
    *(("softmax_cross_entropy", *bad) for bad in BAD_LOGITS),
    *(("smoothed_cross_entropy", *bad) for bad in BAD_LOGITS),
    ("soft_cross_entropy", Z(3), Z(3), "logits must have 2 axes"),
    ("soft_cross_entropy", Z((2, 3)), Z(2, int),
     r"targets must .* \(2, 3\); got \(2,\). For integer labels"),
    ("soft_cross_entropy", Z((2, 3)), Z((3, 2)), "targets must have the sh"),
    ("soft_cross_entropy", Z((2, 2)), Z((2, 2)), "targets .* from 0 to 0"),
    ("soft_cross_entropy", Z((2, 2)), np.eye(2) * 1.001, "to 1.001"),
    ("soft_cross_entropy", Z((1, 2)), np.array([[1.5, -0.5]]), "is -0.5"),
    ("soft_cross_entropy", Z((2, 3)), Z((2, 3)) + np.nan, "targets holds"),
    ("soft_cross_entropy", Z((2, 3)) + np.nan, Z((2, 3)), "logits holds"),
    ("binary_cross_entropy", Z((2, 2)), Z(2), r"\(N, 1\), .*\(2, 2\)"),
    ("binary_cross_entropy", Z((1, 2)), Z((1, 2)), r"logits must have sh"),
    ("binary_cross_entropy", Z(2), Z((2, 1)), r"\(2,\) and y \(2, 1\)"),
    ("binary_cross_entropy", Z((2, 1)), Z((1, 2)), r"and y \(1, 2\)"),
    ("binary_cross_entropy", Z(2), Z(3), r"logits \(2,\) and y \(3,\)"),
    ("binary_cross_entropy", Z(2), np.array([0, 2]), "y must hold 0 and 1"),
    ("binary_cross_entropy", Z(2), Z(2, bool), r"y .*bool.*astype\(int\)"),
    ("binary_cross_entropy", Z(2) - np.inf, Z(2), "logits holds"),
    ("binary_cross_entropy", Z(0), Z(0), r"N at least 1; got \(0,\)"),
    ("binary_cross_entropy", Z((0, 1)), Z(0), r"got \(0, 1\)"),
    ("mse", Z((3, 1)), Z(3), r"pred \(3, 1\) and target \(3,\)"),
    ("mse", Z((0, 2)), Z((0, 2)), "pred is empty"),
    ("mse", Z(2), Z(2) + np.nan, "target holds NaN"),
    ("mse", np.int32([50_000]), np.int32([0]), "pred has dtype int32 and"),
    ("mse", Z(2), [0, 0], "target must be a NumPy array"),
    ("mse", Z(2, np.uint8), Z(2, np.uint8), "pred has dtype uint8"),
])
def test_bad_input_is_named(name, x, y, fault):
    with pytest.raises(ValueError, match=fault) as error:
        getattr(losses, name)(x, y)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("smoothing", [-0.1, 1, np.nan, "0.1"])
def test_bad_smoothing_is_named(smoothing):
    with pytest.raises(ValueError, match=r"smoothing must lie in \[0, 1\)"):
        losses.smoothed_cross_entropy(Z((2, 3)), Z(2, int), smoothing)
