"""Grid search and random search."""
import itertools
import numbers

from nnlab._checks import checked, count
from nnlab.tuning.pruning import MedianPruner, check_pruner
from nnlab.tuning.running import Run, check_search, header
from nnlab.tuning.space import draw
from nnlab.tuning.study import Study, Trial, streams


def _grid(objective, space, *, direction, seed, points=3, pruner=None,
          file=None, progress=True):
    check_search(objective, space, seed)
    check_pruner(pruner, (MedianPruner,))
    counts = points if isinstance(points, dict) else {"points": points}
    for name, n in counts.items():
        if isinstance(points, dict) and name not in space:
            raise ValueError(f"points has {name!r}, which space has not.")
        if not isinstance(n, numbers.Integral) or n < 2:
            raise ValueError(f"{name}: a grid needs at least 2 points, a "
                             f"whole number; got {n!r}.")


@checked(_grid)
def grid_search(objective, space, *, direction, seed, points=3,
                pruner=None, file=None, progress=True):
    """Grid search: every combination of a few values of each.

    points : how many values of each Float and Int, evenly from low to
    high (by the log if log=True); or {name: how many}, 3 for the rest.
    A Choice has all its values.  The last of the sorted names varies
    fastest.  The grid is the same whatever the seed, which gives each
    trial its trial.seed.
    objective, space, direction, pruner, file, progress : as in
    random_search.
    Returns the Study.
    Raises ValueError for arguments that are not as described, and see
    random_search.
    Source: Bergstra and Bengio (2012), section 1.
    Differs from PyTorch, which has none.
    """
    axes = {name: space[name].grid(points.get(name, 3) if isinstance(
        points, dict) else points) for name in sorted(space)}
    grid = [{name: dict(zip(axes, values))[name] for name in space}
            for values in itertools.product(*axes.values())]
    study = Study("Grid search", space, direction, len(grid))
    plan = [Trial(i, settings, streams(seed, i)[1])
            for i, settings in enumerate(grid)]
    encoded = [list(map(space[name].encode, axis))
               for name, axis in axes.items()]
    return _in_turn(objective, study, plan, pruner, file, progress, header(
        "grid", space, direction, seed, pruner=repr(pruner), axes=encoded))


def _random(objective, space, *, direction, seed, trials, pruner=None,
            file=None, progress=True):
    check_search(objective, space, seed)
    check_pruner(pruner, (MedianPruner,))
    count(trials=trials)


@checked(_random)
def random_search(objective, space, *, direction, seed, trials,
                  pruner=None, file=None, progress=True):
    """Random search: each trial draws all its settings anew.

        P(one of n trials is among the best share p) = 1 - (1 - p)^n

    60 trials find the best 5 percent with probability .954, however
    many hyper-parameters there are.
    objective : value = objective(settings, trial), with settings a dict
    {name: value}; trial.seed is for its randomness, and
    trial.report(step, value) tells of values on the way and raises
    Pruned where the pruner gives the trial up: let it pass.
    space : {name: Float, Int or Choice}; direction : "minimize" or
    "maximize" the value; pruner : None or a MedianPruner.
    trials : how many.  What trial i draws depends on seed, i and space
    alone, not on the order of its names, so more trials later are
    these and more.  One that raises is kept as
    failed, and the search goes on; Ctrl-C ends it and returns what
    there is.
    file : a journal of the trials.  The same search with the same file
    goes on where it ended, were it by a crash, and repeats no trial.
    progress : show a bar on standard output if tqdm is installed.
    Returns the Study.
    Raises ValueError for arguments that are not as described, and for
    a file that is damaged or of another search; OSError for one that
    cannot be written.
    Source: Bergstra and Bengio (2012).
    Differs from PyTorch, which has none.
    """
    study = Study("Random search", space, direction, trials)
    plan = (planned(space, seed, i) for i in range(trials))
    return _in_turn(objective, study, plan, pruner, file, progress, header(
        "random", space, direction, seed, pruner=repr(pruner)))


def planned(space, seed, number, budget=None):
    """The trial of this number, its settings drawn."""
    rng, own = streams(seed, number)
    return Trial(number, draw(space, rng), own, budget)


def _in_turn(objective, study, plan, pruner, file, progress, head):
    with Run(objective, study, file, head, progress) as run:
        for trial in plan:
            if pruner is not None:
                trial.judge = lambda t: pruner.prune(t, study)
            run(trial)
    return study
