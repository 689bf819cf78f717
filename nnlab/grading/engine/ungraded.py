"""What is kept of a submission that could not be graded."""
import copy

from nnlab.grading.engine.model import Graded, Result, Score

COULD_NOT = "could not be graded: {}"
STAYS = "; {}. Mend that and type the same again"
OLD, NOTHING = "what the gradebook has stays", "nothing is recorded"
TOLD = ("This could not be graded automatically. Please tell your "
        "instructor.")


def failed(student, release, trouble):
    """The Result of a submission that could not be graded."""
    notebooks = {}
    for name, template in release.templates.items():
        kinds = [cell["metadata"].get("nbgrader", {})
                 for cell in template.notebook["cells"]]
        scores = {m["grade_id"]: Score(0.0, float(m.get("points") or 0),
                                       TOLD)
                  for m in kinds if m.get("grade") or m.get("task")}
        notebooks[name] = Graded(name, copy.deepcopy(template.notebook),
                                 scores)
    return Result(student, release.assignment, notebooks, [TOLD], trouble)
