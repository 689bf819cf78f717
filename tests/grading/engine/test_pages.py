"""Pages of any nbgrader course: words first, nothing hidden in them."""
import html
import re
import shutil

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from nnlab.grading import maths, reasons
from nnlab.grading.engine import pages
from nnlab.grading.engine.courses import open_course
from nnlab.grading.release import nbgrader
from tests.grading.engine import little
from tests.grading.engine.runs import go

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]
ANSWERS = {
    "wrong-in-sight": {"double": "def double(x):\n    return 7"},
    "wrong-in-hiding": {"double": "def double(x):\n    return 2"},
    "broken": {"double": "def double(x):\n    return 2 * y\n1 / 0"},
    "forged": {"double": "# BEGIN HIDDEN TESTS\ndef double(x):\n"
               "    return 2 * x"},
}
USE = "from nnlab.grading import feedback\nfeedback.use(c)\n"


@pytest.fixture(scope="module")
def graded(blank_course, tmp_path_factory):
    """A course with pages of ours."""
    course = shutil.copytree(
        blank_course, tmp_path_factory.mktemp("pages") / "course")
    little.hand_in_all(course)
    for student, answers in ANSWERS.items():
        little.hand_in(course, student, **{**little.RIGHT, **answers},
                       why="Since $\\frac{a}{b}$ and \\(x^2\\), and\n\n"
                       "$$\\sum_i x_i$$\n\nbut not `$5`; \\$6.")
    go(course, inline=True)
    return course


def page(course, student, name="first"):
    return (course / "feedback" / student / little.NAME
            / f"{name}.html").read_text("utf-8")


def words(text):
    """What a browser would show."""
    text = re.sub(r"(?s)<(style|script|title).*?</\1>", "", text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_nbgrader_makes_the_same_pages(graded, tmp_path):
    """From the tree alone, remarks and words with it."""
    course = shutil.copytree(graded, tmp_path / "course")
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + USE)
    shutil.rmtree(course / "feedback")
    nbgrader(course, "generate_feedback", little.NAME)
    ours, theirs = ({str(p.relative_to(c)): p.read_bytes()
                     for p in (c / "feedback").rglob("*") if p.is_file()}
                    for c in (graded, course))
    assert theirs == ours and len(ours) > 20


def test_what_went_wrong_comes_first(graded):
    seen = words(page(graded, "unstamped"))
    assert seen.startswith("first: 1 of 9 points unstamped a remark read "
                           "first test double (0 of 4 points) a check that "
                           "you cannot see failed")
    assert "test primes (1 of 3 points) partly right" in seen
    seen = words(page(graded, "right"))
    assert seen.index("why (of 2 points) not marked yet") < seen.index(
        "test double (4 of 4 points) right")
    assert "7 points are taken off because it was handed in late" in words(
        page(graded, "late"))
    seen = words(page(graded, "half", "second"))
    assert seen.startswith("second: 0 of 11 points")


def test_a_page_is_of_the_gradebook(blank_course, tmp_path):
    """Whose it is and when; marks of a person, also after a regrade."""
    course = shutil.copytree(blank_course, tmp_path / "course")
    little.hand_in(course, "ada", **little.RIGHT, why="So.")
    for forced, top in [
            (False, "7 of 7 points so far; 2 wait for your instructor ada, "
             "handed in on 30 January 2026 at 12:00 UTC"),
            (True, "8.5 of 9 points Ada Byron (ada), handed in")]:
        go(course, inline=True, force=forced)
        seen = words(page(course, "ada"))
        assert seen.startswith(f"first: {top}")
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            book.update_or_create_student("ada", first_name="Ada",
                                          last_name="Byron")
            grade = book.find_grade("why", "first", little.NAME, "ada")
            grade.manual_score, grade.needs_manual_grade = 1.5, False
            book.db.commit()
    assert "why (1.5 of 2 points, to be looked at again)" in seen


def test_a_check_in_sight_is_named(graded):
    seen = words(page(graded, "wrong-in-sight"))
    assert "this is not so: double(1) == 2" in seen


@pytest.mark.parametrize("student", [
    *ANSWERS, "unstamped", "untouched", "right"])
def test_nothing_hidden_gets_out(graded, student):
    """A student's own line with the marker stays, and hides nothing."""
    text = page(graded, student)
    own = "# BEGIN HIDDEN TESTS"
    assert (own in words(text)) == (student == "forged")
    assert "def double" in words(text)
    for secret in ("double(21)", "42", "HIDDEN", "must be", "sum(1.0"):
        assert secret not in words(text).replace(own, "")
        assert secret not in text.replace("BEGIN HIDDEN TESTS", "")


def test_cells_that_raised_are_listed(graded):
    seen = words(page(graded, "broken"))
    assert ("Cells of yours that did not come to their end: raised "
            "ZeroDivisionError: division by zero import math") in seen
    assert "your code uses y, which is not defined" in seen


def test_maths_without_a_script(graded):
    text = page(graded, "broken")
    assert text.count("<math") == 3 and "<mfrac>" in text
    assert "<script" not in text and "default-src 'none'" in text
    assert "<code>$5</code>" in text


@pytest.mark.parametrize("tex", [
    r"\nosuchcommand{x}", r"a_", r"\text{<b>x</b>}", r"\left(x", "x" * 3000])
def test_tex_that_is_not_understood_stays(tex):
    made = maths.mathml(tex)
    assert made == f"<code>{html.escape(tex)}</code>"


@given(st.text(alphabet="\\{}$^_&<>[]()`ab\n", max_size=60))
def test_any_markdown_becomes_html(source):
    assert isinstance(maths.markdown(source), str)


def test_a_page_that_cannot_be_made_is_bare(graded, monkeypatch):
    """The outcome is there even so."""
    course = open_course(graded)
    path = graded / "autograded" / "broken" / little.NAME / "first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    with Gradebook(course.coursedir.db_url) as book:
        made = pages.Pages(course, little.NAME, book)
        monkeypatch.setattr(maths, "markdown", lambda *a: 1 / 0)
        text = made.page("broken", "first", notebook)
    assert "test double" in words(text) and "1 / 0" not in text


def test_what_takes_too_long_is_stopped():
    with pytest.raises(pages.TooSlow):
        with pages.limited(0.05):
            while True:
                pass


def cell(source, **meta):
    return nbformat.v4.new_code_cell(source, metadata=little.meta(
        "t", grade=True, locked=True, points=1, **meta))


def error(name, value, *traceback):
    return nbformat.v4.new_output("error", ename=name, evalue=value,
                                  traceback=list(traceback))


SOURCE = ("assert f(1) == 2, 'no'\n### BEGIN HIDDEN TESTS\n"
          "assert f(5) == 99\n### END HIDDEN TESTS")


@pytest.mark.parametrize("traceback, said", [
    (["line 1: assert f(1) == 2, 'no'"], "no (not so: f(1) == 2)"),
    (["line 3: assert f(5) == 99"], reasons.HIDDEN_FAILED),
    (["\x1b[1;32m----> 1\x1b[0m \x1b[32massert f(1) == 2, 'no'\x1b[0m"],
     "no (not so: f(1) == 2)"),
    (["---> 3 assert f(5) == 99"], reasons.HIDDEN_FAILED),
    (["----> 1 assert f(1) == 2, 'no'", "----> 3 assert f(5) == 99"],
     reasons.HIDDEN_FAILED),
    ([], reasons.HIDDEN_FAILED)])
def test_the_line_decides(traceback, said):
    """Of ours and of IPython's tracebacks; in doubt it was hidden."""
    found = reasons.reason(error("AssertionError", "no", *traceback),
                           cell(SOURCE))
    assert found == said


def test_prints_and_values_of_hidden_lines_are_left_out():
    one = cell(SOURCE)
    one.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="want 99"),
        nbformat.v4.new_output("stream", name="stderr", text="want 99"),
        nbformat.v4.new_output("execute_result", {"text/plain": "0.5"})]
    assert "99" not in str(reasons.shown(one))
    assert len(reasons.shown(one)) == 1
    one.source = "print(1)"
    assert "want 99" in str(reasons.shown(one))
