"""What a search leaves: a Study of Trials, and its table."""
import bisect
import dataclasses
import html
import math
import numbers

import numpy as np

DIRECTIONS = {"minimize": 1, "maximize": -1}
STATES = ("finished", "pruned", "failed")


class Pruned(Exception):
    """Raised by ``trial.report``: the search gives this trial up.

    Differs from PyTorch, which has none; as Optuna's ``TrialPruned``.
    """


@dataclasses.dataclass
class Trial:
    """One evaluation of the objective, while it runs and afterwards.

    number : from 0; settings : {name: value}; seed : for the objective,
    ``rng = np.random.default_rng(trial.seed)``.
    budget : in successive_halving, how long to train; else None.
    state : "running", then "finished", "pruned" or "failed".
    value : what the objective returned; of a pruned trial, the last
    that it reported.
    seconds : how long it took; reports : {step: value}.
    reason : of a failed trial, the exception.
    judge : while it runs, the function that may give it up.
    Differs from PyTorch, which has none.
    """

    number: int
    settings: dict
    seed: int
    budget: int | None = None
    state: str = "running"
    value: float | None = None
    seconds: float = 0.0
    reports: dict = dataclasses.field(default_factory=dict)
    reason: str | None = None
    judge: object = dataclasses.field(default=None, repr=False,
                                      compare=False)

    def report(self, step, value):
        """Record a value on the way, such as the loss after an epoch.

        step : a whole number, above that of the report before.
        Raises Pruned when the search gives this trial up, ValueError
        for another step or a value that is no finite number.
        """
        last = max(self.reports, default=-1)
        if not isinstance(step, numbers.Integral) or step <= last:
            raise ValueError(f"step must be a whole number above {last}; "
                             f"got {step!r}.")
        self.reports[int(step)] = finite(value, "the reported value")
        if self.judge is not None and self.judge(self):
            raise Pruned(f"trial {self.number} was pruned at step {step}")


def finite(value, what="the objective's value"):
    """The value as a float, if it is a finite number."""
    if not isinstance(value, numbers.Real) or not math.isfinite(value):
        raise ValueError(f"{what} must be a finite number; got {value!r}.")
    return float(value)


def streams(seed, number):
    """A trial's randomness: by search and number, whatever the order.

    Returns a Generator that draws its settings, and the seed for its
    objective; the two are independent.
    """
    draws, own = np.random.SeedSequence(seed, spawn_key=(number,)).spawn(2)
    return np.random.default_rng(draws), int(own.generate_state(1)[0])


class Study:
    """The trials of a search, and the best of them.

    search : its name; space, direction : as it was given them; total :
    the number of trials that it was asked for.
    trials : those that have ended, by number; best : the finished one
    with the best value, in successive_halving among those that got the
    highest budget; interrupted : True if Ctrl-C ended the search.
    Raises ValueError for another direction.
    Differs from PyTorch, which has none.
    """

    def __init__(self, search, space, direction, total):
        if direction not in DIRECTIONS:
            raise ValueError('direction must be "minimize" or "maximize"; '
                             f"got {direction!r}.")
        self.search, self.space = search, space
        self.direction, self.total = direction, total
        self.sign = DIRECTIONS[direction]
        self.trials, self.interrupted = [], False

    def keep(self, trial):
        """Put a trial into its place; one with its number makes room."""
        place = bisect.bisect_left(self.trials, trial.number,
                                   key=lambda t: t.number)
        here = self.trials[place:place + 1]
        taken = bool(here) and here[0].number == trial.number
        self.trials[place:place + taken] = [trial]

    def of(self, state):
        """The trials in a state, such as "finished"."""
        return [trial for trial in self.trials if trial.state == state]

    @property
    def best(self):
        """The finished trial with the best value, the first if equal.

        In successive_halving it is the best of those that got furthest:
        at the last rung, or at the highest budget with a value if
        Ctrl-C or a failure has left the rungs above it empty.  A trial
        that has failed or given up is never the best.
        Raises ValueError if no trial has finished.
        """
        finished = self.of("finished") or [
            t for t in self.of("pruned") if t.budget in t.reports]
        if not finished:
            failed = self.of("failed")
            why = (f" Trial {failed[0].number} failed: {failed[0].reason}."
                   if failed else "")
            raise ValueError(f"no trial has finished.{why}")
        return min(finished, key=lambda t: (-(t.budget or 0),
                                            self.sign * t.value))

    def ranked(self):
        """Finished trials, best first; then pruned ones, then failed."""
        def key(trial):
            loss = (math.inf if trial.value is None
                    else self.sign * trial.value)
            return (STATES.index(trial.state), -(trial.budget or 0),
                    loss, trial.number)
        return sorted(self.trials, key=key)

    def rows(self, top=None):
        """The table as lists of text: the head, then a row per trial."""
        budget = any(trial.budget is not None for trial in self.trials)
        head = ["trial", "value", *self.space, *["budget"] * budget,
                "seconds", "state"]
        return [head, *(
            [str(t.number), text(t.value),
             *(text(self.space[name].encode(value))
               for name, value in t.settings.items()),
             *[text(t.budget)] * budget, f"{t.seconds:.1f}",
             t.state + (f": {t.reason}" if t.reason else "")]
            for t in self.ranked()[:top])]

    def table(self, top=10):
        """The best ``top`` trials as aligned text; all with None."""
        rows = self.rows(top)
        *widths, _ = (max(map(len, column)) for column in zip(*rows))
        return "\n".join(
            "  ".join([*map(str.rjust, row[:-1], widths), row[-1]])
            for row in rows)

    def summary(self):
        """One line: how many trials, in which state."""
        counts = [f"{len(self.of(state))} {state}" for state in STATES
                  if self.of(state)]
        n = len(self.trials)
        trials = (f"{n} of {self.total} trials" if n <= self.total
                  else f"{n} trials, {self.total} asked for")
        return (f"{self.search}, {self.direction}: {trials}"
                + (f" ({', '.join(counts)})" if counts else "")
                + ("; interrupted" if self.interrupted else ""))

    def __repr__(self):
        return f"{self.summary()}\n{self.table()}"

    def _repr_html_(self):
        head, *body = (list(map(html.escape, row)) for row in self.rows(10))
        rows = [f"<tr><th>{'</th><th>'.join(head)}</th></tr>"]
        rows += [f"<tr><td>{'</td><td>'.join(row)}</td></tr>"
                 for row in body]
        return (f"<p>{html.escape(self.summary())}</p>"
                f"<table>{''.join(rows)}</table>")


def text(value):
    """A number in four digits, text as it is, nothing for None."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)
