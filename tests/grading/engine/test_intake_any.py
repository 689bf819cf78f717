"""Whatever the bytes: no exception, and every graded cell once."""
import copy
import json

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.grading.engine.model import Submission
from nnlab.grading.engine.intake import take_in
from tests.grading.engine import takes

KEYS = st.sampled_from(["cells", "metadata", "nbformat", "source", "id",
                        "cell_type", "nbgrader", "grade_id", "worksheets",
                        "outputs", "attachments", "input"])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(),
                   st.text(max_size=9), st.sampled_from([
                       "code", "markdown", "f", "why", "test-f", takes.F,
                       "\ud800", "\0"]))
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) |
                    st.dictionaries(KEYS, inner, max_size=5), max_leaves=25)


def sound(files):
    """Take files in; check what must hold of whatever comes out."""
    before = copy.deepcopy(files)
    taken = take_in(Submission("ada", files=files), takes.RELEASE)
    assert files == before
    made, remarks = taken.notebooks["lab"]
    assert not any("not known; please" in words for words in remarks)
    if made is None:
        assert remarks
        return
    assert takes.graded_ids(made) == ["setup", "f", "test-f", "why"]
    nbformat.validate(nbformat.from_dict(made))
    json.dumps(made, ensure_ascii=False).encode()


@given(st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_under_any_name(data, name):
    sound({"lab.ipynb": data, name: data})


@given(JSON)
def test_any_json(value):
    sound({"lab.ipynb": json.dumps(value).encode()})


@given(st.lists(JSON, max_size=5))
def test_any_cells(cells):
    sound({"lab.ipynb": json.dumps({"cells": cells}).encode()})


@st.composite
def spoiled(draw):
    """The good notebook, some of its parts replaced or gone."""
    notebook = takes.good()
    for _ in range(draw(st.integers(1, 4))):
        box = draw(st.sampled_from(_boxes(notebook)))
        if not box:
            continue
        keys = list(box) if isinstance(box, dict) else range(len(box))
        key = draw(st.sampled_from(keys))
        value = draw(JSON | st.sampled_from(_boxes(takes.good())))
        if draw(st.booleans()):
            box[key] = copy.deepcopy(value)
        else:
            box.pop(key)
    return notebook


def _boxes(value):
    """Every dict and list in a value, itself first."""
    inner = value.values() if isinstance(value, dict) else value
    return [value] + [box for one in inner if isinstance(one, (dict, list))
                      for box in _boxes(one)]


@settings(max_examples=200)
@given(spoiled())
def test_any_change_of_a_good_notebook(notebook):
    sound({"lab.ipynb": json.dumps(notebook).encode()})


@given(st.permutations(range(5)), st.lists(st.integers(0, 4), max_size=4))
def test_any_order_and_any_copies(order, copies):
    notebook = takes.good()
    notebook["cells"] = [notebook["cells"][k] for k in [*order, *copies]]
    sound({"lab.ipynb": json.dumps(notebook).encode()})
    assert takes.take_one(notebook)[0]["f"] == takes.F


@given(st.data())
def test_any_cut(data):
    whole = takes.text(takes.good()).encode()
    a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    sound({"lab.ipynb": whole[:a] + whole[b:]})
