"""What an Execution does when kernels end, and what points come of it."""
import pytest

from nnlab.grading import ends
from nnlab.grading.ends import CODE_ENDED
from nnlab.grading.engine import cells
from nnlab.grading.engine.executor import RESTARTS, Execution
from nnlab.grading.engine.kernel import Deaf, Died
from nnlab.grading.engine.model import Options, Template
from tests.grading.engine import small_release as small


# Kernels that do what their cells say: no process is started.

class Fake:
    """"die" ends it, "die later" ends the next kernel, "deaf N" makes
    N of its runs go unheard."""
    later = False

    def __init__(self, log):
        self.log, self.lives, self.ran = log, True, []
        log.append(self)

    def run(self, source, seconds):
        self.ran.append(source)
        if source == "die" or (source == "die again" and self.again()):
            self.lives = False
            raise Died("it ended", ["shown"])
        if source.startswith("deaf") and len(self.log) <= int(source[5:]):
            self.lives = False
            raise Deaf("no answer", [])
        return [source]

    def again(self):
        """In every kernel but the first."""
        return len(self.log) > 1

    def alive(self):
        return self.lives

    def close(self):
        self.lives = False


def ran(*sources):
    """(outputs, cells that ran in each kernel, Execution)."""
    log = []
    notebook = {"cells": [small.cell(s) for s in sources]}
    one = Execution(notebook, Template("t", {"cells": []}),
                    lambda: Fake(log), None, Options())
    return list(one.run().values()), [k.ran for k in log], one


def test_after_an_end_the_cells_so_far_run_again():
    outputs, kernels, one = ran("a", "b", "die", "c")
    assert kernels == [["a", "b", "die"], ["a", "b", "c"]]
    assert outputs[3] == ["c"] and one.restarts == 1
    assert outputs[2][0] == "shown"
    assert outputs[2][1]["evalue"] == "it ended"
    assert one.remarks == ["Python ended while it ran"]


def test_a_cell_that_ends_the_second_kernel_takes_no_other_along():
    outputs, kernels, one = ran("a", "die again", "b", "die", "c")
    assert kernels == [["a", "die again", "b", "die"], ["a", "die again"],
                       ["a", "b", "c"]]
    assert outputs[4] == ["c"] and one.restarts == 2


@pytest.mark.parametrize("times, counts", [(1, True), (2, False)])
def test_a_deaf_kernel_is_no_fault_of_the_cell(times, counts):
    outputs, _, _ = ran("a", f"deaf {times}", "b")
    assert (outputs[1] == [f"deaf {times}"]) is counts
    assert outputs[2] == ["b"]


def test_a_notebook_has_so_many_kernels():
    outputs, kernels, one = ran(*["die"] * (RESTARTS + 3))
    said = [o[-1]["evalue"] for o in outputs]
    assert said.count(ends.AGAIN) == 1
    assert len(kernels) == RESTARTS + 2


def test_no_time_left():
    one = Execution({"cells": [small.cell("a")]}, Template("t", {
        "cells": []}), lambda: pytest.fail("started"), None,
        Options(total_seconds=-1))
    (output,), = one.run().values()
    assert output["ename"] == "TimeoutError"
    assert one.remarks == [output["evalue"]]


# Which cells a test kernel runs.

def plan(*made):
    """Sources that run in the test kernel to set a test up."""
    notebook = {"cells": [*made, small.cell("assert f(x) == g(1)", "f",
                                            grade=True, locked=True)]}
    return [p[1] for p in cells.test_plan(Template(
        "t", notebook, {"f": ["f"]})) if p[0] == cells.SETUP]


@pytest.mark.parametrize("source", [
    "x = 1", "from somewhere import *", "%matplotlib inline\nx = 1",
    "x = (5\n     % 3)", "import numpy as x", "x: int = 1",
    "def g(n): return n", "x, y = 1, 2", "for x in range(3): pass",
    "if True:\n    x = 1", "with open('a') as x: pass", "(x := 1)"])
def test_a_cell_that_a_test_needs(source):
    assert plan(small.cell(source)) == [source]


@pytest.mark.parametrize("source", [
    "y = 1", "print(1)", "not python", "f(1)", "%timeit f(1)", ""])
def test_a_cell_that_no_test_needs(source):
    assert plan(small.cell(source)) == []


def test_what_a_needed_cell_needs_is_needed():
    assert plan(small.cell("b = 2"), small.cell("x = 0"),
                small.cell("x += b"), small.cell("c = x")) == [
        "b = 2", "x = 0", "x += b"]


def test_a_locked_cell_runs_unless_it_asks_for_an_answer():
    assert plan(small.cell("y = 1", "a", locked=True),
                small.cell("z = f(1)", "b", locked=True),
                small.cell("x = f", "c", solution=True)) == ["y = 1"]


# Real kernels: one release, one bench.

TESTS = {
    "double": "assert double(1) == 2", "half": "half(3)",
    "whole": "half(2.0) and np.int64(1)", "walk": (
        "assert list(walk(3)) == [2, 1, 0]\n0.5"),
    "cached": "assert cached(7) == 7", "last": "assert last(1) == 1",
    "prints": "print(99)\ndisplay(0)\nassert double(2) == 4"}
NAMES = {n: [n] for n in TESTS} | {
    "whole": ["half"], "prints": ["double"]}
ANSWERS = {
    "double": "def double(x): return 2 * x",
    "half": "def half(x): return np.float64(x) / 2",
    "walk": "class walk:\n    def __init__(self, n): self.n = n\n"
            "    def __iter__(self): return self\n"
            "    def __next__(self):\n"
            "        if not self.n: raise StopIteration\n"
            "        self.n -= 1\n        return self.n",
    "cached": "import functools\n@functools.cache\n"
              "def cached(x): return x",
    "last": "def last(x): return x"}
FULL = {"double": 2, "half": 1.5, "whole": 1, "walk": 0.5, "cached": 2,
        "last": 2, "prints": 2}


@pytest.fixture(scope="module")
def made():
    return small.release(TESTS, NAMES, {"walk": ["__next__"]})


@pytest.mark.grading
def test_numpy_numbers_and_odd_functions_count(made):
    found = small.run(made, ANSWERS)
    assert small.points(found) == FULL
    assert not any(s.words for s in found[0].scores.values())


@pytest.mark.grading
def test_many_ends_of_python_cost_only_themselves(made):
    """Also a cell that ends Python, and one that does so later on."""
    ends = {n: f"import os\ndef {n}(x): os._exit(0)"
            for n in ("double", "half", "cached")}
    found = small.run(made, {**ANSWERS, **ends, "walk": "\n".join([
        ANSWERS["walk"], "import threading, os",
        "threading.Timer(0.05, lambda: os._exit(0)).start()",
        "import time; time.sleep(5)"])})
    assert small.points(found) == {
        **dict.fromkeys(TESTS, 0), "last": 2}
    words = {n: s.words for n, s in found[0].scores.items()}
    assert words["double"] == CODE_ENDED
    assert words["last"] == ""


@pytest.mark.grading
@pytest.mark.parametrize("name, source", [
    ("double", "def double(x): return '2'"),
    ("double", "double = 2"), ("double", "def double(x): pass"),
    ("last", "def last(x, y): return x"), ("last", "def last(: 1"),
    ("last", "last = None\ndel last")])
def test_a_wrong_answer_fails_alone(made, name, source):
    found = small.points(small.run(made, {**ANSWERS, name: source}))
    lost = {n for n in found if found[n] != FULL[n]}
    assert lost == ({"double", "prints"} if name == "double" else {name})
    assert {found[n] for n in lost} == {0}


@pytest.mark.grading
def test_a_test_sees_the_names_as_they_are_now(made):
    """Another function by then, or none."""
    for then, counts in [("def double(x): return x + 2", 2),
                         ("def double(x): return 5", 0),
                         ("del double", 0)]:
        found = small.run(made, {
            **ANSWERS, "last": f"{ANSWERS['last']}\n{then}"})
        assert small.points(found) == {**FULL, "prints": counts}


# What a test keeps of the student's, from cell to cell.

A = "class A:\n    def __init__(self, x): self.x = x"
B = ("class B:\n    def __init__(self, x): self.x = x\n"
     "    def __len__(self): return self.x")


@pytest.fixture(scope="module")
def kept():
    tests = {"A": "a = A(1)\nassert a.x == 1", "end": "end()",
             "B": "b = B(2)\nassert len(b) == 2 and net.x == 3",
             "old": "assert a.x == 1"}
    made = small.release(
        tests, {"A": ["A"], "end": ["end"], "B": ["B"], "old": []},
        {"A": [], "B": ["__len__"]})
    made.templates["t"].notebook["cells"].insert(
        2, small.cell("net = A(3)"))
    return made


@pytest.mark.grading
def test_objects_last_from_one_test_to_the_next(kept):
    """And those of one class are not taken for those of another."""
    found = small.run(kept, {"A": A, "B": B, "end": "def end(): 1"})
    assert small.points(found) == dict.fromkeys(["A", "end", "B", "old"], 2)


@pytest.mark.grading
def test_objects_of_a_kernel_that_ended_are_gone(kept):
    """What the instructor's own cells made of them is made again."""
    found = small.run(kept, {
        "A": A, "B": B, "end": "import os\ndef end(): os._exit(0)"})
    assert small.points(found) == {"A": 2, "end": 0, "B": 2, "old": 0}
    last = found[0].notebook["cells"][-1]["outputs"][-1]
    assert last["ename"] == "KeyError"
