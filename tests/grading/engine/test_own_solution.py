"""The release's own solution, and what its tests rest on."""
import pytest

from nnlab.grading.engine import cells, own_solution
from nnlab.grading.engine.bench import close_all
from nnlab.grading.engine.grade import grade
from tests.grading.engine import small_release as small

pytestmark = [pytest.mark.grading, pytest.mark.timeout(120)]
ANSWERS = ["import math as m, random\nfrom os import path\n"
           "def root(x): return m.sqrt(x)",
           "class Own:\n    pass\ndef frame(): return Own()",
           "def half(x): return x / 2"]
TESTS = {"root": "assert abs(root(2) - m.sqrt(2)) < 1e-9\n"
                 "random.seed(1); path.join('a', 'b')",
         "frame": "assert frame().of(3) == 1",
         "half": "1.0 if half(4) == 2 else 0"}


def release(answers):
    made = small.release(TESTS)
    made.templates["t"].answers[:] = answers
    return made


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    close_all()


def test_modules_of_the_solution_are_there_for_the_test():
    """Nobody must bind them: the instructor's cell imports them."""
    plan = cells.test_plan(release(ANSWERS).templates["t"])
    found = [source for kind, source, *_ in plan if kind == cells.SETUP]
    assert "import math as m, random\nfrom os import path" in found
    assert not any("def root" in source for source in found)


def test_what_the_solution_does_not_pass_is_said():
    made = release(ANSWERS)
    result = grade(own_solution.submission(made), made, small.OPTIONS)
    first, second = own_solution.faults(result)
    assert "0 of 2 in frame: AttributeError" in first
    assert "1 of 2 in half: its last value is less" in second


def test_a_good_one_is_not_talked_of():
    made = release(ANSWERS)
    one = made.templates["t"]
    one.notebook["cells"] = one.notebook["cells"][:3]
    one.answers[:] = ANSWERS[:1]
    result = grade(own_solution.submission(made), made, small.OPTIONS)
    assert own_solution.faults(result) == []


def test_without_the_source_nobody_knows_it():
    blank = [c["source"] for c in release([]).templates["t"].notebook[
        "cells"] if cells.meta(c).get("solution")]
    assert own_solution.submission(release(blank)) is None
