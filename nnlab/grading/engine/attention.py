"""What an instructor has to look at, and what is only to be known.

Students make mistakes, and their points say so.  A person is needed
where points may be missing because a file could not be read as it was
meant.
"""
import re

from nnlab.grading.engine import (
    encodings, extras, graft, intake, look, loose, repair, zipped)

# The weightiest first: a row has one line.
COSTLY = (
    intake.CANNOT, intake.NONE, intake.STRANGE, repair.DAMAGED,
    repair.MERGE, repair.TWICE, loose.NO_CELLS, loose.UNKNOWN,
    loose.ODD_CELLS, loose.ODD_KIND, loose.ODD_SOURCE, graft.MISSING,
    graft.MERGE, encodings.BROKEN, zipped.FAILED,
    zipped.LARGE, extras.SHADOW, extras.ODD, extras.SPOT, look.LINK,
    look.ODD, look.LARGE, look.UNREAD, look.MANY, look.DEEP, look.FULL)
UNREAD = "There is nothing in {name}.ipynb that could be read."
STOPPED = re.compile(r"(stopped after|took too long|took more than)")
LATE = "{name}: a cell was stopped because it took too long"
LONGEST = 240       # letters of a line


def _pattern(template):
    """What a sentence looks like once its names are filled in."""
    return re.compile(".*".join(map(re.escape, re.split(
        r"\{\w+\}", template))), re.S)


_COSTLY = [_pattern(template) for template in COSTLY]


def weight(remark):
    """Its place in COSTLY; None for one that only informs."""
    for place, pattern in enumerate(_COSTLY):
        if pattern.fullmatch(remark):
            return place
    return None


def reasons(result):
    """Why a person should look at a Result, the weightiest first."""
    found = [(weight(remark), remark) for remark in _remarks(result)]
    said = [remark for place, remark in sorted(
        (one for one in found if one[0] is not None),
        key=lambda one: one[0])]
    for name, graded in result.notebooks.items():
        if not graded.handed_in and not any(
                weight(remark) is not None for remark in graded.remarks):
            said.append(UNREAD.format(name=name))
    return [result.trouble] * bool(result.trouble) + said


def for_information(result):
    """What was mended at no cost, and whose cells were stopped."""
    late = [LATE.format(name=name)
            for name, graded in result.notebooks.items()
            if any(_is_late(output) for cell in graded.notebook["cells"]
                   for output in cell.get("outputs", ()))]
    return late + [remark for remark in _remarks(result)
                   if weight(remark) is None]


def _remarks(result):
    return list(dict.fromkeys([*result.remarks, *(
        remark for graded in result.notebooks.values()
        for remark in graded.remarks)]))


def _is_late(output):
    return output.get("output_type") == "error" and bool(
        STOPPED.search(str(output.get("evalue"))))


def one_line(words):
    """Many sentences as one, fit for a terminal.

    A student chose the names of the files in it.
    """
    if not words:
        return ""
    more = f" (and {len(words) - 1} more)" if len(words) > 1 else ""
    text = "".join(c if c.isprintable() else "?" for c in words[0])
    if len(text) > LONGEST:
        text = text[:LONGEST] + " ..."
    return text + more
