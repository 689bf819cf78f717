"""An honest class: the same scores as stock nbgrader, and how fast.

    python benchmarks/grading.py [STUDENTS [numpy torch]]

The same submissions, first by `nbgrader autograde` and then by
`nnlab grade` with two workers, both protections on, feedback pages
included; the time of both is that of the whole command.
"""
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _class
import _ratio

TARGETS = {"numpy": 8, "torch": 15}
WORKERS = 2
SCORES = """
select student.id, base_cell.name, grade.auto_score
from grade join submitted_notebook on grade.notebook_id =
submitted_notebook.id join submitted_assignment on
submitted_notebook.assignment_id = submitted_assignment.id
join student on submitted_assignment.student_id = student.id
join base_cell on grade.cell_id = base_cell.id"""


def seconds(command, folder):
    """How long a command takes; its output goes to a file beside."""
    began = time.perf_counter()
    with open(f"{folder}.log", "w") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=log,
                              check=False)
    return time.perf_counter() - began, done.returncode


def scores(folder):
    """{(student, cell): score} of a gradebook."""
    with sqlite3.connect(folder / "gradebook.db") as book:
        return {(student, cell): score for student, cell, score in
                book.execute(SCORES)}


def measure(kind, students, scratch):
    """Grade one class both ways; prints, and says if the target is met."""
    noisy = max(1, students // 20)
    folders = {}
    for name in "stock", "ours":
        folders[name] = Path(scratch) / f"{kind}-{name}"
        warns = _class.make(folders[name], students, kind, noisy)
    stock, _ = seconds([sys.executable, "-m", "nbgrader", "autograde",
                        _class.NAME], folders["stock"])
    ours, code = seconds([sys.executable, "-m", "nnlab", "grade",
                          _class.NAME, "--workers", str(WORKERS)],
                         folders["ours"])
    theirs, mine = (scores(folders[n]) for n in ("stock", "ours"))
    differ = sorted({s for (s, c) in theirs
                     if theirs[s, c] != mine.get((s, c))})
    unexpected = [s for s in differ if s not in warns]
    ratio = stock / ours
    print(f"{kind}, {students} students: stock {stock:.1f} s "
          f"({stock / students:.2f} s each), ours {ours:.1f} s "
          f"({students / ours:.1f} a second): {ratio:.1f}x, "
          f"target {TARGETS[kind]}x; exit code {code}")
    print(f"  scores that differ: {len(differ)} students, of them "
          f"{len(unexpected)} who write nothing to stderr {unexpected[:5]}")
    return ratio >= TARGETS[kind] and not unexpected


def main(students=200, *kinds):
    """All kinds in turn; False if a target is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        return all([measure(kind, int(students), scratch)
                    for kind in kinds or TARGETS])


if __name__ == "__main__":
    print(f"threads: {_ratio.THREADS}")
    sys.exit(not main(*sys.argv[1:]))
