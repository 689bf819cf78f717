"""nbgrader's own command, with two kernels put into its list."""
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook

from nnlab.grading.release import ROOT
from tests.grading.engine import little
from tests.grading.hostile import course

pytestmark = [pytest.mark.grading, pytest.mark.timeout(200)]
PUT_IN = """
from nnlab.grading.engine.preprocessor import preprocessors
c.Autograde.autograde_preprocessors = preprocessors()
"""
SCRIPT = ("\nfrom IPython.display import HTML\n"
          "display(HTML('<b>bold</b><script>hit' + '()</script>'))")
FORGED = "get_ipython().displayhook(4.0)\n"


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """{student: {cell: score}}, and what nbgrader said."""
    folder = tmp_path_factory.mktemp("two") / "base"
    course.make(folder)
    here, home = folder / "course", folder / "home"
    with open(here / "nbgrader_config.py", "a") as file:
        file.write(PUT_IN)
    course.hand_in(here, home, "half", lambda s: s.all(
        "right", softmax="wrong"))
    course.hand_in(here, home, "forger", lambda s: s.all(
        "wrong", mean=FORGED + "def mean(x):\n    display(4.0)\n"
        "    return 4.0"))
    course.hand_in(here, home, "warns", lambda s: s.all(
        "right", primes="import sys\nprint('x', file=sys.stderr)\n"
        + course.plain(course.ANSWERS["primes"])))
    course.hand_in(here, home, "script", lambda s: s.all(
        "right", primes=course.plain(course.ANSWERS["primes"]) + SCRIPT))
    done = course.nbgrader(here, home, "autograde", course.NAME)
    page, = here.glob("autograded/script/*/*.ipynb")
    done.shown = page.read_text()
    with Gradebook(f"sqlite:///{here / 'gradebook.db'}") as book:
        return {s.student.id: {
            g.name.removeprefix("test-"): g.auto_score
            for n in s.notebooks for g in n.grades}
            for s in book.assignment_submissions(course.NAME)}, done


def test_without_a_sandbox_it_ends_in_one_line(tmp_path):
    """Before anything is run, and nothing looks as if it were graded."""
    made = little.make(tmp_path)
    little.hand_in(made, "right", **little.RIGHT)
    with open(made / "nbgrader_config.py", "a") as file:
        file.write(PUT_IN)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", little.NAME],
        cwd=made, text=True, stderr=subprocess.PIPE, env={
            "PATH": "", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)})
    assert done.returncode == 1 and "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert "There is no sandbox" in last and "apt install" in last
    assert "c.TwoKernels.protected = False" in last
    assert not (made / "autograded" / "right" / little.NAME).exists()


def test_scores(scores):
    found, done = scores
    assert done.returncode == 0, done.stdout[-2000:]
    assert found["half"] == {**course.POINTS, "softmax": 0, "words": 0}
    assert found["warns"] == {**course.POINTS, "words": 0}
    # Graded before by plain nbgrader: the same.
    assert found[course.EARLIER] == {**course.POINTS, "words": 0}


def test_a_forgery_earns_nothing(scores):
    found, _ = scores
    assert found["forger"] == {**course.NONE, "words": 0}


def test_nothing_acts_in_formgrader(scores):
    _, done = scores
    assert "<b>bold</b>" in done.shown and "<script>hit()" not in done.shown
