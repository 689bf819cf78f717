"""What a student reads after grading: words first, no hidden check.

A test cell that raises prints its own lines in the traceback, hidden
ones too; an exception there becomes one plain line.
"""
import html
import re

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from nnlab.grading import notebooks

LEFT_OUT = "[left out]"


class Readable(NbGraderPreprocessor):
    """Runs after GetGrades and before ClearHiddenTests.

    It has to see the hidden checks in order to take them out of what
    the cells printed.
    """

    def preprocess(self, nb, resources):
        """Plain words in test cells, and a summary on top."""
        secrets = _secrets(nb)
        for cell in nb.cells:
            if cell.cell_type == "code":
                tests = notebooks.is_test(cell)
                cell.outputs = [_clean(_plain(o) if tests else o, secrets)
                                for o in cell.outputs]
        nb.cells.insert(0, _summary(nb))
        return nb, resources


def _secrets(nb):
    """Every hidden line, and the seed of every hidden check."""
    lines = [line.strip() for cell in nb.cells
             for line in notebooks.region(cell.source, notebooks.HIDDEN)]
    seeds = [n for line in lines for n in re.findall(r"seed=(\d+)", line)]
    return [s for s in lines + seeds if s]


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
        if name[1] == "check":
            return ("Nothing could be checked: the first cell, with the "
                    "imports, is missing or did not run.")
        return (f"There is no {name[1]} to check: the cell that defines "
                "it is missing or did not run. If it shows an error, "
                "that is the place to start.")
    if ename == "CellTimeoutError":
        return ("Your function took too long and was stopped. Is there "
                "a loop that never ends?")
    return f"The check could not finish: {ename}."


def _note(words):
    return nbformat.v4.new_output(
        "display_data", {"text/plain": words,
                         "text/html": f"<p>{html.escape(words)}</p>"})


def _clean(output, secrets):
    """``output`` without any of the hidden lines."""
    def clean(value):
        if isinstance(value, str):
            for secret in secrets:
                value = value.replace(secret, LEFT_OUT)
            return value
        if isinstance(value, list):
            return [clean(item) for item in value]
        if isinstance(value, dict):
            return nbformat.from_dict({k: clean(v) for k, v in value.items()})
        return value
    return clean(output)


def _summary(nb):
    """A table: each question, its points, and the words about it."""
    rows = "".join(
        f'<tr><td><a href="#{notebooks.meta(cell)["grade_id"]}">'
        f"{html.escape(_question(cell))}</a></td>"
        f"<td>{_points(cell)}</td><td>{_words(cell)}</td></tr>"
        for cell in nb.cells if notebooks.meta(cell).get("grade"))
    return nbformat.v4.new_markdown_cell(
        '<table class="nnlab-summary"><tr><th>question</th>'
        f"<th>points</th><th>what we saw</th></tr>{rows}</table>")


def _question(cell):
    return notebooks.meta(cell)["grade_id"]


def _points(cell):
    score = notebooks.meta(cell).get("score") or 0
    return f"{score:g} of {notebooks.meta(cell)['points']:g}"


def _words(cell):
    if cell.cell_type != "code":
        comment = notebooks.meta(cell).get("comment")
        return html.escape(comment or "read and marked by a person")
    for output in cell.outputs:
        if words := output.get("data", {}).get("text/html"):
            return words
    return "no result"
