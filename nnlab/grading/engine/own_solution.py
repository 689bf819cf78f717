"""The release's own solution, graded like a submission.

A test that the instructor's own answer does not pass is a test that
nobody passes: it rests on something that two kernels do not carry, or
it is wrong.  It is said before anybody is marked by it.
"""
import json

from nnlab.grading.engine import cells, store
from nnlab.grading.engine.model import Submission, checksum

NAME = ".solution"      # no student's: nbgrader leaves out such folders
FAULT = ("the release's own solution gets {got:g} of {most:g} in {test}: "
         "{why}. Mend the test, or say in the metadata which names it "
         "may use")


class OwnSolution:
    """What is known of it: faults, None until it is graded.

    kept : the Store of the assignment, which remembers them
    """

    def __init__(self, release, kept):
        self.release, self.path = release, kept.folder / "solution.json"
        self.key, self.faults = checksum(release.key, store.version()), None
        try:
            found = json.loads(self.path.read_text("utf-8"))
            if found["key"] == self.key:
                self.faults = list(found["faults"])
        except (OSError, ValueError, KeyError, TypeError):
            pass

    def todo(self):
        """[Submission], or [] if it is known or cannot be."""
        one = submission(self.release) if self.faults is None else None
        return [one] if one else []

    def take(self, result):
        """Keep what came of it; None if it could not be graded."""
        if result is not None:
            self.faults = faults(result)
            self.path.write_text(json.dumps(
                {"key": self.key, "faults": self.faults}), "utf-8")


def submission(release):
    """A Submission of the answers.

    None if the release was made without its source: then nobody knows
    them.
    """
    files = {}
    for template in release.templates.values():
        notebook = json.loads(json.dumps(template.notebook))
        blank = [c for c in notebook["cells"] if c["cell_type"] == "code"
                 and cells.meta(c).get("solution")]
        if [c["source"] for c in blank] == template.answers and blank:
            return None
        for cell, answer in zip(blank, template.answers):
            cell["source"] = answer
        files[f"{template.name}.ipynb"] = json.dumps(notebook).encode()
    return Submission(NAME, files=files)


def faults(result):
    """A sentence on each test that the solution does not pass."""
    found = []
    for graded in result.notebooks.values():
        for cell in graded.notebook["cells"]:
            score = graded.scores.get(cells.grade_id(cell))
            if cells.is_test(cell) and score.points < score.out_of:
                found.append(FAULT.format(
                    got=score.points, most=score.out_of,
                    test=cells.grade_id(cell), why=_why(cell, score)))
    return found


def _why(cell, score):
    errors = [f"{o['ename']}: {o['evalue']}" for o in cell["outputs"]
              if o["output_type"] == "error"]
    said = score.words or (errors or ["its last value is less"])[-1]
    return said.strip().splitlines()[0].rstrip(".")
