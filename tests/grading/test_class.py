"""A class is autograded with plain nbgrader, and gets its pages.

One course, made once by what `make course` runs, with a few students
more: one whose answer prints and warns, one whose notebook prints the
hidden checks, one without the first cell, one without our metadata.
"""
import copy
import html
import re
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

from nnlab.exercises import EXERCISES, check
from nnlab.grading import lint, notebooks, sample
from nnlab.grading.course import make_course
from nnlab.grading.release import ROOT, nbgrader

pytestmark = [pytest.mark.grading, pytest.mark.timeout(900)]

TOPIC = "first_steps"
RELEASE = notebooks.read(ROOT / "exercises" / TOPIC / f"{TOPIC}.ipynb")
SOLUTION = notebooks.read(ROOT / "solutions" / TOPIC / f"{TOPIC}.ipynb")
CLASS = {s.student: s for s in sample.sample_class(RELEASE)}
FULL = {i: notebooks.meta(cell)["points"]
        for i, cell in notebooks.by_id(RELEASE).items()
        if notebooks.is_test(cell)}
NOISE = """import sys
import warnings
print("I print")
print("I complain", file=sys.stderr)
warnings.warn("I warn")
"""


def _more():
    """Right answers, and something strange in each notebook."""
    right = CLASS["right"].notebook
    noisy, leaky, headless, bare = (copy.deepcopy(right)
                                    for _ in range(4))
    for cell in noisy.cells:
        if notebooks.exercise(cell):
            cell.source = "\n".join(
                [line + "\n" + "".join(f"    {n}\n" for n in
                                       NOISE.splitlines())
                 if line.startswith("def ") else line
                 for line in cell.source.split("\n")])
    leaky.cells.append(nbformat.v4.new_code_cell(
        "print(In)\nIn[-3]\nraise ValueError(In[5])"))
    headless.cells = [c for c in headless.cells if c.id != "setup"]
    for cell in bare.cells:
        cell.metadata.pop("nnlab", None)
    return {"noisy": noisy, "leaky": leaky, "no-first-cell": headless,
            "bare": bare}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The folder after autograde and generate_feedback, run once."""
    folder = tmp_path_factory.mktemp("here") / "course"
    assert make_course(folder, which=[TOPIC]) == len(CLASS)
    for student, notebook in _more().items():
        target = folder / "submitted" / student / TOPIC
        shutil.copytree(folder / "submitted" / "right" / TOPIC, target)
        notebooks.write(notebook, target / f"{TOPIC}.ipynb")
    nbgrader(folder, "autograde", TOPIC)
    nbgrader(folder, "generate_feedback", TOPIC)
    return folder


@pytest.fixture(scope="module")
def scores(course):
    """{student: {grade_id: score}}."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {s.student.id: {g.name: g.score for n in s.notebooks
                               for g in n.grades}
                for s in gradebook.assignment_submissions(TOPIC)}


@pytest.fixture(scope="module")
def pages(course):
    """{student: the feedback page}."""
    return {p.parts[-3]: p.read_text("utf-8")
            for p in (course / "feedback").glob("*/*/*.html")}


def words(page):
    """What a browser would show, folded parts too."""
    page = re.sub(r"(?s)<(style|script).*?</\1>", "", page)
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_the_class_shows_every_kind(course):
    assert len(CLASS) >= 12
    kinds = {e for s in CLASS.values() for e in s.expected.values()}
    assert kinds == {sample.FULL, sample.PART, sample.NONE}
    made = {title for s in CLASS.values() for title in s.mistakes.values()}
    asked = [e for name, e in EXERCISES.items()
             if name.replace("_", "-") in CLASS["right"].expected]
    assert made == {m.title for e in asked
                    if isinstance(e, sample.Exercise) for m in e.mistakes}


@pytest.mark.parametrize("student", CLASS)
def test_scores(scores, student):
    for question, expected in CLASS[student].expected.items():
        score, full = scores[student][question], FULL[question]
        assert {sample.FULL: score == full, sample.NONE: score == 0,
                sample.PART: 0 <= score < full}[expected], question


def test_nothing_for_nothing(scores):
    assert set(scores["untouched"].values()) == {0}
    assert set(scores["empty"].values()) == {0}


def test_noise_and_leaks_cost_nothing(scores):
    for student in "noisy", "leaky", "bare":
        assert {i: scores[student][i] for i in FULL} == FULL
    # Each check brings its own import; np came with the first cell.
    assert scores["no-first-cell"]["two-layer-backward"] == 6
    assert scores["no-first-cell"]["adam"] == 0


def test_partial_credit_is_what_check_says(scores):
    """nbgrader's score is the repr of the hidden check's Result."""
    hidden = {name: kwargs for cell in notebooks.graded(SOLUTION)
              if notebooks.is_test(cell)
              for name, kwargs in notebooks.checks(cell.source)[1:]}
    partial = 0
    for k in 0, 4:
        for name in "two_layer_backward", "softmax_cross_entropy", "adam":
            wrong = EXERCISES[name].mistakes[k].wrongs()[0]
            earned = check(wrong, **hidden[name]).points
            got = scores[f"wrong-{k + 1:02}"][name.replace("_", "-")]
            assert got == float(f"{earned:g}")
            partial += 0 < got < hidden[name]["points"]
    assert partial >= 3


def test_who_waits_for_a_person(course):
    """An answer in words is marked by hand; none is 0 at once."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        waits = {student: gradebook.find_grade(
            "falling-loss", TOPIC, TOPIC, student).needs_manual_grade
            for student in ("right", "untouched")}
    assert waits == {"right": True, "untouched": False}


def test_the_marker_sees_the_mark_scheme(course):
    path = course / "autograded" / "right" / TOPIC / f"{TOPIC}.ipynb"
    [cell] = [c for c in notebooks.read(path).cells
              if c.id == "falling-loss-question"]
    assert "Mark scheme (5 points)" in cell.source


def test_every_student_gets_a_page(pages, scores):
    assert set(pages) == set(scores) == set(CLASS) | set(_more())


def test_pages_name_the_mistakes(pages):
    for student, submission in CLASS.items():
        seen = " ".join(words(pages[student]).split())
        for title in submission.mistakes.values():
            assert title.replace("`", "") in seen, (student, title)


def test_pages_show_no_hidden_test(pages):
    seeds = [str(seed) for seed in lint.seeds(SOLUTION)]
    hidden = [line.strip() for cell in SOLUTION.cells
              for line in notebooks.region(cell.source, notebooks.HIDDEN)]
    assert len(seeds) == len(hidden) == 5
    for student, page in pages.items():
        seen = words(page)
        for secret in [*seeds, *hidden, "BEGIN HIDDEN", "MARK SCHEME",
                       "Mark scheme", "earns no point"]:
            assert secret not in seen and secret not in page, student


def test_the_leak_was_there_to_be_cleaned(course):
    """The test above can fail: the notebook behind it holds a seed."""
    path = course / "autograded" / "leaky" / TOPIC / f"{TOPIC}.ipynb"
    outputs = str([c.get("outputs") for c in notebooks.read(path).cells])
    assert str(lint.seeds(SOLUTION)[0]) in outputs
    outputs = str([c.get("outputs") for c in notebooks.read(
        course / "autograded" / "deleted-cell" / TOPIC
        / f"{TOPIC}.ipynb").cells])
    assert str(lint.seeds(SOLUTION)[-1]) in outputs


def test_pages_lead_with_words(pages, scores):
    """The outcome of each question, before anything else."""
    top = words(pages["wrong-01"]).split()
    points = f"{sum(filter(None, scores['wrong-01'].values())):g}"
    assert top[top.index(f"{TOPIC}:"):][:5] == [
        f"{TOPIC}:", points, *"of 25 points".split()]
    assert "points so far; 5 wait for your instructor" in " ".join(top)
    first = words(pages["syntax-error"]).split("import numpy")[0]
    assert re.search("there is no two_layer_backward: your cell raised "
                     r"SyntaxError: .* never (be )?closed, in line \d+",
                     first)
    assert "not marked yet" in first
    assert "name 'np' is not defined" in words(pages["no-first-cell"])
    assert words(pages["empty"]).count("missing in the notebook") == 6


def test_no_traceback_of_a_test_cell(pages):
    for student in "syntax-error", "deleted-cell":
        assert "NameError" not in words(pages[student])
    assert "SyntaxError" in words(pages["syntax-error"])


def test_pages_fetch_nothing(pages):
    for page in pages.values():
        assert not re.search(r"<script|<link|src=.?http|url\(", page)
        assert "viewport" in page


def test_grades_are_exported(course):
    nbgrader(course, "export")
    rows = (course / "grades.csv").read_text("utf-8").splitlines()
    mine = [row for row in rows if row.startswith("first_steps,")]
    assert len(mine) == len(CLASS) + len(_more())


def test_other_commands_work(course):
    """Those that hand over to students and take back, too."""
    source = f"solutions/{TOPIC}/{TOPIC}.ipynb"
    assert "passes all the tests" in nbgrader(course, "validate", source)
    nbgrader(course, "release_assignment", TOPIC)
    nbgrader(course, "collect", TOPIC)
    nbgrader(course, "release_feedback", TOPIC)
    out = course / "exchange" / "nnlab"
    assert (out / "outbound" / TOPIC / f"{TOPIC}.ipynb").exists()
    # A page is filed under the submission's secret; the few students
    # more have that of the right answer.
    assert len(list((out / "feedback").rglob("*.html"))) == len(CLASS)
