"""Damaging the grader: its files, its processes, its secrets.

Every answer is right, so points are not the question here; what is
done besides is done in the first cell.
"""
from tests.grading.hostile.cases import case
from tests.grading.hostile.course import POINTS

FIND = """\
import glob, os, sqlite3, subprocess, sys
COURSE, HOME = {course!r}, {home!r}
def find(wanted):
    for top in COURSE, "../../..", "../..", "..", HOME:
        for path in sorted(glob.glob(os.path.join(top, wanted))):
            yield path
"""


def damage(code, **deserved):
    """A case whose first cell runs ``code``, and answers rightly."""
    def enter(function):
        def write(s):
            s.all("right")
            s.first(FIND.format(course=str(s.course), home=str(s.home))
                    + code)
        write.__name__, write.__doc__ = function.__name__, function.__doc__
        return case("damage", **{**POINTS, **deserved})(write)
    return enter


@damage("""
for path in find("gradebook.db"):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE grade SET auto_score = 0, manual_score = 0")
    break""")
def others_grades():
    """All grades in the gradebook are set to 0."""


@damage("""
for path in find("gradebook.db"):
    os.remove(path)
    break""")
def gradebook_removed():
    """The gradebook is deleted."""


@damage("""
for path in find("gradebook.db"):
    with open(path, "r+b") as file:
        file.write(b"\\0" * 4096)
    break""")
def gradebook_zeroed():
    """The gradebook's first page is overwritten."""


@damage("""
for path in find("gradebook.db"):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    break""")
def gradebook_locked():
    """The gradebook is locked for as long as the kernel lives."""


@damage("""
for path in find("gradebook.db"):
    with sqlite3.connect(path) as db:
        db.execute("UPDATE grade_cell SET max_score = 100")
        db.execute("UPDATE source_cell SET source = '' "
                   "WHERE source LIKE '%primes%'")
    break""")
def tests_rewritten():
    """The tests and their points are rewritten in the gradebook."""


@damage("""
for path in find("nbgrader_config.py"):
    with open(path, "a") as file:
        file.write("c.ClearSolutions.code_stub = {'python': ''}\\n")
    break""")
def config_appended():
    """A line is added to the course's configuration."""


@damage("""
for path in find("source/*/*.ipynb"):
    open(path, "w").write("{}")
    break""")
def source_overwritten():
    """The instructor's notebook is overwritten."""


@damage("""
for path in find("release/*/*.ipynb"):
    os.remove(path)
    break""")
def release_removed():
    """The notebook that new students get is deleted."""


@damage("""
for path in find("submitted/zoe/*/*.ipynb"):
    os.chmod(path, 0o644)
    open(path, "w").write("{}")
    break""")
def neighbour_spoiled():
    """A submission that is still to be graded is overwritten."""


@damage("""
import shutil
for path in find("autograded/anna"):
    shutil.rmtree(path)
    break""")
def neighbour_ungraded():
    """What was graded of another student is deleted."""


@damage("""
folder = os.path.join(HOME, ".ipython", "profile_default", "startup")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "00-all.py"), "w") as file:
    file.write("import numpy.testing\\n"
               "get_ipython().displayhook(1.0)\\n")""")
def ipython_startup():
    """Code is left that every later kernel runs when it starts."""


@damage("""
folder = os.path.join(HOME, ".local", "share", "jupyter", "kernels",
                      "python3")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "kernel.json"), "w") as file:
    file.write('{"argv": ["false", "{connection_file}"], '
               '"display_name": "x", "language": "python"}')""")
def kernel_replaced():
    """Later students get a kernel that does not start."""


@damage("""
folder = os.path.join(HOME, ".jupyter")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "nbgrader_config.py"), "w") as file:
    file.write("c = get_config()\\nc.Execute.enabled = False\\n")""")
def jupyter_config():
    """A configuration is left in the grader's home."""


@damage("""
with open(os.path.join(HOME, ".bashrc"), "a") as file:
    file.write("echo hello from the student\\n")""")
def shell_startup():
    """A line is added to what the grader's shell runs."""


@damage("""
for path in find("source"):
    os.symlink("/etc", os.path.join(path, "more"))
    os.rename(os.path.join(path, "little"), os.path.join(path, "big"))
    break""")
def source_renamed():
    """The source folder is renamed and a link is put into it."""
