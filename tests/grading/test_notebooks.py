"""The notebooks run from top to bottom, for student and for author."""
import re

import nbclient
import numpy as np
import pytest

from nnlab.exercises import EXERCISES
from nnlab.grading import notebooks, release

TOPICS = release.topics(release.ROOT / "solutions")


def executed(root, folder, topic):
    """The notebook of ``folder`` after a run, and its test cells."""
    notebook = notebooks.read(root / folder / topic / f"{topic}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(root))
        nbclient.NotebookClient(notebook, timeout=120, allow_errors=True,
                                kernel_name="python3").execute()
    return [c for c in notebook.cells if c.cell_type == "code"], [
        c for c in notebook.cells if notebooks.is_test(c)]


def shown(cell):
    """(points, words) of what a check displays, the only output."""
    [output] = cell.outputs
    assert output.output_type == "execute_result"
    return float(output.data["text/plain"]), output.data["text/html"]


@pytest.mark.grading
@pytest.mark.parametrize("topic", TOPICS)
def test_released_it_says_what_is_to_be_done(root, topic):
    cells, tests = executed(root, "exercises", topic)
    assert len(tests) >= 4
    for cell in tests:
        points, words = shown(cell)
        assert points == 0
        assert "nothing is written here yet" in words
        assert "raise NotImplementedError()" in words
    assert not any(o.output_type == "error" for c in cells
                   for o in c.outputs)


@pytest.mark.grading
@pytest.mark.parametrize("topic", TOPICS)
def test_solved_it_earns_every_point(root, topic):
    cells, tests = executed(root, "solutions", topic)
    for cell in tests:
        points, words = shown(cell)
        assert points == notebooks.meta(cell)["points"]
        assert "passed" in words
    assert [c.outputs for c in cells if c not in tests] == [[]] * (
        len(cells) - len(tests)), "a cell other than a check shows something"


def test_the_worked_example(root):
    """The numbers that question 5 states, from the functions it names."""
    path = root / "exercises" / "first_steps" / "first_steps.ipynb"
    text = next(c.source for c in notebooks.read(path).cells
                if c.id == "test-adam-question")
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    adam = EXERCISES["adam"]
    wrong = {m.name: m.wrongs()[0] for m in adam.mistakes}

    def caught(function):
        try:
            exec(example, {"adam": function, "np": np})
        except AssertionError:
            return True
        return False

    for right in (adam.reference, *adam.variants.values()):
        assert not caught(right)
    assert caught(wrong["no_bias_correction"])
    assert not caught(wrong["t_not_advanced"])
    w, (m, v, t) = wrong["no_bias_correction"](
        np.array([1.0]), np.array([0.5]), lr=0.1)
    for number, decimals in (w[0], 3), (m[0], 2), (v[0], 5):
        assert f"{number:.{decimals}f}" in text


def test_the_solution_region_goes_after_the_signature():
    """The docstring has the equations: it goes with the solution."""
    text = 'def f(x,\n      y=1):\n    """One."""\n    return x\n'
    assert notebooks.with_region(text) == (
        "def f(x,\n      y=1):\n    ### BEGIN SOLUTION\n"
        '    """One."""\n    return x\n    ### END SOLUTION')
    comment = "def f(x):\n    # why\n    return x\n"
    assert "BEGIN SOLUTION\n    # why\n" in notebooks.with_region(comment)
