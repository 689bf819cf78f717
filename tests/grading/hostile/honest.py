"""Honest students, who must not suffer: all they do is legal."""
from nbformat.v4 import new_code_cell

from tests.grading.hostile.cases import case
from tests.grading.hostile.course import ANSWERS, plain


def inside(line):
    """The right softmax with a line more at its beginning."""
    lines = plain(ANSWERS["softmax"]).split("\n")
    more = ["    " + one for one in line.split("\n")]
    return "\n".join([*lines[:2], *more, *lines[2:]])


def does(line, first=None):
    """A case whose right softmax begins with ``line``."""
    def enter(function):
        def write(s):
            s.all("right", softmax=inside(line))
            if first:
                s.first(first)
        write.__name__, write.__doc__ = function.__name__, function.__doc__
        return case("honest")(write)
    return enter


@does("import warnings\nwarnings.warn('z is not scaled')")
def warns():
    """The answer warns."""


@does("np.log(np.zeros(2)) + np.float64(1) / np.zeros(1)")
def numpy_warns():
    """NumPy warns of a division by zero within the answer."""


@does("print('z is', z)")
def prints():
    """The answer prints."""


@does("import sys\nprint('here', file=sys.stderr)")
def prints_to_stderr():
    """The answer prints to stderr."""


@does("print('-' * 70 + '\\n' * 3000)")
def prints_much():
    """The answer prints thousands of lines."""


@does("import logging\nlogging.warning('large values')")
def logs():
    """The answer writes to a log, which goes to stderr."""


@does("from tqdm import tqdm\nfor _ in tqdm(range(3)):\n    pass")
def progress_bar():
    """The answer shows a progress bar."""


@does("display(z)")
def displays():
    """The answer displays its argument."""


@does("5.0", first="5.0")
def shows_numbers():
    """A cell shows a number, as cells do."""


@does("z = np.array(z)", first="import time\ntime.sleep(2)")
def slow_import():
    """An import takes two seconds."""


@does("plt.plot(z)\nplt.show()",
      first="import matplotlib.pyplot as plt\nplt.plot([1, 2])")
def plots():
    """A cell and an answer draw figures."""


@does("plt.figure()\nplt.close()",
      first="%matplotlib inline\nimport matplotlib.pyplot as plt")
def matplotlib_inline():
    """A cell has the magic that notebooks begin with."""


@does("pass", first="!ls -l\nfiles = !ls\n%timeit -n1 -r1 sum(range(9))")
def shell_commands():
    """A cell lists the folder and measures time."""


@does("pass", first="%load_ext autoreload\n%autoreload 2\n%pwd")
def magics():
    """Cells use magics that change how code is run."""


@does("z = shifted(z)", first="def shifted(z):\n    return z - max(z)")
def helper_cell():
    """The answer calls a function of another cell."""


@does("z = z + SHIFT + CONFIG['more']",
      first="SHIFT, CONFIG = 3.0, {'more': 1}")
def globals_used():
    """The answer reads constants of another cell."""


@does("global calls\ncalls = calls + 1", first="calls = 0")
def globals_changed():
    """The answer counts its calls in a global."""


@does("np.random.seed(0)\nnp.random.rand(3)")
def seeds():
    """The answer sets the global seed."""


@does("np.seterr(all='raise')")
def numpy_settings():
    """The answer makes NumPy raise errors where it warned."""


@does("z = z.astype(float); z -= z.max()")
def in_place():
    """The answer works in place on a copy."""


@does("import tempfile\nwith tempfile.TemporaryFile() as f:\n"
      "    f.write(b'1')\nnp.save('mine.npy', z)\nz = np.load('mine.npy')")
def writes_files():
    """The answer writes files beside the notebook."""


@does("assert open('heights.csv').read().startswith('name')",
      first="heights = open('heights.csv').readlines()")
def reads_data():
    """A cell and an answer read the file that was handed out."""


@does("with Pool(2) as pool:\n    assert pool.map(abs, [-1, 2]) == [1, 2]",
      first="from multiprocessing import Pool")
def processes():
    """The answer uses two more processes."""


@does("from concurrent.futures import ThreadPoolExecutor\n"
      "with ThreadPoolExecutor(2) as pool:\n"
      "    list(pool.map(abs, [-1, 2]))")
def thread_pool():
    """The answer uses threads."""


@does("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n"
      "    import traceback; traceback.print_exc()")
def prints_traceback():
    """The answer catches an error and prints its traceback."""


@case("honest")
def wrapped(s):
    """Answers with type hints, a decorator, defaults and a lambda."""
    s.all("right", mean=(
        "from functools import lru_cache, wraps\n"
        "from collections.abc import Iterable\n"
        "def noted(f):\n    @wraps(f)\n    def g(*a, **k):\n"
        "        return f(*a, **k)\n    return g\n\n@noted\n"
        "def mean(x: Iterable[float], *, digits: int = 12) -> float:\n"
        "    total = (lambda v: sum(v))(list(x))\n"
        "    return round(total / len(x), digits)"))


@case("honest")
def single_precision(s):
    """NumPy's own scalars and a tuple come back."""
    s.all("right", mean="def mean(x):\n    return np.float64(np.mean(x))",
          primes="primes = (2, 3, 5, 7, 11, 13, 17, 19)")


@case("honest")
def unicode_names(s):
    """Variables have Greek letters and umlauts."""
    s.all("right", mean=(
        "def mean(x):\n    größe, σ = len(x), sum(x)\n"
        "    return σ / größe  # ½ · Σ"))


@case("honest")
def own_base_class(s):
    """The class inherits from one of the student's own."""
    s.all("right", counter=(
        "class Base:\n    def __init__(self):\n        self.words = []\n"
        "    def add(self, word):\n        self.words.append(word)\n\n"
        "class Counter(Base):\n    @property\n    def total(self):\n"
        "        return len(self.words)\n    def count(self, word):\n"
        "        return self.words.count(word)"))


@case("honest")
def dataclass(s):
    """The class is a dataclass around one of the library's."""
    s.all("right", counter=(
        "import collections\nfrom dataclasses import dataclass, field\n"
        "@dataclass\nclass Counter:\n    total: int = 0\n"
        "    seen: dict = field(default_factory=collections.Counter)\n"
        "    def add(self, word):\n        self.total += 1\n"
        "        self.seen[word] += 1\n    def count(self, word):\n"
        "        return self.seen[word]"))


@case("honest")
def noisy_class(s):
    """Every method prints and warns."""
    noise = ("        import warnings, sys\n        print('called')\n"
             "        warnings.warn('called')\n")
    s.all("right", counter=(
        "class Counter:\n    def __init__(self):\n" + noise
        + "        self.words = []\n    def add(self, word):\n" + noise
        + "        self.words.append(word)\n    @property\n"
        "    def total(self):\n        return len(self.words)\n"
        "    def count(self, word):\n" + noise
        + "        return self.words.count(word)"))


@case("honest", mean=3, softmax=0)
def partly_right(s):
    """One answer is right but for one case, one is missing."""
    s.all("right", mean=(
        "def mean(x):\n    if min(x) < 0:\n        return 0.0\n"
        "    return sum(x) / len(x)"), softmax="def softmax(z): pass")


@case("honest")
def list_as_a_name(s):
    """A cell has a variable of a built-in function's name."""
    s.all("right")
    s.notebook.cells.append(new_code_cell("sum = 7", id="late"))
    s.first("list = [1, 2]\nmax = 9\nprint(list)")


@case("honest")
def defined_later(s):
    """The answers stand in cells of the student's own."""
    s.all("right", softmax="# see above")
    s.first(plain(ANSWERS["softmax"]))


@case("honest")
def error_in_own_cell(s):
    """A cell of the student's own raises an error."""
    s.all("right")
    s.first("raise ValueError('just trying')")
