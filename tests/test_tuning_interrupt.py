"""Ctrl-C ends a search, and what has finished stays."""
import os
import signal
import threading

import pytest

from nnlab.optimizers import sgd
from nnlab.training import Callback
from nnlab.tuning import bayesian_search, random_search
from tests.tuning_runs import SEARCHES, content, run, train, value


def interrupt():
    signal.raise_signal(signal.SIGINT)


def at_three(act):
    def objective(settings, trial):
        if trial.number == 3:
            act(settings, trial)
        return value(settings, trial)
    return objective


def swallowed(settings, trial):
    try:
        interrupt()
    except KeyboardInterrupt:
        pass


class InFit(Callback):
    """Presses Ctrl-C after the first update."""

    def after_update(self, run):
        if run.history.updates == 1:
            interrupt()


@pytest.mark.parametrize("search", [*SEARCHES, bayesian_search])
@pytest.mark.parametrize("act", [
    lambda settings, trial: interrupt(), swallowed,
    lambda settings, trial: train({"lr": 0.1, "rule": sgd}, trial,
                                  [InFit()])])
def test_ctrl_c_ends_the_search_and_keeps_what_is_finished(search, act,
                                                           tmp_path):
    file = tmp_path / "journal"
    before = signal.getsignal(signal.SIGINT)
    study = run(search, at_three(act), file=file)
    assert signal.getsignal(signal.SIGINT) is before
    assert study.interrupted and "; interrupted" in repr(study)
    assert [t.number for t in study.trials] == [0, 1, 2]
    resumed = run(search, file=file)
    assert not resumed.interrupted
    if search is bayesian_search:   # the interrupted number is not used again
        assert content(resumed)[:3] == content(study)
        assert len(resumed.trials) == 9
    else:
        assert content(resumed) == content(run(search))


def test_keyboard_interrupt_without_a_signal_ends_the_search():
    def act(settings, trial):
        raise KeyboardInterrupt
    study = run(random_search, at_three(act))
    assert study.interrupted and len(study.trials) == 3


def test_ctrl_c_while_a_trial_is_written_keeps_it(tmp_path, monkeypatch):
    file, fsync, calls = tmp_path / "journal", os.fsync, []

    def interrupted(n):
        calls.append(n)
        if len(calls) == 4:         # the header, then trials 0, 1 and 2
            interrupt()
        fsync(n)

    monkeypatch.setattr(os, "fsync", interrupted)
    study = run(random_search, file=file)
    assert study.interrupted and len(study.trials) == 3
    assert len(file.read_bytes().splitlines()) == 4


def test_a_search_in_a_thread_leaves_signals_alone():
    studies = []
    thread = threading.Thread(
        target=lambda: studies.append(run(random_search)))
    thread.start()
    thread.join()
    assert content(studies[0]) == content(run(random_search))
