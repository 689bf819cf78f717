"""Classes of the student's: in two kernels as in one."""
import pytest

from tests.grading.engine.paired import proxies, result, world

STUDENT = '''
import collections
import enum
import numpy as np

class Low(ValueError):
    def __init__(self, words, missing=0):
        super().__init__(words)
        self.missing = missing

class Lower(Low):
    pass

class Account:
    kind = "plain"

    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.log = owner, balance, []

    def take(self, n):
        if n > self._balance:
            raise Low("too little", n - self._balance)
        self._balance -= n
        self.log.append(n)
        return self._balance

    def __eq__(self, other):
        return self.owner == other.owner

    def __hash__(self):
        return hash(self.owner)

class Vector:
    def __init__(self, x):
        self.x = x
    def __eq__(self, other):
        return self.x == other.x
    def __add__(self, other):
        return Vector(self.x + other.x)

class Color(enum.Enum):
    RED = 1
    BLUE = 2

class Layer:
    def __init__(self):
        self.W = np.array([[1.0, 2.0], [3.0, 4.0]])
        self.params = {"b": np.zeros(2)}
    def forward(self, x):
        return np.sin(x @ self.W + self.params["b"])

def mixed(c):
    return c is Color.RED

def bare(name):
    raise Lower(name, 3)

def count(words):
    return collections.Counter(words)

def groups(words):
    found = collections.defaultdict(list)
    for w in words:
        found[len(w)].append(w)
    return found

def numbers(n):
    for i in range(n):
        yield i

def asks():
    return int(input("a: ")) + int(input("b: "))

def says(x):
    print(x)

def twice(f, x):
    return f(f(x))

def guarded(f):
    try:
        return f()
    except Low as e:
        return str(e)
'''
TESTS = {
    "a class of the test made from the student's":
        "class Sub(Account):\n    pass\n"
        "s = Sub('x', 5)\n"
        "found = [s.take(2), s.owner, isinstance(s, Account), s.log, "
        "s == Account('x')]",
    "the same, with super()":
        "class Sub(Account):\n    def __init__(self, owner, rate):\n"
        "        super().__init__(owner, 10)\n        self.rate = rate\n"
        "    def take(self, n):\n"
        "        return super().take(n) * self.rate\n"
        "s = Sub('x', 3)\n"
        "found = [s.take(4), s.rate, s._balance, Sub.kind]",
    "an exception of the student's":
        "try:\n    Account('a', 1).take(5)\n"
        "except Low as e:\n    found = [str(e), e.missing, e.args]",
    "its base, and those it is made from":
        "try:\n    bare('w')\nexcept Low as e:\n"
        "    found = [isinstance(e, ValueError), type(e) is Lower, "
        "e.missing, issubclass(Lower, Low), issubclass(Low, ValueError)]",
    "raised by the test, caught by the student":
        "def f():\n    raise Low('words')\nfound = guarded(f)",
    "hashes": "found = [len({Account(1), Account(1), Account(2)}), "
              "{Account(1): 5}[Account(1)]]",
    "no hash": "try:\n    found = hash(Vector(1))\n"
               "except TypeError as e:\n    found = str(e)",
    "operators": "found = [(Vector(1) + Vector(2)).x, "
                 "Vector(3) == Vector(3), Vector(3) != Vector(4)]",
    "an attribute changed in place":
        "a = Account('a', 9); a.log.append(3); a.take(1); a.log[0] = 8\n"
        "found = [a.log, vars(a)]",
    "a numerical gradient":
        "l, x, g = Layer(), np.array([[1.0, -1.0]]), np.zeros((2, 2))\n"
        "for i in np.ndindex(2, 2):\n"
        "    l.W[i] += 1e-4; up = l.forward(x).sum()\n"
        "    l.W[i] -= 2e-4; down = l.forward(x).sum()\n"
        "    l.W[i] += 1e-4; g[i] = (up - down) / 2e-4\n"
        "l.params['b'][1] = 5\nl.W[:] = 1\n"
        "found = [g, l.forward(x), l.params]",
    "deleted": "a = Account('a'); del a.log; found = hasattr(a, 'log')",
    "vars": "found = vars(Account('a', 2))",
    "a private name": "found = Account('a', 2)._balance",
    "copies":
        "import copy\na = Account('a', 5); b = copy.deepcopy(a)\n"
        "c = copy.copy(a); a.take(1); a.log.append(7)\n"
        "found = [b._balance, b.log, c._balance, c.log, a.log]",
    "enumerations":
        "found = [Color['RED'].value, Color(2).name, len(Color), "
        "[c.name for c in Color], mixed(Color.RED), mixed(Color.BLUE), "
        "Color.RED == Color['RED'], Color.RED in list(Color)]",
    "a counter": "c = count('abba'); found = [c, c.most_common(1), "
                 "c + c]",
    "a defaultdict": "g = groups(['a', 'bb', 'c']); found = [g, g[9]]",
    "a generator":
        "import types\ng = numbers(3)\n"
        "found = [isinstance(g, types.GeneratorType), next(g), list(g), "
        "list(g)]",
    "input replaced":
        "import builtins\nfrom unittest.mock import patch\n"
        "with patch('builtins.input', side_effect=['3', '4']) as m:\n"
        "    got = asks()\n"
        "found = [got, m.call_count, m.call_args_list[0].args]",
    "stdin replaced":
        "import io, sys\nold = sys.stdin\nsys.stdin = io.StringIO("
        "'5\\n6\\n')\ntry:\n    found = asks()\n"
        "finally:\n    sys.stdin = old",
    "print replaced":
        "from unittest.mock import patch\n"
        "with patch('builtins.print') as m:\n    says(4)\n"
        "found = m.call_args.args",
    "a mock handed over":
        "from unittest.mock import Mock\nm = Mock(return_value=2)\n"
        "found = [twice(m, 1), m.call_args_list[1].args, m.call_count]",
}


@pytest.fixture
def names(tmp_path):
    """Proxies of what STUDENT defines."""
    with proxies(STUDENT, tmp_path, {
            "Account": ["take"], "Vector": ["__add__"], "Color": [],
            "Layer": ["forward"]}) as all:
        yield all


@pytest.mark.parametrize("name", TESTS)
def test_one_or_two_kernels(names, name):
    got = result(TESTS[name], names)
    right = result(TESTS[name], world(STUDENT))
    assert repr(got) == repr(right)
