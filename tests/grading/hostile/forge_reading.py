"""Forging the score: what is expected is read, and handed back."""
from tests.grading.hostile.cases import case
from tests.grading.hostile.course import NAME
from tests.grading.hostile.forge_values import NOTHING


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
