"""nbgrader's own command, with two kernels put into its list."""
import pytest
from nbgrader.api import Gradebook

from tests.grading.hostile import course

pytestmark = [pytest.mark.grading, pytest.mark.timeout(200)]
PUT_IN = """
from nnlab.grading.engine.preprocessor import preprocessors
c.Autograde.autograde_preprocessors = preprocessors()
"""
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
    done = course.nbgrader(here, home, "autograde", course.NAME)
    with Gradebook(f"sqlite:///{here / 'gradebook.db'}") as book:
        return {s.student.id: {
            g.name.removeprefix("test-"): g.auto_score
            for n in s.notebooks for g in n.grades}
            for s in book.assignment_submissions(course.NAME)}, done


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
