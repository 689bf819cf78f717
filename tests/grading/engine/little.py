"""A course of two notebooks, and a grader of it that needs no kernel."""
import contextlib
import copy
import io
import json
import os
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import nbformat
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import utils
from nbgrader.api import Gradebook

from nnlab.grading.engine.model import Graded, Result, Score
from nnlab.grading.release import nbgrader

NAME = "little"
DUE = "2026-01-31 12:00:00 UTC"
EARLY, LATE = "2026-01-30 12:00:00.0 UTC", "2026-02-01 12:00:00.0 UTC"
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "little"
c.LateSubmissionPlugin.penalty_method = "zero"
c.ExecutePreprocessor.timeout = 20
"""
ANSWERS = {
    "double": "def double(x):\n    ### BEGIN SOLUTION\n"
              "    return 2 * x\n    ### END SOLUTION",
    "primes": "### BEGIN SOLUTION\nprimes = [2, 3, 5]\n### END SOLUTION",
    "stack": "class Stack:\n    ### BEGIN SOLUTION\n"
             "    def __init__(self):\n        self.all = []\n"
             "    def push(self, x):\n        self.all.append(x)\n"
             "    def top(self):\n        return self.all[-1]\n"
             "    ### END SOLUTION",
}
TESTS = {
    "double": "assert double(1) == 2\n### BEGIN HIDDEN TESTS\n"
              'assert double(21) == 42, "double(21) must be 42"\n'
              "### END HIDDEN TESTS",
    "primes": 'assert primes, "there are no primes in it"\n'
              "### BEGIN HIDDEN TESTS\n"
              "sum(1.0 for p in (2, 3, 5) if p in primes)\n"
              "### END HIDDEN TESTS",
    "stack": "s = Stack()\ns.push(1)\nassert s.top() == 1",
}
POINTS = {"double": 4, "primes": 3, "stack": 5}
NOTEBOOKS = {"first": ("double", "primes"), "second": ("stack",)}


def meta(name, **kind):
    """nbgrader's metadata of a cell."""
    return {"nbgrader": {"grade_id": name, "grade": False, "locked": False,
                         "solution": False, "task": False,
                         "schema_version": 3, **kind}}


def source(name):
    """What the instructor wrote."""
    cells = [new_code_cell("import math", id="setup", metadata=meta(
        f"setup-{name}", locked=True))]
    for question in NOTEBOOKS[name]:
        cells += [
            new_code_cell(ANSWERS[question], id=question, metadata=meta(
                question, solution=True)),
            new_code_cell(TESTS[question], id=f"test-{question}",
                          metadata=meta(f"test-{question}", grade=True,
                                        locked=True,
                                        points=POINTS[question]))]
    if name == "first":
        cells.append(new_markdown_cell("Why?", id="why", metadata=meta(
            "why", grade=True, solution=True, points=2)))
    else:
        cells.append(new_markdown_cell("Draw it.", id="task", metadata=meta(
            "task", task=True, locked=True, points=6)))
    kernel = {"display_name": "Python 3", "language": "python",
              "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make(folder):
    """The course in ``folder``: released, nobody has handed in."""
    course = folder / "course"
    where = course / "source" / NAME
    where.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(CONFIG)
    for name in NOTEBOOKS:
        nbformat.write(source(name), where / f"{name}.ipynb")
    (where / "data.csv").write_text("1,2\n")
    nbgrader(course, "generate_assignment", NAME)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
    return course


def right(name):
    """A solution without the lines that mark it."""
    return "\n".join(line for line in ANSWERS[name].split("\n")
                     if "SOLUTION" not in line)


RIGHT = {name: right(name) for name in ANSWERS}


def hand_in(course, student, when=EARLY, only=tuple(NOTEBOOKS), why=None,
            **answers):
    """Write what ``student`` submits: ``answers``, the rest untouched."""
    folder = course / "submitted" / student / NAME
    shutil.copytree(course / "release" / NAME, folder)
    for name in NOTEBOOKS:
        path = folder / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        path.unlink()
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
            if cell.id == "why" and why:
                cell.source = why
        if name in only:
            nbformat.write(notebook, path)
    if when:
        (folder / "timestamp.txt").write_text(when)


def hand_in_all(course):
    """One student of each kind."""
    hand_in(course, "right", **RIGHT, why="So.")
    hand_in(course, "late", LATE, **RIGHT, why="So.")
    hand_in(course, "untouched")
    hand_in(course, "half", only=("first",), **RIGHT)
    hand_in(course, "unstamped", None, **RIGHT | {
        "double": "def double(x):\n    return 2", "primes": "primes = [2]"})
    (course / "submitted" / "right" / NAME / "notes.txt").write_text("n")


# A grader: reads what was handed in, and runs it right here.

def read(submission, name):
    """The cells that were handed in, by id; None if there are none."""
    path = Path(submission.folder or "/none") / f"{name}.ipynb"
    if submission.files is not None:
        text = submission.files.get(path.name, b"").decode()
    else:
        text = path.read_text() if path.exists() else ""
    return {c["id"]: "".join(c["source"])
            for c in json.loads(text)["cells"]} if text else None


def grade(submission, release, options=None):
    """A Result, as the real ``grade`` returns; and a few misfortunes."""
    misfortune(submission)
    notebooks = {}
    for name, template in release.templates.items():
        answers, space = read(submission, name), {}
        notebook, scores = copy.deepcopy(template.notebook), {}
        for cell in notebook["cells"]:
            _run(cell, answers, space, scores)
        notebooks[name] = Graded(name, notebook, scores, [
            f"read {name}"], answers is not None)
    return Result(submission.student, release.assignment, notebooks,
                  ["a remark"], files=_others(submission), notes=[
                      "kernels start cold: a test"] * submission.
                  student.startswith("cold"))


def _others(submission):
    if submission.files is not None:
        return {name: data for name, data in submission.files.items()
                if name.endswith(".txt")}
    return {p.name: p.read_bytes() for p in Path(
        submission.folder or "/none").glob("*.txt")}


def _run(cell, answers, space, scores):
    kind = cell["metadata"]["nbgrader"]
    grade_id, out_of = kind["grade_id"], float(kind.get("points", 0))
    if answers and kind["solution"]:
        cell["source"] = answers[cell["id"]]
    if kind["task"]:
        scores[grade_id] = Score(None if answers else 0.0, out_of)
    elif kind["grade"] and kind["solution"]:
        points, _ = utils.determine_grade(from_dict(cell))
        scores[grade_id] = Score(points if answers else 0.0, out_of)
    elif cell["cell_type"] == "code":
        cell["outputs"] = _outputs(cell["source"], space) if answers else []
        if kind["grade"]:
            points, _ = utils.determine_grade(from_dict(cell))
            scores[grade_id] = Score(points if answers else 0.0, out_of)


def _outputs(source, space):
    *first, last = source.replace("\n\n", "\n").split("\n")
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            lines = [x for x in source.split("\n") if x[:3] != "###"]
            if lines[-1].startswith("sum("):
                exec("\n".join(lines[:-1]), space)
                return [{"output_type": "execute_result", "metadata": {},
                         "execution_count": None, "data": {
                             "text/plain": repr(eval(lines[-1], space))}}]
            exec(source, space)
        except BaseException as error:
            name = type(error).__name__
            at = error.__traceback__.tb_next
            where = at.tb_lineno if at else 1
            return [{"output_type": "error", "ename": name,
                     "evalue": str(error), "traceback": [
                         f"line {where}: "
                         f"{source.splitlines()[where - 1].strip()}",
                         f"{name}: {error}"]}]
    return []


def misfortune(submission):
    """What the name of the student asks for."""
    name = submission.student
    if name.startswith("raises"):
        raise RuntimeError("this one cannot be graded\nsecond line")
    if name.startswith("kills"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("once"):
        flag = Path(submission.folder).parent / "tried"
        if not flag.exists():
            flag.write_text("")
            os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("hangs"):
        time.sleep(3600)
    if name.startswith("slow"):
        time.sleep(0.2)


# What the gradebook holds.

TABLES = {
    "student": "SELECT id, first_name, last_name, email, lms_user_id "
               "FROM student",
    "submitted_assignment":
        "SELECT a.name, s.student_id, s.timestamp, s.extension FROM "
        "submitted_assignment s JOIN assignment a ON a.id=s.assignment_id",
    "submitted_notebook":
        "SELECT n.name, s.student_id, x.flagged, x.late_submission_penalty "
        "FROM submitted_notebook x JOIN notebook n ON n.id=x.notebook_id "
        "JOIN submitted_assignment s ON s.id=x.assignment_id",
    "grade":
        "SELECT n.name, s.student_id, c.name, g.auto_score, g.manual_score, "
        "g.extra_credit, g.needs_manual_grade FROM grade g "
        "JOIN base_cell c ON c.id=g.cell_id "
        "JOIN submitted_notebook x ON x.id=g.notebook_id "
        "JOIN notebook n ON n.id=x.notebook_id "
        "JOIN submitted_assignment s ON s.id=x.assignment_id",
    "comment":
        "SELECT n.name, s.student_id, c.name, m.auto_comment, "
        "m.manual_comment FROM comment m JOIN base_cell c ON c.id=m.cell_id "
        "JOIN submitted_notebook x ON x.id=m.notebook_id "
        "JOIN notebook n ON n.id=x.notebook_id "
        "JOIN submitted_assignment s ON s.id=x.assignment_id",
    "assignment": "SELECT name, duedate, course_id FROM assignment",
    "notebook": "SELECT name, kernelspec FROM notebook",
    "course": "SELECT id FROM course",
}


def rows(course):
    """{table: its rows in order}, without what is made up at random."""
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as db:
        return {table: sorted(db.execute(query).fetchall(), key=repr)
                for table, query in TABLES.items()}
