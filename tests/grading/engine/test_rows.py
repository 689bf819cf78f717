"""The top of a page: what is marked so far, whose it is, the names."""
import datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from nnlab.grading import feedback, maths, notebooks, rows
from nnlab.grading.standing import Standing
from tests.grading.engine import little

TESTED, BY_HAND = {"grade": True, "locked": True}, {
    "grade": True, "solution": True}


def test_cell(name, source="assert f()", outputs=()):
    return new_code_cell(source, outputs=list(outputs),
                         metadata=little.meta(name, points=2, **TESTED))


test_cell.__test__ = False


def written(name):
    return new_markdown_cell("So.", metadata=little.meta(
        name, points=5, **BY_HAND))


def page(graded, *cells, **metadata):
    """The feedback page of a notebook."""
    nb = nbformat.v4.new_notebook(cells=list(cells), metadata=metadata)
    made = feedback.Page(default_preprocessors=[])
    made.register_preprocessor(feedback.Readable)
    text, _ = made.from_notebook_node(nb, {
        "unique_key": "hw", "grading": {"standing": graded},
        "nbgrader": {"notebook": "hw", "student": "anna"}})
    return text


WAITS = Standing({"t": (2.0, 2.0, False), "w": (0.0, 5.0, True)}, {})
AGAIN = Standing({"t": (2.0, 2.0, False), "w": (4.0, 5.0, True)}, {},
                 marked={"w"})


@pytest.mark.parametrize("graded, total", [
    (WAITS, "2 of 2 points so far; 5 wait for your instructor"),
    (Standing({"t": (1.9, 2.0, False)}, {}), "1.9 of 2 points"),
    (Standing({"w": (0.0, 1.0, True), "t": (0.0, 2.0, False)}, {}),
     "0 of 2 points so far; 1 waits for your instructor"),
    (Standing({"w": (0.0, 5.0, True)}, {}),
     "nothing is marked yet; 5 wait for your instructor"),
    (AGAIN, "6 of 7 points"),
    (Standing({"t": (2.0, 2.0, False)}, {}, penalty=0.5),
     "1.5 of 2 points")])
def test_the_heading_says_what_is_marked_so_far(graded, total):
    assert rows.total(graded) == total
    assert f"<h1>hw: {total}</h1>" in page(graded)


@pytest.mark.parametrize("graded", [WAITS, AGAIN])
def test_rows_add_up_to_the_total(graded):
    nb = nbformat.v4.new_notebook(cells=[test_cell("t"), written("w")])
    made = rows.outcome(nb, graded, {})
    got = sum(float(row["points"].split(" of ")[0]) for row in made
              if not row["points"].startswith("of "))
    assert rows.total(graded).startswith(f"{got:g} of ")


def test_what_was_marked_before_is_looked_at_again():
    nb = nbformat.v4.new_notebook(cells=[test_cell("t"), written("w")])
    again, _ = rows.outcome(nb, AGAIN, {})
    assert again["points"] == "4 of 5 points, to be looked at again"
    assert again["words"] == "marked by your instructor"
    waits, _ = rows.outcome(nb, WAITS, {})
    assert (waits["points"], waits["words"]) == (
        "of 5 points", "not marked yet")


def test_whose_it_is_and_when_it_was_handed_in():
    when = datetime.datetime(2026, 1, 5, 9, 30)
    assert rows.whose(Standing({}, {}, who="Anna Bell", when=when),
                      "anna") == ("Anna Bell (anna), handed in on 5 January "
                                  "2026 at 09:30 UTC")
    assert rows.whose(Standing({}, {}), "anna") == "anna"
    assert '<p class="whose">anna</p>' in page(WAITS)


def test_a_result_of_hidden_checks_has_a_heading_of_its_own():
    hidden = "### BEGIN HIDDEN TESTS\nassert g()\n### END HIDDEN TESTS"
    failed = new_output("error", ename="AssertionError", evalue="",
                        traceback=["line 2: assert g()"])
    text = page(Standing({"a": (2.0, 2.0, False), "b": (0.0, 2.0, False)},
                         {}), test_cell("a"),
                test_cell("b", hidden, [failed]))
    before, _, after = text.partition('<section id="b">')
    assert "this check is hidden" in after.split("a check that you")[0]
    assert "this check is hidden" not in before.partition("<section")[2]
    assert "(0 of 2 points)" in after


def test_questions_are_called_after_their_headings():
    nb = nbformat.v4.new_notebook(cells=[
        new_markdown_cell("# Homework 1"), test_cell("q0_test"),
        new_markdown_cell("## 1. `Softmax` (4 points)\n\nWrite it."),
        test_cell("q1_test1"), test_cell("q1_test2"),
        new_markdown_cell("### Why?"), written("q2"),
        test_cell("c", "check(adam)"), test_cell("n")])
    nb.cells[-1].metadata["name"] = "by name"
    found = rows.outcome(nb, Standing({
        notebooks.meta(c)["grade_id"]: (2.0, 2.0, False)
        for c in nb.cells if notebooks.meta(c)}, {}), {})
    assert [row["name"] for row in found] == [
        "q0 test", "1. Softmax, part 1", "1. Softmax, part 2", "Why?",
        "adam", "by name"]


def test_an_answer_gives_no_names():
    nb = nbformat.v4.new_notebook(cells=[
        new_markdown_cell("## All right", metadata=little.meta(
            "a", solution=True)), test_cell("q1")])
    assert rows.names(nb) == {"q1": None}


@pytest.mark.parametrize("count, folded, left_out", [
    (30, False, False), (100, True, False), (2000, True, True)])
def test_long_outputs_are_folded_and_cut(count, folded, left_out):
    lines = "".join(f"row {n};\n" for n in range(count))
    printed = new_output("stream", name="stdout", text=lines)
    value = new_output("execute_result", {"text/plain": lines})
    for output in printed, value:
        text = page(WAITS, new_code_cell("1", outputs=[output]))
        assert (f"<summary>{count:,} lines of output" in text) == folded
        assert ("1,800 more lines are not shown" in text) == left_out
        assert (f"row {count - 1};" in text) == (not left_out)
        assert f"row {min(count, 200) - 1};" in text


def test_the_cells_that_were_given_out_are_no_answer():
    """A page of what could not be read holds its outcome only."""
    said = {"handed_in": False, "words": {"t": "could not be read"}}
    text = page(Standing({"t": (0.0, 2.0, False)}, {}), test_cell("t"),
                grading=said)
    assert "could not be read" in text and "assert f()" not in text
    assert 'href="#t"' not in text


def test_what_stopped_a_cell_is_one_line():
    stopped = new_output("error", ename="Stopped", traceback=["Stopped"],
                         evalue="your cell was stopped after 30 seconds")
    text = page(WAITS, *[new_code_cell("1", outputs=[stopped])
                         for _ in range(3)])
    assert text.count(">was stopped after 30 seconds</a>") == 1
    assert text.count("<b>your cell was stopped after 30 seconds</b>") == 3
    assert "Stopped" not in text.partition("<main>")[2]


def test_an_underscore_in_the_text_of_a_formula():
    assert "<mtext>fan_in</mtext>" in maths.mathml(r"\text{fan\_in}")


def test_a_remark_has_no_bullet_beside_its_bar():
    style = page(WAITS).partition("</style>")[0]
    assert ".remarks { list-style: none;" in style
