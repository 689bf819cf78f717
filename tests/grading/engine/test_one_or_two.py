"""A test sees in two kernels what it would see in one."""
import socket
import threading

import numpy as np
import pytest

import nnlab._scope
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import stub
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.proxies import Tester
from tests.grading.engine.paired import proxies, result, world

STUDENT = '''
import random
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
import numpy as np

def same(x, *others):
    return x

def both(x, y):
    x += 1
    return x is y, y.copy()

def sorts(items):
    items.sort()
    items.pop()
    items.append([9])
    items[0] += [5]

def turns(rows):
    rows.reverse()

def spoils(x):
    x[0] = 7
    print("before")
    raise ValueError("late")

def writes(x):
    try:
        x[0] = 1
    except ValueError as e:
        return str(e)

def reshapes(x):
    x.shape = (2, 2)
    return x

def solves():
    return np.linalg.inv(np.zeros((2, 2)))

def tries(f, kind):
    try:
        f()
    except kind as e:
        return type(e).__name__

def circular(node):
    seen = set()
    while node not in seen:
        seen.add(node)
        node = node.next
    return len(seen)

def is_same(a, b):
    return a is b

class Even:
    def __init__(self, n):
        self.n = n
    def __eq__(self, x):
        return self.n == x.n if isinstance(x, Even) else NotImplemented

class Odd(Even):
    def __eq__(self, x):
        return NotImplemented

def hands_over(f):
    x, rng, items = np.zeros(2), np.random.default_rng(3), []
    same = f(x, rng, items) is x
    f(x[1:], rng, items)
    return [same, x[0], items, rng.normal()]

def runs(f, x):
    f()
    return len(x)

def both_change(f, x):
    f()
    x.append("s")

def half(x):
    return x / 2

def result():
    return SimpleNamespace(mean=Fraction(1, 3), spread=Decimal("0.10"))

class Own:
    def __init__(self):
        self.data = [1, 2]
    def right(self, x):
        return True

def own():
    return Own()

class Shape:
    sides = 0
    made = []
    def __init__(self, n=1):
        self.n = n
        Shape.made.append(n)
    @classmethod
    def of(cls, n):
        return cls(n)
    @staticmethod
    def name(n):
        return "shape" * n
    def area(self):
        return self.n * self.sides

class Square(Shape):
    sides = 4

def uses(model, data):
    model.calls = [len(data), data[1]]
    return [model(3), model.scale, model.predict(2), [x for x in data]]

def total(items):
    return sum(items)

def first(items):
    return next(items)
'''
TESTS = {
    "an argument comes back as itself":
        "a = np.ones(2); b = [a]; d = {'b': b}\n"
        "found = [same(a) is a, same(b) is b, same(d)['b'][0] is a,"
        " same((a, 1))[0] is a, same(1.5, a)]",
    "what is returned can be changed":
        "a = np.ones(2); same(a)[0] = 5; found = a",
    "the same twice": "a = np.zeros(2); found = [both(a, a), a]",
    "two that are equal": "found = both(np.zeros(2), np.zeros(2))",
    "a list changes its length":
        "inner = [1]; items = [inner, [2], [3]]; hold = items\n"
        "sorts(items); found = [hold, inner, items[0] is inner]",
    "a list in another order":
        "a, b = np.zeros(1), np.ones(1); rows = [a, b]; turns(rows)\n"
        "found = [rows[0] is b, rows[1] is a]",
    "a change before an exception":
        "a = np.zeros(2)\n"
        "try:\n    spoils(a)\nexcept ValueError as e:\n"
        "    found = [a, str(e)]",
    "an array that is read-only":
        "a = np.zeros(2); a.flags.writeable = False\n"
        "found = [writes(a), a]",
    "a fraction": "r = result(); found = [r.mean, r.spread, half(r.mean)]",
    "data of an object": "found = own().data",
    "attributes of a class":
        "Shape.made = []; Shape.made; Square(3)\n"
        "found = [Shape.sides, Square.sides, Shape.name(2), "
        "Shape.of(2).n, Square.of(2).area(), Shape.area(Square(5)), "
        "Shape.made]",
    "classes and their bases":
        "s = Square.of(2)\n"
        "found = [isinstance(s, Shape), type(s) is Square, "
        "issubclass(Square, Shape), isinstance(Shape.of(1), Square)]",
    "objects of the test":
        "class Model:\n    scale = 2\n    def __call__(self, x):\n"
        "        return self.scale * x\n    def predict(self, x):\n"
        "        return self(x) + 1\n"
        "class Data:\n    def __len__(self):\n        return 3\n"
        "    def __getitem__(self, k):\n        return [4, 5, 6][k]\n"
        "m = Model(); found = [uses(m, Data()), m.calls]",
    "iterators of the test":
        "it = iter([1, 2, 3])\n"
        "found = [first(it), total(it), total(x for x in (4, 5)), "
        "total(zip()), next(it, 'end')]",
    "exceptions of NumPy and of Python":
        "try:\n    solves()\nexcept np.linalg.LinAlgError as e:\n"
        "    found = [str(e), tries(lambda: [][0], IndexError)]",
    "the same object twice":
        "class Node:\n    next = None\n"
        "a, b = Node(), Node(); a.next, b.next = b, a\n"
        "found = [circular(a), is_same(a, a), is_same(a, b)]",
    "a function of the test that changes its arguments":
        "def f(x, rng, items):\n    x[0] = rng.normal(); items.append(1)\n"
        "    return x\nfound = hands_over(f)",
    "NotImplemented":
        "found = [Even(2) == Even(2), Even(2) == Odd(2), Odd(1) != Even(2)]",
    "a callback that changes what the answer does not":
        "x = np.zeros(2)\ndef f():\n    x[0] += 1\nruns(f, x)\n"
        "found = x",
}


@pytest.fixture
def names(tmp_path):
    """Proxies of what STUDENT defines."""
    with proxies(STUDENT, tmp_path, {
            "Shape": ["area"], "Even": ["__eq__"], "Odd": []}) as found:
        yield found


@pytest.mark.parametrize("name", TESTS)
def test_one_or_two_kernels(names, name):
    got = result(TESTS[name], names)
    right = result(TESTS[name], world(STUDENT))
    assert repr(got) == repr(right)


def test_what_both_changed_is_not_lost_in_silence(names):
    seen = []
    with pytest.raises(RuntimeError, match="both changed"):
        names["both_change"](lambda: seen.append("t"), seen)


def test_an_array_of_another_shape_is_a_new_one(names):
    a = np.arange(4)
    got = names["reshapes"](a)
    assert got.shape == (2, 2) and a.shape == (4,)


def test_an_object_shows_data_and_no_judgement(names):
    """Its method could say of every answer that it is right."""
    with pytest.raises(AttributeError):
        names["own"]().right(3)


@pytest.mark.parametrize("ask", [
    "'get', model, '__init__'", "'get', model, '_hidden'",
    "'get', f, '__globals__'", "'get', f, 'name'", "'call', model, [], {}",
    "'special', model, '__init__', ()", "'special', f, '__call__', ()",
    "'set', model, 'predict', abs", "'set', model, '_x', 1",
    "'set', model, 'predict', [keep]", "'set', f, 'name', 1",
    "'getattr', model, 'predict'"])
def test_what_was_handed_over_opens_nothing_else(tmp_path, ask):
    """Asked without the stub: only public names, only plain data."""
    own, given = {"__name__": "__main__"}, {"__name__": "__main__"}
    exec("class Model:\n    _hidden = 5\n    def predict(self, x):\n"
         "        return x\ndef f(): pass\nf.name = 3", own)
    exec("def keep(): pass\ndef asks(m, f):\n"
         "    model, f = m._handle, f._handle\n    try:\n"
         f"        model._peer.ask({ask})\n"
         "    except (AttributeError, TypeError, KeyError):\n"
         "        return 'refused'\n    return 'done'\n", given)
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=stub.Student(
        Line(theirs), given, nnlab._scope).serve)
    thread.start()
    tester = Tester(lambda: Line(ours), lambda: "gone",
                    Clock(tmp_path / "c", 5))
    model = own["Model"]()
    said = tester.bound(["asks"])["asks"](model, own["f"])
    tester.end()
    thread.join()
    assert said == "refused" and model.predict(3) == 3
    assert vars(model) == {} and own["f"].name == 3
