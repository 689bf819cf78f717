"""No verdict rests on a scale that the net itself divides out."""
import functools

import numpy as np
import pytest

from nnlab.data import load_digits
from nnlab.diagnosis import Monitor, diagnose, signals, symptoms
from nnlab.inits import normal
from nnlab.layers import (
    BatchNorm, LayerNorm, Linear, ReLU, Sequential, mlp)
from nnlab.losses import binary_cross_entropy, mse, smoothed_cross_entropy
from nnlab.optimizers import adam, sgd
from nnlab.training import Optimizer, fit


def generator(seed=0):
    return np.random.default_rng(seed)


def train(net, X, y, rule=sgd, lr=0.1, watch=256, **settings):
    """All but the last 500 examples train; a Monitor sees the first."""
    callbacks = [Monitor(X[:watch], y[:watch])] if watch else []
    return fit(net, X[:-500], y[:-500], rng=generator(1), progress=False,
               optimizer=Optimizer(rule, lr=lr), callbacks=callbacks,
               validation=(X[-500:], y[-500:]), **{"epochs": 12} | settings)


@functools.cache
def normalized(norm, scale, seed=0):
    X, y = load_digits()
    net = Sequential(Linear(64, 64), norm(64), ReLU(), Linear(64, 64),
                     norm(64), ReLU(), Linear(64, 10), rng=generator(seed))
    return train(net, scale * X, y)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scale, others", [
    (1e-4, [symptoms.DEAD]), (1e-2, []), (1.0, []), (1e4, [])])
def test_batch_norm_divides_out_the_scale_of_the_inputs(scale, others,
                                                        seed):
    """At 1e4 dL/da is 1e-4 of what it was; at 1e-4 units die of eps."""
    h = normalized(BatchNorm, scale, seed)
    assert signals.final_accuracy(h) > 0.97
    assert set(diagnose(h).names) <= set(others)


def test_inputs_that_eps_swallows_do_not_explode():
    """LayerNorm's eps is far above the variance: nothing is learned."""
    h = normalized(LayerNorm, 1e-5)
    assert signals.final_accuracy(h) < 0.5
    names = diagnose(h).names
    assert len(names) == 1
    assert names[0] in (symptoms.UNDERFITTING, symptoms.SLOW,
                        symptoms.VANISHING)


def test_faint_inputs_are_told_from_depth():
    X, y = load_digits()
    deep = {"init": normal}
    for scale, hidden, settings in ((1e-6, [64], {}), (1, [64] * 6, deep)):
        net = mlp(64, *hidden, 10, rng=generator(), **settings)
        found = diagnose(train(net, scale * X, y))[0]
        assert found.name == symptoms.VANISHING
        assert ("scale of the inputs" in found.sees) == (scale < 1)


def test_a_warm_start_does_not_explode():
    """What is known by heart has a far smaller loss than what is new."""
    X, y = load_digits()
    net = mlp(64, 64, 10, rng=generator())
    fit(net, X[:256], y[:256], rng=generator(), progress=False, epochs=80,
        optimizer=Optimizer(adam, lr=1e-2))
    h = train(net, X, y, rule=adam, lr=1e-3)
    assert max(h.train_loss) > 20 * signals.probed(h, "start")
    assert symptoms.EXPLODING not in diagnose(h).names


@functools.cache
def smoothed(watch, lr=3e-3):
    X, y = load_digits()
    return train(mlp(64, 64, 10, rng=generator()), X, y, adam, lr, watch,
                 epochs=30,
                 loss=lambda out, y: smoothed_cross_entropy(out, y, 0.3))


@pytest.mark.parametrize("watch", [0, 256])
def test_smoothed_labels_that_are_all_right_are_no_underfitting(watch):
    h = smoothed(watch)
    assert signals.final_accuracy(h) > 0.98 and h.train_loss[-1] > 1.1
    assert diagnose(h) == []


def test_what_is_left_of_a_smoothed_loss_is_left_above_its_least():
    """0.7 + 0.03 for the right class and 0.03 for nine others."""
    h = smoothed(256)
    q = np.array([0.73] + 9 * [0.03])
    assert signals.least(h) == pytest.approx(-(q * np.log(q)).sum(),
                                             abs=2e-3)
    assert signals.loss_left(h) < 0.2


def straight(loss, noise, seed=0):
    """A linear task with targets that are noisy, and a linear net."""
    rng = generator(seed)
    X = rng.normal(size=(2000, 5))
    t = X @ np.ones(5) / 2 + noise * rng.normal(size=2000)
    y = (t > 0).astype(float)[:, None] if loss is binary_cross_entropy else (
        t[:, None])
    return train(mlp(5, 1, rng=rng), X, y, loss=loss, lr=0.05)


@pytest.mark.parametrize("loss", [mse, binary_cross_entropy])
def test_noise_that_nobody_can_learn_is_named_as_another_reason(loss):
    found, = diagnose(straight(loss, noise=2.0))
    assert found.name == symptoms.UNDERFITTING
    assert "cannot be told from targets whose noise" in found.sees
    assert "nan" not in str(found)


def test_regression_without_noise_is_healthy():
    assert str(diagnose(straight(mse, 0.1))) == "Nothing found."


def numbers(target, spread, lr, seed=0):
    """Regression with targets about a number, over 20 epochs."""
    rng = generator(seed)
    X = rng.normal(size=(800, 4))
    t = target + spread * np.tanh(X[:, :1])
    return train(mlp(4, 16, 1, rng=rng), X, t, lr=lr, loss=mse, epochs=20)


def test_knowing_nothing_means_the_mean_target():
    """An mse of 0.01 is tiny beside mean y^2 = 25, and all is left."""
    h = numbers(5, 1e-3, lr=1e-3)
    assert signals.chance(h) == pytest.approx(4e-7, rel=0.5)
    assert h.train_loss[-1] < 0.25 * 25
    found, = diagnose(h)
    assert found.name in (symptoms.UNDERFITTING, symptoms.SLOW)
    assert "times that of a net that knows nothing" in found.sees
    assert "noise" not in found.sees    # noise leaves no more than all


def test_targets_far_from_0_are_no_fault():
    assert diagnose(numbers(5, 1.0, lr=0.02)) == []


def test_small_targets_are_told_in_words_for_regression():
    found = diagnose(numbers(0, 1e-3, lr=1e-3))[0]
    assert found.name == symptoms.START
    assert "class" not in str(found) and "log K" not in str(found)
    assert "standardise the targets" in found.remedies[0]


def hopeless(watch):
    X, y = load_digits()
    return train(mlp(64, 64, 10, rng=generator()), X, y, lr=1e9,
                 watch=watch)


@pytest.mark.parametrize("watch", [0, 256])
def test_a_loss_far_above_chance_at_the_end_is_found(watch):
    h = hopeless(watch)
    assert h.diverged is None and h.train_loss[-1] > 1e5
    found = diagnose(h)
    assert found.names[0] == symptoms.EXPLODING
    assert ("1000 classes" in found[0].sees) == (watch == 0)


def test_without_a_monitor_a_loss_of_numbers_may_have_begun_anywhere():
    h = straight(mse, 0.1)
    h.extra = {}
    h.train_loss[0] = 1e9
    lacks = dict(diagnose(h).unjudged)
    assert "whether the loss of epoch 1" in lacks[symptoms.UNDERFITTING]
