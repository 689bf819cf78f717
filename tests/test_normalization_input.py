"""Normalisation: what it keeps of its arguments, and what it refuses."""
import numpy as np
import pytest

from nnlab import normalization
from nnlab.normalization import (
    batch_norm_backward, batch_norm_forward, batch_norm_inference,
    batch_norm_inference_backward, layer_norm_backward, layer_norm_forward)
from tests.oracles import close, draw, untouched

G, B = np.array([2.0, -1.0, 0.5]), np.array([0.1, 0.2, 0.3])
X, DOUT = draw(0, (2, 4, 3))
RUNNING = np.array([0.5, 0.0, -1.0]), np.array([1.0, 2.0, 0.0])
PAIRS = {"batch_norm_forward": (batch_norm_backward, (RUNNING,)),
         "batch_norm_inference": (batch_norm_inference_backward, (RUNNING,)),
         "layer_norm_forward": (layer_norm_backward, ())}


def cast(kind, *arrays):
    return [tuple(cast(kind, *a)) if isinstance(a, tuple)
            else a.astype(kind) for a in arrays]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", PAIRS)
def test_dtype_stays_and_nothing_is_changed_or_shared(name, kind):
    backward, rest = PAIRS[name]
    x, dout, gamma, beta, *rest = cast(kind, X, DOUT, G, B, *rest)
    given = [x, dout, gamma, beta, *(rest[0] if rest else ())]
    with untouched(*given):
        out, cache, *running = getattr(normalization, name)(
            x, gamma, beta, *rest)
        with untouched(*cache):
            gradients = backward(dout, cache)
    made = [out, *gradients, *(running[0] if running else ())]
    assert all(a.dtype == kind for a in [*made, *cache])
    assert not any(np.shares_memory(a, b) for a in made
                   for b in [*given, *cache])


def test_running_statistics_keep_float32_from_the_first():
    x, gamma, beta = cast(np.float32, X, G, B)
    running = batch_norm_forward(x, gamma, beta)[2]
    assert [a.dtype for a in running] == [np.float32] * 2


@pytest.mark.parametrize("name", ["running_pytorch", "running_keras"])
def test_the_old_running_statistics_stay_as_they_were(name):
    rest = [4] if name == "running_pytorch" else []
    with untouched(*RUNNING, G, B):
        made = getattr(normalization, name)(RUNNING, G, B * B, *rest)
    assert not any(np.shares_memory(a, b) for a in made for b in RUNNING)


def test_a_large_mean_costs_no_digits_but_its_own():
    """var as mean of squares less square of mean would be rubbish."""
    x = 1000 + draw(1, (64, 3))
    kept, narrow = x.astype(np.float32).astype(float), x.astype(np.float32)
    for f, rest in ((batch_norm_forward, ()), (layer_norm_forward, ())):
        close(f(narrow, *cast(np.float32, G, B), *rest)[0],
              f(kept, G, B, *rest)[0], atol=2e-3)


def test_whole_numbers_will_do():
    x = np.arange(12).reshape(4, 3)**2
    for f in (batch_norm_forward, layer_norm_forward):
        close(f(x, G, B)[0], f(x.astype(float), G, B)[0])
    x = batch_norm_inference(x, G, B, RUNNING)[0]
    assert x.dtype == np.float64


def test_a_constant_column_becomes_beta():
    x = np.full((4, 3), 7.0)
    out, cache, _ = batch_norm_forward(x, G, B)
    close(out, np.broadcast_to(B, (4, 3)))
    assert np.isfinite(batch_norm_backward(DOUT, cache)[0]).all()


def test_one_row_is_refused_in_training_only():
    with pytest.raises(ValueError, match="x has one row.*variance is 0.*"
                       "batch_norm_inference"):
        batch_norm_forward(X[:1], G, B)
    assert batch_norm_inference(X[:1], G, B, RUNNING)[0].shape == (1, 3)
    close(layer_norm_forward(X[:1], G, B)[0], layer_norm_forward(
        X, G, B)[0][:1])


INPUT = [({"x": X.tolist()}, "x must be a NumPy array"),
         ({"x": X + np.nan}, "x holds NaN"),
         ({"x": X.astype(np.uint8)}, "x has dtype uint8"),
         ({"x": X[0]}, "x must have 2 axes"),
         ({"x": X[:0]}, "x is empty"),
         ({"gamma": G[:2]}, r"gamma must have shape \(3,\).*got \(2,\)"),
         ({"gamma": np.ones((4, 3))}, r"gamma must have shape \(3,\)"),
         ({"beta": 0.0}, r"beta must have shape \(3,\).*got \(\)"),
         ({"gamma": G + np.inf}, "gamma holds NaN"),
         ({"beta": B + np.nan}, "beta holds NaN"),
         ({"eps": -1e-5}, "eps must be a finite number, at least 0")]
MEAN, VAR = RUNNING
STATISTICS = [({"running": MEAN}, r"running must be the pair \(mean, var\)"),
              ({"running": (MEAN,)}, "running must be the pair"),
              ({"running": (VAR, MEAN)}, "running_var is negative.*swapped"),
              ({"running": (MEAN + np.nan, VAR)}, "running_mean holds NaN"),
              ({"running": (MEAN, VAR + np.inf)}, "running_var holds NaN"),
              ({"running": (MEAN[:2], VAR)}, r"running_mean.*\(2,\)"),
              ({"running": (MEAN, VAR[:1])}, r"running_var.*\(1,\)")]
SHARE = [({"momentum": -0.1}, "momentum must be"),
         ({"momentum": 1.1}, "momentum must be at most 1; got 1.1"),
         ({"momentum": np.nan}, "momentum must")]
BATCH = [({"mean": MEAN[:2]}, r"mean \(2,\)"),
         ({"var": VAR[1:]}, r"mean \(3,\) and var \(2,\)"),
         ({"var": -VAR}, "var is neg"),
         ({"var": VAR + np.nan}, "var holds NaN"),
         ({"mean": MEAN + np.inf}, "mean holds NaN"),
         ({"mean": MEAN[:0], "var": VAR[:0], "running": None},
          "mean is empty")]
GOOD = {"batch_norm_forward": {"x": X, "gamma": G, "beta": B},
        "batch_norm_inference": {"x": X, "gamma": G, "beta": B,
                                 "running": RUNNING},
        "layer_norm_forward": {"x": X, "gamma": G, "beta": B},
        "running_pytorch": {"running": RUNNING, "mean": MEAN, "var": VAR,
                            "n": 4},
        "running_keras": {"running": RUNNING, "mean": MEAN, "var": VAR}}
REFUSED = {"batch_norm_forward": INPUT + STATISTICS + SHARE,
           "batch_norm_inference": INPUT + STATISTICS + [
               ({"running": None}, "running must be the pair"),
               ({"eps": 0}, "column 2 has variance 0, and eps = 0")],
           "layer_norm_forward": INPUT,
           "running_pytorch": STATISTICS + SHARE + BATCH + [
               ({"n": 1}, "n must be a finite number, at least 2; got 1"),
               ({"n": 2.5}, "n must be a whole number; got 2.5")],
           "running_keras": STATISTICS + SHARE + BATCH}


@pytest.mark.parametrize("name, change, fault", [
    (name, *bad) for name, faults in REFUSED.items() for bad in faults])
def test_bad_input_is_named(name, change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        getattr(normalization, name)(**(GOOD[name] | change))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("backward", [
    batch_norm_backward, batch_norm_inference_backward,
    layer_norm_backward])
@pytest.mark.parametrize("dout, cache, fault", [
    (DOUT, X, r"cache must be the \(xhat, gamma, sigma\)"),
    (DOUT, (X, G), "cache must be"),
    (DOUT, (X, G[:2], G), r"gamma must have shape \(3,\).*got \(2,\)"),
    (DOUT, (X, G + np.nan, G), "gamma holds NaN"),
    (DOUT, (X, G, G + np.inf), "sigma holds NaN or infinity"),
    (DOUT[0], (X[0], G[0], G[0]), "dout must have 2 axes"),
    (DOUT[:3], (X, G, G), r"dout \(3, 3\) and xhat \(4, 3\)"),
    (DOUT + np.nan, (X, G, G), "dout holds NaN"),
    (DOUT.astype(np.int8), (X, G, G), "dout has dtype int8"),
])
def test_bad_backwards_are_named(backward, dout, cache, fault):
    with pytest.raises(ValueError, match=fault):
        backward(dout, cache)


def test_the_cache_of_the_other_normalisation_is_refused():
    """Its sigma would broadcast, to a wrong gradient."""
    batch, layer = (f(X, G, B)[1]
                    for f in (batch_norm_forward, layer_norm_forward))
    for backward, cache, fault in (
            (batch_norm_backward, layer, r"shape \(3,\); got \(4, 1\)"),
            (batch_norm_inference_backward, layer, r"shape \(3,\); got"),
            (layer_norm_backward, batch, r"shape \(4, 1\); got \(3,\)")):
        with pytest.raises(ValueError, match=f"sigma must have {fault}"):
            backward(DOUT, cache)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("equal", [0.0, 0.1, 7.0])
def test_without_eps_what_is_constant_is_refused(equal, kind):
    """0.1 three times has a mean that is rounded, so a variance > 0."""
    x, gamma, beta = cast(kind, X.copy(), G, B)
    x[:, 1] = equal
    with pytest.raises(ValueError, match="column 1 has variance 0"):
        batch_norm_forward(x, gamma, beta, eps=0)
    x[2] = equal
    with pytest.raises(ValueError, match="row 2 has variance 0"):
        layer_norm_forward(x, gamma, beta, eps=0)
    assert np.isfinite(batch_norm_forward(x[:, ::2], gamma[::2], beta[::2],
                                          eps=0)[0]).all()


def test_an_eps_that_float32_loses_is_none():
    x, gamma, beta = cast(np.float32, np.ones((3, 3)), G, B)
    with pytest.raises(ValueError, match="eps = 1e-50 does not keep"):
        batch_norm_forward(x, gamma, beta, eps=1e-50)
    assert batch_norm_forward(np.ones((3, 3)), G, B, eps=1e-50)
