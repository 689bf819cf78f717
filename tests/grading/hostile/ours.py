"""The same cases through our own engine: all in one run."""
import dataclasses
import json
import shutil
from pathlib import Path

from nnlab.grading.engine.model import Options
from tests.grading.hostile import cage, detectors
from tests.grading.hostile.cases import Case
from tests.grading.hostile.course import (
    EARLIER, LATER, LATER_DESERVES, NAME, POINTS, hand_in, later)

# Short, as many cases use all the time they get.
OPTIONS = Options(cell_seconds=4, call_seconds=2, total_seconds=40)
SECONDS = 500


def grade_course(folder, protected=True):
    """Grade everything; {student: trouble} of those who had some."""
    from nnlab.grading.engine.run import run
    options = dataclasses.replace(OPTIONS, protected=protected)
    done = run(folder, NAME, options=options, progress=False)
    return {row.student: row.trouble for row in done.troubles}


def outcomes(cases, base, scratch, how="ours", root=True):
    """({case: Outcome}, Outcome of the whole) of one run of ``cases``.

    base : a course to copy;  scratch : a folder for the copy
    """
    folder = Path(scratch) / "copy"
    shutil.copytree(base, folder, symlinks=True)
    for case in cases:
        hand_in(folder / "course", folder / "home", case.name, case.write)
    students = (EARLIER, LATER, *(case.name for case in cases))
    before = detectors.state(folder, students)
    seen = cage.run(folder, how, SECONDS, root=root)
    troubles = seen.get("code") or {}
    found = {case.name: _marks(case, folder / "course", troubles)
             for case in (*cases, HONEST)}
    whole = detectors.traces(found.pop(LATER), folder, before, seen,
                             students)
    return found, whole


HONEST = Case(LATER, "honest", "", later, LATER_DESERVES)


def _marks(case, course, troubles):
    found = detectors.marks(case, course / "gradebook.db", case.name)
    if not troubles.get(case.name):
        found.silent = silent(course, case.name)
    return found


def silent(course, student):
    """Questions without full points that no word is said about."""
    path = course / ".grading" / NAME / f"{student}.result"
    if not path.exists():
        return ["all"]
    result = json.loads(path.read_text())["result"]
    notebook = result["notebooks"][NAME]
    said = result["remarks"] or notebook["remarks"]
    errors = {cell["metadata"].get("nbgrader", {}).get("grade_id")
              for cell in notebook["notebook"]["cells"]
              for output in cell.get("outputs", [])
              if output["output_type"] in ("error", "execute_result")}
    return [q for q in POINTS
            if (score := notebook["scores"][f"test-{q}"])["points"]
            != POINTS[q] and not (
                score["words"] or said or f"test-{q}" in errors)]
