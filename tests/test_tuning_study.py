"""Trials and studies: reports, the best, the table; and pruning."""
import math

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.tuning import (Choice, Float, HyperbandPruner, MedianPruner,
                          Pruned, Study, Trial)

SPACE = {"lr": Float(1e-4, 1, log=True), "rule": Choice(max, "<b>")}


def trial(number, value=None, state="finished", **more):
    settings = {"lr": 0.01, "rule": max}
    return Trial(number, settings, seed=number, state=state, value=value,
                 **more)


def study(*trials, direction="minimize"):
    made = Study("Random search", SPACE, direction, 9)
    for one in trials:
        made.keep(one)
    return made


def test_reports_are_kept_by_their_steps():
    one = trial(0)
    one.report(np.int64(0), np.float32(0.5))
    one.report(7, 2)
    assert one.reports == {0: 0.5, 7: 2.0}


def test_a_judge_prunes_after_it_has_seen_the_report():
    seen = []

    def judge(one):
        seen.append(dict(one.reports))
        return len(seen) == 2

    one = trial(4, judge=judge)
    one.report(1, 0.5)
    with pytest.raises(Pruned, match="trial 4 was pruned at step 3"):
        one.report(3, 0.25)
    assert seen == [{1: 0.5}, {1: 0.5, 3: 0.25}]


@pytest.mark.parametrize("step, value, fault", [
    (2, 1.0, "step must be a whole number above 2; got 2"),
    (1, 1.0, "step must be a whole number above 2; got 1"),
    (2.5, 1.0, "step must be a whole number above 2; got 2.5"),
    (3, math.nan, "the reported value must be a finite number; got nan"),
    (3, "1", "the reported value must be a finite number; got '1'")])
def test_bad_reports_are_named(step, value, fault):
    one = trial(0, reports={2: 0.5})
    with pytest.raises(ValueError, match=fault):
        one.report(step, value)
    assert one.reports == {2: 0.5}


def test_the_best_is_a_finished_one_and_the_first_of_equals():
    trials = [trial(3, 1.0), trial(0, 2.0), trial(1, 1.0),
              trial(5, 0.0, "pruned"), trial(2, None, "failed")]
    assert study(*trials).best.number == 1
    assert study(*trials, direction="maximize").best.number == 0
    assert [t.number for t in study(*trials).trials] == [0, 1, 2, 3, 5]


def test_a_trial_takes_the_place_of_one_with_its_number():
    made = study(*(trial(i, 1.0) for i in (4, 0, 2, 2, 4, 0)))
    assert [t.number for t in made.trials] == [0, 2, 4]


def test_without_a_finished_trial_the_first_failure_is_told():
    with pytest.raises(ValueError, match="^no trial has finished.$"):
        study().best
    failed = trial(2, None, "failed", reason="KeyError: 'lr'")
    with pytest.raises(ValueError, match="Trial 2 failed: KeyError: 'lr'"):
        study(failed, trial(1, 0.5, "pruned")).best


def test_direction_is_one_of_two():
    with pytest.raises(ValueError, match='"maximize"; got \'min\''):
        study(direction="min")


MIXED = [trial(0, 0.123456, seconds=1.26), trial(1, 0.5),
         trial(2, None, "failed", reason="ValueError: lr < 0"),
         trial(3, 0.01, "pruned"), trial(4, None, "pruned")]


def test_the_table_by_hand():
    made = study(*MIXED)
    made.interrupted = True
    assert repr(made) == """\
Random search, minimize: 5 of 9 trials (2 finished, 2 pruned, 1 failed); \
interrupted
trial   value    lr  rule  seconds  state
    0  0.1235  0.01   max      1.3  finished
    1     0.5  0.01   max      0.0  finished
    3    0.01  0.01   max      0.0  pruned
    4          0.01   max      0.0  pruned
    2          0.01   max      0.0  failed: ValueError: lr < 0"""
    assert repr(study()) == ("Random search, minimize: 0 of 9 trials\n"
                             "trial  value  lr  rule  seconds  state")


@pytest.mark.parametrize("direction, order", [
    ("minimize", [0, 1, 3, 4, 2]), ("maximize", [1, 0, 3, 4, 2])])
def test_finished_trials_come_first_the_best_at_the_top(direction, order):
    made = study(*MIXED, direction=direction)
    assert [t.number for t in made.ranked()] == order
    assert len(made.table(2).splitlines()) == 3
    assert len(made.table(None).splitlines()) == 6


def test_among_the_pruned_a_larger_budget_ranks_higher():
    made = study(trial(0, 0.1, "pruned", budget=1),
                 trial(1, 0.9, "pruned", budget=3))
    assert [t.number for t in made.ranked()] == [1, 0]
    assert made.table().splitlines()[1].split() == [
        "1", "0.9", "0.01", "max", "3", "0.0", "pruned"]


def test_the_notebook_gets_a_table_in_which_text_stays_text():
    shown = study(trial(0, 0.5), trial(
        1, None, "failed", reason="E: <script>"))._repr_html_()
    assert shown.count("<tr>") == 3 and shown.count("<td>") == 12
    assert "<script>" not in shown and "&lt;script&gt;" in shown


curves = st.dictionaries(st.integers(0, 4), st.integers(0, 5).map(float),
                         min_size=1)


@given(st.lists(st.tuples(curves, st.booleans()), max_size=8), curves,
       st.integers(1, 4), st.integers(0, 4),
       st.sampled_from(["minimize", "maximize"]))
def test_median_pruner_is_optunas(others, curve, startup, warmup, direction):
    ours = study(*(trial(i, 0.0, "finished" if done else "pruned",
                         reports=reports)
                   for i, (reports, done) in enumerate(others)),
                 direction=direction)
    theirs = optuna.create_study(direction=direction)
    for reports, done in others:
        theirs.add_trial(optuna.trial.create_trial(
            value=0.0, state=optuna.trial.TrialState[
                "COMPLETE" if done else "PRUNED"],
            intermediate_values=reports))
    running = optuna.trial.create_trial(
        state=optuna.trial.TrialState.RUNNING, intermediate_values=curve)
    expected = optuna.pruners.MedianPruner(startup, warmup).prune(
        theirs, running)
    pruner = MedianPruner(startup, warmup)
    assert pruner.prune(trial(99, reports=curve), ours) == expected


def test_median_pruner_by_hand():
    """Medians of the others: 0.5 at step 1, 0.3 at step 2."""
    others = [trial(i, 0.0, reports={1: a, 2: b}) for i, (a, b) in
              enumerate([(0.4, 0.3), (0.5, 0.1), (0.6, 0.5)])]
    pruner, made = MedianPruner(startup=3), study(*others)
    for reports, pruned in [({1: 0.51}, True), ({1: 0.5}, False),
                            ({1: 0.2, 2: 0.9}, False),
                            ({1: 0.9, 2: 0.31}, True), ({5: 9.0}, False)]:
        assert pruner.prune(trial(9, reports=reports), made) == pruned
    assert not MedianPruner(4).prune(trial(9, reports={1: 9.0}), made)
    assert not MedianPruner(3, 2).prune(trial(9, reports={1: 9.0}), made)
    assert MedianPruner(3, 2).prune(trial(9, reports={2: 9.0}), made)


@pytest.mark.parametrize("make, fault", [
    (lambda: MedianPruner(0), "startup must be a whole number, at least 1"),
    (lambda: MedianPruner(1, -1), "warmup must be"),
    (lambda: HyperbandPruner(0, 9), "min_budget must be"),
    (lambda: HyperbandPruner(9, 9), "max_budget must be above min_budget"),
    (lambda: HyperbandPruner(1, 9, 1), "eta must be at least 2")])
def test_bad_pruners_are_named(make, fault):
    with pytest.raises(ValueError, match=fault):
        make()


def test_more_trials_than_asked_for_are_told_as_such():
    made = study(*(trial(i, 1.0) for i in range(10)))
    assert made.summary() == ("Random search, minimize: 10 trials, 9 asked "
                              "for (10 finished)")
    made.trials.pop()
    assert "9 of 9 trials (" in made.summary()
