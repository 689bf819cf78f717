"""Histories from elsewhere: written by hand, or with other notes in them."""
import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.diagnosis import Monitor, diagnose, symptoms
from nnlab.diagnosis.loss_probe import probe_loss
from nnlab.layers import mlp
from nnlab.losses import mse
from nnlab.optimizers import sgd
from nnlab.training import Callback, History, Optimizer, fit

NAN, INF = math.nan, math.inf


def generator(seed=0):
    return np.random.default_rng(seed)


class Notes(Callback):
    """A user's callback that notes numbers under names of its own."""

    def after_update(self, run):
        for name in ("loss", "profile"):
            run.history.note(name, 1.0)


@pytest.mark.parametrize("first", [True, False])
def test_a_user_s_notes_do_not_stop_the_monitor(first):
    rng = generator()
    x, y = rng.normal(size=(40, 4)), rng.integers(0, 3, 40)
    callbacks = [Notes(), Monitor(x, y)]
    history = fit(mlp(4, 8, 3, rng=rng), x, y, rng=rng, epochs=6,
                  callbacks=callbacks if first else callbacks[::-1],
                  progress=False)
    assert diagnose(history).unjudged == [
        (symptoms.OVERFITTING, "no validation set was given to fit.")]
    assert len(history.extra["monitor profile"]) == 7
    assert len(history.extra["monitor loss"]) == 1


junk = st.none() | st.floats() | st.lists(
    st.floats() | st.text() | st.dictionaries(st.text(), st.floats()))


@given(extra=st.dictionaries(st.sampled_from(
    ["loss", "profile", "monitor loss", "monitor profile"]), junk))
def test_foreign_notes_are_passed_over(extra):
    loss = [2.0, 1.0, 0.5, 0.4, 0.3, 0.2]
    found = diagnose(History(train_loss=loss, extra=extra))
    assert len(found.unjudged) == len(diagnose(
        History(train_loss=loss)).unjudged)


huge = st.sampled_from([1.7e308, -1.7e308, 5e-324, 0.0, 1.0, 2.0])
curves = st.lists(st.floats(), max_size=9) | st.lists(
    huge, min_size=5, max_size=9)


@given(train=curves, val=curves, accuracy=curves, val_accuracy=curves)
def test_whatever_the_numbers_nothing_crashes_or_warns(
        train, val, accuracy, val_accuracy):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        str(diagnose(History(train, accuracy, val, val_accuracy)))


def test_sums_that_overflow_do_not_warn():
    """Sixteen epochs: the last quarter's median is a mean of two."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        diagnose(History([1.7e308] * 16))


@pytest.mark.parametrize("loss, epoch, text", [
    ([NAN] * 6, 1, "nan"), ([2.0, 1.0, INF, 1.0, 1.0, 1.0], 3, "inf"),
    ([2.0, 1.0, 1.0, 1.0, 1.0, NAN], 6, "nan")])
def test_a_loss_that_is_not_finite_is_divergence(loss, epoch, text):
    found = diagnose(History(train_loss=loss))
    assert found.names == [symptoms.EXPLODING]
    assert found[0].sees == f"The training loss of epoch {epoch} is {text}."
    assert "train_loss holds NaN" in dict(found.unjudged)["underfitting"]


def test_divergence_before_any_update_is_no_fault_of_the_rate():
    found = diagnose(History(diverged=(1, 0)))
    assert found.names == [symptoms.BEFORE]
    assert "rate" not in " ".join(found[0].remedies)
    assert diagnose(History(diverged=(1, 1))).names == [symptoms.EXPLODING]


def test_a_gap_is_overfitting_whatever_is_left_of_the_loss():
    history = History([2.3, 2.2, 2.1, 2.0, 1.9], [0.3] * 5,
                      [2.3, 2.4, 2.5, 2.6, 2.7], [0.1] * 5)
    found = diagnose(history)
    assert found.names == [symptoms.OVERFITTING]
    assert found.explained == [(symptoms.SLOW, symptoms.OVERFITTING)]
    assert "no overfitting" not in symptoms.WHY[symptoms.SLOW]


@pytest.mark.parametrize("given_loss", [None, mse])
def test_a_monitor_takes_the_loss_of_fit(given_loss):
    rng = generator()
    x, y = rng.normal(size=(40, 4)), 3 + rng.normal(size=(40, 1))
    net = mlp(4, 8, 1, rng=rng)
    expected = probe_loss(mse, net(x), y)
    history = fit(net, x, y, rng=rng, epochs=1, loss=mse, progress=False,
                  callbacks=[Monitor(x, y, given_loss)])
    assert history.extra["monitor loss"][0]["start"] == expected["start"]


def test_a_monitor_may_look_at_another_loss():
    rng = generator()
    x, y = rng.normal(size=(40, 4)), rng.normal(size=(40, 1))
    history = fit(mlp(4, 1, rng=rng), x, y, rng=rng, epochs=1, loss=mse,
                  optimizer=Optimizer(sgd, lr=1e-3), progress=False,
                  callbacks=[Monitor(x, y, lambda out, y: (
                      7.0, mse(out, y)[1]))])
    assert history.extra["monitor loss"][0]["start"] == 7
