"""What holds for every rule: by elements, by parts, and refused input."""
import inspect
import numbers
import pkgutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import optimizers
from nnlab._checks import checked, unchecked
from nnlab.optimizers import (adadelta, adagrad, adam, adamw, amsgrad,
                              momentum, nadam, nesterov, nesterov_lookahead,
                              rmsprop, sgd)
from tests.oracles import seeds, untouched

CASES = [(sgd, {}), (momentum, {}), (nesterov, {}), (adagrad, {}),
         (rmsprop, {}), (rmsprop, {"mu": 0.5}), (rmsprop, {"centered": True}),
         (rmsprop, {"mu": 0.9, "centered": True}), (adadelta, {}),
         (adam, {}), (amsgrad, {"beta2": 0.5}), (nadam, {}),
         (adamw, {"weight_decay": 0.5})]
each = pytest.mark.parametrize("rule, hyper", CASES,
                               ids=lambda x: getattr(x, "__name__", None))


def arrays(state):
    """The arrays of a state."""
    parts = state if isinstance(state, tuple) else (state,)
    return [x for x in parts if isinstance(x, np.ndarray)]


def path(rule, w, grads, **hyper):
    """The weights and the state after all updates."""
    state = None
    for grad in grads:
        w, state = rule(w, grad, state, **hyper)
    return w, state


def test_every_rule_is_here():
    there = {getattr(optimizers, name) for name in optimizers.__all__}
    assert there == {rule for rule, _ in CASES} | {
        nesterov_lookahead, optimizers.ema, optimizers.swa}
    assert all(map(inspect.isfunction, there))
    modules = {module.name for module in
               pkgutil.iter_modules(optimizers.__path__)}
    assert not modules & set(optimizers.__all__)


@each
@given(seed=seeds, cuts=st.lists(st.integers(0, 12), max_size=3).map(sorted),
       dtype=st.sampled_from([np.float32, np.float64]))
def test_parts_of_a_vector_move_as_the_whole_does(rule, hyper, seed, cuts,
                                                  dtype):
    """To the last bit, arrays of rates being cut like the rest."""
    rng = np.random.default_rng(seed)
    w, lr, lam, *grads = rng.uniform(0.1, 1, (7, 12)).astype(dtype)
    hyper = hyper | {"lr": lr}
    if rule is adamw:
        hyper["weight_decay"] = lam
    whole, _ = path(rule, w, grads, **hyper)
    for a, b in zip([0, *cuts], [*cuts, 12]):
        mine = {name: x[a:b] if isinstance(x, np.ndarray) else x
                for name, x in hyper.items()}
        part, _ = path(rule, w[a:b], [g[a:b] for g in grads], **mine)
        np.testing.assert_array_equal(part, whole[a:b])


@each
@given(seed=seeds)
def test_a_rate_for_each_element(rule, hyper, seed):
    """An array of rates moves each element as its own number would."""
    rng = np.random.default_rng(seed)
    w, rates, *grads = rng.normal(size=(6, 2, 3))
    rates = abs(rates)
    together, _ = path(rule, w, grads, **hyper, lr=rates)
    for i in np.ndindex(w.shape):
        alone, _ = path(rule, w, grads, **hyper, lr=rates[i].item())
        np.testing.assert_array_equal(alone[i], together[i])


def test_what_the_mask_spares_does_not_decay():
    mask = np.array([0.0, 0.5])
    w = adamw(np.ones(2), np.zeros(2), lr=0.1, weight_decay=mask)[0]
    np.testing.assert_array_equal(w, [1, 0.95])


@each
def test_a_rate_of_0_leaves_w_and_still_counts(rule, hyper):
    w, grad = np.ones(3), np.arange(1.0, 4)
    new, state = rule(w, grad, lr=0, **hyper)
    np.testing.assert_array_equal(new, w)
    assert state is None or arrays(state)


@each
def test_nothing_is_changed_in_place_and_float32_stays(rule, hyper):
    rng = np.random.default_rng(0)
    w, grad = rng.normal(size=(2, 3, 2)).astype(np.float32)
    state = None
    for lr in (0.01, 0.02, np.full((3, 2), 0.01, np.float32)):
        given = [w, grad, *arrays(state)]
        with untouched(*given):
            w, state = rule(w, grad, state, lr=lr, **hyper)
        after = [w, *arrays(state)]
        assert not any(np.shares_memory(x, y) for x in after for y in given)
        assert {x.dtype for x in after} == {np.dtype(np.float32)}


@each
def test_a_state_is_made_of_arrays_and_numbers(rule, hyper):
    w = np.ones((2, 2))
    state = path(rule, w, [w, 2 * w], **hyper)[1]
    if isinstance(state, tuple):
        assert all(isinstance(x, (np.ndarray, numbers.Real)) for x in state)
    assert all(x.shape == w.shape for x in arrays(state))


def test_rmsprop_keeps_only_what_it_uses():
    """So that a float32 net has no vectors of zeros beside it."""
    w = np.ones(3)
    sizes = [len(arrays(rmsprop(w, w, mu=mu, centered=centered)[1]))
             for mu in (0.0, 0.5) for centered in (False, True)]
    assert sizes == [1, 2, 2, 3]


W = np.zeros(3)
ALL = [({"lr": -0.1}, "lr must be a finite number, at least 0; got -0.1"),
       ({"lr": np.nan}, "lr must be"), ({"lr": "0.1"}, "lr must be"),
       ({"lr": np.ones(2)}, r"lr must be a number or an array of shape "
                            r"\(3,\); got shape \(2,\)"),
       ({"lr": np.array([1, 2, -3.0])}, "lr must be at least 0 everywhere"),
       ({"lr": W + np.nan}, "lr holds NaN"),
       ({"w": np.zeros((3, 1))}, r"w \(3, 1\) and grad \(3,\)"),
       ({"w": [0.0] * 3}, "w must be a NumPy array"),
       ({"grad": W + np.nan}, "grad holds NaN"),
       ({"grad": np.zeros(3, np.uint8)}, "grad has dtype uint8"),
       ({"w": W - np.inf}, "w holds NaN or infinity")]
EPS = [({"eps": -1e-8}, "eps must be"), ({"eps": W + 1}, "eps must be")]
ARRAY = [({"state": np.zeros(2)}, r"w \(3,\) and state \(2,\)"),
         ({"state": (W, W, 1)}, "state must be None .* got a tuple")]
VELOCITY = [({"mu": 1}, r"mu must lie in \[0, 1\)"), ({"mu": -0.1}, "mu")]
BETAS = [({"beta1": 1.0}, "beta1 must lie"),
         ({"beta2": -1}, "beta2 must lie")]


def states(*names):
    """States that are no (m, v, t) or whatever the names are."""
    good = [1 if name in ("t", "product") else W for name in names]
    text = r"state must be None .* \(" + ", ".join(names) + r"\) that"
    bad = [({"state": tuple(good[:-1])}, text), ({"state": W}, text)]
    for i, name in enumerate(names):
        state = list(good)
        state[i] = np.zeros(2) if good[i] is W else -1
        bad.append(({"state": tuple(state)}, rf"{name} (\(2,\)|must be)"))
    return bad


BAD = {
    sgd: [({"state": 0.1}, "sgd keeps no state.*got 0.1.*lr=0.1")],
    momentum: ARRAY + VELOCITY, nesterov: ARRAY + VELOCITY,
    adagrad: EPS + ARRAY,
    rmsprop: EPS + VELOCITY + states("v", "m", "b") + [
        ({"alpha": 1}, "alpha must lie"),
        ({"state": (0.0, W, W)}, r"v \(\)")],
    adadelta: EPS + states("v", "u") + [({"rho": -1}, "rho must lie")],
    adam: EPS + BETAS + states("m", "v", "t") + [
        ({"state": (0.0, W, 1)}, r"m \(\)")],
    amsgrad: EPS + BETAS + states("m", "v", "v_max", "t"),
    nadam: EPS + BETAS + states("m", "v", "product", "t") + [
        ({"momentum_decay": -1}, "momentum_decay must be")],
    adamw: EPS + BETAS + states("m", "v", "t") + [
        ({"weight_decay": -1}, "weight_decay must be"),
        ({"weight_decay": np.ones(2)}, r"weight_decay .* shape \(3,\)"),
        ({"weight_decay": -W - 1}, "weight_decay must be at least 0")],
}


@pytest.mark.parametrize("rule, change, fault", [
    (rule, *bad) for rule, own in BAD.items() for bad in ALL + own])
def test_bad_input_is_named(rule, change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        rule(**({"w": W, "grad": W} | change))
    assert "\n" not in str(error.value)


def test_lookahead_wants_a_function():
    with pytest.raises(ValueError, match="grad_at must be a function"):
        nesterov_lookahead(W, W)
    with pytest.raises(ValueError, match="mu must lie"):
        nesterov_lookahead(W, lambda w: w, mu=1)


@pytest.mark.parametrize("grad, fault", [
    (np.zeros((3, 1)), r"w \(3,\) and grad_at\(w\) \(3, 1\)"),
    (W + np.nan, r"grad_at\(w\) holds NaN"),
    (None, r"grad_at\(w\) must be a NumPy array")])
def test_the_gradient_of_the_lookahead_is_checked_too(grad, fault):
    with pytest.raises(ValueError, match=fault):
        nesterov_lookahead(W, lambda w: grad)


def test_adamw_checks_once(monkeypatch):
    """Its own checks cover Adam's, which cost a pass over w and grad."""
    def fail(*args, **kwargs):
        raise AssertionError("checked a second time")

    monkeypatch.setattr(optimizers.moments, "adam", checked(fail)(
        unchecked(adam)))
    adamw(W, W)
