"""Pruning: which trial is not worth going on with."""
import dataclasses
import statistics

from nnlab._checks import at_least, count


@dataclasses.dataclass(frozen=True)
class MedianPruner:
    """Prune a trial whose best so far is worse than the median.

    The median is that of what the finished trials reported at the same
    step.  startup : no pruning before so many have finished; warmup :
    none at steps below it.
    Raises ValueError unless startup >= 1 and warmup >= 0.
    Source: Golovin et al. (2017), section 3.2.2, without averages over
    the steps.
    Differs from PyTorch, which has none; same as Optuna's
    ``MedianPruner``.
    """

    startup: int = 5
    warmup: int = 0

    def __post_init__(self):
        count(startup=self.startup)
        at_least(0, warmup=self.warmup)

    def prune(self, trial, study):
        """True if the trial should stop at its last step."""
        finished = study.of("finished")
        step, sign = max(trial.reports), study.sign
        others = [sign * other.reports[step] for other in finished
                  if step in other.reports]
        if len(finished) < self.startup or step < self.warmup or not others:
            return False
        best = min(sign * value for value in trial.reports.values())
        return best > statistics.median(others)


@dataclasses.dataclass(frozen=True)
class HyperbandPruner:
    """Several successive halvings at once, for ``bayesian_search``.

    Each trial belongs to one of them; they differ in the first step
    at which a trial can be pruned.  A step must be a budget: epochs.
    min_budget : the first step of the most impatient one; max_budget :
    the last step of a trial; eta : each rung keeps one in eta.
    Raises ValueError unless 1 <= min_budget < max_budget and eta >= 2.
    Source: Li et al. (2018), algorithm 1.
    Differs from PyTorch, which has none; it is Optuna's
    ``HyperbandPruner``, which halves as trials come in.
    """

    min_budget: int
    max_budget: int
    eta: int = 3

    def __post_init__(self):
        count(min_budget=self.min_budget, max_budget=self.max_budget)
        check_eta(self.eta)
        if self.max_budget <= self.min_budget:
            raise ValueError("max_budget must be above min_budget; got "
                             f"{self.max_budget} and {self.min_budget}.")


def check_eta(eta):
    """A whole number of at least 2."""
    count(eta=eta)
    if eta < 2:
        raise ValueError("eta must be at least 2, or no trial would ever "
                         f"stop; got {eta!r}.")


def check_pruner(pruner, kinds):
    """None, or one of these kinds."""
    if pruner is not None and not isinstance(pruner, kinds):
        names = "".join(f" or a {kind.__name__}" for kind in kinds)
        raise ValueError(f"pruner must be None{names}; got {pruner!r}. "
                         "Make one: MedianPruner().")
