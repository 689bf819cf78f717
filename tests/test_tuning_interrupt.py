"""Ctrl-C ends a search, and what has finished stays."""
import os
import signal
import threading

import pytest

from nnlab.optimizers import sgd
from nnlab.training import Callback
from nnlab.tuning import (Pruned, bayesian_search, random_search,
                          successive_halving)
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


def fails(settings, trial):
    raise RuntimeError("no memory")


def at_budget(budget, act, sign=1):
    """Better by the number, worse by the budget; acts at one budget."""
    def objective(settings, trial):
        if trial.budget == budget:
            act(settings, trial)
        return sign * (trial.number - 2 * trial.budget)
    return objective


@pytest.mark.parametrize("direction, sign", [("minimize", -1),
                                             ("maximize", 1)])
@pytest.mark.parametrize("budget, act, best", [
    (1, fails, None), (3, fails, (5, 1)), (9, fails, (7, 3)),
    (3, lambda *_: interrupt(), (8, 1)),
    (9, lambda *_: interrupt(), (8, 3))])
def test_the_best_of_halving_is_of_the_highest_budget_with_any(
        budget, act, best, direction, sign, tmp_path):
    study = run(successive_halving, at_budget(budget, act, sign),
                direction=direction, file=tmp_path / "journal")
    if best is None:
        with pytest.raises(ValueError, match="no trial has finished. Trial"):
            study.best
        return
    assert (study.best.number, study.best.budget) == best
    assert study.best.value == sign * (best[0] - 2 * best[1])
    assert study.best.number == study.ranked()[0].number
    resumed = run(successive_halving, at_budget(0, act, sign),
                  direction=direction, file=tmp_path / "journal")
    assert resumed.best.budget == (9 if act is not fails else best[1])


def test_a_trial_that_gave_up_is_not_the_best_of_halving():
    def gives_up(settings, trial):
        raise Pruned

    study = run(successive_halving, at_budget(9, gives_up), trials=9)
    assert (study.best.number, study.best.budget) == (1, 3)
    with pytest.raises(ValueError, match="^no trial has finished.$"):
        run(successive_halving, at_budget(1, gives_up)).best
