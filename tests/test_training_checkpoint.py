"""A run that is interrupted anywhere ends as if it never had been."""
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from nnlab import optimizers
from nnlab.layers import mlp
from nnlab.losses import softmax_cross_entropy
from nnlab.training import (Average, Callback, EarlyStopping, Optimizer,
                            ReduceOnPlateau, fit)

RULES = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta",
         "adam", "amsgrad", "nadam", "adamw"]


class Stop(Exception):
    """Stands for a machine that goes down."""


class Down(Callback):
    """The machine goes down in the update with this number."""

    def __init__(self, update=math.inf):
        self.update = update

    def after_update(self, run):
        if run.history.updates == self.update:
            raise Stop


def problem():
    rng = np.random.default_rng(5)
    return rng.normal(size=(26, 3)), rng.integers(2, size=26)


def train(path, down=math.inf, epochs=5, rule="adam", rng=None, noise=0.1,
          batch_size=4, data=None, width=6, stopping=True, plateau=True,
          lr=0.05, frozen=(), skip=0, dtype=np.float64,
          loss=softmax_cross_entropy, schedule=None):
    """What a script does: it makes everything anew, and calls fit."""
    rng = rng or np.random.default_rng(3)
    net = mlp(3, width, 5, 2, rng=rng, batch_norm=True, dropout=0.2,
              dtype=dtype)
    if frozen:
        net.freeze(*frozen)
    rng.random(skip)
    callbacks = [Down(down), EarlyStopping(1) if stopping else Average(0.5)]
    callbacks += [ReduceOnPlateau(patience=0)] if plateau else []
    X, y = data or problem()
    h = fit(net, X, y, rng=rng, epochs=epochs, batch_size=batch_size,
            optimizer=Optimizer(getattr(optimizers, rule), lr=lr), loss=loss,
            schedule=schedule,
            validation=(X[::-1], y), checkpoint=path, progress=False,
            augment=lambda x, y, rng: (x + noise * rng.normal(size=x.shape),
                                       y),
            callbacks=callbacks)
    return net.state(), h


def same(one, other):
    (states, h), (states_other, h_other) = one, other
    assert all((states[n] == states_other[n]).all() for n in states)
    for name, value in vars(h).items():
        if name != "seconds":
            assert value == getattr(h_other, name), name
    assert len(h.seconds) == len(h_other.seconds)


@pytest.mark.parametrize("rule", RULES)
def test_the_same_weights_wherever_it_went_down(rule, tmp_path):
    """6 updates an epoch: in the first, at the end of one, in a later."""
    whole = train(None, rule=rule)
    for down in (3, 6, 13):
        path = tmp_path / f"{down}.npz"
        with pytest.raises(Stop):
            train(path, down, rule=rule)
        same(train(path, rule=rule), whole)


def test_many_times_and_in_float64_to_the_last_bit(tmp_path):
    path, whole = tmp_path / "c.npz", train(None, epochs=4)
    for down in (2, 8, 9, 14, 20):
        with pytest.raises(Stop):
            train(path, down, epochs=4)
    same(train(path, epochs=4), whole)


def test_other_generators_are_resumed_too(tmp_path):
    def mt():
        return np.random.Generator(np.random.MT19937(7))

    path, whole = tmp_path / "c.npz", train(None, rng=mt())
    with pytest.raises(Stop):
        train(path, 8, rng=mt())
    same(train(path, rng=mt()), whole)


def test_a_finished_run_is_not_run_again(tmp_path):
    path = tmp_path / "c.npz"
    done = train(path, epochs=3)
    before = path.read_bytes()
    same(train(path, down=0, epochs=3), done)
    assert path.read_bytes() == before


def test_more_epochs_go_on_from_there(tmp_path):
    path = tmp_path / "c.npz"
    train(path, epochs=2)
    same(train(path, epochs=4), train(None, epochs=4))


def test_a_run_that_stopped_early_stays_stopped(tmp_path):
    path = tmp_path / "c.npz"
    whole = train(path, epochs=200)
    assert whole[1].stopped and len(whole[1].val_loss) < 200
    same(train(path, down=0, epochs=200), whole)


def test_ctrl_c_goes_on_from_the_last_whole_epoch(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"

    def press(self, run):
        if run.history.updates == self.update:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Down, "after_update", press)
    _, h = train(path, 9)
    assert "Ctrl-C in epoch 2" in h.stopped
    monkeypatch.undo()
    same(train(path), train(None))


def norm(loss, y):
    """Another loss."""
    return softmax_cross_entropy(loss, y)


@pytest.mark.parametrize("change, fault", [
    ({"batch_size": 5}, "batch size was 4, now 5"),
    ({"rule": "sgd"}, r"optimizer was Optimizer\(adam, lr=0.05\), now .*sgd"),
    ({"lr": 0.1}, "optimizer was .*lr=0.05.*now .*lr=0.1"),
    ({"lr": np.full(131, 0.05)}, "optimizer was"),
    ({"width": 7}, "network was"),
    ({"rng": np.random.default_rng(4)}, "the start of the network was"),
    ({"rng": np.random.Generator(np.random.MT19937(3))}, "network was"),
    ({"skip": 1}, "the start of rng was"),
    ({"data": (problem()[0] + 1, problem()[1])}, "data was"),
    ({"stopping": False}, "callbacks was"),
    ({"frozen": [0]}, r"frozen layers was \[\], now \['0'\]"),
    ({"loss": norm}, "loss was softmax_cross_entropy, now norm"),
    ({"schedule": lambda t: 0.1}, "schedule was None, now <lambda>"),
])
def test_other_training_is_refused(change, fault, tmp_path):
    path = tmp_path / "c.npz"
    plateau = "schedule" not in change
    train(path, epochs=1, plateau=plateau)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=fault):
        train(path, plateau=plateau, **change)
    assert path.read_bytes() == before


def test_rates_of_numpy_and_float32(tmp_path):
    """A NumPy number would turn float32 into float64 where it is used."""
    path = tmp_path / "c.npz"
    rate = np.logspace(-3, -1, 3)[1]
    settings = {"lr": rate, "dtype": np.float32}
    whole = train(None, **settings)
    with pytest.raises(Stop):
        train(path, 9, **settings)
    same(train(path, **settings), whole)
    assert all(a.dtype == np.float32 for a in whole[0].values())


def test_averages_are_resumed(tmp_path):
    path, whole = tmp_path / "c.npz", train(None, stopping=False)
    with pytest.raises(Stop):
        train(path, 9, stopping=False)
    same(train(path, stopping=False), whole)


class Odd(Callback):
    """Keeps a state of many kinds."""

    def __init__(self, kept=None):
        self.kept = kept

    def state(self):
        return {"kept": self.kept}

    def load_state(self, state):
        self.kept = state["kept"]


@pytest.mark.parametrize("kept", [
    {1: (2, [None, True, "x"]), (1, 2): {"a": np.arange(3)}},
    np.float32(0.1), np.array(7), [], {}, math.inf])
def test_a_callbacks_state_comes_back_as_it_was(kept, tmp_path):
    def once(odd, name="c.npz"):
        net = mlp(3, 2, rng=np.random.default_rng(0))
        fit(net, *problem(), rng=np.random.default_rng(1), epochs=1,
            checkpoint=tmp_path / name, callbacks=[odd], progress=False)

    once(Odd(kept))
    odd = Odd()
    once(odd)
    assert type(odd.kept) is type(kept)
    assert repr(odd.kept) == repr(kept)
    with pytest.raises(TypeError, match="a checkpoint keeps .* got set"):
        once(Odd({1}), "d.npz")


def test_a_folder_that_is_not_there_is_named_before_training(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        train(tmp_path / "none" / "c.npz", down=0)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"text"])
def test_a_damaged_file_is_refused(content, tmp_path):
    path = tmp_path / "c.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        train(path)
    assert path.read_bytes() == content


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "c.npz"
    np.savez(path, W=np.zeros(3))
    with pytest.raises(ValueError, match="no checkpoint of fit"):
        train(path)


SCRIPT = """
import sys, time
sys.path[:0] = [{root!r}]
from tests import test_training_checkpoint as t
t.Down.after_update = lambda self, run: time.sleep(0.01)
t.train({path!r}, epochs=40)
"""


def test_kill_9_at_any_time(tmp_path, root):
    path = tmp_path / "c.npz"
    whole = train(None, epochs=40)
    for wait in (0.05, 0.15):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT.format(
            root=str(root), path=str(path))])
        seen = path.stat().st_mtime_ns if path.exists() else 0
        limit = time.monotonic() + 60
        while (not path.exists() or path.stat().st_mtime_ns == seen) and (
                process.poll() is None and time.monotonic() < limit):
            time.sleep(0.005)
        time.sleep(wait)
        process.kill()
        process.wait()
    assert path.exists()
    same(train(path, epochs=40), whole)
