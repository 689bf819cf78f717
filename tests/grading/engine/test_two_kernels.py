"""One notebook in two kernels: what counts, and what cannot."""
import pytest

from nnlab.grading.engine import cells
from tests.grading.engine import small_release as small

pytestmark = pytest.mark.grading
TESTS = {
    "f": "assert f(2) == 4\nassert f(3) == 9",
    "g": "assert list(g(3)) == [0, 1, 2]\n1.5",
    "h": "x = np.zeros(3)\nh(x)\nassert x[0] == 1",
    "v": "assert v == 42",
}
RIGHT = {"f": "def f(x):\n    return x * x",
         "g": "def g(n):\n    yield from range(n)",
         "h": "def h(x):\n    x[0] = 1", "v": "v = 42"}
FULL = {"f": 2.0, "g": 1.5, "h": 2.0, "v": 2.0}
LOST = {**FULL, "f": 0.0}


@pytest.fixture(scope="module")
def made():
    return small.release(TESTS)


def test_right_answers(made):
    found = small.run(made, RIGHT)
    assert small.points(found) == FULL
    assert found[1].restarts == 0 and found[1].remarks == []


# What f does, and how often the kernel had to be started again.
BAD = {
    "a loop": ("def f(x):\n    while True: pass", 0),
    "a loop that swallows": (
        "def f(x):\n    while True:\n        try:\n"
        "            while True: pass\n"
        "        except BaseException: pass", None),
    "a loop in C": ("import itertools\ndef f(x):\n"
                    "    return sum(itertools.count())", 1),
    "an end": ("import os\ndef f(x):\n    os._exit(0)", 1),
    "a crash": ("import ctypes\ndef f(x):\n    ctypes.string_at(0)", 1),
    "a crash in the cell": ("import ctypes; ctypes.string_at(0)", 1),
    "a loop in the cell": ("while True: pass", 0),
    "a flood": ("def f(x):\n    while True:\n"
                "        display('x' * 10000)", None),
    "closed output": ("import sys\ndef f(x):\n    sys.stdout.close()\n"
                      "    sys.stderr = None\n    return x * x", 1),
    "deaf": ("def f(z):\n    get_ipython().kernel.session = None\n"
             "    get_ipython().kernel.iopub_socket = None\n    1 / 0", 1),
    "input": ("def f(x):\n    return int(input())", 0),
    "an exit": ("def f(x):\n    raise SystemExit", 0),
    "Ctrl-C": ("def f(x):\n    raise KeyboardInterrupt", 0),
}


@pytest.mark.parametrize("what", BAD)
def test_one_bad_answer_costs_only_itself(made, what):
    source, restarts = BAD[what]
    found = small.run(made, {**RIGHT, "f": source})
    assert small.points(found) == LOST
    if restarts is not None:
        assert found[1].restarts == restarts
        assert bool(found[1].remarks) == bool(restarts)


LIES = {
    "equals everything": "class A:\n    def __eq__(self, x): return True\n"
                         "def f(x): return A()",
    "a number that lies": "class A(int):\n"
                          "    def __eq__(self, x): return True\n"
                          "def f(x): return A(0)",
    "an array that lies": "class A(np.ndarray):\n"
                          "    def __eq__(self, x): return True\n"
                          "def f(x): return np.zeros(1).view(A)",
    "the score shown": "get_ipython().displayhook(2.0)\n"
                       "def f(x):\n    display(2.0)\n    return 2.0",
    "asserts taken out": "import ast\nclass T(ast.NodeTransformer):\n"
                         "    def visit_Assert(self, n):\n"
                         "        return ast.Pass()\n"
                         "get_ipython().ast_transformers.append(T())\n"
                         "def f(x): return 0",
    "the end of a loop": "def f(x): raise StopIteration",
    "other builtins": "import builtins\nbuiltins.abs = lambda x: 0\n"
                      "builtins.AssertionError = ValueError\n"
                      "def f(x): return 0",
}


@pytest.mark.parametrize("what", LIES)
def test_a_lie_earns_nothing(made, what):
    assert small.points(small.run(made, {**RIGHT, "f": LIES[what]})) == LOST


NOISE = {
    "prints and warns": "import sys, warnings\ndef f(x):\n"
                        "    print('a'); print('b', file=sys.stderr)\n"
                        "    warnings.warn('c')\n    return x * x",
    "names that tests use": "list = len = np = 3\ndef f(x): return x * x",
    "another type": "def f(x): return np.float32(x) ** 2",
}


@pytest.mark.parametrize("what", NOISE)
def test_noise_costs_nothing(made, what):
    answers = {**RIGHT, "f": NOISE[what]}
    assert small.points(small.run(made, answers)) == FULL


def test_what_earns_points():
    """An exception 0, a number itself, anything else all."""
    tests = {"a": "display(2)\nprint(2)\n0.5", "b": "None", "c": "'words'",
             "d": "1 / 0", "e": "99", "f": "float('nan')", "g": "-1",
             "h": "True", "i": "import warnings; warnings.warn('x')"}
    found = small.run(small.release(tests, {n: [] for n in tests}), {})
    assert small.points(found) == {
        "a": 0.5, "b": 2, "c": 2, "d": 0, "e": 2, "f": 0, "g": 0, "h": 2,
        "i": 2}
    assert {n for n, s in found[0].scores.items() if s.words} == {
        "e", "f", "g"}


def test_only_what_is_declared_is_bound():
    tests = {"f": "assert f(1) == 1", "g": "assert helper(1) == 1",
             "h": "assert missing == 1"}
    found = small.run(
        small.release(tests, {"f": ["f"], "g": [], "h": ["missing"]}),
        {"f": "def helper(x): return x\ndef f(x): return helper(x)"})
    assert small.points(found) == {"f": 2, "g": 0, "h": 0}


def test_cells_that_a_test_needs_run_beside_it():
    """The instructor's, as given out; not what a student made of them."""
    tests = {"f": "assert f(x) == 7 and seen is None"}
    made = small.release(tests)
    made.templates["t"].notebook["cells"][:1] = [
        small.cell("x = 7"), small.cell("1 / 0"),
        small.cell("seen = None", "seen", locked=True),
        small.cell("y = f(x)")]
    plan = cells.test_plan(made.templates["t"])
    assert [source for kind, source, *_ in plan if kind == cells.SETUP] == [
        "x = 7", "seen = None"]
    found = small.run(made, {"f": "def f(x): return x"}, first="x = 8")
    assert small.points(found) == {"f": 2}


def test_the_same_every_time(made):
    """Chance that nobody gave a seed, and the order of sets."""
    answers = {**RIGHT, "f": "import random\nprint(random.random(), "
               "np.random.rand(), set('abcdefg'))\ndef f(x): return x * x"}
    first, second = (small.run(made, answers)[0].notebook["cells"][1]
                     for _ in range(2))
    assert first["outputs"] == second["outputs"] != []
