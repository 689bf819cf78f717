"""Grid, random and halving: which trials they run, and what they find."""
import math
import pickle
import sys

import pytest

from nnlab.optimizers import adam, sgd
from nnlab.tuning import (Choice, Float, Int, MedianPruner, Pruned,
                          grid_search, halving_rungs, random_search,
                          successive_halving)
from nnlab.tuning.space import draw
from nnlab.tuning.study import streams

SPACE = {"lr": Float(1e-4, 1, log=True), "x": Float(-1, 1)}
SEARCHES = {grid_search: {"points": 7}, random_search: {"trials": 20},
            successive_halving: {"trials": 20, "eta": 2}}
each = pytest.mark.parametrize("search", SEARCHES)


def run(search, objective=None, space=SPACE, **options):
    options = {"direction": "minimize", "seed": 0, "progress": False
               } | SEARCHES[search] | options
    return search(objective or bowl, space, **options)


def bowl(settings, trial):
    """Least, 0, at lr = 0.01 and x = 0.5."""
    return ((math.log10(settings["lr"]) + 2) ** 2
            + (settings["x"] - 0.5) ** 2)


def test_the_rule_of_sixty_trials():
    assert round(1 - 0.95**60, 3) == 0.954
    assert 1 - 0.95**58 < 0.95 < 1 - 0.95**59


def test_random_finds_the_best_twentieth():
    """300 trials miss it with probability .95^300 = 2e-7.

    The 5 percent: a disc around the optimum, where lr's log and x are
    uniform on [-4, 0] x [-1, 1], of area 8.
    """
    assert 0.95**300 < 1e-6
    best = run(random_search, trials=300).best
    assert best.value <= 0.05 * 8 / math.pi


@each
def test_to_maximise_is_to_minimise_the_negative(search):
    most = run(search, direction="maximize").best
    least = run(search, lambda s, t: -bowl(s, t)).best
    assert (most.number, most.value) == (least.number, -least.value)


def test_the_grid_holds_each_combination_once_and_finds_its_best():
    space = {"lr": Float(1e-4, 1, log=True), "n": Int(1, 2),
             "rule": Choice(sgd, adam)}
    study = run(grid_search, lambda s, t: abs(math.log10(s["lr"]) + 2)
                + s["n"] + (s["rule"] is sgd), space, points={"lr": 5})
    combinations = {(t.settings["lr"], t.settings["n"], t.settings["rule"])
                    for t in study.trials}
    assert len(study.trials) == len(combinations) == 5 * 2 * 2
    assert study.best.settings == pytest.approx(
        {"lr": 0.01, "n": 1, "rule": adam})
    assert study.best.value == pytest.approx(1)


def test_points_of_one_and_of_the_rest():
    study = run(grid_search, points={"x": 5})
    assert len({t.settings["lr"] for t in study.trials}) == 3
    assert {t.settings["x"] for t in study.trials} == {-1, -.5, 0, .5, 1}


@each
def test_what_a_trial_draws_depends_on_seed_and_number_alone(search):
    study, again, other = (run(search, seed=s) for s in (1, 1, 2))
    for one, two, three in zip(study.trials, again.trials, other.trials):
        assert (one.settings, one.value) == (two.settings, two.value)
        assert one.seed == two.seed != three.seed
        assert one.seed == streams(1, one.number)[1]
        if search is not grid_search:
            assert one.settings == draw(SPACE, streams(1, one.number)[0])
            assert one.settings != three.settings


@pytest.mark.parametrize("arguments, rungs", [
    ((81,), [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)]),
    ((34, 3, 81), [(34, 3), (11, 9), (3, 27), (1, 81)]),
    ((10, 2, None, 2), [(10, 2), (5, 4), (2, 8), (1, 16)]),
    ((27, 1, 9), [(27, 1), (9, 3), (3, 9)]),
    ((27, 1, 26), [(27, 1), (9, 3), (3, 9)]),
    ((8, 5, 5), [(8, 5)]),
    ((1,), [(1, 1)])])
def test_rungs_by_hand(arguments, rungs):
    assert halving_rungs(*arguments) == rungs


@pytest.mark.parametrize("direction, sign", [("minimize", 1),
                                             ("maximize", -1)])
def test_halving_gives_more_to_the_best_and_to_no_other(direction, sign):
    """27 trials, eta 3: a budget of 27 at each of the four rungs."""
    calls = []

    def objective(settings, trial):
        calls.append((trial.budget, trial.number))
        return bowl(settings, trial) + sign / trial.budget

    study = run(successive_halving, objective, trials=27, eta=3,
                direction=direction)
    values = {t.number: sign * bowl(t.settings, t) for t in study.trials}
    order = sorted(values, key=values.get)
    for n, budget in [(27, 1), (9, 3), (3, 9), (1, 27)]:
        ran = [number for b, number in calls if b == budget]
        assert sorted(ran) == sorted(order[:n])
    assert sum(budget for budget, _ in calls) == 4 * 27
    assert study.best.number == order[0] and study.best.budget == 27
    assert list(study.best.reports) == [1, 3, 9, 27]
    assert study.best.value == study.best.reports[27]
    states = [study.trials[i].state for i in order]
    assert states == ["finished"] + 26 * ["pruned"]
    second = study.trials[order[1]]
    assert second.budget == 9 and list(second.reports) == [1, 3, 9]
    assert second.value == second.reports[9]


def test_of_equal_trials_the_first_go_on():
    study = run(successive_halving, lambda s, t: 0.0, trials=9, eta=3)
    assert [t.budget for t in study.trials] == [9, 3, 3, *6 * [1]]


def test_halving_leaves_out_what_failed_or_gave_up():
    def objective(settings, trial):
        trial.report(trial.budget, -9.0)
        if trial.number == 0:
            raise RuntimeError("no")
        if trial.number == 1:
            raise Pruned
        if trial.number == 2 and trial.budget == 2:
            raise RuntimeError("later")
        return float(trial.number)

    study = run(successive_halving, objective, trials=8)
    assert [(t.budget, t.state) for t in study.trials] == [
        (1, "failed"), (1, "pruned"), (2, "failed"), (8, "finished"),
        (4, "pruned"), (2, "pruned"), *2 * [(1, "pruned")]]


def test_seconds_of_a_trial_are_those_of_all_its_rungs(monkeypatch):
    clock = iter(range(0, 999, 1))
    monkeypatch.setattr("nnlab.tuning.running.time.perf_counter",
                        lambda: next(clock))
    study = run(successive_halving, trials=4)
    assert sorted(t.seconds for t in study.trials) == [1, 1, 2, 3]


@each
def test_a_trial_that_fails_is_kept_with_its_reason(search):
    def objective(settings, trial):
        settings.clear()
        return {2: math.nan, 4: "text", 5: None}.get(
            trial.number, 1.0) if trial.number != 3 else [][0]

    study = run(search, objective)
    reasons = {t.number: t.reason for t in study.of("failed")}
    assert reasons == {
        3: "IndexError: list index out of range"} | {
        i: "ValueError: the objective's value must be a finite number; "
           f"got {what}." for i, what in
        [(2, "nan"), (4, "'text'"), (5, "None")]}
    assert study.trials[2].value is None and len(study.trials) > 5
    assert set(study.trials[2].settings) == set(SPACE)


def test_a_reason_is_one_line():
    def objective(settings, trial):
        raise RuntimeError("two\n  lines")
    assert run(random_search, objective, trials=1).trials[0].reason == (
        "RuntimeError: two lines")


@pytest.mark.parametrize("search", [grid_search, random_search])
def test_the_median_pruner_ends_a_trial(search):
    """Trials report 1, except that 6 and up report their number."""
    ran = []

    def objective(settings, trial):
        for step in range(3):
            trial.report(step, trial.number if trial.number > 5 else 1.0)
            ran.append((trial.number, step))
        return 0.5

    study = run(search, objective, pruner=MedianPruner(startup=6))
    assert [t.state for t in study.trials[:8]] == (
        6 * ["finished"] + 2 * ["pruned"])
    assert study.trials[7].value == 7 and study.trials[7].reports == {0: 7}
    assert (6, 0) not in ran and (5, 2) in ran
    assert run(search, objective).of("pruned") == []
    assert repr(pickle.loads(pickle.dumps(study))) == repr(study)


def test_progress_is_silent_on_stderr(capfd):
    run(random_search, progress=True)
    out, err = capfd.readouterr()
    assert "20/20" in out and "best" in out and err == ""
    run(successive_halving, progress=True)
    assert "38/38" in capfd.readouterr().out      # 20 + 10 + 5 + 2 + 1
    run(random_search)
    assert capfd.readouterr() == ("", "")


def test_progress_without_tqdm(monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert len(run(random_search, progress=True).trials) == 20
    assert capfd.readouterr() == ("", "")


@each
@pytest.mark.parametrize("change, fault", [
    ({"seed": -1}, "seed must be a whole number, at least 0; got -1"),
    ({"seed": 1.0}, "seed must be a whole number"),
    ({"seed": True}, "seed must be a whole number"),
    ({"direction": "down"}, 'direction must be "minimize" or'),
    ({"objective": 3}, "objective must be a function of settings and"),
])
def test_bad_arguments_are_named(search, change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        run(search, **change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("search, change, fault", [
    (random_search, {"trials": 0}, "trials must be a whole number"),
    (random_search, {"pruner": "median"}, "None or a MedianPruner; got"),
    (grid_search, {"pruner": 3}, "None or a MedianPruner; got 3"),
    (grid_search, {"points": 1}, "points: a grid needs at least 2 points"),
    (grid_search, {"points": {"x": 2.5}}, "x: a grid needs .* got 2.5"),
    (grid_search, {"points": {"y": 2}}, "points has 'y', which space has"),
    (successive_halving, {"trials": 0}, "trials must be"),
    (successive_halving, {"min_budget": 0}, "min_budget must be"),
    (successive_halving, {"eta": 1}, "eta must be at least 2"),
    (successive_halving, {"max_budget": 1, "min_budget": 2},
     "max_budget must not be below min_budget; got 1 and 2"),
])
def test_bad_arguments_of_one_search_are_named(search, change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        run(search, **change)
    assert "\n" not in str(error.value)
