"""A student's functions as a test sees them, over a pair of sockets."""
import builtins
import contextlib
import inspect
import io
import os
import shutil
import socket
import sys
import threading

import numpy as np
import pytest

import nnlab._scope
from nnlab.grading.engine import inside
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import stub
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.proxies import Gone, Tester

STUDENT = '''
import itertools
import numpy as np
import sys

def plain(a, b=2, *, c=(1, None)):
    "What it does."
    return [a, b, c]

def changes(x, items, table, names):
    x[0] = 9.0
    items.append(4)
    table["new"] = x
    names.add("z")
    print("said")

def nested(pair):
    pair[1]["x"] += 1

def draws(rng, n):
    return rng.normal(size=n)

def cheats(rng):
    rng.bit_generator.state = np.random.default_rng(0).bit_generator.state

class Own(ValueError):
    pass

def raises(name):
    raise {"Own": Own, **vars(__import__("builtins"))}[name]("words")

def calls(f, x):
    return f(x) + 1

def calls_badly(f):
    try:
        return f()
    except KeyError as e:
        return "KeyError " + str(e)

def squares(n):
    for i in range(n):
        yield i * i

def endless():
    return itertools.count()

def adder(n):
    return lambda x: x + n

class Counter:
    made = 0
    def __init__(self, start=0):
        self.total = start
        self.array = np.zeros(2)
    def add(self, n):
        self.total += n
        return self
    def __len__(self):
        return self.total
    def __iter__(self):
        return iter(range(self.total))
    def __eq__(self, other):
        return True
    def __sub__(self, other):
        return 0.0 if isinstance(other, float) else Counter()
    def __enter__(self):
        return self
    def __exit__(self, *a):
        return False

class Secret:
    def __eq__(self, other):
        return True
    __hash__ = None

def secret():
    return Secret()

def asks(x):
    return x.total

state = None
def keeps(x, state=None):
    state = Secret() if state is None else state
    state.n = getattr(state, "n", 0) + 1
    return x + state.n, state

LEANS = 5
'''
LEAN = "def leans(x):\n    return x + LEANS\n"


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """Proxies of all that STUDENT defines; it runs in a child."""
    folder = tmp_path_factory.mktemp("clock")
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _be_student(theirs)
    theirs.close()
    tester = Tester(lambda: Line(ours), lambda: "it has ended",
                    Clock(folder / "clock", 5), {
                        "Counter": ["add", "__sub__"]})
    world = _world()
    yield tester.bound([n for n in world if not n.startswith("_")])
    tester.end()
    os.waitpid(child, 0)


def _world():
    world = {"__name__": "__main__"}
    exec(STUDENT, world)
    exec(LEAN, world)
    return world


def _be_student(sock):
    try:
        stub.Student(Line(sock), _world(), nnlab._scope).serve()
    finally:
        os._exit(0)


def test_facts(names):
    plain = names["plain"]
    assert inspect.isfunction(plain) and plain.__name__ == "plain"
    assert plain.__module__ == "__main__"
    assert plain.__doc__ == "What it does."
    assert str(inspect.signature(plain)) == "(a, b=2, *, c=(1, None))"
    assert plain(1, c=3) == [1, 2, 3]
    assert names["LEANS"] == 5 and names["state"] is None
    assert names["np"] is not np, "a module is not plain data"


def test_what_a_call_changes_is_written_back(names):
    x, items, table, words = np.zeros(3), [1], {"a": x0}, {"a"}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        names["changes"](x, items, table, names=words)
    assert x.tolist() == [9, 0, 0] and items == [1, 4]
    assert table["new"].tolist() == [9, 0, 0] and words == {"a", "z"}
    assert said.getvalue() == "said\n"
    inner = {"x": np.ones(2)}
    names["nested"]((0, inner))
    assert inner["x"].tolist() == [2, 2]


x0 = np.zeros(1)


def test_a_generator_of_the_test_goes_on(names):
    rng, same = np.random.default_rng(1), np.random.default_rng(1)
    first = names["draws"](rng, 5)
    assert np.array_equal(first, same.normal(size=5))
    assert rng.normal() == same.normal()
    with pytest.raises(ValueError, match="another state"):
        names["cheats"](rng)


@pytest.mark.parametrize("name, kind", [
    ("ValueError", ValueError), ("Own", ValueError),
    ("AssertionError", AssertionError), ("KeyError", KeyError),
    ("NotImplementedError", NotImplementedError),
    ("SystemExit", RuntimeError), ("KeyboardInterrupt", RuntimeError),
    ("StopIteration", Exception), ("GeneratorExit", RuntimeError)])
def test_exceptions(names, name, kind):
    with pytest.raises(kind) as caught:
        names["raises"](name)
    assert isinstance(caught.value, Exception)
    assert not isinstance(caught.value, (StopIteration, GeneratorExit))
    own = type(caught.value).__name__ == "Own"
    assert own == (name == "Own")
    assert own or type(caught.value) in vars(builtins).values()


def test_functions_of_the_test_can_be_called(names):
    assert names["calls"](lambda x: 10 * x, 2) == 21
    # Both ways, one in the other.
    assert names["calls"](lambda x: names["calls"](lambda y: y, x), 5) == 7

    def fails():
        raise KeyError("k")
    assert names["calls_badly"](fails) == "KeyError 'k'"


def test_only_what_was_handed_over_can_be_called(names):
    class Holder:
        total = 7
    with pytest.raises(AttributeError):
        names["asks"](Holder())


def test_generators_come_as_lists(names):
    assert list(names["squares"](4)) == [0, 1, 4, 9]
    assert next(names["squares"](4)) == 0
    assert names["endless"]()[-1] == stub.MANY - 1


def test_closures_and_objects(names):
    assert names["adder"](3)(4) == 7
    counter = names["Counter"](2)
    assert isinstance(counter, names["Counter"])
    assert counter.add(3).total == 5 and len(counter) == 5
    assert list(counter) == [0, 1, 2, 3, 4]
    counter.total = 1
    with counter as same:
        assert same.total == 1
    assert counter.array.tolist() == [0, 0]
    assert names["asks"](counter) == 1


def test_an_object_is_not_told_what_is_expected(names):
    """It may be compared with its like, and with nothing else."""
    counter, secret = names["Counter"](), names["secret"]()
    assert counter == names["Counter"]()
    assert not counter == 3 and counter != 3 and 3 != counter
    assert secret != 3 and secret != names["secret"]()
    with pytest.raises(TypeError):
        counter - 3.0
    assert isinstance(counter - 3, names["Counter"])
    with pytest.raises((TypeError, AttributeError)):
        secret.total


def test_state_of_any_type_stays_there(names):
    link = names["keeps"].__remote__
    calls = [((1.0, None), {}), ((1.0, link.item(0, 1)), {}),
             ((1.0,), {"state": link.item(1, 1)})]
    results, changed, error = link.script(calls)
    assert [r[0] for r in results] == [2.0, 3.0, 4.0] and error is None
    assert changed == [None] * 3


def test_a_script_ends_with_the_first_exception(names):
    results, changed, error = names["raises"].__remote__.script(
        [(("ValueError",), {}), (("KeyError",), {})])
    assert results == [] and type(error) is ValueError


def test_the_clock():
    """A call that is late is Gone, whatever it answers."""
    ours, theirs = socket.socketpair()
    world = {"f": lambda: 1}
    threading.Thread(target=stub.Student(
        Line(theirs), world, nnlab._scope).serve, daemon=True).start()
    path = f"/dev/shm/clock-{os.getpid()}"
    clock = Clock(path, 5)
    os.unlink(path)
    tester = Tester(lambda: Line(ours), lambda: "gone", clock)
    f = tester.bound(["f"])["f"]
    assert f() == 1 and clock.read()[0] == 0
    clock.write((0.0, 0.0), late=1.0)
    with pytest.raises(Gone, match="too long"):
        f()
    tester.end()


def test_what_runs_inside_imports_on_its_own(tmp_path):
    """Its folder, and NumPy, are all that a student's kernel has."""
    shutil.copytree(os.path.dirname(inside.__file__), tmp_path / "inside")
    shutil.copyfile(nnlab._scope.__file__, tmp_path / "inside" / "scope.py")
    code = ("import sys; sys.modules['nnlab'] = None; sys.path[:0] = "
            f"[{str(tmp_path)!r}]; import inside.stub, inside.scope, "
            "inside.kernel")
    assert os.spawnv(os.P_WAIT, sys.executable, [
        sys.executable, "-c", code]) == 0
