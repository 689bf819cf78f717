"""lsuv: the variance it promises, for any network and any start."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import activations, inits
from nnlab.inits import lsuv
from tests.oracles import close, seeds, untouched

phis = st.sampled_from([activations.tanh, activations.relu,
                        activations.gelu, activations.sigmoid])


def chain(x, phi, biases=None):
    """The function from weights to pre-activations, as lsuv wants it."""
    def pre_activations(weights):
        a, zs = x, []
        for i, W in enumerate(weights):
            zs.append(a @ W + (biases[i] if biases else 0))
            a = phi(zs[-1])
        return zs
    return pre_activations


def problem(seed, depth=4, n=50, scale=1.0):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(4, 12, size=depth + 1)
    weights = [scale * inits.orthogonal(*fans, rng)
               for fans in zip(sizes, sizes[1:])]
    return rng.normal(1.0, 2.0, size=(n, sizes[0])), weights


@given(seed=seeds, phi=phis, scale=st.sampled_from([1e-6, 0.1, 1, 1e4]))
def test_each_layer_gets_unit_variance(seed, phi, scale):
    x, weights = problem(seed, scale=scale)
    with untouched(x, *weights):
        new = lsuv(weights, chain(x, phi), tol=1e-9)
    for z in chain(x, phi)(new):
        close(z.var(), 1, atol=1e-9)
    for W, start in zip(new, weights):
        # Each is a multiple of what it was: no less orthogonal.
        close(W * np.linalg.norm(start), start * np.linalg.norm(W))
        assert (W * start >= 0).all()


@given(seed=seeds, phi=phis)
def test_one_forward_pass_finds_nothing_left_to_do(seed, phi):
    """A layer takes one division and two passes, the check included."""
    x, weights = problem(seed)
    passes = []

    def counted(weights):
        passes.append(1)
        return chain(x, phi)(weights)

    new = lsuv(weights, counted, max_steps=1)
    assert len(passes) <= 2 * len(weights)
    passes.clear()
    again = lsuv(new, counted)
    assert len(passes) == len(weights)
    assert all((a == b).all() for a, b in zip(new, again))


def test_small_biases_take_several_steps():
    """Var = Var(x W) + Var(b): one division does not reach 1."""
    x, weights = problem(0, depth=2)
    biases = [0.5 * np.random.default_rng(1).normal(size=W.shape[1])
              for W in weights]
    forward = chain(x, np.tanh, biases)
    for z in forward(lsuv(weights, forward, tol=1e-6, max_steps=60)):
        close(z.var(), 1, atol=1e-6)
    with pytest.raises(ValueError, match="after 1 divisions the pre-act"
                       ".* of layer 0 .* biases"):
        lsuv(weights, forward, tol=1e-6, max_steps=1)


def test_by_hand():
    """x = -3, 3 has the variance 9; tanh(-1), tanh(1) that of tanh^2."""
    x = np.array([[-3.0], [3.0]])
    first, second = lsuv([np.ones((1, 1)), np.full((1, 1), 5.0)],
                         chain(x, np.tanh))
    close(first, [[1 / 3]])
    close(second, [[1 / np.tanh(1)]])


def test_within_the_tolerance_nothing_is_divided():
    """Var = 1.21: 0.21 away from 1."""
    x, W = np.array([[-1.1], [1.1]]), np.ones((1, 1))
    assert lsuv([W], chain(x, np.tanh), tol=0.22) == [W]
    close(lsuv([W], chain(x, np.tanh), tol=0.2)[0], [[1 / 1.1]])
    x = np.array([[-0.99], [0.99]])     # 0.98, more than 0.01 away
    close(lsuv([W], chain(x, np.tanh))[0], [[1 / 0.99]])


def test_float32_stays():
    x, weights = problem(0)
    weights = tuple(W.astype(np.float32) for W in weights)
    new = lsuv(weights, chain(x.astype(np.float32), np.tanh))
    assert [W.dtype for W in new] == [np.float32] * 4


def test_deep_relus_that_xavier_lets_fade_keep_their_variance():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 64))
    forward = chain(x, activations.relu)
    weights = [inits.xavier_normal(64, 64, rng) for _ in range(20)]
    assert forward(weights)[-1].var() < 1e-4
    close(forward(lsuv(weights, forward))[-1].var(), 1, atol=0.01)


X = np.random.default_rng(0).normal(size=(5, 3))
FORWARD = chain(X, np.tanh)
W = np.ones((3, 2))


@pytest.mark.parametrize("weights, forward, change, fault", [
    ([], FORWARD, {}, "weights must be a list of matrices"),
    (W, FORWARD, {}, "weights must be a list of .*; got ndarray"),
    ([W, np.ones(3)], FORWARD, {}, r"weights\[1\] must have 2 axes"),
    ([W * np.nan], FORWARD, {}, r"weights\[0\] holds NaN"),
    ([W], [X @ W], {}, "pre_activations must be a function"),
    ([W], FORWARD, {"tol": 0}, "tol must be"),
    ([W], FORWARD, {"max_steps": 0}, "max_steps must be"),
    ([W], lambda weights: [], {}, "must return 1 arrays, .* got 0"),
    ([W * 0], FORWARD, {}, "layer 0 have the variance 0.0: no factor"),
    ([W, np.zeros((2, 4))], FORWARD, {}, "layer 1 have the variance 0.0"),
    ([W], lambda weights: [X * np.inf], {}, "variance nan: no factor"),
    ([W], lambda weights: [X * 1e200], {}, "variance inf: no factor"),
    ([W], lambda weights: [X], {"tol": 1e-9}, "after 10 divisions"),
])
@pytest.mark.filterwarnings("error")
def test_bad_input_is_named(weights, forward, change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        lsuv(weights, forward, **change)
    assert "\n" not in str(error.value)
