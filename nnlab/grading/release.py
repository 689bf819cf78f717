"""Make exercises/ from solutions/: ``python -m nnlab.grading.release``.

The notebooks in solutions/ are written by hand, but for two things:
the answers, which are the references' own source, and the version.
Both are written in here.  nbgrader then makes the student's notebook,
in a folder of its own, so that no gradebook is left in the clone.
"""
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nnlab
from nnlab.exercises import EXERCISES
from nnlab.exercises.source import source
from nnlab.grading import lint, notebooks

ROOT = Path(nnlab.__file__).resolve().parent.parent
CONFIG = "nbgrader_config.py"
# What nbgrader itself leaves out when it copies a folder to students.
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__")
VERSION = re.compile(r'made_with\("[^"]*"\)')


def nbgrader(folder, *arguments):
    """Run nbgrader in ``folder``, free of the user's own settings."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment(home), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise ValueError(f"nbgrader {' '.join(arguments)} failed: "
                         f"{_reason(done.stdout)}")
    return done.stdout


def _reason(log):
    """The exception that nbgrader printed, or else its last line."""
    lines = log.strip().splitlines() or ["no message"]
    raised = [line for line in lines
              if re.match(r"[\w.]+(Error|Exception|Entry)\b", line)]
    return (raised or lines)[-1]


def environment(home):
    """This process's environment, with Jupyter's folders in ``home``.

    nbgrader calls ``alembic`` by name, so the programs of this Python
    must be on the PATH.
    """
    folders = {name: str(Path(home) / name.lower()) for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
        "IPYTHONDIR")}
    return {**os.environ, **folders,
            "PATH": _first(Path(sys.executable).parent, "PATH"),
            "PYTHONPATH": _first(ROOT, "PYTHONPATH")}


def _first(folder, variable):
    """A search path that begins with ``folder``."""
    rest = os.environ.get(variable)
    return os.pathsep.join([str(folder)] + ([rest] if rest else []))


def topics(solutions):
    """The names of the folders in ``solutions``."""
    return sorted(p.name for p in Path(solutions).iterdir() if p.is_dir()
                  and not p.name.startswith("."))


def files(folder):
    """The notebook and its declared data; anything else is refused.

    nbgrader hands every file of the folder to the students.
    """
    folder = Path(folder)
    notebook = folder / f"{folder.name}.ipynb"
    declared = notebooks.read(notebook).metadata.get("nnlab", {})
    allowed = [notebook, *(folder / d for d in declared.get("data", []))]
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in allowed and not any(
                fnmatch.fnmatch(part, pattern) for pattern in IGNORED
                for part in path.relative_to(folder).parts):
            raise ValueError(
                f"{path} would go to the students: it is neither the "
                'notebook nor named under "nnlab": {"data": [...]} in '
                "the notebook's metadata. Declare it or move it.")
    for path in allowed:
        if not path.is_file():
            raise ValueError(f"{path} is declared as data but missing.")
    return allowed


def filled(notebook):
    """``notebook`` with its answers and its version written in."""
    for cell in notebook.cells:
        if name := notebooks.exercise(cell):
            if name not in EXERCISES:
                raise ValueError(f"There is no exercise {name!r}; there "
                                 f"are {', '.join(EXERCISES)}.")
            cell.source = notebooks.with_region(
                source(EXERCISES[name].reference))
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.source = VERSION.sub(
                f'made_with("{nnlab.__version__}")', cell.source)
    return notebook


def copy(folder, target):
    """Copy what ``files`` allows of ``folder`` into ``target``."""
    for path in files(folder):
        new = Path(target) / path.relative_to(folder)
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, new)


def release(topic, solutions, exercises):
    """Write solutions/topic's answers, then replace exercises/topic."""
    folder = Path(solutions) / topic
    notebook = filled(notebooks.read(files(folder)[0]))
    if found := lint.problems(notebook):
        raise ValueError(f"{topic}.ipynb, {found[0]}.")
    with tempfile.TemporaryDirectory() as scratch:
        course = Path(scratch)
        copy(folder, course / "solutions" / topic)
        notebooks.write(notebook,
                        course / "solutions" / topic / f"{topic}.ipynb")
        shutil.copyfile(ROOT / CONFIG, course / CONFIG)
        nbgrader(course, "generate_assignment", topic)
        made = course / "exercises" / topic
        student = made / f"{topic}.ipynb"
        if found := lint.leaks(notebook, notebooks.read(student)):
            raise ValueError(f"{topic}: the release holds {found[0]}.")
        notebooks.write(notebooks.read(student), student)
        _replace(made, Path(exercises) / topic)
    notebooks.write(notebook, folder / f"{topic}.ipynb")


def _replace(new, old):
    """Put ``new`` in the place of ``old`` in one step."""
    old.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=old.parent, prefix=".") as near:
        shutil.copytree(new, Path(near) / "new")
        if old.exists():
            old.rename(Path(near) / "old")
        (Path(near) / "new").rename(old)


def main():
    """Release every topic; the first fault stops in one line."""
    try:
        for topic in topics(ROOT / "solutions"):
            release(topic, ROOT / "solutions", ROOT / "exercises")
            print(f"exercises/{topic} is made from solutions/{topic}")
    except ValueError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
