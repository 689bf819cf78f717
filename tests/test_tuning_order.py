"""The order of a space, and what an objective does to its settings."""
import pytest

from nnlab.tuning import (Choice, Float, Int, bayesian_search,
                          grid_search, random_search, successive_halving)
from tests.tuning_runs import SEARCHES, SPACE, content, never, run, value

each = pytest.mark.parametrize("search", [*SEARCHES, bayesian_search])
TURNED = dict(reversed(SPACE.items()))


def at_eleven(search):
    """The first ten of a Bayesian search are random: a few more."""
    return {"trials": 13} if search is bayesian_search else {}


@each
def test_the_order_of_the_space_changes_no_trial(search, tmp_path):
    study = run(search, **at_eleven(search))
    turned = run(search, space=TURNED, **at_eleven(search))
    assert content(turned) == content(study)
    assert [list(t.settings) for t in turned.trials] == (
        len(study.trials) * [list(TURNED)])


@each
def test_a_search_goes_on_in_another_order(search, tmp_path):
    file = tmp_path / "file"

    def until_five(settings, trial):
        if trial.number == 5:
            raise KeyboardInterrupt
        return value(settings, trial)

    if search is bayesian_search:
        run(search, file=file, trials=5)
    else:
        assert run(search, until_five, file=file).interrupted
    resumed = run(search, file=file, space=TURNED)
    assert content(resumed) == content(run(search))
    again = run(search, never, file=file)
    assert content(again) == content(resumed)
    for study, space in ((resumed, TURNED), (again, SPACE)):
        assert all(list(t.settings) == list(space) for t in study.trials)


def test_axes_alike_do_not_change_places(tmp_path):
    """Two axes with the same values: only their names tell them apart."""
    one, other = ({name: Float(0, 1) for name in names} for names in
                  ("xk", "kx"))
    assert [t.settings for t in run(grid_search, space=one).trials] == [
        t.settings for t in run(grid_search, space=other).trials]
    settings = run(grid_search, space=one).trials[1].settings
    assert settings == {"k": 0.0, "x": 1.0}     # the last name is fastest


def spoils(settings, trial):
    """Writes wherever it can."""
    for own in (settings, trial.settings):
        own["hidden"].append(99)
        own["n"] = "many"
        own["new"] = object()
        del own["lr"]
    return 1.0


@each
def test_an_objective_may_write_to_its_settings(search, tmp_path):
    space = {"hidden": Choice([8], [4, 4]), "n": Int(1, 9),
             "lr": Float(0, 1)}
    file = tmp_path / "file"
    study = run(search, spoils, space, file=file)
    assert not study.of("failed") and len(study.trials) > 7
    clean = run(search, lambda settings, trial: 1.0, space)
    assert content(study) == content(clean)
    assert content(run(search, never, space, file=file)) == content(clean)
    assert space["hidden"].values == ([8], [4, 4])


@pytest.mark.parametrize("search", [random_search, successive_halving])
def test_the_objective_sees_what_the_trial_has(search):
    seen = []
    run(search, lambda settings, trial: seen.append(
        settings == trial.settings and settings is not trial.settings)
        or 1.0)
    assert all(seen) and seen
