"""orthogonal: the identity that defines it, and all such W alike."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.inits import orthogonal
from tests.oracles import close, draw, seeds

fans = st.integers(1, 12)
DRAWS = 4000


def check_orthonormal(W, gain=1.0):
    """The Gram matrix of the fewer ones is gain^2 I."""
    fan_in, fan_out = W.shape
    gram = W.T @ W if fan_in >= fan_out else W @ W.T
    close(gram, gain**2 * np.eye(min(W.shape)))


@given(seed=seeds, fan_in=fans, fan_out=fans, gain=st.floats(0, 3))
def test_rows_or_columns_are_orthonormal(seed, fan_in, fan_out, gain):
    W = orthogonal(fan_in, fan_out, np.random.default_rng(seed), gain)
    assert W.shape == (fan_in, fan_out) and W.dtype == float
    check_orthonormal(W, gain)
    ones = orthogonal(fan_in, fan_out, np.random.default_rng(seed))
    close(W, gain * ones)


@given(seed=seeds, fan_in=fans, fan_out=fans)
def test_so_are_pytorchs(seed, fan_in, fan_out):
    """PyTorch stores W transposed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        W = torch.nn.init.orthogonal_(torch.empty(
            fan_out, fan_in, dtype=torch.float64), gain=5 / 3)
    check_orthonormal(W.numpy().T, 5 / 3)


def products(Ws):
    """Of each W its entries, their products in pairs, and in fours."""
    flat = np.reshape(Ws, (len(Ws), -1))
    pairs = _in_pairs(flat)
    return np.hstack([flat, pairs, _in_pairs(pairs)])


def _in_pairs(x):
    i, j = np.triu_indices(x.shape[1])
    return x[:, i] * x[:, j]


def haar(rng, many, few):
    """A (A^T A)^(-1/2): no rotation of A changes its distribution."""
    A = rng.normal(size=(DRAWS, many, few))
    U, _, Vt = np.linalg.svd(A, full_matrices=False)
    return U @ Vt


def check_haar(Ws):
    """All moments up to the fourth are those of Haar's measure.

    For a product x this is the mean over DRAWS in two samples, which
    may differ by 6.5 sigma: a false alarm in 1e-10 for each of up to
    1100, so in 1e-7 of all runs.
    """
    x = products(Ws)
    y = products(haar(np.random.default_rng(1), *Ws[0].shape))
    sigma = np.sqrt((x.var(axis=0) + y.var(axis=0)) / DRAWS)
    off = abs(x.mean(axis=0) - y.mean(axis=0))
    assert (off <= 6.5 * sigma + 1e-12).all()


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (4, 2), (1, 1), (3, 1)])
def test_every_orthogonal_matrix_is_equally_likely(shape):
    rng = np.random.default_rng(0)
    check_haar([orthogonal(*shape, rng) for _ in range(DRAWS)])
    check_haar([orthogonal(*shape[::-1], rng).T for _ in range(DRAWS)])


def test_pytorchs_are_from_the_same_distribution():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        check_haar([torch.nn.init.orthogonal_(
            torch.empty(3, 3, dtype=torch.float64)).numpy()
            for _ in range(DRAWS)])


def test_qr_without_the_signs_is_not():
    """What the docstring says of W[0, 0]; and check_haar sees it."""
    rng = np.random.default_rng(0)
    Qs = [np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(DRAWS)]
    assert max(Q[0, 0] for Q in Qs) <= 0
    with pytest.raises(AssertionError):
        check_haar(Qs)


@pytest.mark.parametrize("fan_in, fan_out", [(5, 3), (3, 5), (4, 4)])
def test_what_comes_out_gain_times_as_long(fan_in, fan_out):
    """Every gradient where fan_in >= fan_out, every signal elsewhere."""
    W = orthogonal(fan_in, fan_out, np.random.default_rng(0), gain=3.0)
    x, dout = draw(1, (10, fan_in)), draw(2, (10, fan_out))
    signal, gradient = ([np.linalg.norm(b, axis=1)
                         / np.linalg.norm(a, axis=1)
                         for a, b in ((x, x @ W), (dout, dout @ W.T))])
    assert (np.ptp(gradient) < 1e-12) == (fan_in >= fan_out)
    assert (np.ptp(signal) < 1e-12) == (fan_in <= fan_out)
    close(gradient if fan_in >= fan_out else signal, 3)


def test_lengths_are_kept_by_hand():
    """A square one turns or mirrors: (3, 4) keeps its length of 5."""
    W = orthogonal(2, 2, np.random.default_rng(3))
    assert np.linalg.norm(np.array([3.0, 4.0]) @ W) == pytest.approx(5)
    assert abs(np.linalg.det(W)) == pytest.approx(1)
    assert abs(orthogonal(1, 1, np.random.default_rng(0), 2.5)) == 2.5


def test_draws_come_from_rng_alone():
    a, b, c = (orthogonal(3, 4, np.random.default_rng(seed))
               for seed in (0, 0, 1))
    assert (a == b).all() and (a != c).all()


@pytest.mark.parametrize("change, fault", [
    ({"fan_in": 0}, "fan_in must be .* got 0"),
    ({"fan_out": 1.5}, "fan_out must be .* got 1.5"),
    ({"rng": 0}, "rng must be .*default_rng"),
    ({"gain": -1}, "gain must be .* got -1"),
])
def test_bad_input_is_named(change, fault):
    with pytest.raises(ValueError, match=fault):
        orthogonal(**({"fan_in": 3, "fan_out": 2,
                       "rng": np.random.default_rng(0)} | change))
