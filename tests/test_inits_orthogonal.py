"""orthogonal: the identity that defines it, and all such W alike."""
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.inits import orthogonal
from tests.oracles import close, seeds

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


def check_haar(Ws):
    """First, second and mixed moments of all entries, to six sigma.

    Haar's measure is the one that no rotation changes, so each entry
    has mean 0 and variance 1 / many, and no two are correlated.  A
    product of two has a standard deviation of at most sqrt(3) / many.
    """
    n, many = len(Ws), max(Ws[0].shape)
    flat = np.reshape(Ws, (n, -1))
    assert abs(flat.mean(axis=0)).max() < 6 / math.sqrt(n * many)
    second = flat.T @ flat / n
    error = 6 * math.sqrt(3 / n) / many
    assert abs(second - np.eye(len(second)) / many).max() < error


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (1, 1), (1, 3)])
def test_every_orthogonal_matrix_is_equally_likely(shape):
    rng = np.random.default_rng(0)
    check_haar([orthogonal(*shape, rng) for _ in range(DRAWS)])


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
