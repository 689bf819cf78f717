"""Initial weights: their distribution, as intervals of six sigma.

Six sigma is a false-alarm rate of 2e-9 for each; no test rests on the
order of draws.
"""
import math

import numpy as np
import pytest
import torch

from nnlab import inits

FAN_IN, FAN_OUT = 100, 600      # unlike, so that no one confuses them
N = FAN_IN * FAN_OUT
SIGMAS = 6

VARIANCE = {
    "normal": 0.01**2,
    "uniform": 0.05**2 / 3,
    "lecun_normal": 1 / FAN_IN,
    "lecun_uniform": 1 / FAN_IN,
    "xavier_normal": 2 / (FAN_IN + FAN_OUT),
    "xavier_uniform": 2 / (FAN_IN + FAN_OUT),
    "he_normal": 2 / FAN_IN,
    "he_uniform": 2 / FAN_IN,
}
draws = pytest.mark.parametrize("name", VARIANCE)
KURTOSIS = {"normal": 3, "uniform": 9 / 5}


def draw(name, seed=0, fans=(FAN_IN, FAN_OUT), **kwargs):
    return getattr(inits, name)(*fans, np.random.default_rng(seed), **kwargs)


def check_sample(w, variance, kind):
    """Mean, variance and kurtosis of N draws; bound of uniform ones."""
    n, kurtosis = w.size, KURTOSIS[kind]
    std = math.sqrt(variance)
    assert abs(w.mean()) < SIGMAS * std / math.sqrt(n)
    error = SIGMAS * math.sqrt((kurtosis - 1) / n)
    assert abs((w**2).mean() / variance - 1) < error
    # The fourth powers of normals vary by 96, of uniforms by far less.
    error = SIGMAS * math.sqrt(96 / n)
    assert abs((w**4).mean() / variance**2 - kurtosis) < error
    if kind == "uniform":
        check_bound(w, math.sqrt(3 * variance))


def check_bound(w, bound):
    """All within the bound, and some of n close to it."""
    assert abs(w).max() <= bound
    # All n miss the outer 20 / n with probability exp(-20) = 2e-9.
    assert abs(w).max() > bound * (1 - 20 / w.size)


@draws
def test_distribution(name):
    kind = "uniform" if name.endswith("uniform") else "normal"
    w = draw(name)
    assert w.shape == (FAN_IN, FAN_OUT)
    check_sample(w, VARIANCE[name], kind)


@pytest.mark.parametrize("name, torch_init", [
    ("normal", lambda w: torch.nn.init.normal_(w, 0, 0.01)),
    ("uniform", lambda w: torch.nn.init.uniform_(w, -0.05, 0.05)),
    ("lecun_normal", lambda w: torch.nn.init.kaiming_normal_(
        w, nonlinearity="linear")),
    ("lecun_uniform", lambda w: torch.nn.init.kaiming_uniform_(
        w, nonlinearity="linear")),
    ("xavier_normal", torch.nn.init.xavier_normal_),
    ("xavier_uniform", torch.nn.init.xavier_uniform_),
    ("he_normal", lambda w: torch.nn.init.kaiming_normal_(
        w, nonlinearity="relu")),
    ("he_uniform", lambda w: torch.nn.init.kaiming_uniform_(
        w, nonlinearity="relu")),
])
def test_pytorch_draws_from_the_same_distribution(name, torch_init):
    """PyTorch stores W as (fan_out, fan_in)."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        w = torch_init(torch.empty(FAN_OUT, FAN_IN, dtype=torch.float64))
    kind = "uniform" if name.endswith("uniform") else "normal"
    check_sample(w.numpy(), VARIANCE[name], kind)


def test_pytorch_default_is_that_of_its_linear_layer():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = torch.nn.Linear(FAN_IN, N, dtype=torch.float64)
    W, b = inits.pytorch_default(FAN_IN, N, np.random.default_rng(0))
    assert W.shape == (FAN_IN, N) and b.shape == (N,)
    for w in (W[0], b, layer.weight.detach().numpy()[:, 0],
              layer.bias.detach().numpy()):
        check_sample(w, 1 / (3 * FAN_IN), "uniform")


def test_pytorch_default_draws_biases_of_their_own():
    W, b = draw("pytorch_default")
    assert not np.isin(b, W).any()


def test_normal_takes_its_standard_deviation():
    check_sample(draw("normal", std=0.5), 0.25, "normal")
    assert not draw("normal", std=0).any()


def test_uniform_takes_its_bound():
    check_sample(draw("uniform", bound=0.5), 1 / 12, "uniform")
    assert not draw("uniform", bound=0).any()


def test_zeros():
    w = inits.zeros(2, 3)
    assert w.tolist() == [[0.0] * 3] * 2
    assert inits.zeros(2, 3, np.random.default_rng(0)).tolist() == w.tolist()
    assert torch.equal(torch.tensor(w), torch.nn.init.zeros_(
        torch.ones(2, 3, dtype=torch.float64)))


def test_constant():
    w = inits.constant(2, 3, 0.5)
    assert w.tolist() == [[0.5] * 3] * 2
    assert inits.constant(1, 1, 1).dtype == float
    assert torch.equal(torch.tensor(w), torch.nn.init.constant_(
        torch.empty(2, 3, dtype=torch.float64), 0.5))


def test_he_keeps_the_variance_through_relu_and_xavier_halves_it():
    """The claim of He et al. (2015), section 2.2, over one layer.

    A row's second moment in a layer of 1000 varies by about 7 %; the
    mean over 100 rows is within 30 % of its value by far.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 1000))
    for init, gain in ((inits.he_normal, 1), (inits.xavier_normal, 1 / 2)):
        z = x @ init(1000, 1000, rng)
        after = np.maximum(0, z) @ init(1000, 1000, rng)
        assert 0.7 * gain < after.var() / z.var() < 1.3 * gain


@pytest.mark.parametrize("name", [*VARIANCE, "pytorch_default"])
def test_draws_come_from_rng_alone(name):
    first = np.concatenate([np.ravel(w) for w in draw(name, fans=(3, 4))])
    again = np.concatenate([np.ravel(w) for w in draw(name, fans=(3, 4))])
    other = np.concatenate([np.ravel(w)
                            for w in draw(name, seed=1, fans=(3, 4))])
    assert (first == again).all()
    assert (first != other).all()
    assert len(set(first)) == len(first)


@pytest.mark.parametrize("name", [*VARIANCE, "pytorch_default"])
@pytest.mark.parametrize("fans, fault", [
    ((0, 3), "fan_in must be a whole number, at least 1; got 0"),
    ((3, -1), "fan_out must be .* got -1"),
    ((2.0, 3), "fan_in must be .* got 2.0"),
    ((True, 3), "fan_in must be .* got True"),
])
def test_bad_sizes_are_named(name, fans, fault):
    with pytest.raises(ValueError, match=fault):
        draw(name, fans=fans)


@pytest.mark.parametrize("name", [*VARIANCE, "pytorch_default"])
@pytest.mark.parametrize("rng", [0, None, np.random])
def test_a_seed_is_no_generator(name, rng):
    with pytest.raises(ValueError, match="rng must be .*default_rng"):
        getattr(inits, name)(3, 4, rng)


@pytest.mark.parametrize("call, fault", [
    (lambda: draw("normal", std=-1), "std must be .* got -1"),
    (lambda: inits.constant(2, 2, np.nan), "value .* finite number; got nan"),
    (lambda: draw("normal", std=np.nan), "std must be .* got nan"),
    (lambda: draw("uniform", bound=-1), "bound must be .* got -1"),
    (lambda: draw("uniform", bound=np.inf), "bound must be .* got inf"),
    (lambda: inits.zeros(2, 0), "fan_out must be .* got 0"),
    (lambda: inits.constant(2, 3, np.inf), "value must be .* got inf"),
    (lambda: inits.constant(0, 3, 1.0), "fan_in must be"),
])
def test_bad_values_are_named(call, fault):
    with pytest.raises(ValueError, match=fault):
        call()
