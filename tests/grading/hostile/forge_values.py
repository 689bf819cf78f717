"""Forging the score by values, modules, frames, files and history.

The answers are wrong; what they deserve is 0.
"""
from tests.grading.hostile.cases import case

NOTHING = "lambda *args, **kwargs: None"


@case("forge")
def numpy_testing(s):
    """NumPy's own asserts are replaced by functions that accept."""
    s.all("wrong", mean=(
        "import numpy.testing\n"
        f"numpy.testing.assert_allclose = {NOTHING}\n"
        "np.allclose = lambda *args, **kwargs: True"))


@case("forge")
def numpy_testing_code(s):
    """The code object within NumPy's assert is exchanged."""
    s.all("wrong", mean=(
        "from numpy.testing import assert_allclose\n"
        f"assert_allclose.__code__ = ({NOTHING}).__code__\n"
        "np.allclose = lambda *args, **kwargs: True"),
        softmax="def softmax(z):\n    return z * 0 + 7")


@case("forge")
def shadow_in_sys_modules(s):
    """A module of the student's stands in the place of numpy.testing."""
    s.all("wrong", mean=(
        "import sys, types\nfake = types.ModuleType('numpy.testing')\n"
        f"fake.assert_allclose = {NOTHING}\n"
        "sys.modules['numpy.testing'] = fake\n"
        "np.allclose = lambda *args, **kwargs: True"))


@case("forge")
def patched_import(s):
    """What the import statement calls hands out accepting asserts."""
    s.all("wrong", mean=(
        "import builtins, types\nbefore = builtins.__import__\n"
        "def forged(name, *args, **kwargs):\n"
        "    if name == 'numpy.testing':\n"
        "        return types.SimpleNamespace(\n"
        f"            assert_allclose={NOTHING})\n"
        "    return before(name, *args, **kwargs)\n"
        "builtins.__import__ = forged\n"
        "np.allclose = lambda *args, **kwargs: True"))


@case("forge")
def builtins_abs(s):
    """abs() is always 0 and sum() is always 4."""
    s.all("wrong", mean=(
        "import builtins\nbuiltins.abs = lambda x: 0\n"
        "builtins.sum = lambda x: 4\ndef mean(x):\n    return 0"))


@case("forge")
def own_len_and_list(s):
    """Names of built-in functions are taken by the notebook."""
    s.all("wrong", primes=(
        "class Yes:\n    def __eq__(self, other):\n        return True\n"
        "len = list = lambda x: Yes()\nprimes = None"))


@case("forge")
def equal_to_everything(s):
    """Results are objects that say they equal whatever comes."""
    s.all("wrong", counter=(
        "class Yes:\n    def __eq__(self, other):\n        return True\n"
        "class Counter:\n    total = Yes()\n"
        "    def add(self, word):\n        pass\n"
        "    def count(self, word):\n        return Yes()"))


@case("forge")
def float_subclass(s):
    """A float whose distance to every number is 0."""
    s.all("wrong", mean=(
        "class Near(float):\n    def __sub__(self, other):\n"
        "        return 0.0\n    __rsub__ = __sub__\n"
        "def mean(x):\n    return Near(9)"))


@case("forge")
def int_subclass(s):
    """An int that equals 2, 0 and 3 alike."""
    s.all("wrong", counter=(
        "class Any(int):\n    def __eq__(self, other):\n"
        "        return True\n    __hash__ = int.__hash__\n"
        "class Counter:\n    total = Any(7)\n"
        "    def add(self, word):\n        pass\n"
        "    def count(self, word):\n        return Any(7)"))


@case("forge")
def list_subclass(s):
    """A list that has any length and equals any list."""
    s.all("wrong", primes=(
        "class Any(list):\n    def __len__(self):\n        return 8\n"
        "    def __eq__(self, other):\n        return True\n"
        "    def __iter__(self):\n        import sys\n"
        "        code = sys._getframe(1).f_code\n"
        "        return iter(next(c for c in code.co_consts\n"
        "            if isinstance(c, tuple) and len(c) == 8))\n"
        "primes = Any()"))


@case("forge")
def array_subclass(s):
    """An array for which every comparison of NumPy's comes out true."""
    s.all("wrong", softmax="""\
class Yes(np.ndarray):
    def __array_function__(self, func, types, args, kwargs):
        if func.__name__ == "allclose":
            return True
        if func.__name__ == "isclose":
            return np.ones(len(self), bool)
        return super().__array_function__(func, types, args, kwargs)
def softmax(z):
    return np.zeros(len(z)).view(Yes)""")


@case("forge")
def array_protocol(s):
    """A result that looks up what it should be when it is asked."""
    s.all("wrong", softmax="""\
import sys
class Later:
    def __array__(self, dtype=None, copy=None):
        frame = sys._getframe(1)
        while frame:
            for name in "desired", "expected", "y", "b":
                if name in frame.f_locals:
                    return np.asarray(frame.f_locals[name], float)
            frame = frame.f_back
        return np.array([0.5, 0.5])
def softmax(z):
    return Later()""")
