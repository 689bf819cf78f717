"""The house: imports only ever point down, the ground floor has no state."""

import ast
import sys
from pathlib import Path

import pytest

from tests.tools.floors import FLOORS

FLOOR = {name: i for i, names in enumerate(FLOORS) for name in names}

# Installed packages by floor; the standard library is free.
PACKAGES = {name: {"numpy"} for name in FLOORS[0]} | {
    "data": {"numpy", "pooch"},
    "_scope": {"numpy"},
    "layers": {"numpy"},
    "training": {"numpy", "tqdm"},
    "tuning": {"numpy", "optuna", "tqdm"},
    "transfer": {"numpy"},
    "diagnosis": {"numpy"},
    "plots": {"numpy", "matplotlib", "cycler",
              "IPython", "matplotlib_inline"},
    "claims": {"numpy", "matplotlib"},
    "exercises": {"numpy", "IPython"},
    "grading": {"numpy", "nbconvert", "nbformat", "nbgrader", "traitlets",
                "jupyter_client", "ipykernel", "IPython", "zmq",
                "sqlalchemy", "tqdm", "rich", "distributed", "torch",
                "latex2mathml", "bs4", "pygments", "mistune", "jinja2"},
    "cli": {"numpy"},
}
# The engine, and what it shares with nbgrader's own feedback: of nnlab
# they import each other and this.
SHARED = ["nnlab.grading." + name for name in (
    "causes", "ends", "failed", "feedback", "maths", "notebooks", "reasons",
    "rows", "standing")]
ENGINE = ("nnlab.grading.engine", "nnlab._scope", *SHARED)
FREE = {"nnlab", "nnlab.grading"}      # the version, the folder


def room(path):
    """The room that a module belongs to, be it a file or a package."""
    return Path(path).with_suffix("").parts[1]


def imports(tree, package=()):
    """Every imported module as a dotted name, relative ones resolved."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[:len(package) - node.level + 1]
                        if node.level else ())
            base += node.module.split(".") if node.module else []
            if base == ["nnlab"]:
                yield from (f"nnlab.{alias.name}" for alias in node.names)
            else:
                yield ".".join(base)


def faults(path, text):
    """What the module at ``path`` (below the root) imports and may not."""
    parts = Path(path).with_suffix("").parts
    home = room(path)
    if home == "__init__":
        return []
    if home not in FLOOR:
        return [f"{path}: {home} has no floor"]
    return [f"{path}: {home} imports {name}"
            for name in imports(ast.parse(text), parts[:-1])
            if not allowed(home, name.split("."))]


def allowed(home, name):
    """May a module of ``home`` import the dotted ``name``?"""
    if name[0] != "nnlab":
        return (name[0] in sys.stdlib_module_names
                or name[0] in PACKAGES.get(home, ()))
    target = name[1] if len(name) > 1 else "__init__"
    if target not in FLOOR:
        # The package itself: its version, or the folder of its files.
        return target in ("__init__", "__version__")
    return (target == home or FLOOR[target] < FLOOR[home]
            or {home, target} <= FLOORS[0])


@pytest.fixture(scope="module")
def modules(root):
    return {path.relative_to(root).as_posix(): path.read_text("utf-8")
            for path in sorted((root / "nnlab").rglob("*.py"))}


def test_imports_point_down(modules):
    assert len(modules) > 8
    assert [fault for item in modules.items()
            for fault in faults(*item)] == []


@pytest.mark.parametrize("path, text", [
    ("nnlab/losses.py", "from nnlab.layers import Linear"),
    ("nnlab/losses.py", "from nnlab import training"),
    ("nnlab/losses.py", "def f():\n    import nnlab.data"),
    ("nnlab/losses.py", "from . import layers"),
    ("nnlab/losses.py", "from .layers import Linear"),
    ("nnlab/losses.py", "import matplotlib.pyplot as plt"),
    ("nnlab/data.py", "import sklearn"),
    ("nnlab/exercises/check.py", "from ..claims import CLAIMS"),
    ("nnlab/claims/_claim.py", "from nnlab.grading import release"),
    ("nnlab/elsewhere.py", "import math"),
])
def test_an_import_that_points_up_is_seen(path, text):
    assert len(faults(path, text)) == 1


@pytest.mark.parametrize("path, text", [
    ("nnlab/losses.py", "from nnlab.activations import softmax"),
    ("nnlab/losses.py", "import math\nimport numpy as np"),
    ("nnlab/claims/_claim.py", "from . import _store\nimport nnlab"),
    ("nnlab/claims/_claim.py", "from nnlab.training import fit"),
    ("nnlab/grading/release.py", "from nnlab import __version__"),
    ("nnlab/cli.py", "from nnlab import data, training"),
])
def test_an_import_that_points_down_is_let_through(path, text):
    assert faults(path, text) == []


def test_the_engine_knows_nothing_of_the_exercises(modules):
    """It grades any course; what runs beside a student imports NumPy."""
    engine = {path: text for path, text in modules.items()
              if path.startswith("nnlab/grading/engine/")
              or path.removesuffix(".py").replace("/", ".") in SHARED}
    assert len(engine) > 20
    for path, text in engine.items():
        inside = "/inside/" in path
        parts = Path(path).with_suffix("").parts[:-1]
        for name in imports(ast.parse(text), parts):
            if name.startswith("nnlab") and name not in FREE:
                assert name.startswith("nnlab.grading.engine.inside" if inside
                                       else ENGINE), (path, name)


def test_the_ground_floor_keeps_no_state(modules):
    """No classes but exceptions, and no `global`."""
    for path, text in modules.items():
        if room(path) in FLOORS[0]:
            for node in ast.walk(ast.parse(text)):
                assert not isinstance(node, ast.Global), path
                if isinstance(node, ast.ClassDef):
                    bases = {ast.unparse(base) for base in node.bases}
                    assert bases & {"ValueError", "Exception"}, path
