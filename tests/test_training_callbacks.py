"""Early stopping and the plateau, on validation losses that are planted.

A loss that is planted: the network is a bias, which the targets pull
about, so that the validation loss of each epoch is known.
"""
import math

import numpy as np
import pytest
import torch

from nnlab.layers import Linear, Sequential, mlp
from nnlab.losses import mse
from nnlab.optimizers import sgd
from nnlab.training import (Average, Callback, EarlyStopping, History,
                            Optimizer, ReduceOnPlateau, Run, fit)


def generator(seed=0):
    return np.random.default_rng(seed)


def watch(callback, losses, name="val_loss", lr=1.0):
    """Feed a callback an epoch for each loss; the params are the epoch."""
    net = Sequential(Linear(1, 1), rng=generator())
    run = Run(net, Optimizer(sgd, lr=lr), History())
    for epoch, loss in enumerate(losses, 1):
        run.epoch = epoch
        net.params[:] = epoch
        getattr(run.history, name).append(loss)
        callback.after_epoch(run)
        yield run
        if run.stop:
            break
    callback.at_end(run)


def last(epochs):
    *_, run = epochs
    return run


@pytest.mark.parametrize("patience, min_delta, losses, stops, best", [
    (0, 0, [5, 4, 3, 3, 2], 4, 3),          # as good is not better
    (1, 0, [5, 4, 6, 3, 6, 6], 6, 4),       # a good epoch forgives
    (2, 0, [5, 6, 7, 4, 6, 6], 6, 4),       # two bad ones are borne
    (2, 0, [5, 6, 7, 8, 1], 4, 1),
    (1, 0.5, [5, 4.6, 4.4, 4.2, 4], 5, 3),  # against the best, summed up
    (1, 1.0, [5, 4.5, 4.2, 1, 1], 3, 1),
    (9, 0, [3, 2, 4], 3, 2),                # no stop: the best all the same
])
def test_early_stopping_by_hand(patience, min_delta, losses, stops, best):
    stopping = EarlyStopping(patience, min_delta)
    run = last(watch(stopping, losses))
    assert run.epoch == stops
    assert bool(run.stop) == (stopping.bad > patience)
    assert stopping.best_epoch == best
    assert stopping.lowest == losses[best - 1]
    assert (run.net.params == best).all()


def test_early_stopping_on_an_accuracy_waits_for_a_higher_one():
    stopping = EarlyStopping(1, monitor="val_accuracy")
    run = last(watch(stopping, [0.5, 0.7, 0.6, 0.6, 0.9], "val_accuracy"))
    assert (run.epoch, stopping.best_epoch) == (4, 2)
    assert stopping.lowest == pytest.approx(0.3)


def test_the_best_epoch_comes_back_with_its_running_statistics():
    rng = generator(3)
    X, y = rng.normal(size=(24, 3)), rng.integers(2, size=24)
    net = mlp(3, 5, 2, rng=generator(), batch_norm=True)
    states = []

    class Keep(Callback):
        def after_epoch(self, run):
            states.append(run.net.state())

    stopping = EarlyStopping(3)
    h = fit(net, X, y, rng=generator(1), epochs=60, batch_size=4,
            validation=(X[::-1], y), progress=False,
            optimizer=Optimizer(sgd, lr=1.0), callbacks=[stopping, Keep()])
    best = int(np.argmin(h.val_loss))
    assert stopping.best_epoch == best + 1
    assert len(h.val_loss) == min(60, best + 1 + 4)
    assert all((array == states[best][name]).all()
               for name, array in net.state().items())


def test_a_run_that_diverges_gives_back_the_best_epoch():
    class Break(Callback):
        def before_update(self, run):
            if run.epoch == 3:
                run.net.grads[:] = np.nan

    rng = generator(3)
    X, y = rng.normal(size=(24, 3)), rng.integers(2, size=24)
    net, stopping = mlp(3, 5, 2, rng=generator()), EarlyStopping()
    h = fit(net, X, y, rng=generator(1), epochs=5, validation=(X, y),
            callbacks=[stopping, Break()], progress=False)
    assert h.diverged == (3, 2)
    assert stopping.best_epoch == 1 + int(np.argmin(h.val_loss))
    assert np.isfinite(net.params).all()


@pytest.mark.parametrize("mode", ["val_loss", "val_accuracy"])
@pytest.mark.parametrize("settings", [
    {"patience": 0}, {"patience": 1, "factor": 0.5},
    {"patience": 2, "factor": 0.25, "threshold": 0.2}])
def test_plateau_is_pytorchs(mode, settings):
    values = [3, 2.9, 2.9, 2.5, 2.6, 2.7, 2.6, 2.1, 2.0, 2.0, 2.0, 2.0]
    if mode == "val_accuracy":
        values = [1 - v / 4 for v in values]
    parameter = torch.nn.Parameter(torch.zeros(1))
    other = torch.optim.SGD([parameter], lr=0.8)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
        other, **({"factor": 0.1, "threshold": 1e-4} | settings))
    rates = []
    for run in watch(ReduceOnPlateau(mode, **settings), values, mode, 0.8):
        value = run.history.val_loss or [1 - v
                                         for v in run.history.val_accuracy]
        theirs.step(value[-1])
        rates.append((run.optimizer.lr, other.param_groups[0]["lr"]))
    ours, torchs = zip(*rates)
    np.testing.assert_allclose(ours, torchs, rtol=1e-12)
    assert min(ours) < 0.8


def problem():
    rng = generator(3)
    return rng.normal(size=(24, 3)), rng.integers(2, size=24)


@pytest.mark.parametrize("make", [
    lambda: EarlyStopping(0), lambda: ReduceOnPlateau(patience=0),
    lambda: Average(0.9)])
def test_a_callback_forgets_what_an_earlier_fit_left(make):
    """Used twice, it does what two of its kind do."""
    X, y = problem()

    def train(callback, seed):
        net = mlp(3, 5, 2, rng=generator(seed))
        h = fit(net, X, y, rng=generator(1), epochs=20, progress=False,
                validation=(X[::-1], y), callbacks=[callback],
                optimizer=Optimizer(sgd, lr=1.0))
        return net.params, h.val_loss, h.lr

    used = make()
    train(used, 0)
    again, fresh = train(used, 1), train(make(), 1)
    assert (again[0] == fresh[0]).all() and again[1:] == fresh[1:]


def test_averages_take_the_running_statistics_and_spare_what_is_frozen():
    X, y = problem()
    net, states = mlp(3, 5, 4, 2, rng=generator(), batch_norm=True), []

    class Keep(Callback):
        def after_update(self, run):
            states.append(run.net.state())

    net.freeze(0)
    before = net.state()
    fit(net, X, y, rng=generator(1), epochs=2, progress=False,
        callbacks=[Keep(), Average()])
    after = net.state()
    for name in after:
        np.testing.assert_allclose(
            after[name], np.mean([s[name] for s in states], axis=0))
    assert (after["0.W"] == before["0.W"]).all()
    assert (after["1.running_var"] != states[-1]["1.running_var"]).any()


@pytest.mark.parametrize("decay", [None, 0.9, 0.99])
def test_an_average_leaves_what_is_frozen_to_the_last_bit(decay):
    X, y = problem()
    net = mlp(3, 5, 4, 2, rng=generator())
    net.freeze(0, 2)
    before = net.state()
    fit(net, X, y, rng=generator(1), epochs=5, progress=False,
        callbacks=[Average(decay)])
    after = net.state()
    assert [name for name in before
            if (before[name] != after[name]).any()] == ["4.W", "4.b"]


def test_plateau_lowers_the_rates_of_all_parameters_alike():
    rates = np.array([0.1, 0.4])
    callback = ReduceOnPlateau(patience=0, factor=0.5)
    for run in watch(callback, [3, 4], lr=rates):
        pass
    np.testing.assert_allclose(run.optimizer.lr, [0.05, 0.2])
    assert (rates == [0.1, 0.4]).all()


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ZeroDivisionError])
def test_an_error_leaves_the_best_weights_and_passes_on(fault):
    class Fail(Callback):
        def after_epoch(self, run):
            if run.epoch == 4:
                raise fault

    X, y = problem()
    net, stopping = mlp(3, 5, 2, rng=generator()), EarlyStopping(50)
    with pytest.raises(fault):
        fit(net, X, y, rng=generator(1), epochs=9, validation=(X[::-1], y),
            callbacks=[stopping, Fail()], progress=False,
            optimizer=Optimizer(sgd, lr=3.0))
    assert all((array == stopping.weights[name]).all()
               for name, array in net.state().items())


@pytest.mark.parametrize("make", [EarlyStopping, ReduceOnPlateau])
def test_an_accuracy_that_is_not_there_cannot_be_watched(make):
    X, _ = problem()
    with pytest.raises(ValueError, match="val_accuracy is NaN"):
        fit(mlp(3, 2, rng=generator()), X, X[:, :2], rng=generator(),
            loss=mse, validation=(X, X[:, :2]), progress=False,
            callbacks=[make(monitor="val_accuracy")])


@pytest.mark.parametrize("make", [EarlyStopping, ReduceOnPlateau])
def test_without_validation_there_is_nothing_to_watch(make):
    rng = generator()
    X, y = rng.normal(size=(8, 3)), rng.integers(2, size=8)
    with pytest.raises(ValueError, match="val_loss is to be watched"):
        fit(mlp(3, 2, rng=rng), X, y, rng=rng, callbacks=[make()],
            progress=False)
    with pytest.raises(TypeError, match="patiance"):
        ReduceOnPlateau(patiance=3)


@pytest.mark.parametrize("make, fault", [
    (lambda: EarlyStopping(-1), "patience must be"),
    (lambda: EarlyStopping(min_delta=math.nan), "min_delta must be"),
    (lambda: EarlyStopping(monitor="loss"), "monitor must be one of"),
    (lambda: ReduceOnPlateau("lr"), "monitor must be one of"),
    (lambda: ReduceOnPlateau(factor=2.0), "factor must lie"),
])
def test_bad_settings_are_named(make, fault):
    with pytest.raises(ValueError, match=fault):
        make()
