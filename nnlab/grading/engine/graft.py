"""The template with a student's answers grafted in."""
import json
import re

from nnlab.grading.engine import cells as roles
from nnlab.grading.engine.claims import claimed
from nnlab.grading.engine.loose import CONFLICT, joined

MISSING = "The answer cell {name} is missing; it counts as not answered."
TESTS = "A test cell is missing; it was put back."
CHANGED = ("The locked cell {name} was changed; the original was put "
           "back.")
MERGE = ("The answer cell {name} still holds the marks of a Git merge "
         "that was not finished.")
KIND = ("The answer cell {name} was changed from {old} to {new}; it was "
        "changed back.")
VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")


def is_answer(cell):
    """Is the cell of a template for the student to fill in?"""
    return bool(roles.meta(cell).get("solution"))


def is_fixed(cell):
    """Is it one whose source must be the template's?"""
    meta = roles.meta(cell)
    return bool(meta and not meta.get("solution"))


def answered(notebook, template):
    """grade_ids of the answers that are not as the template's.

    notebook : one that ``graft`` made, or any whose cells carry
        nbgrader's own metadata
    """
    theirs = {roles.grade_id(cell): joined(cell["source"]).strip()
              for cell in notebook["cells"]}
    return [name for cell in template.notebook["cells"]
            if is_answer(cell) and (name := roles.grade_id(cell))
            and theirs.get(name, "")
            and theirs[name] != joined(cell["source"]).strip()]


def graft(template, loose):
    """(notebook, remarks): ``template`` with the cells of a student.

    Every cell of the template is in it once and in its order.  The
    student's own cells come after the cell that they followed.
    """
    notebook = json.loads(json.dumps(template.notebook))
    notebook.update(nbformat=4, nbformat_minor=5)
    notebook.setdefault("metadata", {})
    chosen, own, remarks = claimed(template, loose)
    used = set()
    for index, cell in enumerate(notebook["cells"]):
        _ready(cell, f"cell-{index}", used)
    made = [_own(cell, used) for cell in own.pop(-1, [])]
    for index, cell in enumerate(notebook["cells"]):
        remarks += _filled(cell, chosen.get(index))
        made.append(cell)
        made += [_own(one, used) for one in own.get(index, [])]
    notebook["cells"] = made
    return notebook, list(dict.fromkeys(remarks))


def _ready(cell, spare, used):
    """A copied cell of the template in format 4.5, without outputs."""
    cell["source"] = joined(cell["source"])
    cell.setdefault("metadata", {})
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    cell["id"] = _unused(cell.get("id"), spare, used)


def _unused(wanted, spare, used):
    name = wanted if isinstance(wanted, str) and VALID_ID.match(
        wanted) else spare
    # Counting from 2 for each of thousands would take for ever.
    count, first = len(used), name[:50]
    while name in used:
        count += 1
        name = f"{first}-{count}"
    used.add(name)
    return name


def _own(loose, used):
    cell = {"cell_type": loose.kind, "metadata": {},
            "source": loose.source,
            "id": _unused(loose.id, f"own-{len(used)}", used)}
    if loose.kind == "code":
        cell.update(outputs=[], execution_count=None)
    elif loose.attachments:
        cell["attachments"] = loose.attachments
    return cell


def _filled(cell, loose):
    """Put the student's source into a cell; the remarks about it."""
    name = roles.grade_id(cell) or cell["id"]
    if is_fixed(cell):
        return _fixed(cell, loose, name)
    if loose is None:
        return [MISSING.format(name=name)] if is_answer(cell) else []
    cell["source"], remarks = loose.source, []
    if CONFLICT.search(loose.source):
        remarks.append(MERGE.format(name=name))
    if loose.kind != cell["cell_type"]:
        remarks.append(KIND.format(name=name, old=_words(
            cell["cell_type"]), new=_words(loose.kind)))
    elif loose.attachments and loose.kind != "code":
        cell["attachments"] = loose.attachments
    return remarks


def _words(kind):
    return {"code": "code", "markdown": "text"}.get(kind, "plain text")


def _fixed(cell, loose, name):
    if loose is None:
        return [TESTS] if roles.is_test(cell) else []
    # A released test lacks the hidden lines of the template's.
    if roles.meta(cell) and not is_part(loose.source, cell["source"]):
        return [CHANGED.format(name=name)]
    return []


def is_part(text, whole):
    """Are the lines of ``text`` lines of ``whole``, in its order?"""
    left = iter([line.rstrip() for line in whole.splitlines()])
    return all(line.rstrip() in left for line in text.splitlines())
