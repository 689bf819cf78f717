"""fit in a search: the value after each epoch, and pruning in between."""
import pytest

from nnlab.optimizers import adam, sgd
from nnlab.tuning import (Choice, Float, Report, bayesian_search,
                          grid_search, random_search, successive_halving)
from tests.tuning_runs import run, train

DIGITS = {"lr": Float(1e-3, 1, log=True), "rule": Choice(sgd, adam)}


@pytest.mark.parametrize("search, trials, epochs", [
    (grid_search, 6, 6 * [3]), (random_search, 4, 4 * [3]),
    (successive_halving, 4, [1, 1, 1, 1, 3]), (bayesian_search, 4, 4 * [3])])
def test_fit_in_a_search(search, trials, epochs):
    histories = []

    def objective(settings, trial):
        histories.append(train(settings, trial, [Report(trial)]))
        return histories[-1].val_loss[-1]

    size = {"points": 3} if search is grid_search else {"trials": trials}
    study = run(search, objective, DIGITS, **size)
    assert [len(h.val_loss) for h in histories] == epochs
    assert len(study.of("failed")) == 0 and len(study.trials) == trials
    lasts = [h.val_loss[-1] for h in histories[-trials:]]
    if search is not successive_halving:
        assert [t.value for t in study.trials] == lasts
        assert [t.reports for t in study.trials] == [
            dict(enumerate(h.val_loss, 1)) for h in histories]
    else:
        assert study.best.value == lasts[-1]


def test_pruned_goes_through_fit():
    def objective(settings, trial):
        trial.judge = lambda t: trial.number == 1 and len(t.reports) == 2
        train(settings, trial, [Report(trial, "val_accuracy")])
        return 1.0

    study = run(random_search, objective, DIGITS, trials=3,
                direction="maximize")
    assert [t.state for t in study.trials] == [
        "finished", "pruned", "finished"]
    assert [len(t.reports) for t in study.trials] == [3, 2, 3]
    reports = [v for t in study.trials for v in t.reports.values()]
    assert all(0 <= v <= 1 for v in reports)


def test_report_without_validation_is_a_named_failure():
    def objective(settings, trial):
        train(settings, trial, [Report(trial)], validation=None)

    failed = run(random_search, objective, DIGITS, trials=1).trials[0]
    assert "the History has no val_loss. Give fit" in failed.reason


@pytest.mark.parametrize("search", [random_search, bayesian_search])
def test_a_second_fit_goes_on_counting(search):
    losses = []

    def objective(settings, trial):
        one, other = Report(trial), Report(trial)
        losses.clear()
        for report in (one, other, other):
            losses.extend(train(settings, trial, [report]).val_loss)
        trial.report(20, 0.5)
        losses.extend(train(settings, trial, [one]).val_loss)
        return 1.0

    only, = run(search, objective, DIGITS, trials=1).trials
    assert only.state == "finished", only.reason
    assert only.reports.pop(20) == 0.5
    assert list(only.reports) == [*range(1, 10), 21, 22, 23]
    assert list(only.reports.values()) == losses


def test_a_fit_that_goes_on_from_a_checkpoint_reports_its_epochs(tmp_path):
    def objective(settings, trial):
        for epochs in (2, 5):
            train(settings, trial, [Report(trial)], epochs=epochs,
                  checkpoint=tmp_path / "net.npz")
        trial.reports.clear()       # as in a search that goes on
        train(settings, trial, [Report(trial)], epochs=7,
              checkpoint=tmp_path / "net.npz")
        return 1.0

    only, = run(random_search, objective, DIGITS, trials=1).trials
    assert list(only.reports) == [6, 7], only.reason
