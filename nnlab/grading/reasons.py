"""Why a test cell gave what it gave, in words for the student.

What hidden lines hold does not get out: not their text, not what they
compare with, not what they print.
"""
import html
import re

import nbformat

from nnlab.grading import ends, notebooks
from nnlab.grading.failed import Check

LEFT_OUT = "[left out]"
RESULT = re.compile(r"application/vnd\.[\w.-]*result\+json")
HIDDEN_FAILED = ("a check that you cannot see failed: the answer is not "
                 "right in every case")
UNWRITTEN = "not written yet (NotImplementedError)"
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


def shown(cell, hidden=(), missing=None):
    """The outputs of a test cell that a student may see.

    hidden : what ``secrets`` found;  missing : a function of a name and
    the cell that says why it is not there
    """
    hides = bool(notebooks.region(cell.source, notebooks.HIDDEN))
    found = [note(reason(output, cell, hidden, missing))
             if output.output_type == "error" else _plain(output, hides)
             for output in cell.outputs]
    return [output for output in found if output is not None]


def _plain(output, hides):
    """No print or value of hidden lines, and no warning."""
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


def reason(error, cell, hidden=(), missing=None):
    """One line about an exception in a test cell; see ``shown``."""
    name = re.match(r"name '(\w+)' is not defined", error.evalue)
    if error.ename == "NameError" and name:
        return missing(name[1], cell) if missing else (
            f"there is no {name[1]}")
    if words := ends.said(error):
        return words
    if error.ename in STOPPED:
        return ends.LATE
    if error.ename == "NotImplementedError":
        return UNWRITTEN
    check = Check(cell)
    at = check.line(error)
    if at is None:
        return check.hidden_message(error) or (
            HIDDEN_FAILED if error.ename == "AssertionError" else
            f"the check could not finish: {error.ename}")
    return _in_sight(error, check, at, hidden)


def _in_sight(error, check, at, hidden):
    """The instructor's message first, then the code that failed."""
    code, is_assert, has_own = check.code(*at)
    if told := check.message(error):
        return f"{told} (not so: {code})" if is_assert else told
    said = "" if check.is_said_in_hiding(error) else cleaned(
        error.evalue.strip(), hidden).split("\n")[0][:300] or (
            ends.NOTHING_SAID.get(error.ename, ""))
    if error.ename == "AssertionError" and not (said and has_own):
        return f"this is not so: {code}" + f" ({said})" * bool(said)
    # Also an AssertionError, where the words can only be the student's.
    return f"{code} raised {error.ename}" + f": {said}" * bool(said)


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
