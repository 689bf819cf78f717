"""A notebook that can do nothing in the instructor's browser.

Formgrader shows an autograded notebook as a page of the instructor's
Jupyter server, where a script can change grades.  What a student wrote
or showed goes there only as far as it is known to do nothing.
"""
import re

from nbconvert.filters import clean_html, strip_files_prefix
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer, MarkdownWithMath)

from nnlab.grading.engine import cells
from nnlab.grading.engine.graft import is_fixed
from nnlab.grading.engine.loose import joined
from nnlab.grading.engine.markup import COMMANDS, does_nothing
from nnlab.grading.engine.shown import PICTURES, Shown, is_base64

# The time to render a text can grow by the square of its length.
TEXT, TEXTS = 20_000, 60_000    # characters that are rendered: of one, of all
TYPED, ALL_TYPED = 100_000, 500_000     # the same, of what is shown as typed
RAW_TAGS = 500
BRACKETS = 200                  # "[" in a line, when shown as typed
AS_TYPED = ("*This text is shown as it was typed, because it is very long or "
           "holds something that could act on this page.*")
CUT = "\n... the rest is not shown"
# Without any of these there is no tag, link, heading, entity, or command
# of TeX that could act.
MARKS = re.compile(rf"<[a-zA-Z/!?]|#|\][(:]|[=-][ \t]*$|&[^\s<&;]{{1,40}};|"
                   rf"\\(?:{COMMANDS})", re.MULTILINE)


def make_harmless(notebook, template):
    """Change what could act in Formgrader, in place.

    notebook : a dict, with its outputs;  template : the Template, whose
    texts stay as they are
    """
    known = {_key(cell, f"cell-{index}"): cell.get("attachments")
             for index, cell in enumerate(template.notebook["cells"])}
    texts = Texts(taken(notebook))
    shown = Shown(texts.markdown)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = shown.outputs(cell["outputs"])
        elif is_fixed(cell):
            continue
        elif _key(cell) in known:
            _attach(cell, known[_key(cell)])
        else:
            _attach(cell, _pictures(cell.get("attachments")))
            texts.cell(cell)


def _key(cell, spare=None):
    """What a student's copy of the same text has not in common with it.

    spare : the id that graft gives to a cell without one
    """
    return (cell.get("id") or spare, cell["cell_type"],
            joined(cell["source"]))


def taken(notebook):
    """The ids by which formgrade.js finds what is its own."""
    names = filter(None, map(cells.grade_id, notebook["cells"]))
    return {"statusmessage"} | {
        f"{name}{end}" for name in names
        for end in ("", "-comment", "_extra_credit")}


class Texts:
    """The texts of one notebook.  ids : those that are taken."""

    def __init__(self, ids):
        self.ids, self.left, self.room = ids, TEXTS, ALL_TYPED

    def cell(self, cell):
        """A text cell of the student's; it may be shown as code."""
        if not self._is_harmless(cell):
            source = cut(cell["source"], min(TYPED, self.room))
            self.room -= len(source)
            cell.update(cell_type="markdown", source=as_typed(source))

    def markdown(self, source):
        """Markdown that a student's code shows."""
        cell = {"cell_type": "markdown", "source": source}
        self.cell(cell)
        return cell["source"]

    def _is_harmless(self, cell):
        source = cell["source"]
        self.left -= len(source)
        if len(source) > TEXT or self.left < 0 or (
                source.count("[") > 10 * BRACKETS):
            return False
        if not MARKS.search(source):
            return True
        try:
            return does_nothing(rendered(cell), self.ids)
        except Exception:   # Formgrader would fail in the same way
            return False


def rendered(cell):
    """The HTML that Formgrader makes of a text cell."""
    source = cell["source"]
    if cell["cell_type"] == "raw":
        if source.count("<") > RAW_TAGS:
            raise ValueError("too many tags")
        return clean_html(source)
    renderer = IPythonRenderer(
        escape=False, attachments=cell.get("attachments") or {})
    return strip_files_prefix(
        MarkdownWithMath(renderer=renderer).render(source))


def cut(source, most):
    """``source``, or its beginning."""
    return source if len(source) <= most else source[:max(0, most)] + CUT


def as_typed(source):
    """Markdown that shows ``source`` letter by letter."""
    source = "\n".join(map(_folded, source.split("\n")))
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{AS_TYPED}\n\n{fence}\n{source}\n{fence}"


def _folded(line):
    """For each "[" Formgrader reads the rest of the line once more."""
    pieces = line.split("[")
    return "[\n".join("[".join(pieces[k:k + BRACKETS])
                      for k in range(0, len(pieces), BRACKETS))


def _attach(cell, attachments):
    cell.pop("attachments", None)
    if attachments:
        cell["attachments"] = attachments


def _pictures(attachments):
    """Those that are sound pictures."""
    found = {name: {kind: data for kind, data in one.items()
                    if kind in PICTURES and is_base64(data)}
             for name, one in (attachments or {}).items()}
    return {name: one for name, one in found.items() if one}
