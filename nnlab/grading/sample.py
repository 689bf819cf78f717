"""A sample class: made-up submissions, and what each should score.

The wrong answers are the Mistakes of the exercises.  Submission k holds
mistake k of every exercise, so that a class of a few dozen shows all.
"""
import copy
import dataclasses
import re

import nbformat

from nnlab.exercises import EXERCISES
from nnlab.exercises.exercise import Exercise
from nnlab.exercises.source import source
from nnlab.grading import notebooks

FULL, PART, NONE = "full", "below full", "none"
ESSAY = ("No. The loss falls whenever the step points downhill. "
         "A gradient that is twice too large still does.")
# Tests for test_adam that are not good enough, and what they earn.
TESTS = {
    "test-asserts-nothing": ("""def test_adam(adam):
    adam(np.array([1.0]), np.array([0.5]))
""", NONE),
    "test-too-strict": ("""def test_adam(adam):
    w, (m, v, t) = adam(np.array([1.0]), np.array([0.5]), lr=0.1)
    assert w == 0.9 and m == 0.05
""", NONE),
    "test-first-update-only": ("""def test_adam(adam):
    w, state = adam(np.array([1.0]), np.array([0.5]), lr=0.1)
    assert np.allclose(w, 0.9, rtol=1e-4)
""", PART),
}


@dataclasses.dataclass
class Submission:
    """One student's notebook, and what each question should earn.

    expected : {grade_id: FULL, PART or NONE} of the test cells
    mistakes : {grade_id: title} of the mistakes that were made
    """
    student: str
    notebook: nbformat.NotebookNode
    expected: dict
    mistakes: dict = dataclasses.field(default_factory=dict)


def sample_class(release):
    """The submissions to a released notebook, right ones first."""
    tests = _tests(release)
    right = {name: source(EXERCISES[name].reference) for name in tests}
    everything = dict.fromkeys(tests.values(), FULL)
    nothing = dict.fromkeys(tests.values(), NONE)
    return [
        _answered(release, "right", right, everything),
        *_styles(release, tests, right),
        *_wrong(release, tests, right),
        *_tests_written(release, tests, right),
        _half(release, tests, right),
        Submission("untouched", copy.deepcopy(release), nothing),
        Submission("empty", _empty(release), nothing),
        _broken(release, tests, right),
        _deleted(release, tests, right),
    ]


def _tests(release):
    """{exercise: grade_id of the cell that checks it}."""
    checked = {notebooks.checks(cell.source)[0][0]: notebooks.meta(cell)[
        "grade_id"] for cell in notebooks.graded(release)
        if notebooks.is_test(cell)}
    return {name: checked[name] for cell in release.cells
            if (name := notebooks.exercise(cell))}


def _answered(release, student, answers, expected, mistakes=None):
    """``release`` with ``answers`` {exercise: source} written in."""
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        if (name := notebooks.exercise(cell)) in answers:
            cell.source = answers[name].rstrip("\n")
        elif notebooks.is_answer(cell) and cell.cell_type == "markdown":
            cell.source = ESSAY
    return Submission(student, notebook, expected, mistakes or {})


def renamed(function, name):
    """The source of ``function``, as if it were called ``name``."""
    return re.sub(r"^def \w+\(", f"def {name}(", source(function),
                  count=1, flags=re.MULTILINE)


def _styles(release, tests, right):
    """Right answers in other styles: variant k of every exercise."""
    styles = {name: list(EXERCISES[name].variants.values())
              for name in tests if _is_function(name)}
    for k in range(max(map(len, styles.values()))):
        other = {name: renamed(functions[k], name)
                 for name, functions in styles.items() if k < len(functions)}
        yield _answered(release, f"other-style-{k + 1}", right | other,
                        dict.fromkeys(tests.values(), FULL))


def _wrong(release, tests, right):
    """Mistake k of every exercise that has so many."""
    rounds = max(len(_mistakes(name)) for name in tests)
    for k in range(rounds):
        made = {name: _mistakes(name)[k] for name in tests
                if k < len(_mistakes(name))}
        answers = {name: renamed(mistake.wrongs()[0], name)
                   for name, mistake in made.items()}
        yield _answered(
            release, f"wrong-{k + 1:02}", right | answers,
            {tests[name]: PART if name in made else FULL for name in tests},
            {tests[name]: mistake.title for name, mistake in made.items()})


def _mistakes(name):
    return EXERCISES[name].mistakes if _is_function(name) else []


def _is_function(name):
    """Is this a question that asks for a function, not for a test?"""
    return isinstance(EXERCISES[name], Exercise)


def _tests_written(release, tests, right):
    """Right functions, and a test that is not good enough."""
    for student, (text, earned) in TESTS.items():
        name = "test_adam"
        yield _answered(
            release, student, right | {name: text},
            dict.fromkeys(tests.values(), FULL) | {tests[name]: earned})


def _half(release, tests, right):
    """Every second question answered, the others left as they came."""
    done = dict(list(right.items())[::2])
    return _answered(release, "half-done", done, {
        tests[name]: FULL if name in done else NONE for name in tests})


def _empty(release):
    return nbformat.v4.new_notebook(metadata=copy.deepcopy(
        release.metadata))


def _broken(release, tests, right):
    """A bracket that is never closed, in the first answer."""
    first = next(iter(right))
    broken = right | {first: right[first] + "\n    return (dW1, db1\n"}
    return _answered(release, "syntax-error", broken, _all_but(
        first, tests))


def _deleted(release, tests, right):
    """The cell of the last answer is gone."""
    last = list(right)[-1]
    submission = _answered(release, "deleted-cell", right, _all_but(
        last, tests))
    submission.notebook.cells = [
        cell for cell in submission.notebook.cells
        if notebooks.exercise(cell) != last]
    return submission


def _all_but(name, tests):
    return {test: NONE if exercise == name else FULL
            for exercise, test in tests.items()}
