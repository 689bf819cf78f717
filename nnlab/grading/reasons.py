"""Why a test cell gave what it gave, in words for the student.

What hidden lines hold does not get out: not their text, not what they
compare with, not what they print.
"""
import html
import re

import nbformat

from nnlab.grading import notebooks

LEFT_OUT = "[left out]"
RESULT = re.compile(r"application/vnd\.[\w.-]*result\+json")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
LATE = ("it took too long and was stopped; is there a loop that never "
        "ends?")
HIDDEN_FAILED = ("a check that you cannot see failed: the answer is not "
                 "right in every case")
# Stopped from outside, by nbgrader's executor or by ours.
STOPPED = {"CellTimeoutError", "TimeoutError"}
SHORT = 10          # a shorter line is no secret: ")" or "x = 1"


def secrets(nb):
    """Hidden lines, their seeds, and the markers around them."""
    lines = [line.strip() for cell in nb.cells if notebooks.is_test(cell)
             for line in notebooks.region(cell.source, notebooks.HIDDEN)]
    seeds = [n for line in lines for n in re.findall(r"seed=(\d+)", line)]
    markers = [f"{end} {notebooks.HIDDEN}" for end in ("BEGIN", "END")]
    return [line for line in dict.fromkeys(lines)
            if len(line) >= SHORT] + seeds + markers


def cleaned(value, hidden):
    """An output, or a part of one, without any of the ``hidden`` texts."""
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, LEFT_OUT)
    elif isinstance(value, list):
        value = [cleaned(item, hidden) for item in value]
    elif isinstance(value, dict):
        value = nbformat.from_dict(
            {key: cleaned(item, hidden) for key, item in value.items()})
    return value


def shown(cell):
    """The outputs of a test cell that a student may see."""
    hides = bool(notebooks.region(cell.source, notebooks.HIDDEN))
    found = [_plain(output, cell, hides) for output in cell.outputs]
    return [output for output in found if output is not None]


def _plain(output, cell, hides):
    """An exception as one line; no print or value of hidden lines."""
    if output.output_type == "error":
        return note(reason(output, cell))
    if output.output_type == "stream":
        if output.get("name") == "stderr":
            return note("A warning was printed here. It is not shown.")
        return None if hides else output
    if any(RESULT.fullmatch(kind) for kind in output.data):
        return output
    if output.output_type == "execute_result" and "text/html" not in (
            output.data):
        return None         # the points: they are said elsewhere
    return output


def reason(error, cell):
    """One line about an exception in a test cell."""
    name = re.match(r"name '(\w+)' is not defined", error.evalue)
    if error.ename == "NameError" and name:
        return (f"there is no {name[1]}: the cell that defines it is "
                "missing or raised an error")
    if error.ename in STOPPED:
        return LATE
    line = _visible(error, cell)
    if line is None:
        return HIDDEN_FAILED if error.ename == "AssertionError" else (
            f"the check could not finish: {error.ename}")
    said = error.evalue.strip().split("\n")[0][:300]
    if error.ename == "AssertionError":
        return f"this is not so: {line.removeprefix('assert ')}" + (
            f" ({said})" if said and said not in line else "")
    return f"{line} raised {error.ename}" + (f": {said}" if said else "")


def _visible(error, cell):
    """The line of the cell that failed, None if it is a hidden one.

    Of several frames in the cell all must be in sight.
    """
    lines = _failed(error, cell)
    hidden = {x.strip() for x in notebooks.region(
        cell.source, notebooks.HIDDEN)}
    seen = {x.strip() for x in cell.source.splitlines()} - hidden
    if not lines or not all(line in seen for line in lines):
        return None
    return lines[0]


def _failed(error, cell):
    """Lines named by a traceback: ours, or that of IPython."""
    text = ANSI.sub("", "\n".join(error.get("traceback", [])))
    ours = re.findall(r"^line \d+: (.*)$", text, re.MULTILINE)
    arrows = re.findall(r"^-+> ?\d+ (.*)$", text, re.MULTILINE)
    known = {x.strip() for x in cell.source.splitlines()}
    return [line.strip() for line in ours or arrows
            if line.strip() in known]


def note(words):
    """An output that is one line of plain words."""
    return nbformat.v4.new_output(
        "display_data", {"text/plain": words,
                         "text/html": f"<p><b>{html.escape(words)}</b></p>"})


def words(cell, points, out_of):
    """The first words about a question, after ``shown``."""
    for output in cell.outputs:
        page = output.get("data", {}).get("text/html", "")
        if first := re.search(r"<b>(.*?)</b>", page, re.DOTALL):
            return html.unescape(re.sub(r"<[^>]+>", "", first[1]))
    if points >= out_of:
        return "right"
    return "partly right" if points > 0 else "not right yet"
