"""What the run says: a bar on the way, a table at the end."""
import dataclasses
import sys
import time

ALL_GRADED, SOME, NOT_STARTED = 0, 1, 2


@dataclasses.dataclass
class Row:
    """One student.  waits : how many answers a person has to mark."""
    student: str
    points: float = 0.0
    out_of: float = 0.0
    waits: int = 0
    trouble: str = ""


def row_of(result):
    """The Row of a Result."""
    scores = [s for one in result.notebooks.values()
              for s in one.scores.values()]
    return Row(result.student, sum(s.points or 0.0 for s in scores),
               sum(s.out_of for s in scores),
               sum(s.points is None for s in scores), result.trouble)


@dataclasses.dataclass
class Summary:
    """Of a run.

    rows : a Row for each student;  again : how many of them had been
    graded before, and were not graded again;  seconds : the run took;
    notes : what is to be said about the machines
    """
    assignment: str
    rows: list = dataclasses.field(default_factory=list)
    again: int = 0
    seconds: float = 0.0
    notes: set = dataclasses.field(default_factory=set)

    @property
    def troubles(self):
        """The rows that somebody has to look at."""
        return [row for row in self.rows if row.trouble]

    @property
    def code(self):
        """The exit status: 0 all graded, 1 some need a look."""
        return SOME if self.troubles else ALL_GRADED

    def table(self):
        """All of it as text."""
        rows = self.rows
        if not rows:
            return f"{self.assignment}: nobody has handed in."
        mean = sum(row.points for row in rows) / len(rows)
        most = max(row.out_of for row in rows)
        said = [
            ("students", f"{len(rows)}" + (
                f", {self.again} of them graded before" * bool(self.again))),
            ("mean", f"{mean:.2f} of {most:g} points"),
            ("to be marked", f"{sum(bool(r.waits) for r in rows)} students "
             "have answers that wait for a person (Formgrader)"),
            ("need a look", f"{len(self.troubles)}"),
            ("time", f"{self.seconds:.1f} s")]
        return "\n".join([
            f"{self.assignment}:", *(f"  {what:<14}{text}"
                                     for what, text in said),
            *(f"  {'note':<14}{note}" for note in sorted(self.notes)),
            *self._reasons()])

    def _reasons(self):
        if not self.troubles:
            return
        width = max(len(row.student) for row in self.troubles)
        yield ""
        for row in self.troubles:
            yield (f"  {row.student:<{width}}  {row.points:g} of "
                   f"{row.out_of:g}  {row.trouble}")


class Progress:
    """Students done, time left, failures so far.

    A bar on a terminal, a line for every twentieth part elsewhere.
    total : how many there are;  on : False says nothing at all
    """

    def __init__(self, total, on=True):
        self.total, self.on, self.done, self.failed = total, on, 0, 0
        self.start, self.bar = time.monotonic(), None
        if on and total and sys.stderr.isatty():
            from tqdm import tqdm
            self.bar = tqdm(total=total, unit="student", file=sys.stderr,
                            dynamic_ncols=True, leave=False)

    def step(self, row):
        """One more is done; ``row`` is its Row."""
        self.done += 1
        self.failed += bool(row.trouble)
        if self.bar is not None:
            self.bar.set_postfix_str(f"need a look: {self.failed}",
                                     refresh=False)
            self.bar.update()
        elif self.on and (self.done == self.total or self._part()):
            print(self.line(), flush=True)

    def _part(self):
        return 20 * self.done // self.total > (
            20 * (self.done - 1) // self.total)

    def line(self):
        """The same as one line of text."""
        spent = time.monotonic() - self.start
        left = spent / self.done * (self.total - self.done)
        return (f"{self.done} of {self.total} students, {left:.0f} s left, "
                f"{self.failed} need a look")

    def close(self):
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()
