"""A small course to throw away, and what its students hand in.

Four questions are graded by test cells (one gives partial credit by
its last expression, all have hidden tests), one waits for a person.
"""
import copy
import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import (
    new_code_cell, new_markdown_cell, new_notebook, new_output)

ROOT = Path(__file__).parents[3]
NAME = "little"
DATA = "name,height\nanna,1.71\nzoe,1.64\n"
POINTS = {"mean": 4, "softmax": 6, "counter": 5, "primes": 3}
NONE = dict.fromkeys(POINTS, 0)
# Graded before the run under test, and after the guest in the same run.
EARLIER, GUEST, LATER = "anna", "mallory", "zoe"
PORT = 47654
SECRET = "NNLAB_TEST_SECRET"
TOKENS = {"environment": "s3cret-of-the-environment",
          "file": "s3cret-of-the-home-folder"}

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "little"
c.Execute.timeout = 5
"""

ANSWERS = {
    "mean": '''\
def mean(x):
    """The mean of some numbers."""
    ### BEGIN SOLUTION
    return float(np.sum(x) / np.size(x))
    ### END SOLUTION''',
    "softmax": '''\
def softmax(z):
    """exp(z) / sum(exp(z)), for large z too."""
    ### BEGIN SOLUTION
    e = np.exp(z - np.max(z))
    return e / np.sum(e)
    ### END SOLUTION''',
    "counter": '''\
class Counter:
    """Counts words; total is how many there were."""

    ### BEGIN SOLUTION
    def __init__(self):
        self.total, self.seen = 0, {}

    def add(self, word):
        self.total += 1
        self.seen[word] = self.seen.get(word, 0) + 1

    def count(self, word):
        return self.seen.get(word, 0)
    ### END SOLUTION''',
    "primes": '''\
### BEGIN SOLUTION
primes = [2, 3, 5, 7, 11, 13, 17, 19]
### END SOLUTION''',
}

TESTS = {
    "mean": '''\
assert abs(mean([1, 2, 3]) - 2) < 1e-9
### BEGIN HIDDEN TESTS
assert abs(mean([7]) - 7) < 1e-9
known = [([5.0], 5), ([1, 2], 1.5), ([-4, 0, 7, 1], 1), ([2, 2, 2], 2)]
good = sum(abs(mean(x) - right) < 1e-9 for x, right in known)
float(good)
### END HIDDEN TESTS''',
    "softmax": '''\
from numpy.testing import assert_allclose
assert_allclose(softmax(np.array([0.0, 0.0])), [0.5, 0.5])
### BEGIN HIDDEN TESTS
def right_softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)
assert_allclose(softmax(np.array([1.0, 2.0, 3.0])),
                [0.09003057, 0.24472847, 0.66524096], atol=1e-7)
assert np.allclose(softmax(np.array([1000.0, 1000.0])), 0.5)
for z in np.array([1.0, 5.0, 2.5]), np.array([0.25, -3.0]):
    assert_allclose(softmax(z), right_softmax(z))
### END HIDDEN TESTS''',
    "counter": '''\
counter = Counter()
for word in "a", "b", "a":
    counter.add(word)
assert counter.count("a") == 2
### BEGIN HIDDEN TESTS
assert counter.count("c") == 0
assert counter.total == 3
### END HIDDEN TESTS''',
    "primes": '''\
assert len(primes) == 8
### BEGIN HIDDEN TESTS
assert list(primes) == [2, 3, 5, 7, 11, 13, 17, 19]
### END HIDDEN TESTS''',
}

# Wrong in every question, and quiet about it.
WRONG = {
    "mean": "def mean(x):\n    return 0.0",
    "softmax": "def softmax(z):\n    return z + 7",
    "counter": ("class Counter:\n    total = -1\n"
                "    def add(self, word):\n        pass\n"
                "    def count(self, word):\n        return -1"),
    "primes": "primes = [1]",
}


def _meta(name, **kind):
    base = {"grade_id": name, "grade": False, "locked": False,
            "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**base, **kind}}


def source():
    """The notebook that the instructor of this course wrote."""
    cells = [new_markdown_cell("# A little course", id="title"),
             new_code_cell("import numpy as np", id="setup",
                           metadata=_meta("setup", locked=True))]
    for name, points in POINTS.items():
        cells += [
            new_code_cell(ANSWERS[name], id=name,
                          metadata=_meta(name, solution=True)),
            new_code_cell(TESTS[name], id=f"test-{name}", metadata=_meta(
                f"test-{name}", grade=True, locked=True, points=points))]
    cells.append(new_markdown_cell(
        "Why is a softmax never 0?", id="words", metadata=_meta(
            "words", grade=True, solution=True, points=2)))
    kernel = {"display_name": "Python 3", "language": "python",
              "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def plain(text):
    """An answer without the lines that mark it."""
    return "\n".join(line for line in text.split("\n")
                     if "SOLUTION" not in line)


@dataclasses.dataclass
class HandIn:
    """What one student is about to hand in.

    folder : submitted/<student>/little;  course, home : the grader's
    notebook : nbformat 4; None if the case wrote its own file
    """
    folder: Path
    course: Path
    home: Path
    notebook: dict

    def cell(self, name):
        """The cell with this id."""
        return next(c for c in self.notebook.cells if c.id == name)

    def answer(self, **answers):
        """Write these answers; "right" and "wrong" stand for ours."""
        for name, text in answers.items():
            known = {"right": plain(ANSWERS[name]), "wrong": WRONG[name]}
            self.cell(name).source = known.get(text, text)

    def all(self, kind, **others):
        """Answer every question like this, but for ``others``."""
        self.answer(**{**dict.fromkeys(POINTS, kind), **others})

    def first(self, code):
        """A cell of the student's own after the imports."""
        self.notebook.cells.insert(2, new_code_cell(code, id="own"))

    def write(self, name=f"{NAME}.ipynb"):
        """Write the notebook where nbgrader looks for it."""
        self.path(name).write_text(self.text(), encoding="utf-8")
        self.notebook = None

    def path(self, name=f"{NAME}.ipynb"):
        """Where a file of this name is handed in."""
        return self.folder / name

    def text(self):
        """The notebook as it would be written, checked by nobody."""
        return json.dumps(self.notebook, indent=1)


def nbgrader(course, home, *arguments):
    """Run nbgrader in ``course`` as a user whose home is ``home``."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course,
        env=environment(home), text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def environment(home):
    """The environment of a grader: small, with one secret in it."""
    folder = str(Path(sys.executable).parent)
    return {"HOME": str(home), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1", SECRET: TOKENS["environment"],
            "PATH": os.pathsep.join([folder, os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def make(folder):
    """A course in ``folder``/course: released, and anna is graded."""
    course, home = folder / "course", folder / "home"
    (course / "source" / NAME).mkdir(parents=True)
    home.mkdir()
    (home / ".secret").write_text(TOKENS["file"])
    (course / "nbgrader_config.py").write_text(CONFIG)
    nbformat.write(source(), course / "source" / NAME / f"{NAME}.ipynb")
    (course / "source" / NAME / "heights.csv").write_text(DATA)
    _checked(nbgrader(course, home, "generate_assignment", NAME))
    hand_in(course, home, EARLIER, lambda s: s.all("right"))
    _checked(nbgrader(course, home, "autograde", NAME))
    hand_in(course, home, LATER, later)


def _checked(done):
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:])


# What the last student deserves; a wrong answer is among them, so that
# points that fall from the sky are seen as well as lost ones.
LATER_DESERVES = {**POINTS, "primes": 0}


def later(s):
    """The honest student who is graded after the guest."""
    s.all("right", primes="wrong")


def hand_in(course, home, student, case):
    """Let ``case`` write what ``student`` submits."""
    folder = course / "submitted" / student / NAME
    shutil.copytree(course / "release" / NAME, folder)
    path = folder / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    path.unlink()
    s = HandIn(folder, course, home, copy.deepcopy(notebook))
    case(s)
    if s.notebook is not None:
        s.write()


def recorded(text, name="stdout"):
    """An output that was saved with a notebook."""
    return new_output("stream", name=name, text=text)
