"""Successive halving: a little for all, more for the better ones."""
from nnlab._checks import checked, count
from nnlab.tuning.pruning import check_eta
from nnlab.tuning.running import Run, check_search, header
from nnlab.tuning.sampling import planned
from nnlab.tuning.study import Study, finite


def _rungs(trials, min_budget=1, max_budget=None, eta=3):
    count(trials=trials, min_budget=min_budget)
    check_eta(eta)
    if max_budget is not None:
        count(max_budget=max_budget)
        if max_budget < min_budget:
            raise ValueError("max_budget must not be below min_budget; got "
                             f"{max_budget} and {min_budget}.")


@checked(_rungs)
def halving_rungs(trials, min_budget=1, max_budget=None, eta=3):
    """The rungs of successive halving: how many trials, which budget.

        n_0 = trials,      n_{k+1} = floor(n_k / eta)
        r_0 = min_budget,  r_{k+1} = eta r_k

    until no trial would be left, or the budget would pass max_budget.
    Returns a list of pairs (n_k, r_k).
    Raises ValueError for counts below 1, eta below 2 and max_budget
    below min_budget.
    Source: Li et al. (2018), algorithm 1, lines 5 and 6.
    Differs from PyTorch, which has none.

    >>> halving_rungs(27)
    [(27, 1), (9, 3), (3, 9), (1, 27)]
    """
    rungs = []
    while trials and (max_budget is None or min_budget <= max_budget):
        rungs.append((trials, min_budget))
        trials, min_budget = trials // eta, min_budget * eta
    return rungs


def _halving(objective, space, *, direction, seed, trials, min_budget=1,
             max_budget=None, eta=3, file=None, progress=True):
    check_search(objective, space, seed)
    _rungs(trials, min_budget, max_budget, eta)


@checked(_halving)
def successive_halving(objective, space, *, direction, seed, trials,
                       min_budget=1, max_budget=None, eta=3, file=None,
                       progress=True):
    """Successive halving: only the best in eta get eta times as much.

    All trials run with trial.budget = min_budget; the best in eta of
    them again with eta times that, and so on by halving_rungs, at most
    to max_budget.  A budget is what the objective makes of it: epochs,
    examples.  It trains anew, from the same trial.seed, or goes on from
    what it has saved under trial.number.
    The settings are those of random_search with this seed.  A trial
    that goes no further is pruned, with its value at its last budget,
    and reports holds its value at each; a failed one goes no further
    either.  trial.report changes nothing here.
    objective, space, direction, file, progress : as in random_search.
    Returns the Study; its best is among those of the last rung, or, if
    none has finished there, of the highest rung where one has.
    Raises ValueError for arguments that are not as described, and see
    random_search.
    Source: Jamieson and Talwalkar (2016), with the budgets of Li et
    al. (2018).
    Differs from PyTorch, which has none.

    >>> from nnlab.tuning import Float
    >>> study = successive_halving(
    ...     lambda settings, trial: settings["x"] / trial.budget,
    ...     {"x": Float(0, 1)}, direction="minimize", seed=0, trials=9,
    ...     progress=False)
    >>> sorted(trial.budget for trial in study.trials)
    [1, 1, 1, 1, 1, 1, 3, 3, 9]
    """
    study = Study("Successive halving", space, direction, trials)
    rungs = halving_rungs(trials, min_budget, max_budget, eta)
    head = header("successive halving", space, direction, seed, rungs=rungs)
    with Run(_at_budget(objective), study, file, head, progress,
             steps=sum(n for n, _ in rungs)) as run:
        numbers = range(trials)
        for n, budget in rungs:
            ended = [_climb(run, planned(space, seed, number, budget),
                            final=budget == rungs[-1][1])
                     for number in numbers[:n]]
            numbers = _ranking(ended, budget, study.sign)
    return study


def _at_budget(objective):
    """The objective, with its value as the report at its budget."""
    def evaluate(settings, trial):
        try:
            value = finite(objective(settings, trial))
        finally:
            trial.reports.clear()       # its own steps are no budgets
        trial.reports[trial.budget] = value
        return value
    return evaluate


def _climb(run, trial, final):
    """Run a trial at its budget; it keeps what it was at smaller ones."""
    before = {t.number: t for t in run.study.trials}.get(trial.number)
    trial = run(trial, final)
    if before is not None:
        trial.reports = before.reports | trial.reports
        trial.seconds += before.seconds
    return trial


def _ranking(trials, budget, sign):
    """The numbers of those with a value at this budget, best first."""
    able = [trial for trial in trials if budget in trial.reports]
    return [trial.number for trial in sorted(
        able, key=lambda t: (sign * t.reports[budget], t.number))]
