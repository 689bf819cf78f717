"""One case each: what was handed in, what is recovered, what is said."""
import copy
import json

import nbformat
import pytest

from nnlab.grading.engine.intake import answered
from nnlab.grading.engine.model import Release, Template
from tests.grading.engine import takes
from tests.grading.engine.takes import F, WHY, good, take, take_one, text

CUT = text(good())[:-300].encode()
OURS = text(good())
THEIRS = text(takes.TINY)
MERGE = f"<<<<<<< HEAD\n{THEIRS}\n=======\n{OURS}\n>>>>>>> x\n".encode()


def encoded(name, mark=b""):
    return mark + text(good()).encode(name)


BYTES = {
    "mark": (encoded("utf-8-sig"), "byte order mark"),
    "utf-16": (encoded("utf-16"), "UTF-16"),
    "utf-16 be": (encoded("utf-16-be", b"\xfe\xff"), "UTF-16"),
    "utf-16 no mark": (encoded("utf-16-le"), "UTF-16"),
    "utf-32": (encoded("utf-32"), "UTF-32"),
    "utf-32 no mark": (encoded("utf-32-be"), "UTF-32"),
    "latin-1": (encoded("latin-1"), "Windows-1252"),
    "nuls": (encoded("utf-8") + b"\0" * 99, "zero bytes"),
    "merge": (MERGE, "Git merge"),
    "deep": (text(good()).replace(
        '"outputs": []', '"outputs": ' + "[" * 99999 + "]" * 99999, 1)
        .encode(), "nested too deeply"),
    "list": (b"[" + encoded("utf-8") + b"]", "not a notebook"),
}


@pytest.mark.parametrize("case", BYTES)
def test_bytes_of_all_kinds_give_the_answers(case):
    data, words = BYTES[case]
    made, remarks = take_one(data)
    assert words in " ".join(remarks)
    assert case in ("deep", "list") or len(remarks) == 1
    assert made["f"] == F
    assert made["why"] == WHY


@pytest.mark.parametrize("data, words", [
    (b"", "empty"), (b" \n\t", "blanks"), (b"\0\0\0\0\0", "zero bytes"),
    (b'"text"', "not a notebook"), (b"[" * 99999, "nested too deeply"),
    (b"\x89PNG\r\n\x1a\n", "no cell could be recovered")])
def test_nothing_to_read_is_said(data, words):
    made, remarks = take_one(data)
    assert made is None
    assert "could not be read" in remarks[0]
    assert words in remarks[0] or data == b"\0\0\0\0\0"


def test_a_cut_off_file_keeps_what_is_whole():
    made, remarks = take_one(CUT)
    assert made["f"] == F
    assert "damaged or cut off" in remarks[0]
    assert "hand in the whole file again" in remarks[0]
    # What else is missing went with the rest of the file.
    assert len(remarks) == 1


def test_a_file_that_ends_within_an_answer_keeps_its_whole_lines():
    notebook = good()
    f = notebook["cells"][1]
    f["source"] = ["def f(x):\n", "    y = x\n", "    return y + 1"]
    data = json.dumps({"cells": [notebook["cells"][0], {
        "cell_type": "code", "id": "f", "source": f["source"]}]})
    made, remarks = take_one(data[:data.index("return y")].encode())
    assert made["f"] == "def f(x):\n    y = x\n"
    assert "2 cells" in remarks[0]


def change(number, **fields):
    """A change of one cell of the good notebook."""
    return lambda notebook: notebook["cells"][number].update(fields)


def strip(notebook, ids=True):
    for one in notebook["cells"]:
        one["metadata"] = {}
        if ids:
            one.pop("id")


def same_ids_no_names(notebook):
    strip(notebook)
    notebook["cells"].append({"cell_type": "code", "source": "helper = 1"})
    for one in notebook["cells"]:
        one["id"] = "f"


def worksheets(notebook):
    cells = notebook.pop("cells")
    for one in cells:
        if one["cell_type"] == "code":
            one["input"] = one.pop("source")
    notebook.update(nbformat=3, worksheets=[{"cells": cells}])


def swap_names(notebook):
    f, test = (c["metadata"]["nbgrader"] for c in notebook["cells"][1:3])
    f["grade_id"], test["grade_id"] = "test-f", "f"
    test["points"] = 100


def twice(notebook):
    empty = copy.deepcopy(takes.TINY["cells"][1])
    wrong = {**empty, "source": "def f(x):\n    return 0"}
    notebook["cells"][1:2] = [wrong, notebook["cells"][1], empty]


def answer_in_new_cell(notebook):
    notebook["cells"][1]["source"] = takes.TINY["cells"][1]["source"]
    notebook["cells"].insert(2, {"cell_type": "code", "source": F})


CELLS = {
    "format 3": (worksheets, "old format"),
    "future": (lambda n: n.update(nbformat=17), "not known"),
    "no metadata": (lambda n: n.pop("metadata"), ""),
    "lists": (change(1, source=[["def f(x):\n"], [F[10:]]]), ""),
    "odd cells": (lambda n: n["cells"].insert(0, 7), "were not cells"),
    "odd kind": (lambda n: n["cells"].append(
        {"cell_type": "x", "source": "hi"}), "unknown type"),
    "null": (lambda n: n["cells"].append(
        {"cell_type": "code", "source": None}), "no readable text"),
    "outputs": (change(1, outputs=7, execution_count="x"), ""),
    "kernel": (lambda n: n.update(metadata={"kernelspec": 3}), ""),
    "nan": (change(0, execution_count=float("nan")), ""),
    "no names": (lambda n: strip(n, ids=False), ""),
    "no labels": (strip, "what it defines"),
    "swapped": (swap_names, ""),
    "schema": (lambda n: n["cells"][1]["metadata"]["nbgrader"].update(
        schema_version=99), ""),
    "no test": (lambda n: n["cells"].pop(2), "was put back"),
    "twice": (twice, "is there 3 times"),
    "turned": (lambda n: n["cells"].reverse(), "not in the order"),
    "markdown": (change(1, cell_type="markdown"), "from code to text"),
    "test edited": (change(2, source="pass"), "test-f was changed"),
    "test copied": (lambda n: n["cells"].append(n["cells"][2]),
                    "copy of a locked cell"),
    "setup edited": (change(0, source="exit()"), "setup was changed"),
    "same ids": (lambda n: [c.update(id="f") for c in n["cells"]], ""),
    "same ids, no names": (same_ids_no_names, "what it defines"),
    "new cell": (answer_in_new_cell, "what it defines"),
}


@pytest.mark.parametrize("case", CELLS)
def test_cells_of_all_kinds_give_the_answers(case):
    spoil, words = CELLS[case]
    notebook = good()
    spoil(notebook)
    _, made, remarks = take({"lab.ipynb": text(notebook).encode()})
    assert words in " ".join(remarks)
    assert takes.graded_ids(made) == ["setup", "f", "test-f", "why"]
    found = takes.sources(made)
    assert (found["f"], found["why"]) == (F, WHY)
    assert found["test-f"] == takes.TINY["cells"][2]["source"]
    assert found["setup"] == "import math"
    assert made["metadata"] == takes.TINY["metadata"]
    assert [c["metadata"] for c in made["cells"] if c["id"] in (
        "f", "test-f")] == [c["metadata"] for c in takes.TINY["cells"][1:3]]
    nbformat.validate(nbformat.from_dict(made))


def test_an_ordinary_submission_needs_no_remark():
    _, made, remarks = take({"lab.ipynb": text(good()).encode()})
    assert remarks == []
    assert answered(made, takes.TEMPLATE) == ["f", "why"]


def test_the_same_key_twice_keeps_what_is_not_empty():
    data = text(good()).replace('"id": "f",', '"id": "f", "source": "x",')
    data = data.replace(f'"source": "{WHY}",',
                        f'"source": "{WHY}", "source": "",')
    made, remarks = take_one(data.encode())
    assert (made["f"], made["why"]) == (F, WHY)
    assert any("twice" in words for words in remarks)


def test_a_missing_answer_is_said():
    notebook = good()
    del notebook["cells"][1]
    made, remarks = take_one(notebook)
    assert made["f"] == takes.TINY["cells"][1]["source"]
    assert "The answer cell f is missing" in remarks[0]


def test_marks_of_a_merge_inside_an_answer_stay():
    notebook = good()
    marks = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> you\n"
    notebook["cells"][1]["source"] = marks + F
    made, remarks = take_one(notebook)
    assert made["f"] == marks + F
    assert any("Git merge" in words for words in remarks)


def test_own_cells_stay_after_the_cell_they_followed():
    notebook = good()
    for place, name in ((4, "d"), (2, "c"), (1, "b"), (0, "a")):
        notebook["cells"].insert(place, takes.cell("code", name, name))
    _, made, _ = take({"lab.ipynb": text(notebook).encode()})
    assert [c["id"] for c in made["cells"]] == [
        "a", "setup", "b", "f", "c", "test-f", "plain", "d", "why"]


def test_own_cells_with_one_id_get_ids_of_their_own():
    notebook = good()
    notebook["cells"] += [takes.cell("code", "x", f"a = {k}")
                          for k in range(4)]
    _, made, _ = take({"lab.ipynb": text(notebook).encode()})
    assert [c["source"] for c in made["cells"][-4:]] == [
        "a = 0", "a = 1", "a = 2", "a = 3"]
    assert len(takes.sources(made)) == len(made["cells"])


def test_a_changed_ordinary_cell_is_the_students():
    notebook = good()
    notebook["cells"][3]["source"] = "limit = 5"
    assert take_one(notebook)[0]["plain"] == "limit = 5"


def test_no_zero_bytes_and_no_half_characters_in_a_source():
    notebook = good()
    notebook["cells"][1]["source"] = F + "\0\ud800"
    data = json.dumps(notebook).encode()
    source = take_one(data)[0]["f"]
    assert source == F + "\ufffd"


@pytest.mark.parametrize("path", [
    "lab (1).ipynb", "lab-1.ipynb", "Copy of lab.ipynb", "LAB.ipynb",
    "lab-Copy1.ipynb", "lab.ipynb.txt", "lab.ipynb.json", "a/lab.ipynb",
    "ada lovelace.ipynb", ".ipynb_checkpoints/lab-checkpoint.ipynb"])
def test_other_names_are_found_and_said(path):
    _, made, remarks = take({path: text(good()).encode()})
    assert takes.sources(made)["f"] == F
    checkpoint = path.startswith(".ipynb")
    assert checkpoint or f"handed in as {path}" in remarks[0]


@pytest.mark.parametrize("exact", [b"", text(takes.TINY).encode()])
def test_an_answered_copy_wins_over_an_empty_original(exact):
    files = {"lab.ipynb": exact, "lab (1).ipynb": text(good()).encode()}
    _, made, remarks = take(files)
    assert takes.sources(made)["f"] == F
    assert any("several files" in words for words in remarks)


@pytest.mark.parametrize("own, other", [
    ("lab.ipynb", "lab (1).ipynb"),
    ("lab (1).ipynb", ".ipynb_checkpoints/lab.ipynb"),
    ("lab.ipynb", ".ipynb_checkpoints/lab.ipynb")])
def test_the_better_name_wins_over_more_answers(own, other):
    less, more = good(), good()
    less["cells"][4]["source"] = takes.TINY["cells"][4]["source"]
    more["cells"][1]["source"] = "def f(x):\n    return 7"
    _, made, _ = take({own: text(less).encode(), other: text(more).encode()})
    assert takes.sources(made)["f"] == F


def test_a_real_notebook_without_any_label():
    template = Template("first_steps", takes.REAL)
    release = Release("first_steps", {"first_steps": template})
    notebook = copy.deepcopy(takes.REAL)
    for one in notebook["cells"]:
        if one["metadata"].get("nbgrader", {}).get("solution"):
            one["source"] = "".join(one["source"]) + "\n# mine"
    strip(notebook)
    _, made, _ = take({"first_steps.ipynb": text(notebook).encode()},
                      release)
    assert len(answered(made, template)) == 6
    assert len(made["cells"]) == len(takes.REAL["cells"])


def _large(megabytes):
    notebook = good()
    output = {"output_type": "stream", "name": "stdout",
              "text": ["x" * 999 + "\n"] * (megabytes * 1000)}
    notebook["cells"][1]["outputs"] = [output]
    return text(notebook).encode()


@pytest.mark.parametrize("megabytes", [
    1, pytest.param(100, marks=pytest.mark.soak)])
def test_outputs_of_any_size_are_dropped(megabytes):
    _, made, remarks = take({"lab.ipynb": _large(megabytes)})
    assert remarks == []
    assert takes.sources(made)["f"] == F
    assert len(json.dumps(made)) < 5000
