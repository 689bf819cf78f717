"""Odd but honest answers as a test sees them, and forged messages."""
import collections
import contextlib
import io
import json
import socket
import threading

import numpy as np
import pytest

import nnlab._scope
from nnlab.grading.engine import arrived, proxies
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import stub
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.proxies import Tester

STUDENT = '''
import collections
import functools
import numpy as np

@functools.lru_cache
def cached(x):
    return x + 1

partial = functools.partial(lambda a, b: a - b, 10)
vectorised = np.vectorize(lambda x: x * x)

def views(d):
    return [d.keys(), d.values(), d.items(), collections.deque(d)]

def circle():
    x = []
    x.append(x)
    return x

loop = circle()

class Countdown:
    def __init__(self, n):
        self.n = n
    def __iter__(self):
        return self
    def __next__(self):
        if not self.n:
            raise StopIteration
        self.n -= 1
        if self.n == 100:
            raise ValueError("a hundred")
        return self.n

def next_of(it):
    return next(it)

class Int(int):
    def __eq__(self, x): return True
    __hash__ = int.__hash__
class Float(float):
    def __eq__(self, x): return True
    def __sub__(self, x): return 0.0
class Str(str):
    def __eq__(self, x): return True
class List(list):
    def __eq__(self, x): return True
    def __getitem__(self, k): return 42
class Array(np.ndarray):
    def __eq__(self, x): return True
    def __sub__(self, x): return np.zeros(1)
    def __array_ufunc__(self, *a, **k): return 0.0
class Anything:
    def __eq__(self, x): return True
    def __sub__(self, x): return 0.0
    __rsub__ = __abs__ = __sub__
    def __lt__(self, x): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __float__(self): return 0.0
    def __bool__(self): return True
    def __array__(self, *a, **k): return np.zeros(1)

def lie(kind):
    return {"int": Int(1), "float": Float(1), "str": Str("a"),
            "list": List([1]), "array": np.ones(1).view(Array)}[kind]

def anything():
    return Anything()

def catches(f):
    try:
        return f()
    except LookupError as e:
        return type(e).__name__

def deep(pair):
    pair["a"][0][1] = 5.0
    pair["a"][1] = {"new": np.ones(2)}

def chatters():
    print("x" * 1_000_000)
'''


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    """(the test's side, the student's side, proxies by name)."""
    world = {"__name__": "__main__"}
    exec(STUDENT, world)
    ours, theirs = socket.socketpair()
    student = stub.Student(Line(theirs), world, nnlab._scope)
    thread = threading.Thread(target=student.serve, daemon=True)
    thread.start()
    clock = Clock(tmp_path_factory.mktemp("clock") / "c", 60)
    tester = Tester(lambda: Line(ours), lambda: "it has ended", clock,
                    {"Countdown": []})
    wanted = [n for n in world if not n.startswith("_")]
    yield tester, student, tester.bound(wanted)
    tester.end()
    thread.join(10)
    theirs.close()


@pytest.fixture
def names(sides):
    return sides[2]


def test_what_functools_and_numpy_make_is_a_function(names):
    assert names["cached"](1) == 2 and names["cached"].__name__ == "cached"
    assert names["partial"](3) == 7
    assert names["vectorised"]([1, 2]).tolist() == [1, 4]


def test_views_and_queues_come_as_lists(names):
    assert names["views"]({"a": 1}) == [
        ["a"], [1], [("a", 1)], collections.deque(["a"])]


def test_what_cannot_cross_keeps_nothing_else_back(names):
    assert "loop" not in names and "cached" in names
    with pytest.raises((TypeError, RecursionError)):
        names["circle"]()
    assert names["cached"](2) == 3      # and the line is in order


def test_an_iterator_of_a_class(names):
    assert list(names["Countdown"](3)) == [2, 1, 0]
    with pytest.raises(ValueError, match="a hundred"):
        list(names["Countdown"](102))


def test_only_its_own_end_ends_a_loop(names):
    """Not a StopIteration out of a function that a test calls."""
    one = names["Countdown"](0)
    with pytest.raises(Exception) as caught:
        names["next_of"](one)
    assert not isinstance(caught.value, StopIteration)


@pytest.mark.parametrize("kind, base", [
    ("int", int), ("float", float), ("str", str), ("list", list),
    ("array", np.ndarray)])
def test_a_lying_value_is_what_its_base_says(names, kind, base):
    got = names["lie"](kind)
    assert type(got) is base
    if kind == "array":
        assert not np.any(got == 2) and got - 3 == -2
    else:
        assert got != 2 and got != "b" and list([got])[0] != [2]
    if kind == "list":
        assert got[0] == 1


def test_what_equals_everything_equals_nothing(names):
    x = names["anything"]()
    assert x != 0 and 0 != x and not x == 0
    for forged in (lambda: x - 1, lambda: 1 - x, lambda: abs(x),
                   lambda: x < 1, lambda: 1 >= x, lambda: float(x)):
        with pytest.raises(TypeError):
            forged()
    with pytest.raises(TypeError):
        np.allclose(x, 0.0)


class Missing(KeyError):
    """A test's own exception."""


def test_an_exception_of_the_test_keeps_its_built_in_base(names):
    def fails():
        raise Missing("k")
    assert names["catches"](fails) == "KeyError"


def test_changes_in_depth_are_seen_by_who_holds_the_inner_one(names):
    row = np.zeros(2)
    given = {"a": [row, None]}
    names["deep"](given)
    assert row.tolist() == [0, 5]
    assert given["a"][1]["new"].tolist() == [1, 1]


def test_what_a_call_prints_is_cut(names):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        names["chatters"]()
    assert said.getvalue() == "x" * stub.OUTPUT


# A student who speaks on the line without the stub.

@pytest.fixture
def forged(tmp_path):
    """A function: send these messages for an answer to f()."""
    open_ones = []

    def call(*messages):
        ours, theirs = socket.socketpair()
        tester = Tester(lambda: Line(ours), lambda: "gone",
                        Clock(tmp_path / "c", 60))
        line = Line(theirs)
        for message in "anull", *messages:      # null: it may begin
            line.send(message)
        theirs.shutdown(socket.SHUT_WR)
        open_ones.append((tester, line))
        try:
            return tester.ask("call", "f"), line
        except Exception as error:
            return error, line
    yield call
    for tester, line in open_ones:
        tester.end()
        line.close()


@pytest.mark.parametrize("what", [
    {"ty": "bytes"}, {"ty": "list"}, {"uf": "exp"}, {"dt": ["f8", True]},
    {"h": [7, "function", {"name": "f", "module": "m"}, None]},
    {"m": 0}, {"m": "__class__"}])
def test_the_test_runs_nothing_that_it_did_not_hand_over(forged, what):
    """bytes(10**12) would need all of the grader's memory."""
    asked = json.dumps(["call", what, {"t": [3]}, {"d": []}])
    got, line = forged("q" + asked, "a1")
    assert got == 1
    said = [line.receive()[0][0] for _ in range(3)]
    assert said == ["q", "q", "e"]


REST = ', "w", "", null, {"l": []}, {"d": []}]}'


@pytest.mark.parametrize("messages", [
    ["a{"], ["aNaNs"], ["a" + '{"x": 1}'], ['a{"m": 9}'], ["e1"],
    ['e{"l": [{"l": []}, "", ""]}'], ['e{"l": [[], 1]}'], ["q{", "e[]"],
    ["z"], [""], [], ["end"], ['q["__init__"]', "e0"],
    ['e{"t": [{"l": ["SystemExit", "BaseException"]}' + REST],
    ['e{"t": [{"l": ["UnicodeDecodeError"]}' + REST],
    ['a{"h": [1, "class", {}, null]}'], ['a{"h": []}'],
    ['a{"R": {"d": [["bit_generator", "os"]]}}']])
def test_no_message_does_worse_than_an_exception(forged, messages):
    got, _ = forged(*messages)
    assert isinstance(got, Exception)
    assert not isinstance(got, arrived.ENDS)


def test_an_exception_that_needs_more_than_words(forged):
    got, _ = forged('e{"t": [{"l": ["UnicodeDecodeError"]}' + REST)
    assert type(got) is RuntimeError and "UnicodeDecodeError: w" in str(got)


def test_more_than_the_stub_would_send_is_cut():
    class Fake(Tester):
        def ask(self, op, *body, objects):
            return 1, [], "x" * 100_000, None, {}, []
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert Fake(None, None, None).call("f", (), {}) == 1
    assert said.getvalue() == "x" * proxies.SAID


@pytest.mark.parametrize("changed", [
    [[0, [1]]], [["x", 1]], [[1 << 70, 1]], [3], 3, [["__class__", 1]]])
def test_changes_of_what_was_not_given(changed):
    class Fake(Tester):
        def ask(self, op, *body, objects):
            return None, changed, "said", None, {}, []
    fake = Fake(None, None, None)
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(
            (TypeError, ValueError, LookupError)):
        fake.call("f", (), {})
