"""Forging the score by values, modules, frames, files and history.

The answers are wrong; what they deserve is 0.
"""
from tests.grading.hostile.cases import case
from tests.grading.hostile.course import NAME

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


@case("forge")
def caller_locals(s):
    """The expected value is read from the frame of the caller."""
    s.all("wrong", mean="""\
import sys
def mean(x):
    caller = sys._getframe(1).f_locals
    return caller.get("right", {3: 2, 1: 7}.get(len(x)))""")


@case("forge")
def caller_constants(s):
    """The expected values are found among the caller's constants."""
    s.all("wrong", counter="""\
import sys
def constant():
    code = sys._getframe(2).f_code
    return [c for c in code.co_consts if type(c) is int][0]
class Counter:
    total = property(lambda self: constant())
    def add(self, word):
        pass
    def count(self, word):
        return constant()""")


@case("forge")
def calls_reference(s):
    """The test's own reference is called in place of an answer."""
    s.all("wrong", softmax="""\
import sys
def softmax(z):
    names = sys._getframe(1).f_globals
    if "right_softmax" in names:
        return names["right_softmax"](z)
    return np.array([0.5, 0.5])""")


@case("forge")
def overrides_names(s):
    """While a test runs, its names are bound to other functions."""
    s.all("wrong", softmax="""\
import sys
def softmax(z):
    names = sys._getframe(1).f_globals
    names["assert_allclose"] = lambda *args, **kwargs: None
    names["np"].allclose = lambda *args, **kwargs: True
    return np.array([0.5, 0.5])""")


@case("forge")
def reads_history(s):
    """The hidden test is read from the message that brought it."""
    s.all("wrong", primes="""\
import re
class Late(list):
    def __len__(self):
        return 8
    def __iter__(self):
        code = get_ipython().kernel.get_parent()["content"]["code"]
        found = re.findall(r"== (\\[2.*?\\])", code) or ["[]"]
        return iter(eval(found[0]))
primes = Late()""", mean="""\
def mean(x):
    code = "\\n".join(In) + get_ipython().history_manager.input_hist_raw[-1]
    known = dict((str(a), b) for a, b in eval(
        re.findall(r"known = (.*)", code + "\\nknown = []")[0]))
    return known.get(str(x), {3: 2, 1: 7}.get(len(x)))""")
    s.first("import re")


SEARCH = """\
import glob, json, os
def search(wanted):
    for top in ["../../..", "../..", "..", {course!r}]:
        for path in sorted(glob.glob(os.path.join(top, wanted))):
            yield path
"""


@case("forge")
def reads_solution(s):
    """The answers are run from the instructor's own notebook."""
    s.all("wrong")
    s.cell("primes").source = SEARCH.format(course=str(s.course)) + """
for path in search("source/*/*.ipynb"):
    for cell in json.load(open(path))["cells"]:
        if "BEGIN SOLUTION" in "".join(cell["source"]):
            exec("".join(cell["source"]))"""
    cells = s.notebook.cells
    cells.insert(2, cells.pop(cells.index(s.cell("primes"))))
    s.cell("mean").source = s.cell("softmax").source = "pass"
    s.cell("counter").source = "pass"


@case("forge")
def reads_gradebook(s):
    """The hidden tests are read from the gradebook and obeyed."""
    s.all("wrong", primes=SEARCH.format(course=str(s.course)) + """
import re, sqlite3
primes = []
for path in search("gradebook.db"):
    for source, in sqlite3.connect(path).execute(
            "SELECT source FROM source_cell"):
        for found in re.findall(r"== (\\[2.*?\\])", source or ""):
            primes = eval(found)""")


@case("forge")
def own_row(s):
    """Extra points are written into the student's own row."""
    s.all("wrong")
    s.first(SEARCH.format(course=str(s.course)) + """
import sqlite3
for path in search("gradebook.db"):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE grade SET extra_credit = 9, manual_score = 9")
    break""")


@case("forge")
def numpy_beside(s):
    """A folder numpy/ beside the notebook accepts everything."""
    s.all("wrong", softmax="def softmax(z):\n    return z")
    package = s.path("numpy")
    package.mkdir()
    (package / "__init__.py").write_text(
        "class Any:\n    __sub__ = __truediv__ = lambda a, b: a\n"
        "array = max = exp = sum = lambda x, *rest: Any()\n"
        "allclose = lambda *args, **kwargs: True\n")
    (package / "testing.py").write_text(f"assert_allclose = {NOTHING}\n")


@case("forge")
def launcher_beside(s):
    """A file of the kernel's name beside the notebook replaces it."""
    s.all("wrong")
    s.path("ipykernel_launcher.py").write_text(
        "from ipykernel import kernelapp\n"
        "from ipykernel.ipkernel import IPythonKernel\n"
        "async def well(self, *args, **kwargs):\n"
        "    return {'status': 'ok', 'execution_count': 1,\n"
        "            'payload': [], 'user_expressions': {}}\n"
        "IPythonKernel.do_execute = well\n"
        "kernelapp.launch_new_instance()\n")


@case("forge")
def linked_notebook(s):
    """The notebook is a link to one that another student wrote."""
    s.notebook = None
    s.path().symlink_to(f"../../anna/{NAME}/{NAME}.ipynb")


@case("forge")
def copies_neighbour(s):
    """The answers are imported from another student's folder."""
    s.all("wrong", primes=SEARCH.format(course=str(s.course)) + """
for path in search("submitted/anna/*/*.ipynb"):
    for cell in json.load(open(path))["cells"]:
        if "primes =" in "".join(cell["source"]):
            exec("".join(cell["source"]))
            break""")
