"""A source that must not go out is refused in one line."""
import copy
import json
import re

import pytest

from nnlab.grading import notebooks, release

TOPIC = "first_steps"


def make(away):
    release.release(TOPIC, away / "solutions", away / "exercises")


@pytest.fixture
def path(away):
    """The notebook that the tests spoil."""
    return away / "solutions" / TOPIC / f"{TOPIC}.ipynb"


def _spoil(cell_id, change):
    def spoiled(notebook):
        cell = next(c for c in notebook.cells if c.id == cell_id)
        change(cell, notebook)
    return spoiled


def _swap(old, new):
    def change(cell, notebook):
        assert old in cell.source
        cell.source = cell.source.replace(old, new)
    return change


def _meta(**new):
    def change(cell, notebook):
        cell.metadata.nbgrader.update(new)
    return change


def _twice(cell, notebook):
    notebook.cells.append(copy.deepcopy(cell))
    notebook.cells[-1].id = "another"


def _last(cell, notebook):
    cell.source += "\ncheck(adam, points=6)"


FAULTS = {
    "visible points": ("adam", _swap("adam, points=6)", "adam, points=7)"),
                       "points"),
    "hidden points": ("adam", _swap("points=6, seed", "points=60, seed"),
                      "points"),
    "points of the cell": ("adam", _meta(points=3), "points"),
    "grade_id twice": ("adam", _twice, "'adam' is there 2 times"),
    "no region": ("falling-loss", _swap("### BEGIN SOLUTION\n", ""),
                  "region"),
    "empty region": ("falling-loss", lambda c, n: c.update(
        source="### BEGIN SOLUTION\n### END SOLUTION"), "empty"),
    "old schema": ("adam", _meta(schema_version=2), "schema_version"),
    "no hidden check": ("adam", lambda c, n: c.update(
        source="check(adam, points=6)"), "hidden check"),
    "hidden check not last": ("adam", _last, "hidden check"),
    "hidden check in sight": ("adam", _swap("### BEGIN HIDDEN TESTS\n", ""),
                              "hidden"),
    "another function": ("adam", _swap("(adam, points=6)\n",
                                       "(he_normal, points=6)\n"),
                         "different functions"),
    "setup not locked": ("setup", _meta(locked=False), "locked"),
    "no version": ("setup", _swap("made_with(", "print("), "made_with"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_notebook_is_refused(away, path, tree, fault):
    """One line that says what, and exercises/ stays as it was."""
    cell_id, change, words = FAULTS[fault]
    notebook = notebooks.read(path)
    _spoil(cell_id, change)(notebook)
    notebooks.write(notebook, path)
    before = tree(away)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        make(away)
    assert "\n" not in str(caught.value)
    assert "first_steps.ipynb" in str(caught.value)
    assert tree(away) == before


@pytest.mark.parametrize("name", ["notes.txt", "adam.py", "old/x.ipynb",
                                  "second.ipynb", ".secret"])
def test_a_planted_file_is_refused(away, tree, name):
    """nbgrader would hand it to every student."""
    planted = away / "solutions" / "first_steps" / name
    planted.parent.mkdir(exist_ok=True)
    planted.write_text("the answers")
    before = tree(away)
    with pytest.raises(ValueError, match="would go to the students") as e:
        make(away)
    assert str(planted) in str(e.value) and "\n" not in str(e.value)
    assert tree(away) == before


def test_what_nbgrader_leaves_out_is_no_fault(away):
    folder = away / "solutions" / "first_steps"
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "x.ipynb").write_text("{}")
    assert release.files(folder) == [folder / "first_steps.ipynb"]


@pytest.mark.grading
def test_declared_data_goes_out(away, tree):
    folder = away / "solutions" / "first_steps"
    notebook = notebooks.read(folder / "first_steps.ipynb")
    notebook.metadata["nnlab"] = {"data": ["data/points.csv"]}
    notebooks.write(notebook, folder / "first_steps.ipynb")
    with pytest.raises(ValueError, match="declared as data but missing"):
        make(away)
    (folder / "data").mkdir()
    (folder / "data" / "points.csv").write_text("x,y\n1,2\n")
    make(away)
    assert sorted(tree(away / "exercises" / "first_steps")) == [
        "data/points.csv", "first_steps.ipynb"]


def test_an_unknown_exercise_and_a_broken_notebook(away, path):
    notebook = notebooks.read(path)
    spoiled = _spoil("adam-answer", lambda c, n: c.metadata.update(
        nnlab={"exercise": "adma"}))
    spoiled(notebook)
    notebooks.write(notebook, path)
    with pytest.raises(ValueError, match="There is no exercise 'adma'"):
        make(away)
    path.write_text("{")
    with pytest.raises(ValueError, match="no notebook that can be read"):
        make(away)
    path.unlink()
    with pytest.raises(ValueError, match="is missing"):
        make(away)


@pytest.mark.parametrize("change", [
    lambda cells: cells[1].update(id=cells[0]["id"]),
    lambda cells: cells[1].pop("id")], ids=["twice", "missing"])
def test_a_cell_id_that_is_not_stable_is_refused(away, path, change):
    """nbformat would invent one, another at each reading."""
    raw = json.loads(path.read_text("utf-8"))
    change(raw["cells"])
    path.write_text(json.dumps(raw))
    with pytest.raises(ValueError, match=r"\bid\b") as caught:
        make(away)
    assert "\n" not in str(caught.value)


@pytest.mark.grading
def test_a_failure_of_nbgrader_is_one_line(tmp_path):
    with pytest.raises(ValueError, match="generate_assignment") as caught:
        release.nbgrader(tmp_path, "generate_assignment", "nothing")
    assert "\n" not in str(caught.value)
