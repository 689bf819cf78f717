"""The first lines of a page: the total, and a row for each question."""
import collections
import re

from nnlab.grading import notebooks, reasons

MISSING = "missing in the notebook that was handed in"
AGAIN = ", to be looked at again"
HEADING = re.compile(r"^(#{1,6})\s+(.+?)[\s#]*$", re.MULTILINE)
POINTS = re.compile(
    r"\s*[(\[]\s*[\d.]+ *(?:points?|pts?|marks?)\s*[)\]]$", re.I)
MARKUP = re.compile(r"[`*]|!?\[([^\]]*)\]\([^)]*\)|<[^>]*>")
LONG = 80           # characters of a name


def total(graded):
    """What is marked so far, and what is not, in one line."""
    waits, most = graded.waiting, graded.out_of
    if not waits:
        return f"{graded.score:g} of {most:g} points"
    if waits == most:
        return f"nothing is marked yet; {_wait(waits)}"
    return (f"{graded.score:g} of {most - waits:g} points so far; "
            f"{_wait(waits)}")


def _wait(points):
    end = "s" if points == 1 else ""
    return f"{points:g} wait{end} for your instructor"


def whose(graded, student):
    """Who handed it in, and when, as far as it is known."""
    who = f"{graded.who} ({student})" if graded.who else student
    if graded.when is None:
        return who
    return (f"{who}, handed in on {graded.when.day} "
            f"{graded.when:%B %Y} at {graded.when:%H:%M} UTC")


def outcome(nb, graded, said):
    """A row for each question of the release: lost points come first.

    graded : the Standing;  said : {grade_id: words of the engine}
    """
    cells, called = notebooks.by_id(nb), names(nb)
    order = [i for i in cells if i in graded.grades]
    order += [i for i in graded.grades if i not in cells]
    rows = [_row(i, cells.get(i), called.get(i) or plain(i), graded,
                 said.get(i)) for i in order]
    return sorted(rows, key=lambda row: row["rank"])


def _row(grade_id, cell, name, graded, said):
    """What the page says about one question in its first lines."""
    score, most, waits = graded.grades[grade_id]
    unmarked = grade_id in graded.unmarked
    points = f"of {most:g} points"
    if not unmarked:
        points = f"{score:g} {points}" + AGAIN * bool(waits)
    return {"id": grade_id, "there": cell is not None, "name": name,
            "rank": 1 if waits else 0 if score < most else 2,
            "points": points, "test": cell is not None
            and notebooks.is_test(cell),
            "words": "not marked yet" if unmarked and cell else _words(
                cell, said, score, most).removeprefix(name + ": ")}


def _words(cell, said, score, most):
    if cell is None:
        return MISSING
    if said:
        return said
    if not notebooks.is_test(cell):
        return "marked by your instructor"
    return reasons.words(cell, score, most)


# What a question is called.

def names(nb):
    """{grade_id: name} of the graded cells that have a better name."""
    found, heading = {}, None
    only = _title(nb)
    for cell in nb.cells:
        name = notebooks.meta(cell).get("grade_id")
        if notebooks.meta(cell).get("grade") or (
                notebooks.meta(cell).get("task")):
            found[name] = _own(cell) or heading
        elif cell.cell_type == "markdown" and not (
                notebooks.is_answer(cell)):
            heading = _heading(cell.source, only) or heading
    return _numbered(found)


def _own(cell):
    """After what it checks, if it says; a task after its own heading."""
    if notebooks.is_test(cell):
        return cell.metadata.get("name") or notebooks.checked(cell.source)
    if notebooks.meta(cell).get("task"):
        return _heading(cell.source)
    return None


def plain(grade_id):
    """A grade_id as words."""
    return grade_id.replace("-", " ").replace("_", " ")


def _title(nb):
    """The notebook's own heading: of the first rank, and the only one."""
    found = [text for cell in nb.cells if cell.cell_type == "markdown"
             for rank, text in HEADING.findall(cell.source) if rank == "#"]
    return found[0] if len(found) == 1 else None


def _heading(source, title=None):
    """The last heading in a text, None if that is the title."""
    found = [text for _, text in HEADING.findall(source) if text != title]
    if not found:
        return None
    text = MARKUP.sub(r"\1", POINTS.sub("", found[-1])).strip()
    return text[:LONG] or None


def _numbered(found):
    """Those of one name get numbers: the parts of a question."""
    count, so_far = collections.Counter(found.values()), {}
    for grade_id, name in found.items():
        if name and count[name] > 1:
            so_far[name] = so_far.get(name, 0) + 1
            found[grade_id] = f"{name}, part {so_far[name]}"
    return found
