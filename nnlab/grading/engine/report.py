"""What the run says at the end: a table, and a file with all of it."""
import csv
import dataclasses
import io
from pathlib import Path

from nnlab.grading.engine.attention import (
    for_information, one_line, reasons)
from nnlab.grading.engine.marks import Mark

ALL_GRADED, SOME, NOBODY = 0, 1, 2
MOST = 10           # lines that only inform; the file has all
FILE = "report.csv"
HEAD = ("student", "points", "out_of", "to_be_marked", "needs_a_look",
        "for_your_information")


@dataclasses.dataclass
class Row:
    """One student.

    mark : the Mark in the gradebook, None if there is none;  trouble :
    one line, why somebody has to look;  information : one line more;
    whole : both in full;  ungraded : there is no new Result;  new :
    nobody was told before
    """
    student: str
    mark: Mark = None
    trouble: str = ""
    information: str = ""
    whole: tuple = ()
    ungraded: bool = False
    new: bool = False

    @property
    def points(self):
        """As the gradebook has them."""
        return self.mark.points if self.mark else None

    @property
    def score(self):
        """Points in words."""
        if self.mark is None:
            return "no points"
        return f"{_number(self.points)} of {_number(self.mark.out_of)}"

    def cells(self):
        """Its line of the file."""
        mark = self.mark
        numbers = (_number(mark.points), _number(mark.out_of),
                   mark.waits) if mark else ("", "", "")
        return [self.student, *map(str, numbers), *(
            self.whole or (self.trouble, self.information))]


def row_of(result):
    """The Row of a Result; its Mark comes at the end of the run."""
    found = reasons(result), for_information(result)
    return Row(result.student, None, *map(one_line, found),
               tuple(" ".join(one_line([words]) for words in one)
                     for one in found))


def _number(x):
    return f"{round(x, 2):.10g}"


@dataclasses.dataclass
class Summary:
    """Of a run.

    rows : a Row for each student;  again : how many of them had been
    graded before, and were not graded again;  absent : {student: Mark}
    of whom only the gradebook knows;  seconds : the run took;  notes :
    what else is to be said;  file : the Path with all of it;  faults :
    of the tests, as the release's own solution shows
    """
    assignment: str
    rows: list = dataclasses.field(default_factory=list)
    again: int = 0
    absent: dict = dataclasses.field(default_factory=dict)
    seconds: float = 0.0
    notes: set = dataclasses.field(default_factory=set)
    file: Path = None
    faults: list = dataclasses.field(default_factory=list)

    @property
    def troubles(self):
        """The rows that somebody has to look at."""
        return [row for row in self.rows if row.trouble]

    @property
    def code(self):
        """The exit status: 0 all graded, 1 some need a look, 2 nobody
        could be graded.

        Who was in the table of an earlier run for the same reason, with
        the same files, has been looked at.
        """
        if self.rows and all(row.ungraded for row in self.rows):
            return NOBODY
        new = any(row.new for row in self.rows)
        return SOME if new or self.faults else ALL_GRADED

    def table(self, scores=False):
        """All of it as text; scores : with a line for each student."""
        return "\n".join([
            f"{self.assignment}:", *(f"  {what:<14}{text}"
                                     for what, text in self._lines()),
            *(["\nMend first:"] if self.faults else ()),
            *(f"  {fault}" for fault in self.faults),
            *(self._scores() if scores else ()),
            *_listed("Need a look", self.troubles, _trouble),
            *self._informs(scores)])

    def _lines(self):
        waits = [row.mark for row in self.rows
                 if row.mark and row.mark.waits]
        anew, look = sum(bool(m.again) for m in waits), len(self.troubles)
        new = sum(row.new for row in self.troubles)
        yield "students", f"{len(self.rows)}" + (
            f", {self.again} of them graded before" * bool(self.again))
        yield "mean", self._mean()
        yield "to be marked", (
            f"{len(waits)} student{'s' * (len(waits) != 1)} with answers "
            "that wait for a person (Formgrader)") + (
            f"; {anew} of them had a mark: look at it again") * bool(anew)
        yield "need a look", f"{look}" + (
            f", {new} of them new" * bool(look - new))
        yield "time", f"{self.seconds:.1f} s"
        for note in sorted(self.notes):
            yield "note", note
        if self.file:
            yield "all of it", str(self.file)

    def _mean(self):
        found = [row.mark for row in self.rows if row.mark]
        found += self.absent.values()
        if not found:
            return "there are no points yet"
        mean = sum(mark.points for mark in found) / len(found)
        return (f"{mean:.2f} of {_number(max(m.out_of for m in found))} "
                "points (marks by hand and being late count)")

    def _scores(self):
        return _listed("Points", self.rows, lambda row: (
            f"{row.score}, {row.mark.waits} to be marked"
            if row.mark and row.mark.waits else row.score))

    def _informs(self, everybody):
        rows = [row for row in self.rows if row.information]
        shown = rows if everybody else rows[:MOST]
        yield from _listed("For your information", shown,
                           lambda row: row.information)
        if len(rows) > len(shown):
            yield f"  and {len(rows) - len(shown)} more in {FILE}"

    def write(self, path, students):
        """Into the file; who is not in this run keeps the old line.

        students : all who have handed in
        """
        lines = {line[0]: line for line in _read(path)
                 if line[0] in students}
        lines.update((row.student, row.cells()) for row in self.rows)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(
            [HEAD, *([_harmless(cell) for cell in lines[student]]
                     for student in sorted(lines))])
        path.write_text(text.getvalue(), encoding="utf-8")
        self.file = path


def _listed(title, rows, words):
    if rows:
        width = max(len(row.student) for row in rows)
        yield f"\n{title}:"
        for row in rows:
            yield f"  {row.student:<{width}}  {words(row)}"


def _trouble(row):
    return f"{row.score}  {row.trouble}" + (
        "" if row.new else " (told before)")


def _read(path):
    """Lines of an earlier run's file; none if it is another's."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            head, *lines = csv.reader(file)
    except (OSError, ValueError, csv.Error):
        return []
    return [line for line in lines if len(line) == len(HEAD)] if (
        tuple(head) == HEAD) else []


def _harmless(cell):
    """A spreadsheet would take some texts for formulas."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@") else cell
