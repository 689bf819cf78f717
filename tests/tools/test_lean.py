"""nnlab runs where only NumPy is installed; tqdm only draws a bar."""

import subprocess
import sys

import pytest

LEAN = '''
import sys

class OnlyNumPy:
    """Every other installed package looks as if it were not there."""

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names | {"numpy", "nnlab"}:
            raise ModuleNotFoundError(f"No module named {top!r}", name=top)

sys.meta_path.insert(0, OnlyNumPy())
'''

IMPORTS = '''
import importlib, pkgutil
import nnlab
for module in pkgutil.iter_modules(nnlab.__path__):
    if module.name not in ("plots", "claims", "grading"):
        importlib.import_module(f"nnlab.{module.name}")
'''

TRAINS = '''
import numpy as np
from nnlab.data import load_digits
from nnlab.layers import Linear, Sequential
from nnlab.training import fit
X, y = load_digits()
rng = np.random.default_rng(0)
net = Sequential(Linear(64, 10), rng=rng)
history = fit(net, X[:96], y[:96], rng=rng, epochs=2, progress=True)
assert len(history.train_loss) == 2
'''


def lean(code):
    """Run ``code`` in a Python that finds NumPy and nnlab only."""
    return subprocess.run([sys.executable, "-c", LEAN + code],
                          capture_output=True, text=True)


@pytest.mark.parametrize("code", [IMPORTS, TRAINS])
def test_numpy_is_enough(code):
    result = lean(code)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("module", ["plots", "claims", "exercises"])
def test_the_core_packages_are_enough(module):
    """NumPy and matplotlib, without Jupyter and what tests compare with."""
    blocked = ("IPython", "matplotlib_inline", "nbgrader", "torch",
               "sklearn", "tqdm")
    code = (f"import sys\nfor name in {blocked}:\n"
            "    sys.modules[name] = None\n"
            f"import nnlab.{module}")
    result = subprocess.run([sys.executable, "-c", code],
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("package", ["tqdm", "matplotlib", "torch"])
def test_the_other_packages_are_really_out_of_reach(package):
    result = lean(f"import {package}")
    assert f"No module named '{package}'" in result.stderr
