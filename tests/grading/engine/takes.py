"""A release, a good submission to it, and ways to look at what was made."""
import json
from pathlib import Path

from nnlab.grading.engine.intake import take_in
from nnlab.grading.engine.model import Release, Submission, Template

ROOT = Path(__file__).parents[3]
REAL = json.loads((ROOT / "exercises/first_steps/first_steps.ipynb")
                  .read_text(encoding="utf-8"))


def cell(kind, name, source, **meta):
    """A cell of a little template; ``meta`` is nbgrader's."""
    made = {"cell_type": kind, "id": name, "source": source, "metadata": {}}
    if meta:
        made["metadata"]["nbgrader"] = {
            "grade_id": name, "schema_version": 3, "grade": False,
            "locked": False, "solution": False, "task": False, **meta}
    if kind == "code":
        made.update(outputs=[], execution_count=None)
    return made


TINY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {
    "kernelspec": {"name": "python3", "display_name": "Python 3",
                   "language": "python"}}, "cells": [
    cell("code", "setup", "import math", locked=True),
    cell("code", "f", "def f(x):\n    raise NotImplementedError()",
         solution=True),
    cell("code", "test-f", "assert f(1) == 2\nassert f(2) == 3",
         grade=True, locked=True, points=2),
    cell("code", "plain", "limit = 3"),
    cell("markdown", "why", "YOUR ANSWER HERE", grade=True, solution=True,
         points=1)]}
TEMPLATE = Template("lab", TINY)
RELEASE = Release("lab", {"lab": TEMPLATE}, {"data.csv": b"1,2"})
F, WHY = "def f(x):\n    return x + 1  # caf\u00e9", "Because \u00e9."


def good():
    """A right submission, as a notebook that a test may spoil."""
    made = json.loads(json.dumps(TINY))
    made["cells"][1]["source"], made["cells"][4]["source"] = F, WHY
    made["cells"][2]["source"] = "assert f(1) == 2"
    return made


def text(notebook):
    """A notebook as Jupyter writes it, but for the escapes."""
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def take(files, release=RELEASE):
    """(Taken, notebook, remarks) of the files of a submission."""
    taken = take_in(Submission("ada", files=files), release)
    name = next(iter(release.templates))
    return (taken, *taken.notebooks[name])


def take_one(notebook):
    """(sources by id, remarks) of one notebook with the right name."""
    data = notebook if isinstance(notebook, bytes) else text(
        notebook).encode("utf-8", "surrogatepass")
    _, made, remarks = take({"lab.ipynb": data})
    return made and sources(made), remarks


def sources(notebook):
    """{cell id: source} of a notebook."""
    return {c["id"]: c["source"] for c in notebook["cells"]}


def graded_ids(notebook):
    """nbgrader's names in a notebook, in order."""
    return [c["metadata"]["nbgrader"]["grade_id"] for c in notebook["cells"]
            if "nbgrader" in c["metadata"]]


