"""Releases of a few cells, made by hand, and submissions to them."""
from nnlab.grading.engine import bench
from nnlab.grading.engine.executor import Execution
from nnlab.grading.engine.grade import graded
from nnlab.grading.engine.model import Options, Release, Template

OPTIONS = Options(call_seconds=1.5, cell_seconds=4, total_seconds=60)
POINTS = 2


def cell(source, name=None, **kind):
    """A code cell; nbgrader knows it if it has a name."""
    meta = {"grade": False, "solution": False, "locked": False,
            "task": False, "points": POINTS, "grade_id": name,
            "schema_version": 3, **kind}
    return {"cell_type": "code", "id": name or "own", "outputs": [],
            "metadata": {"nbgrader": meta} if name else {},
            "source": source, "execution_count": None}


def notebook(answers, tests, first="import numpy as np"):
    """A notebook with an answer and a test for each name."""
    cells = [cell(first)]
    for name, test in tests.items():
        cells += [cell(answers.get(name, ""), f"{name}-answer",
                       solution=True),
                  cell(test, name, grade=True, locked=True)]
    return {"cells": cells, "metadata": {}, "nbformat": 4,
            "nbformat_minor": 5}


def release(tests, names=None, classes=None, **more):
    """A Release; each test may use what is called like it."""
    names = names or {name: [name] for name in tests}
    template = Template("t", notebook({}, tests), names, classes or {})
    return Release("a", {"t": template}, **more)


def run(made, answers, options=OPTIONS, files=None, **kind):
    """(Graded, Execution) of a submission with these answers."""
    template = made.templates["t"]
    tests = {c["metadata"]["nbgrader"]["grade_id"]: c["source"]
             for c in template.notebook["cells"]
             if c["metadata"].get("nbgrader", {}).get("grade")}
    handed_in = notebook(answers, tests, **kind)
    where = bench.bench(made, options)
    one = Execution(handed_in, template, where.student(files or {}),
                    where.test({}), options)
    outputs = one.run()
    return graded(template, handed_in, outputs, one.words, []), one


def points(found):
    """{test: points} of what ``run`` returned."""
    return {name: s.points for name, s in found[0].scores.items()}
