"""Why a test gave no points: whose words they are, and what they tell."""
import nbformat
import pytest

from nnlab.grading import ends, failed, reasons
from nnlab.grading.causes import Causes
from tests.grading.engine import little

HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


def test_cell(source, name="t"):
    return nbformat.v4.new_code_cell(source, metadata=little.meta(
        name, grade=True, locked=True, points=1))


test_cell.__test__ = False


def error(name, value, *traceback):
    return nbformat.v4.new_output("error", ename=name, evalue=value,
                                  traceback=list(traceback))


def said(source, words, line=1, name="AssertionError"):
    """What is said if ``line`` of a test cell raised with ``words``."""
    text = source.splitlines()[line - 1].strip()
    return reasons.reason(error(name, words, f"line {line}: {text}"),
                          test_cell(source))


MESSAGES = [
    ('assert f(1) == 2, "did you add one?"', "did you add one?",
     "did you add one? (not so: f(1) == 2)"),
    ('assert f(1) == 2, (\n    "did you "\n    "add one?")',
     "did you add one?", "did you add one? (not so: f(1) == 2)"),
    ('assert (f(1)\n        == 2), "no"', "no", "no (not so: f(1) == 2)"),
    ('assert f(2) == 3, f"f(2) gave {f(2)}, not 3"', "f(2) gave 2, not 3",
     "f(2) gave 2, not 3 (not so: f(2) == 3)"),
    ('assert f(2) == 3, "f(2) gave %d, not %r" % (f(2), 3)',
     "f(2) gave 2, not 3", "f(2) gave 2, not 3 (not so: f(2) == 3)"),
    ('assert f(2) == 3, "f(2) gave {}".format(f(2))', "f(2) gave 2",
     "f(2) gave 2 (not so: f(2) == 3)"),
    ('assert f(2) == 3, "f(2) gave " + str(f(2))', "f(2) gave 2",
     "f(2) gave 2 (not so: f(2) == 3)"),
    ('raise AssertionError("f(-1) should raise BadInput")',
     "f(-1) should raise BadInput", "f(-1) should raise BadInput"),
    ("assert f(1) == 2", "", "this is not so: f(1) == 2"),
    ("assert f(1) == 2, words", "one", "this is not so: f(1) == 2 (one)"),
    ("same(f(1), 2)", "Not equal", "this is not so: same(f(1), 2) (Not "
     "equal)"),
]


@pytest.mark.parametrize("source, words, found", MESSAGES)
def test_the_message_first_and_then_the_code(source, words, found):
    assert said(source, words) == found


@pytest.mark.parametrize("source", [
    "assert f(1) == 2", 'assert f(1) == 2, "did you add one?"',
    'assert f(1) == 2, f"f(1) gave {f(1)}"'])
def test_a_student_cannot_speak_for_the_instructor(source):
    assert said(source, "Well done: all points.") == (
        "f(1) == 2 raised AssertionError: Well done: all points.")


def test_another_exception_is_said_without_the_message():
    assert said('assert f(1) == 2, "did you add one?"', "list index out of "
                "range", name="IndexError") == (
        "f(1) == 2 raised IndexError: list index out of range")
    assert said("f(1)", "", name="MemoryError").endswith(
        "MemoryError: it asked for more memory than there is")
    assert said("f(1)", "", name="NotImplementedError") == reasons.UNWRITTEN


@pytest.mark.parametrize("line, words, found", [
    ('assert f(-5) == -4, "think of numbers below 0"',
     "think of numbers below 0", "think of numbers below 0"),
    ('assert f(77) == 78, "f(77) must be 78"', "f(77) must be 78", None),
    ('assert f("abc") == 3, "abc has three letters"',
     "abc has three letters", None),
    ('assert f(7) == 9, f"f gave {f(7)}"', "f gave 8", None),
    ('assert f(7) == 9, "other"', "the student's own words", None),
    ('raise AssertionError("raise BadInput there")', "raise BadInput there",
     "raise BadInput there")])
def test_of_hidden_checks_only_a_message_that_tells_nothing(
        line, words, found):
    source = "assert f(1) == 2\n" + HIDDEN.format(line)
    assert said(source, words, 3) == (found or reasons.HIDDEN_FAILED)


def test_a_helper_in_hiding_does_not_speak_through_a_line_in_sight():
    source = HIDDEN.format("def same(a, b):\n    assert a == b, "
                           'f"want {b}"') + "\nsame(f(2), g(2))"
    assert "99" not in said(source, "want 99", 5)
    assert "98" in said(source, "got 98", 5)


def test_hidden_text_is_taken_out_before_words_are_cut():
    """A piece of it could not be found any more."""
    secret = "assert f(123456) == 654321"
    source = "f(1)\n" + HIDDEN.format(secret)
    made = reasons.reason(
        error("ValueError", "x" * 290 + secret, "line 1: f(1)"),
        test_cell(source), [secret])
    assert "assert f" not in made


@pytest.mark.parametrize("message, text, fits", [
    ("a\0b", "a then b", True), ("a\0b", "a then c", False),
    ("aa\0aa", "aaa", False), ("\0", "anything", False),
    ("\0 is \0", "this is so", True), ("a\0b\0c", "abc", True),
    ("a", "a", True), ("a", "ab", False), ("\0x\0" * 20, "y" * 5000, False)])
def test_messages_with_gaps(message, text, fits):
    assert failed.says(message, text) == fits


# Names that are not there.

def missing(name, *cells, test="f(1)"):
    """What is said about a name after (source, error or None)."""
    made = []
    for source, what in cells:
        made.append(nbformat.v4.new_code_cell(
            source, metadata=little.meta("a", solution=True)))
        made[-1].outputs = [what] * bool(what)
    made.append(test_cell(test))
    causes = Causes(nbformat.v4.new_notebook(cells=made), lambda x: x)
    return causes.missing(name, made[-1]), causes


F = "def f(x):\n    return 1"


@pytest.mark.parametrize("cell, what, why", [
    (F, error("Stopped", "your cell was stopped after 30 seconds"),
     ": your cell was stopped after 30 seconds"),
    (F, error("Stopped", ends.CELL_ENDED), ": " + ends.CELL_ENDED),
    (F, error("Stopped", "you have all points"),
     ": your cell raised Stopped: you have all points"),
    ("def f(x:\n    return 1", error("SyntaxError", "invalid syntax "
                                     "(1234.py, line 3)"),
     ": your cell raised SyntaxError: invalid syntax, in line 3"),
    ("import x\n" + F, error("ImportError", "no x", "Cell In[3], line 1"),
     ": your cell raised ImportError: no x, in line 1"),
    ("f = input()", error("StdinNotImplementedError", "raw_input was called"
                          ", but this frontend does not support it"),
     ": input() does not work in grading"),
    ("def F(x): pass", None, "; you defined F"),
    ("x = 1", None, ": no cell of yours defines it"),
    ("%%time\n1", error("ValueError", ""), ": your cell raised ValueError"),
    (F + "\ndel f", None, ": your cell defines it, but it was not there "
     "when the check ran")])
def test_why_a_name_is_missing(cell, what, why):
    found, causes = missing("f", (cell, what))
    assert found == "there is no f" + why
    assert causes.untold() == []


def test_a_name_that_only_the_student_uses():
    assert missing("y", (F, None))[0] == (
        "your code uses y, which is not defined")


def test_what_no_question_tells_is_left_over():
    _, causes = missing("f", (F, error("Stopped", ends.CELL_ENDED)),
                        ("1 / 0", error("ZeroDivisionError", "by zero")))
    assert [why for _, why in causes.untold()] == [
        "your cell raised ZeroDivisionError: by zero"]


def test_the_name_of_another_question_is_not_the_one_that_was_meant():
    assert missing("adam", ("def adamw(x): pass", None),
                   test="adam(1)\nadamw(1)")[0].endswith("defines it")


def test_code_that_is_nested_too_deeply():
    assert missing("f", ("(" * 5000 + F, error("SyntaxError", "x")))[0]
    assert missing("f", ("-" * 90_000 + "1", None))[0]


@pytest.mark.parametrize("made, words", [
    (ends.duration(30), "30 seconds"), (ends.duration(1), "1 second"),
    (ends.duration(29.98), "30 seconds"), (ends.duration(1.5), "1.5 seconds"),
    (ends.size(4 << 20), "4 MB"), (ends.size(2 << 30), "2 GB"),
    (ends.size(900), "900 bytes"), (ends.size(1536), "1.5 KB")])
def test_durations_and_sizes_in_words(made, words):
    assert made == words
