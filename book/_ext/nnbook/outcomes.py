"""What hostile submissions did to nbgrader, and to our grader.

    ```{outcomes}
    ```

One paragraph of counts and a table for each family, from what the
hostile suite of the tests has stored in _data/grading.json.
"""
import json
from pathlib import Path

from .common import Directive

FAMILIES = {"forge": "Forging the score", "damage": "Damaging the grader",
            "resources": "Using up the machine", "broken": "Broken files",
            "honest": "Honest students"}
HARMS = {"points": "undeserved points", "files": "files changed",
         "survivors": "processes left", "secrets": "a secret got out",
         "lost": "a student lost points or the score"}
REAL = ("points", "files", "survivors", "lost")
FINE = "no harm"


def said(outcome):
    """The harm in an outcome, in words."""
    return "; ".join(HARMS[kind] for kind in outcome["harms"]) or FINE


def table(cases):
    """The rows of one family, as MyST."""
    rows = [(case["says"], said(case["stock"]), said(case["ours"]))
            for case in cases]
    return "\n".join(["| what is handed in | nbgrader | two kernels |",
                      "|:---|:---|:---|", *map(_row, rows)])


def _row(cells):
    # A bar within a cell would end it, a dollar begin a formula.
    return "| " + " | ".join(
        c.replace("|", "\\|").replace("$", "\\$").replace("*", "\\*")
        for c in cells) + " |"


def counts(cases):
    """How many did what, as a table for both graders."""
    rows = [(HARMS[kind], *(str(sum(kind in case[side]["harms"]
                                    for case in cases))
                            for side in ("stock", "ours")))
            for kind in HARMS]
    return "\n".join(["| harm | nbgrader | two kernels |", "|:---|---:|---:|",
                      *map(_row, rows)])


def overview(cases):
    """The whole in a sentence."""
    harmful = sum(bool(set(REAL) & set(case["stock"]["harms"]))
                  for case in cases)
    ours = sum(bool(case["ours"]["harms"]) for case in cases)
    return (f"Of {len(cases)} submissions {harmful} did real harm to plain "
            "nbgrader: points that nobody had earned, changed files, "
            "processes that stayed, a student without the score that was "
            f"earned. With two kernels and a sandbox {ours or 'none'} did.")


class Outcomes(Directive):
    def run(self):
        path = Path(self.env.srcdir) / "_data" / "grading.json"
        self.env.note_dependency(str(path))
        cases = list(json.loads(path.read_text("utf-8"))["cases"].values())
        parts = [overview(cases), counts(cases)]
        for family, title in FAMILIES.items():
            mine = [case for case in cases if case["family"] == family]
            parts += [f"**{title}**", table(mine)]
        return self.myst("\n\n".join(parts))


def setup(app):
    app.add_directive("outcomes", Outcomes)
