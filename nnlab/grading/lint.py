"""What is wrong with a graded notebook, each thing in one line."""
from collections import Counter

from nnlab.grading import notebooks as nb

SCHEMA = 3
SHORT = 12  # a line of fewer characters ("else:") gives nothing away


def problems(notebook):
    """Faults of a notebook in solutions/; empty if it can go out."""
    found = [*_metadata(notebook), *_unique(notebook)]
    for cell in nb.graded(notebook):
        if nb.is_answer(cell):
            found += _answer(cell)
        elif nb.is_test(cell):
            found += _test(cell)
    return found


def leaks(notebook, release):
    """Lines of ``notebook``'s regions that stand in ``release``."""
    secret = {line.strip() for cell in notebook.cells
              for name in nb.REGIONS
              for line in nb.region(cell.source, name)}
    secret = {line for line in secret if len(line) >= SHORT}
    found = [f"line {line!r} of a region that is left out"
             for cell in release.cells
             for line in map(str.strip, cell.source.splitlines())
             if line in secret or _marker(line)]
    text = nb.text(release)
    return found + [f"hidden seed {seed}" for seed in seeds(notebook)
                    if str(seed) in text]


def seeds(notebook):
    """The seeds of the hidden checks."""
    return [kwargs["seed"] for cell in nb.graded(notebook)
            if nb.is_test(cell) for _, kwargs in nb.checks(cell.source)
            if "seed" in kwargs]


def _marker(line):
    return any(f"BEGIN {name}" in line or f"END {name}" in line
               for name in nb.REGIONS)


def _metadata(notebook):
    cells = nb.graded(notebook)
    for cell in cells:
        if nb.meta(cell).get("schema_version") != SCHEMA:
            yield f"{_name(cell)}: nbgrader's schema_version is not 3"
        if not nb.meta(cell).get("grade_id"):
            yield f"{_name(cell)}: no grade_id"
    locked = [c for c in cells if "made_with(" in c.source]
    if len(locked) != 1 or not nb.meta(locked[0]).get("locked"):
        yield "one locked cell must say made_with(\"version\")"


def _unique(notebook):
    ids = Counter(nb.meta(cell).get("grade_id")
                  for cell in nb.graded(notebook))
    for value, count in ids.items():
        if count > 1:
            yield f"grade_id {value!r} is there {count} times"


def _answer(cell):
    begins = cell.source.count("BEGIN SOLUTION")
    if begins != 1 or cell.source.count("END SOLUTION") != 1:
        yield f"{_name(cell)}: not exactly one solution region"
    elif not nb.region(cell.source, nb.SOLUTION):
        yield f"{_name(cell)}: its solution region is empty"


def _test(cell):
    """One visible check, one hidden check last; points as declared."""
    points = nb.meta(cell).get("points")
    try:
        calls = nb.checks(cell.source)
    except (SyntaxError, ValueError):
        calls = []
    if [("seed" in kwargs) for _, kwargs in calls] != [False, True]:
        yield (f"{_name(cell)}: not one visible check and then one "
               "hidden check with a seed")
        return
    hidden = "\n".join(nb.region(cell.source, nb.HIDDEN))
    if not cell.source.rstrip().endswith("END HIDDEN TESTS") or (
            f"seed={calls[1][1]['seed']}" not in hidden):
        yield f"{_name(cell)}: the hidden check is not last, or not hidden"
    if calls[0][0] != calls[1][0]:
        yield f"{_name(cell)}: its two checks are of different functions"
    for _, kwargs in calls:
        if kwargs.get("points") != points:
            yield (f"{_name(cell)}: check has points="
                   f"{kwargs.get('points')}, the metadata {points}")


def _name(cell):
    return f"cell {nb.meta(cell).get('grade_id') or cell.get('id')!r}"
