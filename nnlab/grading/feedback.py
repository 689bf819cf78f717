"""What a student reads after grading: what went wrong first.

One page for any nbgrader course, from ``nbgrader generate_feedback``
and from ``nnlab grade`` alike.  In nbgrader_config.py:

    from nnlab.grading import feedback
    feedback.use(c)
"""
import functools
import html
from pathlib import Path

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments.formatters import HtmlFormatter
from traitlets import List
from traitlets.config import Config

from nnlab.grading import ends, maths, notebooks, reasons, rows
from nnlab.grading.causes import Causes
from nnlab.grading.standing import standing

TEMPLATES = str(Path(__file__).parent / "templates")
LONG = 50_000       # characters of a cell that are set in colour
MANY = 200_000      # characters of one output that are shown
LINES, IN_SIGHT = 200, 40   # of one output: shown at all, not folded
CUT = "\n... the rest is not shown"
MORE = "\n... {:,} more lines are not shown"


def use(config):
    """Let ``nbgrader generate_feedback`` make these pages.

    config : the ``c`` of nbgrader_config.py
    """
    config.GenerateFeedback.preprocessors = [Readable]
    config.GenerateFeedback.exporter_class = Page


class Page(HTMLExporter):
    """The feedback page: templates/nnlab_feedback, and nothing else.

    Set here and not as HTMLExporter.template_name, which Formgrader
    uses for pages of its own.
    """

    def __init__(self, config=None, **kwargs):
        ours = Config({"Page": {
            "template_name": "nnlab_feedback",
            "extra_template_basedirs": [TEMPLATES]}})
        config = Config(config or {})
        config.merge(ours)
        super().__init__(config=config, **kwargs)

    @pass_context
    def markdown2html(self, context, source):
        """Markdown with maths that needs no script."""
        cell = context.get("cell", {})
        return maths.markdown(source, cell.get("attachments"))

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """As HTMLExporter does, but the page is not parsed once more."""
        resources = self._init_resources(resources)
        self.register_filter("highlight_code", _highlighter(self))
        self.register_filter("filter_data_type", WidgetsDataTypeFilter(
            notebook_metadata=self._nb_metadata, parent=self,
            resources=resources))
        return TemplateExporter.from_notebook_node(
            self, nb, resources, **kwargs)


def _highlighter(exporter):
    highlight = Highlight2HTML(pygments_lexer="ipython3", parent=exporter)

    def colour(source, *args, **kwargs):
        if len(source) > LONG:
            return f"<pre>{html.escape(source[:LONG])}{CUT}</pre>"
        return highlight(source, *args, **kwargs)
    return colour


@functools.cache
def colours():
    """The style sheet of highlighted code."""
    return HtmlFormatter(cssclass="highlight", nobackground=True
                         ).get_style_defs(".highlight")


class Readable(NbGraderPreprocessor):
    """Puts grades in, takes hidden checks out, finds the first words."""
    # HTMLExporter sets it for all preprocessors, and warns without it.
    display_data_priority = List(config=True)

    def preprocess(self, nb, resources):
        """The cells as a student may see them, the outcome for the top.

        resources["grading"] may hold the Standing, if it is known
        already, and "bare": then no cell is shown.
        """
        given = resources.get("grading", {})
        graded = given.get("standing") or standing(resources["nbgrader"])
        resources["nbgrader"].update(
            score=graded.score, max_score=graded.out_of,
            late_penalty=graded.penalty)
        hidden = reasons.secrets(nb)
        causes = Causes(nb, lambda o: reasons.cleaned(o, hidden))
        for number, cell in enumerate(nb.cells):
            _open(cell, number, graded, hidden, causes)
        said = nb.metadata.get("grading", {})
        table = rows.outcome(nb, graded, said.get("words", {}))
        if given.get("bare") or said.get("handed_in") is False:
            nb.cells = []       # what was given out is nobody's answer
        resources["grading"] = {
            "total": rows.total(graded), "rows": table,
            "by_id": {row["id"]: row for row in table},
            "whose": rows.whose(graded, resources["nbgrader"]["student"]),
            "colours": colours(),
            "remarks": reasons.cleaned(said.get("remarks", []), hidden),
            "stumbles": _stumbles(nb, causes)}
        return nb, resources


def _open(cell, number, graded, hidden, causes):
    """One cell, ready to be shown."""
    name = notebooks.meta(cell).get("grade_id")
    cell.metadata["anchor"] = name or f"cell-{number + 1}"
    cell.metadata["comment"] = graded.comments.get(name)
    if cell.cell_type == "code":
        tests = notebooks.is_test(cell)
        cell.outputs = [_short(reasons.cleaned(o, hidden)) for o in (
            reasons.shown(cell, hidden, causes.missing) if tests
            else map(_own, cell.outputs))]
    elif notebooks.is_statement(cell):
        _statement(cell)
    own = notebooks.is_answer(cell) or not notebooks.meta(cell)
    for region in () if own else (notebooks.HIDDEN, notebooks.MARK_SCHEME):
        cell.source = notebooks.without_region(cell.source, region)


def _own(output):
    """An output of a student's cell: what stopped it, in words."""
    words = output.output_type == "error" and ends.said(output)
    return reasons.note(words) if words else output


def _short(output):
    """``output``, cut where it is too long for a page.

    Its ``lines`` are set if there are so many that it is to be folded.
    """
    lines = 0
    if output.output_type == "stream":
        lines, output.text = _cut(output.text)
    elif output.output_type == "error":
        lines, text = _cut("\n".join(output.traceback))
        output.traceback = [text]
    else:
        for kind, value in output.data.items():
            if kind.startswith("text/") and isinstance(value, str):
                many, output.data[kind] = _cut(value, kind == "text/plain")
                lines = max(lines, many * (len(output.data) == 1))
    if lines > IN_SIGHT:
        output["lines"] = lines
    return output


def _cut(text, in_lines=True):
    """(number of lines, the beginning of a text)."""
    count = text.rstrip("\n").count("\n") + 1
    if in_lines and count > LINES:
        text = "\n".join(text.split("\n", LINES)[:LINES])
        if len(text) <= MANY:
            text += MORE.format(count - LINES)
    return count, text if len(text) <= MANY + len(MORE) else (
        text[:MANY] + CUT)


def _statement(cell):
    """A question: its heading in sight, the rest to unfold."""
    first, _, rest = cell.source.strip().partition("\n")
    cell.source = "" if first.startswith("# ") else first
    cell.metadata["folded"] = "" if first.startswith("# ") else (
        notebooks.without_region(rest, notebooks.MARK_SCHEME).strip())


def _stumbles(nb, causes):
    """The student's cells that did not come to their end, and why.

    Without those of which a question's line tells, and each reason
    once: what stopped the whole notebook stopped all the cells.
    """
    found = {}
    for cell, why in causes.untold() if nb.cells else ():
        found.setdefault(why.removeprefix("your cell "),
                         cell.metadata["anchor"])
    return [{"anchor": anchor, "words": why}
            for why, anchor in found.items()]
