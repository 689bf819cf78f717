"""What a student reads after grading: words first, no hidden check.

A test cell that raises prints its own lines in the traceback, hidden
ones too; an exception there becomes one plain line.
"""
import html
import re
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from nnlab.grading import notebooks

TEMPLATES = str(Path(__file__).parent / "templates")
LEFT_OUT = "[left out]"


class Page(HTMLExporter):
    """The feedback page: templates/nnlab_feedback, and nothing else.

    Set here and not as HTMLExporter.template_name, which Formgrader
    uses for pages of its own.
    """

    def __init__(self, config=None, **kwargs):
        ours = Config({"Page": {
            "template_name": "nnlab_feedback",
            "extra_template_basedirs": [TEMPLATES]}})
        config = Config(config or {})
        config.merge(ours)
        super().__init__(config=config, **kwargs)


class Readable(NbGraderPreprocessor):
    """Runs after GetGrades and before ClearHiddenTests.

    It has to see the hidden checks in order to take them out of what
    the cells printed.
    """

    def preprocess(self, nb, resources):
        """Plain words in test cells, and the outcome for the top."""
        secrets = _secrets(nb)
        for cell in nb.cells:
            if cell.cell_type == "code":
                tests = notebooks.is_test(cell)
                cell.outputs = [_clean(_plain(o) if tests else o, secrets)
                                for o in cell.outputs]
            elif notebooks.is_statement(cell):
                cell.source = _heading(cell.source)
        resources["nnlab"] = {"outcome": _outcome(nb, resources["nbgrader"])}
        return nb, resources


def _heading(statement):
    """The first line of a question; nothing of the notebook's title.

    The student has the text, and its formulas would need a script.
    """
    first = statement.strip().split("\n")[0]
    return "" if first.startswith("# ") else first


def _secrets(nb):
    """Hidden lines, their seeds, and the markers around them."""
    lines = [line.strip() for cell in nb.cells
             for line in notebooks.region(cell.source, notebooks.HIDDEN)]
    seeds = [n for line in lines for n in re.findall(r"seed=(\d+)", line)]
    markers = [f"{end} {notebooks.HIDDEN}" for end in ("BEGIN", "END")]
    return [s for s in lines + seeds + markers if s]


def _plain(output):
    """An exception or a warning of a test cell, as one line."""
    if output.output_type == "error":
        return _note(_reason(output.ename, output.evalue))
    if output.get("name") == "stderr":
        return _note("A warning was printed here. It is not shown.")
    return output


def _reason(ename, evalue):
    name = re.match(r"name '(\w+)' is not defined", evalue)
    if ename == "NameError" and name:
        return (f"there is no {name[1]}: the cell that defines it is "
                "missing or raised an error")
    if ename == "CellTimeoutError":
        return ("it took too long and was stopped; is there a loop that "
                "never ends?")
    return f"the check could not finish: {ename}"


def _note(words):
    return nbformat.v4.new_output(
        "display_data", {"text/plain": words,
                         "text/html": f"<p><b>{html.escape(words)}</b></p>"})


def _clean(value, secrets):
    """An output, or a part of one, without any of the hidden lines."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, LEFT_OUT)
    elif isinstance(value, list):
        value = [_clean(item, secrets) for item in value]
    elif isinstance(value, dict):
        value = nbformat.from_dict(
            {key: _clean(item, secrets) for key, item in value.items()})
    return value


def _outcome(nb, names):
    """A row for each question of the release, those missing last."""
    cells = notebooks.by_id(nb)
    with Gradebook(names["db_url"]) as gradebook:
        grades = {grade.name: grade
                  for grade in gradebook.find_submission_notebook(
                      names["notebook"], names["assignment"],
                      names["student"]).grades}
        order = [i for i in cells if i in grades]
        order += [i for i in grades if i not in cells]
        return [_row(grades[i], cells.get(i)) for i in order]


def _row(grade, cell):
    """What the page says about one question in its first lines."""
    waiting = cell is not None and grade.needs_manual_grade
    points = f"of {grade.max_score:g} points"
    return {"id": grade.name, "there": cell is not None,
            "name": _question(grade.name, cell),
            "points": points if waiting else f"{grade.score:g} {points}",
            "words": "not marked yet" if waiting else _words(cell)}


def _question(grade_id, cell):
    if cell is not None and notebooks.is_test(cell):
        return notebooks.checks(cell.source)[0][0]
    return grade_id.replace("-", " ")


def _words(cell):
    """The first words about a question, without its name."""
    if cell is None:
        return "missing in the notebook that was handed in"
    if not notebooks.is_test(cell):
        return "marked by a person"
    for output in cell.outputs:
        page = output.get("data", {}).get("text/html", "")
        if first := re.search(r"<b>(.*?)</b>", page, re.DOTALL):
            words = html.unescape(re.sub(r"<[^>]+>", "", first[1]))
            return words.removeprefix(_question("", cell) + ": ")
    return "no result"
