"""grade: one submission and its release, to a result.

A pure function but for the clock: it reads no gradebook and writes
nothing that lasts.  The same submission gets the same scores in any
order, on any worker.
"""
import time

from nbformat import NotebookNode, from_dict
from nbgrader import utils

from nnlab.grading.engine import cells, intake
from nnlab.grading.engine.bench import bench
from nnlab.grading.engine.executor import Execution
from nnlab.grading.engine.harmless import make_harmless
from nnlab.grading.engine.model import Graded, Options, Result, Score

CLAMPED = ("the test gave {got:g} points where there are {most:g}; "
           "please tell your instructor")


def grade(submission, release, options=None):
    """The Result of one submission; an exception only if this machine
    cannot run kernels at all."""
    options, began = options or Options(), time.monotonic()
    taken = intake.take_in(submission, release)
    where = bench(release, options)
    files = {**taken.files, **release.files}
    notebooks, troubles = {}, []
    for name, template in release.templates.items():
        notebook, remarks = taken.notebooks.get(name, (None, []))
        if notebook is None:
            notebooks[name] = missing(template, remarks,
                                      taken.why_not(name))
            continue
        run = Execution(notebook, template, where.student(files),
                        where.test(release.files), options)
        outputs = run.run()
        notebooks[name] = graded(template, notebook, outputs, run.words,
                                 remarks)
        troubles += [f"{name}: {words}" for words in run.remarks]
    return Result(submission.student, release.assignment, notebooks,
                  list(taken.remarks), "; ".join(troubles),
                  list(where.notes), dict(taken.files),
                  time.monotonic() - began)


def missing(template, remarks, why):
    """A notebook that was not handed in, or cannot be read: 0 points."""
    scores = {cells.grade_id(c): Score(0.0, _points(c), why)
              for c in template.notebook["cells"]
              if cells.meta(c).get("grade") or cells.meta(c).get("task")}
    return Graded(template.name, template.notebook, scores, remarks, False)


def graded(template, notebook, outputs, words, remarks):
    """Outputs into cells, scores out of them."""
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs.get(index, [])
            cell["execution_count"] = None
    make_harmless(notebook, template)
    scores = {}
    for cell in notebook["cells"]:
        name = cells.grade_id(cell)
        if cells.is_test(cell):
            scores[name] = tested(cell, words.get(name, ""))
        elif cells.meta(cell).get("grade") or cells.meta(cell).get("task"):
            scores[name] = marked_by_hand(cell)
    return Graded(template.name, notebook, scores, remarks)


def _points(cell):
    return float(cells.meta(cell).get("points") or 0)


def tested(cell, words=""):
    """The Score of a test cell: its exception, or its last value.

    A number is partial credit; anything else, and nothing, is full.
    """
    most = _points(cell)
    for output in cell["outputs"]:
        if output["output_type"] == "error":
            return Score(0.0, most, words)
    for output in cell["outputs"]:
        if output["output_type"] == "execute_result":
            return _partial(output["data"].get("text/plain"), most, words)
    return Score(most, most, words)


def _partial(text, most, words):
    try:
        got = float(text)
    except (TypeError, ValueError):
        return Score(most, most, words)
    if 0 <= got <= most:
        return Score(got, most, words)
    return Score(min(max(got, 0.0), most) if got == got else 0.0, most,
                 CLAMPED.format(got=got, most=most))


def marked_by_hand(cell):
    """None for a person to mark; 0 if nothing was written."""
    cell = from_dict(cell)
    if cells.meta(cell).get("task"):
        return Score(None, _points(cell))
    score, most = utils.determine_grade(NotebookNode(cell))
    return Score(score, most, "nothing is written here" if (
        score == 0) else "")
