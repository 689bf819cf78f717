"""Bayesian search, by Optuna."""
import contextlib
import json

from nnlab._checks import checked, count
from nnlab.tuning.pruning import (HyperbandPruner, MedianPruner,
                                  check_pruner)
from nnlab.tuning.running import (Bar, Interrupts, check_search,
                                  execute, header)
from nnlab.tuning.space import Choice, Float, Int, decode
from nnlab.tuning.storage import opened
from nnlab.tuning.study import Study, Trial, streams

NAME = "nnlab"      # of the study in Optuna's storage
STATES = {"COMPLETE": "finished", "PRUNED": "pruned", "FAIL": "failed"}


def _bayesian(objective, space, *, direction, seed, trials, pruner=None,
              file=None, progress=True):
    check_search(objective, space, seed)
    check_pruner(pruner, (MedianPruner, HyperbandPruner))
    count(trials=trials)
    try:
        import optuna   # noqa: F401
    except ImportError:
        raise ImportError("bayesian_search needs Optuna. Install it: pip "
                          'install "nnlab[tuning]".') from None


@checked(_bayesian)
def bayesian_search(objective, space, *, direction, seed, trials,
                    pruner=None, file=None, progress=True):
    """Bayesian search: each trial draws where the others did well.

        settings = argmax of l(x) / g(x) over candidates drawn from l,

    the tree-structured Parzen estimator of Optuna: l is the density of
    the better trials so far, g that of the others.  The first 10
    trials are random.
    trials : how many in all; those in the file count.
    pruner : None, a MedianPruner or a HyperbandPruner.
    file : an SQLite data base of Optuna's, with a study named "nnlab".
    The same search with the same file goes on where it ended, and
    several processes on one machine may work on it together, all with
    one seed: they run at most one trial too many each.  A process that
    is killed takes none but its running trial along.
    objective, space, direction, progress : as in random_search.
    Trial i draws by seed and i, and from what has ended: in one process
    the same trials each time, unless one was interrupted half-way; its
    number is not used again.
    Returns the Study.
    Raises ImportError without Optuna, ValueError for arguments that
    are not as described, and for a file that is damaged or of another
    search; OSError for one that cannot be written.
    Source: Bergstra et al. (2011); Akiba et al. (2019).
    Differs from PyTorch, which has none.
    """
    study = Study("Bayesian search", space, direction, trials)
    head = header("bayesian", space, direction, seed, pruner=repr(pruner))
    with _quiet(), opened(file) as storage:
        shared = _shared(storage, direction, seed, pruner)
        _claim(shared, json.dumps(head), file)
        _work(shared, study, objective, seed, progress)
    return study


def _work(shared, study, objective, seed, progress):
    """Trial after trial, until the study has enough of them."""
    ctrl_c, bar = Interrupts(), Bar(study, study.total, progress)
    try:
        with bar, ctrl_c:
            while _look(shared, study, seed, bar) < study.total:
                ctrl_c.check()
                _one(shared, study, objective, seed, ctrl_c)
    except KeyboardInterrupt:
        study.interrupted = True


def _one(shared, study, objective, seed, ctrl_c):
    """Ask Optuna for a trial, run it, tell Optuna how it ended."""
    from optuna.trial import TrialState

    theirs = shared.ask(_distributions(study.space))
    trial = Trial(theirs.number, decode(study.space, theirs.params),
                  streams(seed, theirs.number)[1])
    faults = []
    trial.judge = lambda t: _judge(theirs, faults,
                                   *list(t.reports.items())[-1])
    try:
        execute(objective, trial, ctrl_c)
        if faults:
            raise faults[0]
    except KeyboardInterrupt:
        # Failed without a reason: it does not count as a trial.
        shared.tell(theirs, state=TrialState.FAIL)
        raise
    if trial.state == "failed":
        theirs.set_user_attr("reason", trial.reason)
    finished = trial.state == "finished"
    state = {ours: name for name, ours in STATES.items()}[trial.state]
    shared.tell(theirs, trial.value if finished else None,
                state=TrialState[state])


def _judge(theirs, faults, step, value):
    """A fault of the storage is none of the trial: it ends the search."""
    try:
        theirs.report(value, step)
        return theirs.should_prune()
    except Exception as fault:
        faults.append(fault)
        raise


def _look(shared, study, seed, bar):
    """Take over the trials that have ended; return how many."""
    study.trials = [
        Trial(t.number, decode(study.space, t.params),
              streams(seed, t.number)[1], state=STATES[t.state.name],
              value=t.value, seconds=t.duration.total_seconds(),
              reports=dict(t.intermediate_values),
              reason=t.user_attrs.get("reason"))
        for t in shared.get_trials(deepcopy=False)
        if t.state.name in ("COMPLETE", "PRUNED")
        or t.state.name == "FAIL" and "reason" in t.user_attrs]
    if study.trials:
        bar.advance(to=len(study.trials))
    return len(study.trials)


def _distributions(space):
    """The space in Optuna's terms; of a Choice it sees the labels.

    Sorted, since Optuna draws one after the other.
    """
    from optuna import distributions as theirs

    kinds = {Float: theirs.FloatDistribution, Int: theirs.IntDistribution}
    return {name: theirs.CategoricalDistribution(kind.labels)
            if isinstance(kind, Choice)
            else kinds[type(kind)](kind.low, kind.high, log=kind.log)
            for name, kind in sorted(space.items())}


def _sampler(seed):
    """Optuna's sampler, drawing by seed and the trial's number.

    One generator for all trials would begin anew when a search goes on,
    and draw the same in each process.
    """
    from optuna.samplers import TPESampler

    class Sampler(TPESampler):
        def before_trial(self, study, trial):
            rng, _ = streams(seed, trial.number)
            super().__init__(seed=int(rng.integers(2**32)))
            super().before_trial(study, trial)

    return Sampler()


def _pruner(pruner):
    """Ours in Optuna's terms."""
    from optuna import pruners as theirs

    if pruner is None:
        return theirs.NopPruner()
    if isinstance(pruner, MedianPruner):
        return theirs.MedianPruner(pruner.startup, pruner.warmup)
    return theirs.HyperbandPruner(pruner.min_budget, pruner.max_budget,
                                  pruner.eta)


def _shared(storage, direction, seed, pruner):
    """The study in Optuna's storage, made if it is not there."""
    import optuna

    return optuna.create_study(
        study_name=NAME, storage=storage, direction=direction,
        sampler=_sampler(seed), pruner=_pruner(pruner), load_if_exists=True)


def _claim(shared, head, file):
    """Say which search this is; refuse to go on with another one."""
    if "nnlab" not in shared.user_attrs:
        shared.set_user_attr("nnlab", head)
    there = shared.user_attrs["nnlab"]
    if there != head:
        raise ValueError(f"{file} holds another search: {there}, not "
                         f"{head}. Give another file.")


@contextlib.contextmanager
def _quiet():
    """Optuna logs each trial; the bar says enough."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
