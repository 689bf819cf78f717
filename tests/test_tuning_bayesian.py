"""Bayesian search: Optuna's storage, alone and shared by processes."""
import contextlib
import subprocess
import sys
import warnings

import optuna
import pytest

from nnlab.optimizers import adam, sgd
from nnlab.tuning import (Choice, Float, HyperbandPruner, Int, MedianPruner,
                          Pruned, bayesian_search)
from nnlab.tuning.bayesian import NAME, _distributions, _pruner
from tests.tuning_runs import SPACE, content, never, value


def run(objective=value, **options):
    options = {"space": SPACE, "direction": "minimize", "seed": 0,
               "trials": 14, "progress": False} | options
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return bayesian_search(objective, **options)


def stored(file):
    """The trials in the storage, by Optuna."""
    return optuna.load_study(study_name=NAME, storage=f"sqlite:///{file}"
                             ).trials


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a study, 100%.db"


@pytest.mark.parametrize("pruner", [
    None, MedianPruner(startup=3), HyperbandPruner(1, 3)])
def test_the_same_seed_gives_the_same_trials(pruner):
    study = run(pruner=pruner)
    assert content(run(pruner=pruner)) == content(study)
    other = run(pruner=pruner, seed=1)
    assert all(a.settings != b.settings and a.seed != b.seed
               for a, b in zip(study.trials, other.trials))
    assert len({repr(t.settings) for t in study.trials}) == 14


def test_a_search_in_parts_is_that_in_one_go(file):
    for trials in (3, 12, 14):
        study = run(trials=trials, file=file)
        assert len(study.trials) == trials
    assert content(study) == content(run())
    assert content(run(never, file=file)) == content(study)
    assert len(stored(file)) == 14


def test_settings_lie_in_the_space_and_are_of_its_kinds():
    given = []
    study = run(lambda settings, trial: given.append(settings) or 0.0)
    assert [t.settings for t in study.trials] == given
    for trial in study.trials:
        assert 1e-4 <= trial.settings["lr"] <= 1
        assert type(trial.settings["lr"]) is float
        assert trial.settings["n"] in range(1, 10)
        assert type(trial.settings["n"]) is int
        assert trial.settings["rule"] in (sgd, adam)


def test_the_space_in_optunas_terms():
    kinds = optuna.distributions
    assert _distributions({
        "a": Float(0, 1), "b": Float(1, 2, log=True), "c": Int(3, 9),
        "d": Int(3, 9, log=True), "e": Choice(sgd, 3)}) == {
        "a": kinds.FloatDistribution(0, 1),
        "b": kinds.FloatDistribution(1, 2, log=True),
        "c": kinds.IntDistribution(3, 9),
        "d": kinds.IntDistribution(3, 9, log=True),
        "e": kinds.CategoricalDistribution(["sgd", "3"])}


def test_the_pruners_in_optunas_terms():
    assert isinstance(_pruner(None), optuna.pruners.NopPruner)
    median = vars(_pruner(MedianPruner(3, 2)))
    assert (median["_n_startup_trials"], median["_n_warmup_steps"]) == (3, 2)
    assert vars(_pruner(HyperbandPruner(2, 50, 4))).items() >= {
        "_min_resource": 2, "_max_resource": 50, "_reduction_factor": 4
    }.items()


@pytest.mark.parametrize("direction, sign", [("minimize", 1),
                                             ("maximize", -1)])
def test_a_trial_above_the_median_is_pruned(direction, sign, file):
    def objective(settings, trial):
        for step in range(3):
            trial.report(step, sign * (trial.number > 5) * trial.number)
        return 0.5

    study = run(objective, pruner=MedianPruner(startup=6), trials=8,
                direction=direction, file=file)
    assert [t.state for t in study.trials] == (
        6 * ["finished"] + 2 * ["pruned"])
    assert study.trials[7].value == sign * 7
    assert study.trials[7].reports == {0: sign * 7}
    assert [t.state.name for t in stored(file)] == (
        6 * ["COMPLETE"] + 2 * ["PRUNED"])


def test_failed_trials_stay_and_count(file):
    def objective(settings, trial):
        if trial.number == 1:
            return float("nan")
        if trial.number == 3:
            raise Pruned
        return value(settings, trial)

    study = run(objective, trials=5, file=file)
    assert [(t.state, t.reason) for t in study.trials] == [
        ("finished", None),
        ("failed", "ValueError: the objective's value must be a finite "
                   "number; got nan."),
        ("failed", "RuntimeError: no"), ("pruned", None), ("finished", None)]
    assert content(run(never, trials=5, file=file)) == content(study)


def test_the_best_is_optunas():
    for direction in ("minimize", "maximize"):
        study = run(direction=direction)
        values = [t.value for t in study.of("finished")]
        assert study.best.value == (min if direction == "minimize" else max)(
            values)


def test_optuna_is_silent_and_its_verbosity_comes_back(root):
    """In a process of its own: Optuna writes to the first stderr it saw."""
    code = ("import optuna\n"
            "from tests.test_tuning_bayesian import run\n"
            "run(progress=True)\n"
            "assert optuna.logging.get_verbosity() == optuna.logging.INFO\n")
    done = subprocess.run([sys.executable, "-c", code], cwd=root,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "14/14" in done.stdout and "best" in done.stdout


def test_without_optuna_the_remedy_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ImportError, match=r'pip install "nnlab\[tuning\]"'):
        run()


def test_optuna_is_not_imported_before_it_is_needed(root):
    code = ("import sys, nnlab.tuning\n"
            "assert 'optuna' not in sys.modules\n")
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


@pytest.mark.parametrize("change, fault", [
    ({"seed": 1}, "holds another search"),
    ({"direction": "maximize"}, "holds another search"),
    ({"space": {"lr": SPACE["lr"]}}, "holds another search"),
    ({"pruner": MedianPruner()}, "holds another search")])
def test_the_file_of_another_search_is_refused(change, fault, file):
    run(file=file, trials=2)
    with pytest.raises(ValueError, match=fault):
        run(never, file=file, **change)
    assert len(stored(file)) == 2


@pytest.mark.parametrize("change, fault", [
    ({"trials": 0}, "trials must be"), ({"seed": -1}, "seed must be"),
    ({"space": {}}, "space must be"), ({"direction": "up"}, "direction must"),
    ({"pruner": "median"}, "None or a MedianPruner or a Hyper"),
    ({"objective": 0}, "objective must be a function")])
def test_bad_arguments_are_named(change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        run(**change)
    assert "\n" not in str(error.value)


def test_a_fault_of_the_storage_ends_the_trial_and_the_search(monkeypatch):
    """It is no failure of the trial, even if the objective hides it."""
    calls = []

    def lost(trial, value, step):
        raise optuna.exceptions.StorageInternalError("lost")

    def objective(settings, trial):
        with contextlib.suppress(optuna.exceptions.StorageInternalError):
            trial.report(0, 1.0)
            calls.append("not reached")
        calls.append(trial.number)
        return 1.0

    monkeypatch.setattr(optuna.trial.Trial, "report", lost)
    with pytest.raises(optuna.exceptions.StorageInternalError, match="lost"):
        run(objective)
    assert calls == [0]


def test_fewer_trials_than_there_are_run_none(file, capfd):
    run(file=file, trials=5)
    study = run(never, file=file, trials=2, progress=True)
    assert study.summary().startswith(
        "Bayesian search, minimize: 5 trials, 2 asked for (")
    assert "5/5" in capfd.readouterr().out and len(stored(file)) == 5
