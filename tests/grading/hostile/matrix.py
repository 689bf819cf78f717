"""The outcomes of all cases, stored: stock nbgrader beside ours.

    python -m tests.grading.hostile.matrix [stock] [ours] [CASE ...]

runs these sides (both, if none is named) of these cases (all), and
writes what became of them where the book's page on grading finds it.
"""
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.grading.hostile import cases, course, ours, stock

PATH = course.ROOT / "book" / "_data" / "grading.json"
SIDES = ("stock", "ours")


def entry(case):
    """What is stored of a case whatever happens to it."""
    return {"family": case.family, "says": case.says}


def summary(outcome):
    """What is stored of an outcome: short, and the same every time."""
    return {"harms": outcome.harms, "points": outcome.scores,
            "forged": outcome.forged, "missed": outcome.missed,
            "changed": [p.replace("\n", " ") for p in outcome.changed[:3]],
            "survivors": len(outcome.survivors),
            "leaked": outcome.leaked, "lost": outcome.lost,
            "others": outcome.others}


def stored(path=PATH):
    """{case: {family, says, stock, ours}} of the last run."""
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


def store(found, path=PATH):
    """Write ``found`` in the order of the cases, in one step."""
    known = [name for name in cases.load() if name in found]
    record = {"made_by": "python -m tests.grading.hostile.matrix",
              "cases": {name: found[name] for name in known}}
    path.parent.mkdir(exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    os.replace(half, path)


def run_stock(names, found):
    """Each case by itself through stock nbgrader."""
    with tempfile.TemporaryDirectory(prefix="hostile-base-") as base:
        course.make(Path(base) / "base")
        for n, name in enumerate(names, 1):
            case = cases.load()[name]
            outcome = stock.outcome(case, Path(base) / "base")
            found.setdefault(name, {}).update(
                entry(case), stock=summary(outcome))
            store(found)
            print(f"{n}/{len(names)} {name}: "
                  f"{' '.join(outcome.harms) or 'fine'} "
                  f"({outcome.seconds} s)", flush=True)


def run_ours(names, found):
    """All cases in one run of our engine."""
    with tempfile.TemporaryDirectory(prefix="hostile-ours-") as scratch:
        base = Path(scratch) / "base"
        course.make(base)
        outcomes, whole = ours.outcomes(
            [cases.load()[name] for name in names], base, scratch)
    for name, outcome in outcomes.items():
        found.setdefault(name, {}).update(
            entry(cases.load()[name]), ours=summary(outcome))
        if outcome.harms:
            print(f"{name}: {summary(outcome)}", flush=True)
    print(f"all of them: {summary(whole)} ({whole.seconds} s)")
    store(found)


def main(arguments):
    """Run what the command line names."""
    sides = [a for a in arguments if a in SIDES] or SIDES
    names = [a for a in arguments if a not in SIDES] or list(cases.load())
    if unknown := set(names) - set(cases.load()):
        sys.exit(f"no such case: {', '.join(sorted(unknown))}")
    for side in sides:
        {"stock": run_stock, "ours": run_ours}[side](names, stored())


if __name__ == "__main__":
    main(sys.argv[1:])
