"""Monitor and probe_loss: what is recorded, and that nothing else is."""
import json
import math

import numpy as np
import pytest
from hypothesis import given

from nnlab.diagnosis import Monitor, Profile, profile
from nnlab.diagnosis.loss_probe import probe_loss
from nnlab.layers import BatchNorm, Dropout, Linear, ReLU, Sequential, mlp
from nnlab.losses import (
    binary_cross_entropy, mse, smoothed_cross_entropy,
    softmax_cross_entropy)
from nnlab.optimizers import adam, sgd
from nnlab.training import Optimizer, fit
from tests.diagnosis_runs import softmax_inside, summed
from tests.oracles import seeds


def generator(seed=0):
    return np.random.default_rng(seed)


def batch(seed=0, n=40):
    rng = generator(seed)
    return rng.normal(size=(n, 4)), rng.integers(0, 3, n)


def train(callbacks=(), epochs=3, seed=0, **settings):
    rng = generator(seed)
    net = Sequential(Linear(4, 6), BatchNorm(6), ReLU(), Dropout(0.4),
                     Linear(6, 3), rng=rng)
    history = fit(net, *batch(), rng=rng, epochs=epochs, batch_size=16,
                  optimizer=Optimizer(adam, lr=0.05), callbacks=callbacks,
                  progress=False, **settings)
    return net, history


def test_training_goes_as_without_a_monitor():
    plain, _ = train()
    watched, _ = train([Monitor(*batch(1))])
    for name, value in plain.state().items():
        np.testing.assert_array_equal(watched.state()[name], value, name)


def test_one_record_before_training_and_one_after_each_epoch():
    net, history = train([Monitor(*batch(1))])
    assert set(history.extra) == {"monitor loss", "monitor profile"}
    assert len(history.extra["monitor profile"]) == 4
    assert len(history.extra["monitor loss"]) == 1
    start = Sequential(Linear(4, 6), BatchNorm(6), ReLU(), Dropout(0.4),
                       Linear(6, 3), rng=generator())
    records = [Profile(**record)
               for record in history.extra["monitor profile"]]
    for found, expected in ((records[0], profile(start, *batch(1))),
                            (records[-1], profile(net, *batch(1)))):
        np.testing.assert_allclose(found.W, expected.W)
    np.testing.assert_array_equal(
        records[-1].std[:3], profile(net, *batch(1)).std[:3])
    assert [u > 0 for u in records[-1].update] == [
        True, False, False, False, True]


def test_what_is_recorded_is_plain():
    _, history = train([Monitor(*batch(1))])
    assert json.loads(json.dumps(history.extra)).keys() == {
        "monitor loss", "monitor profile"}


def test_a_resumed_run_records_each_epoch_once(tmp_path):
    whole, expected = train([Monitor(*batch(1))], epochs=4)
    for epochs in (2, 4):
        net, history = train([Monitor(*batch(1))], epochs=epochs,
                             checkpoint=tmp_path / "run.npz")
    np.testing.assert_array_equal(net.params, whole.params)
    assert json.dumps(history.extra) == json.dumps(expected.extra)


def test_a_run_that_diverges_keeps_what_was_seen():
    net = mlp(4, 4, 3, rng=generator())
    x, y = batch()
    history = fit(net, 1e150 * x, y, rng=generator(), progress=False,
                  optimizer=Optimizer(sgd, lr=1e9),
                  callbacks=[Monitor(x, y)])
    assert history.diverged
    assert len(history.extra["monitor profile"]) == 1


def test_outputs_that_are_not_finite_are_not_recorded():
    net = mlp(4, 4, 3, rng=generator())
    x, y = batch()
    history = fit(net, x, y, rng=generator(), epochs=2, progress=False,
                  callbacks=[Monitor(1.7e308 * np.sign(x), y)])
    assert history.extra == {} and history.diverged is None
    assert len(history.train_loss) == 2


@pytest.mark.parametrize("x, y, message", [
    (np.ones((3, 2)), np.arange(2), "as many rows"),
    (1.0, np.arange(2), "as many rows"),
    (np.full((2, 2), np.nan), np.arange(2), "x holds NaN"),
])
def test_a_monitor_refuses(x, y, message):
    with pytest.raises(ValueError, match=message):
        Monitor(x, y)


@given(seed=seeds)
def test_the_chance_loss_is_log_k(seed):
    x, y = batch(seed)
    found = probe_loss(softmax_cross_entropy, x[:, :3], y)
    assert found["zero"] == found["chance"] == pytest.approx(math.log(3))
    assert found["least"] == pytest.approx(0, abs=1e-9)
    assert found["start"] == softmax_cross_entropy(x[:, :3], y)[0]
    assert found["doubling"] == pytest.approx(1)
    assert found["floor"] == pytest.approx(0, abs=1e-9)
    assert found["probabilities"] == 0


@pytest.mark.parametrize("loss", [mse, softmax_cross_entropy,
                                  smoothed_cross_entropy,
                                  binary_cross_entropy])
@given(seed=seeds)
def test_a_mean_does_not_grow_with_the_batch(loss, seed):
    out, target = generator(seed).normal(size=(2, 12, 3))
    y = {mse: target, binary_cross_entropy: (target[:, 0] > 0).astype(int)
         }.get(loss, np.arange(12) % 3)
    out = out[:, 0] if loss is binary_cross_entropy else out
    found = probe_loss(loss, out, y)
    assert found["doubling"] == pytest.approx(1)
    assert not found["floor"] > 0.1 and not found["probabilities"] > 0


def test_a_sum_doubles_in_value_or_in_gradient():
    x, y = batch()
    out = x[:, :3]

    def half(value, gradient):
        def loss(out, y):
            mean, total = softmax_cross_entropy(out, y), summed(out, y)
            return (total if value else mean)[0], (
                total if gradient else mean)[1]
        return loss
    for value, gradient in ((True, True), (True, False), (False, True)):
        found = probe_loss(half(value, gradient), out, y)
        assert found["doubling"] == pytest.approx(2)


def test_softmax_twice_leaves_its_floor():
    """log(e + K - 1) - 1, with K = 3."""
    x, y = batch()
    found = probe_loss(softmax_inside, x[:, :3], y)
    assert found["floor"] == pytest.approx(math.log(math.e + 2) - 1)
    assert found["chance"] == pytest.approx(math.log(3))


@pytest.mark.parametrize("smoothing", [0.1, 0.3])
def test_smoothed_labels_have_a_least_loss(smoothing):
    """The entropy of q = (1 - s + s / 3, s / 3, s / 3)."""
    x, y = batch()
    found = probe_loss(
        lambda out, y: smoothed_cross_entropy(out, y, smoothing),
        x[:, :3], y)
    q = np.array([1 - smoothing, 0, 0]) + smoothing / 3
    assert found["least"] == pytest.approx(-(q * np.log(q)).sum(), abs=2e-3)
    assert found["floor"] == 0      # there the gradient is not 0


def test_a_constant_output_may_be_worse_than_0():
    """As a logit the mean target 1/2 costs log(1 + e^.5) - .25 > log 2."""
    found = probe_loss(binary_cross_entropy, np.ones((4, 1)),
                       np.array([[0], [1], [0], [1]]))
    flat = probe_loss(binary_cross_entropy, np.ones((4, 1)),
                      np.array([0, 1, 1, 1]))
    assert flat["chance"] == pytest.approx(
        math.log(1 + math.exp(0.75)) - 0.75**2)
    assert found["chance"] == found["zero"] == pytest.approx(math.log(2))


def negative_log_probability(p, y):
    """For a net that gives out probabilities: right, no softmax here."""
    rows = np.arange(len(y))
    dp = np.zeros_like(p)
    dp[rows, y] = -1 / p[rows, y] / len(y)
    return -np.log(p[rows, y]).mean(), dp


def test_probabilities_are_a_fault_only_where_logits_are_wanted():
    x, y = batch()
    p = np.exp(x[:, :3]) / np.exp(x[:, :3]).sum(axis=1, keepdims=True)
    assert probe_loss(softmax_cross_entropy, p, y)["probabilities"] == 1
    with np.errstate(all="ignore"):
        found = probe_loss(negative_log_probability, p, y)
    assert found["probabilities"] == 0
    p[:, :2] += [-2, 2]     # the rows still sum to 1
    assert probe_loss(softmax_cross_entropy, p, y)["probabilities"] == 0


def test_what_a_loss_refuses_is_nan():
    """Targets that are no labels, and a loss that wants no logits."""
    out = generator().normal(size=(5, 3))
    found = probe_loss(mse, out, out + 1)
    assert math.isnan(found["floor"])
    assert math.isnan(found["probabilities"])
    assert found["zero"] == pytest.approx(((out + 1)**2).mean())
    assert found["chance"] == pytest.approx((out + 1).var(axis=0).mean())
    assert found["least"] == 0

    found = probe_loss(lambda out, y: mse(out, y[:, None] + 0 * out), out,
                       np.arange(5.0) % 3)
    assert math.isnan(found["floor"])   # 1.0 is a number, not a label

    def picky(out, y):
        if (out == 0).any():
            raise ValueError("no zeros here")
        return mse(out, y)
    assert math.isnan(probe_loss(picky, out, out + 1)["chance"])
