"""What a run did to the course, its students and the grader's home."""
import dataclasses
import fnmatch
import hashlib
import os
import sqlite3
from pathlib import Path

import nbformat

from tests.grading.hostile.course import (
    LATER, LATER_DESERVES, POINTS, TOKENS)

# What grading itself writes: the students' new folders, the gradebook
# (looked into row by row), logs, and what Jupyter keeps in a home.
OUTPUTS = ("course/autograded/{student}/*", "course/autograded/{student}",
           "course/feedback/{student}/*", "course/feedback/{student}")
USUAL = ("course/gradebook.db*", "course/.grading*", "log.txt",
         "home/.ipython/profile_default/*", "home/.cache/*",
         "home/.ipython/*", "home/.config/matplotlib*", "home/.config",
         "home/.local", "home/.local/share", "home/.ipython", "home/.cache",
         "home/.local/share/jupyter", "home/.local/share/jupyter/runtime*",
         "home/.jupyter", "home/.jupyter/migrated",
         "course/autograded", "course/feedback",
         "home/.local/share/jupyter/nbsignatures.db",
         "home/.local/share/jupyter/notebook_secret")
NOT_USUAL = ("home/.ipython/profile_default/startup/*.py",
             "home/.ipython/profile_default/*.py")


@dataclasses.dataclass
class Outcome:
    """What became of one student's submission in one run.

    scores : {question: points or None};  forged, missed : points above
    and below what was deserved (where it must be just that);
    lost : students without a score;  others : students with another
    score than theirs;  silent : questions without full points and
    without a reason
    """
    scores: dict
    forged: float = 0
    missed: float = 0
    changed: list = dataclasses.field(default_factory=list)
    survivors: list = dataclasses.field(default_factory=list)
    leaked: list = dataclasses.field(default_factory=list)
    connections: int = 0
    lost: list = dataclasses.field(default_factory=list)
    others: list = dataclasses.field(default_factory=list)
    silent: list = dataclasses.field(default_factory=list)
    seconds: float = 0

    @property
    def harms(self):
        """The kinds of real harm in it, by name."""
        found = {"points": self.forged, "files": self.changed,
                 "survivors": self.survivors,
                 "secrets": self.leaked or self.connections,
                 "lost": self.lost or self.others or self.missed}
        return [kind for kind, there in found.items() if there]


def files(folder):
    """{path: checksum} of everything below ``folder``."""
    found = {}
    for top, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(top) / name
            found[str(path.relative_to(folder))] = _checksum(path)
    return found


def _checksum(path):
    if path.is_symlink():
        return f"-> {os.readlink(path)}"
    if not path.is_file():
        return path.is_dir() and "folder"
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def changed(before, after, students):
    """Paths that differ, but for what grading ``students`` writes."""
    allowed = [*USUAL, *(pattern.format(student=student)
                         for pattern in OUTPUTS for student in students)]
    return sorted(
        path for path in before.keys() | after.keys()
        if before.get(path) != after.get(path)
        and (not _like(path, allowed) or _like(path, NOT_USUAL)))


def _like(path, patterns):
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


def rows(database, students):
    """The gradebook's rows, but for those of ``students``.

    Returns None if there is nothing that can be read.
    """
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
            db.execute("PRAGMA query_only = 1")
            tables = [name for name, in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'")]
            mine = _ids(db, students)
            return {(t, *row) for t in tables
                    for row in db.execute(f'SELECT * FROM "{t}"')
                    if not mine & set(map(str, row))}
    except sqlite3.DatabaseError:
        return None


def _ids(db, students):
    """What the rows of these students are known by."""
    found = set(students)
    marks = ",".join("?" * len(students))
    found |= {i for i, in db.execute(
        "SELECT id FROM submitted_assignment WHERE student_id IN "
        f"({marks})", list(students))}
    marks = ",".join("?" * len(found))
    return found | {i for i, in db.execute(
        f"SELECT id FROM submitted_notebook WHERE assignment_id IN ({marks})",
        list(found))}


SCORES = """
SELECT base_cell.name, grade.auto_score, grade.manual_score,
       grade.extra_credit
FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
JOIN submitted_notebook n ON grade.notebook_id = n.id
JOIN submitted_assignment a ON n.assignment_id = a.id
WHERE a.student_id = ?"""


def scores(database, student):
    """{question: points, None if there are none} of the auto-graded."""
    found = dict.fromkeys(POINTS)
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
            for name, auto, manual, extra in db.execute(SCORES, [student]):
                question = name.removeprefix("test-")
                score = auto if manual is None else manual
                if question in found and score is not None:
                    found[question] = score + (extra or 0)
    except sqlite3.DatabaseError:
        pass
    return found


def leaks(course, students, heard):
    """Which secrets were sent away or stand in what students get."""
    shown = list(heard)
    for step in "autograded", "feedback":
        for student in students:
            for path in (course / step / student).rglob("*"):
                if path.is_file() and not path.is_symlink():
                    shown.append(_outputs(path))
    return [name for name, token in TOKENS.items()
            if any(token in text for text in shown)]


def _outputs(path):
    try:
        notebook = nbformat.read(path, as_version=4)
        return str([c.get("outputs") for c in notebook.cells])
    except Exception:
        return path.read_bytes().decode("latin-1")


def marks(case, database, student):
    """The Outcome as far as it is points."""
    found = Outcome(scores(database, student))
    for question, deserved in case.deserved.items():
        got = found.scores[question] or 0
        found.forged += max(0, got - deserved)
        found.missed += max(0, deserved - got) * case.exact
    found.lost = [student] if None in found.scores.values() else []
    return found


def traces(found, folder, before, seen, students):
    """Put into an Outcome what a run left behind, and where."""
    database = folder / "course" / "gradebook.db"
    found.changed = changed(before["files"], files(folder), students)
    if rows(database, students) != before["rows"]:
        found.changed.append("course/gradebook.db: rows of others")
    found.survivors = seen.get("survivors", ["nobody could look"])
    found.connections = len(seen.get("heard", []))
    found.leaked = leaks(folder / "course", students, seen.get("heard", []))
    found.seconds = seen.get("seconds", 0)
    return found


def outcome(case, folder, before, seen, student):
    """Everything about one case that was graded with LATER after it."""
    database, students = folder / "course" / "gradebook.db", (student, LATER)
    found = traces(marks(case, database, student), folder, before, seen,
                   students)
    other = scores(database, LATER)
    if None in other.values():
        found.lost.append(LATER)
    elif other != LATER_DESERVES:
        found.others.append(LATER)
    return found


def state(folder, students):
    """What ``outcome`` compares with: take it before the run."""
    return {"files": files(folder),
            "rows": rows(folder / "course" / "gradebook.db", students)}


