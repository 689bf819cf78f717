"""A test sees in two kernels what it would see in one."""
import socket
import threading

import numpy as np
import pytest

import nnlab._scope
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import shelf, stub
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

def noise(n):
    return [np.random.rand(n), random.random()]

def tensor(n):
    import torch
    return torch.rand(n).numpy()

def lines(name):
    with open(name) as file:
        return file.read().splitlines()

def writes_file(name, text):
    with open(name, "a") as file:
        file.write(text)

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
    "a seed of NumPy":
        "np.random.seed(3); found = noise(2)[0]",
    "a seed, and a number drawn":
        "np.random.seed(3); np.random.rand(5); found = noise(2)[0]",
    "a seed of Python": "random.seed(4); found = noise(1)[1]",
    "a seed of PyTorch": "torch.manual_seed(3); found = tensor(2)",
    "a seed, and two calls":
        "np.random.seed(3); found = [noise(1)[0], noise(1)[0]]",
    "a file that the test writes":
        "open('t.txt', 'w').write('a\\nb'); found = [lines('t.txt')]\n"
        "open('t.txt', 'w').write('c'); found.append(lines('t.txt'))",
    "a file that the answer writes":
        "writes_file('o.csv', '1,2')\nfound = [open('o.csv').read()]\n"
        "writes_file('o.csv', ',3')\nfound.append(open('o.csv').read())",
    "a file for both":
        "open('b.txt', 'w').write('x'); writes_file('b.txt', 'y')\n"
        "found = open('b.txt').read()",
    "the source": "import inspect; found = inspect.getsource(writes)",
}


@pytest.fixture
def names(tmp_path, monkeypatch):
    """Proxies of what STUDENT defines."""
    (tmp_path / "test").mkdir()
    monkeypatch.chdir(tmp_path / "test")
    with proxies(STUDENT, tmp_path, {"Shape": ["area"]}) as found:
        yield found


@pytest.mark.parametrize("name", TESTS)
def test_one_or_two_kernels(names, name, tmp_path, monkeypatch):
    got = result(TESTS[name], names)
    (tmp_path / "one").mkdir()
    monkeypatch.chdir(tmp_path / "one")
    right = result(TESTS[name], world(STUDENT))
    assert repr(got) == repr(right)


@pytest.mark.parametrize("name", [
    "numpy.py", "data.pkl", "x.npy", ".hidden.txt", "given.txt", "../up.txt",
    "sub/in.txt"])
def test_no_file_that_is_run_or_is_the_release_s(tmp_path, monkeypatch,
                                                 name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "given.txt").write_text("given")
    kept = shelf.Shelf(keeps=True)
    kept.put({name: b"theirs", "fine.txt": b"1"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "given.txt": b"given", "fine.txt": b"1"}
    assert not (tmp_path.parent / "up.txt").exists()
    assert kept.changed() == {}


def test_files_fill_no_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "ROOM", 25)
    taking = shelf.Shelf()
    for name in "a.txt", "b.txt", "a.txt":
        taking.put({name: b"0123456789"})
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) == 20


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
