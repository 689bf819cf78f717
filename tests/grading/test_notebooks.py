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
    assert len(tests) >= 3
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


def example(root, topic, cell):
    """The text of a question, and the code that is its example."""
    path = root / "exercises" / topic / f"{topic}.ipynb"
    text = next(c.source for c in notebooks.read(path).cells
                if c.id == cell)
    return text, re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]


@pytest.mark.parametrize("topic, name, caught, missed", [
    ("first_steps", "adam", "no_bias_correction", "t_not_advanced"),
    ("adaptive", "adamw", "decay_hard_coded", "decay_ignored")])
def test_the_worked_example(root, topic, name, caught, missed):
    """It catches what the question says that it catches, and w is so."""
    text, code = example(root, topic, f"test-{name}-question")
    question = EXERCISES[name]
    wrong = {m.name: m.wrongs()[0] for m in question.mistakes}
    seen = []

    def catches(function):
        def kept(*args, **kwargs):
            seen.append(function(*args, **kwargs))
            return seen[-1]
        try:
            exec(code, {name: kept, "np": np})
        except AssertionError:
            return True
        return False

    for right in (question.reference, *question.variants.values()):
        assert not catches(right)
    assert not catches(wrong[missed])
    assert catches(wrong[caught])
    assert f"{seen[-1][0].item():.3f}" in text


def test_the_moments_of_the_worked_example(root):
    text, _ = example(root, "first_steps", "test-adam-question")
    adam = EXERCISES["adam"].reference
    m, v, t = adam(np.array([1.0]), np.array([0.5]), lr=0.1)[1]
    assert f"$m = {m.item():.2f}$" in text.replace("\n", " ")
    assert f"$v = {v.item():.5f}$" in text.replace("\n", " ")


def test_the_solution_region_goes_after_the_signature():
    """The docstring has the equations: it goes with the solution."""
    text = 'def f(x,\n      y=1):\n    """One."""\n    return x\n'
    assert notebooks.with_region(text) == (
        "def f(x,\n      y=1):\n    ### BEGIN SOLUTION\n"
        '    """One."""\n    return x\n    ### END SOLUTION')
    comment = "def f(x):\n    # why\n    return x\n"
    assert "BEGIN SOLUTION\n    # why\n" in notebooks.with_region(comment)
