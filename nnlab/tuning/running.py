"""What all searches share: running a trial, keeping it, Ctrl-C, the bar."""
import contextlib
import itertools
import numbers
import sys
import time

from nnlab.training.progress import CtrlC
from nnlab.tuning.journal import Journal
from nnlab.tuning.space import check_space, copied, decode, encode
from nnlab.tuning.study import Pruned, Trial, finite, streams

KEPT = ("number", "budget", "state", "value", "seconds", "reason")


def check_search(objective, space, seed):
    """What every search is given."""
    if not callable(objective):
        raise ValueError("objective must be a function of settings and "
                         f"trial; got {objective!r}.")
    check_space(space)
    if (not isinstance(seed, numbers.Integral) or isinstance(seed, bool)
            or seed < 0):
        raise ValueError("seed must be a whole number, at least 0; got "
                         f"{seed!r}.")


def header(search, space, direction, seed, **more):
    """What must agree for a search to go on from a file."""
    return {"search": search, "direction": direction, "seed": int(seed),
            "space": {name: repr(space[name]) for name in sorted(space)}
            } | more


def execute(objective, trial, ctrl_c):
    """Run a trial to its end, and write the outcome into it.

    An exception makes it a failed trial; only Ctrl-C goes through, even
    if the objective has caught it to end in good order, as fit does.
    What the objective does to its settings does not stay.
    """
    drawn, trial.settings = trial.settings, copied(trial.settings)
    start = time.perf_counter()
    try:
        with ctrl_c.listening():
            value = objective(copied(drawn), trial)
        trial.value, trial.state = finite(value), "finished"
    except Pruned:
        trial.state = "pruned"
        trial.value = list(trial.reports.values() or [None])[-1]
    except Exception as error:
        trial.state = "failed"
        text = " ".join(str(error).split())
        trial.reason = f"{type(error).__name__}: {text}"
    finally:
        trial.settings = drawn
    trial.seconds = time.perf_counter() - start
    trial.judge = None
    ctrl_c.check()


class Interrupts(CtrlC):
    """Ctrl-C ends a trial at once, but nothing else half-way.

    Outside of ``listening`` it is only noted, so that a trial which has
    finished is written to the end; ``check`` then raises.
    """

    heard = False

    def _ask(self, number, frame):
        self.stop = True
        if self.heard:
            self.old(number, frame)

    @contextlib.contextmanager
    def listening(self):
        """In here Ctrl-C raises KeyboardInterrupt where it strikes."""
        self.check()
        self.heard = True
        try:
            yield
        finally:
            self.heard = False

    def check(self):
        """Raise KeyboardInterrupt if Ctrl-C came."""
        if self.stop:
            raise KeyboardInterrupt


class Run:
    """A search under way: trials from the journal, else run and kept.

        with Run(objective, study, file, header, progress) as run:
            trial = run(trial)
    """

    def __init__(self, objective, study, file, head, progress, steps=None):
        self.objective, self.study = objective, study
        self.journal, self.ctrl_c = Journal(file, head), Interrupts()
        self.bar = Bar(study, steps or study.total, progress)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.journal)
            past = map(self.restored, itertools.count(2),
                       self.journal.records)
            self.past = {(t.number, t.budget): t for t in past}
            stack.enter_context(self.bar)
            stack.enter_context(self.ctrl_c)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, kind, *error):
        self.stack.__exit__(kind, *error)
        self.study.interrupted = kind is KeyboardInterrupt
        return self.study.interrupted

    def __call__(self, trial, final=True):
        """The trial, when it has ended; it may have in an earlier run.

        One that is not final may have finished, but not for good.
        """
        ended = self.past.get((trial.number, trial.budget))
        if ended is None:
            execute(self.objective, trial, self.ctrl_c)
            self.journal.append(self.record(trial))
            ended = trial
        if ended.state == "finished" and not final:
            ended.state = "pruned"
        self.study.keep(ended)
        self.bar.advance()
        return ended

    def record(self, trial):
        """The trial's line in the journal."""
        return {name: getattr(trial, name) for name in KEPT} | {
            "settings": encode(self.study.space, trial.settings),
            "reports": list(trial.reports.items())}

    def restored(self, i, record):
        """The trial of line i."""
        seed = self.journal.header["seed"]
        try:
            return Trial(
                **{name: record[name] for name in KEPT},
                settings=decode(self.study.space, record["settings"]),
                seed=streams(seed, record["number"])[1],
                reports=dict(map(tuple, record["reports"])))
        except (KeyError, TypeError, ValueError):
            raise self.journal.damaged(i) from None


class Bar:
    """A bar on standard output with the best value, if tqdm is there."""

    def __init__(self, study, total, progress):
        self.study, self.total, self.bar = study, total, None
        self.progress = progress

    def __enter__(self):
        if self.progress:
            with contextlib.suppress(ImportError):
                from tqdm import tqdm
                self.bar = tqdm(total=self.total, file=sys.stdout)
        return self

    def advance(self, to=None):
        """One trial more has ended, or so many have in all."""
        if self.bar is None:
            return
        best = self.study.ranked()[0].value
        if best is not None:
            self.bar.set_postfix_str(f"best {best:.4g}", refresh=False)
        step = 1 if to is None else to - self.bar.n
        # A file may hold more trials than were asked for.
        self.bar.total = max(self.bar.total, self.bar.n + step)
        self.bar.update(step)

    def __exit__(self, *error):
        if self.bar is not None:
            self.bar.close()
