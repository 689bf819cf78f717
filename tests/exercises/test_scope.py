"""Functions that lean on data of the notebook, and what is no data."""
import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.source import source
from tests.exercises.cells import cell

ADAM = source(EXERCISES["adam"].reference)
TWO_LAYER = EXERCISES["two_layer_backward"].reference


def test_notebook_data_is_said_and_earns_nothing():
    text = source(TWO_LAYER).replace("h.T @", "H.T @")
    f = cell(text, "two_layer_backward", H=np.ones((7, 7)))
    result = check(f, points=5)
    assert result.points == 0 and "`H`" in str(result)


def test_notebook_data_that_changes_the_answer():
    text = ADAM.replace("grad**2", "grad**P[0]")
    result = check(cell(text, "adam", P=[2]), points=5)
    assert (result.points, result.status) == (0, "notebook data")
    assert "`P`" in str(result)


def test_notebook_data_that_changes_nothing_keeps_the_points():
    text = ADAM.replace("t = t + 1", "t = t + 1 if w is not None else P")
    result = check(cell(text, "adam", P=[2]), points=5)
    assert result.points == 5 and "`P`" in str(result)


@pytest.mark.parametrize("line", [
    "K = np.float64(2)", "K = [2.0][0]; L = {'k': 2}", "if True: K = 2",
    "from math import tau; K = tau / tau * 2",
    "K, L = 2, np.array([1.0])"])
def test_what_stands_in_the_cell_of_the_function_is_fine(line):
    text = f"{line}\n" + ADAM.replace("grad**2", "grad**K")
    names = {"K": 2.0, "L": None, "np": np, "__name__": "__main__"}
    result = check(cell(text, "adam", **names), points=5)
    assert result.points == 5 and not result.details, str(result)


def test_imported_names_are_fine():
    text = ADAM.replace("grad**2", "grad**(tau / pi)")
    f = cell(text, "adam", tau=2 * np.pi, pi=np.pi,
             In=["", "from math import tau"])
    assert check(f, points=5).points == 5


def test_what_the_cell_of_the_function_imports_is_fine():
    text = "from sys import maxsize\n" + ADAM.replace(
        "t = t + 1", "t = t + 1 + 0 * maxsize")
    result = check(cell(text, "adam"), points=5)
    assert result.points == 5 and not result.details, str(result)


def test_a_variable_called_In_is_fine():
    assert check(cell(ADAM, "adam", In=3), points=5).points == 5


def test_constants_and_helpers_of_a_solution_cell_are_fine():
    text = ("ROOT = 2\ndef square(x):\n    return x**ROOT\n\n"
            + ADAM.replace("grad**2", "square(grad)"))
    result = check(cell(text, "adam"), points=5)
    assert result.points == 5 and not result.details


def test_a_constant_of_another_solution_cell_is_fine():
    other = "def helper():\n    pass\nTWO = 2\n"
    f = cell(ADAM.replace("grad**2", "grad**TWO"), "adam", TWO=2,
             In=["", other])
    assert check(f, points=5).points == 5


def test_a_constant_of_a_scratch_cell_is_not():
    f = cell(ADAM.replace("grad**2", "grad**TWO"), "adam", TWO=2,
             In=["", "TWO = 2"])
    result = check(f, points=5)
    assert (result.points, result.status) == (0, "notebook data")
