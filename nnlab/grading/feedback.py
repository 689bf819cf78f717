"""What a student reads after grading: what went wrong first.

One page for any nbgrader course, from ``nbgrader generate_feedback``
and from ``nnlab grade`` alike.  In nbgrader_config.py:

    from nnlab.grading import feedback
    feedback.use(c)
"""
import functools
import html
import re
from pathlib import Path

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbgrader.preprocessors import NbGraderPreprocessor
from pygments.formatters import HtmlFormatter
from traitlets import List
from traitlets.config import Config

from nnlab.grading import maths, notebooks, reasons
from nnlab.grading.standing import standing

TEMPLATES = str(Path(__file__).parent / "templates")
LONG = 50_000       # characters of a cell that are set in colour
MANY = 200_000      # characters of one output that are shown
FILE = re.compile(r"\(\d+\.py, ")     # the name that IPython gives a cell
CUT = "\n... the rest is not shown"
MISSING = "missing in the notebook that was handed in"


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
        for number, cell in enumerate(nb.cells):
            _open(cell, number, graded, hidden)
        said = nb.metadata.get("grading", {})
        rows = _outcome(nb, graded, said.get("words", {}))
        if given.get("bare"):
            nb.cells = []
        resources["grading"] = {
            "rows": rows, "colours": colours(),
            "remarks": reasons.cleaned(said.get("remarks", []), hidden),
            "stumbles": [] if given.get("bare") else _stumbles(nb)}
        return nb, resources


def _open(cell, number, graded, hidden):
    """One cell, ready to be shown."""
    name = notebooks.meta(cell).get("grade_id")
    cell.metadata["anchor"] = name or f"cell-{number + 1}"
    cell.metadata["comment"] = graded.comments.get(name)
    if cell.cell_type == "code":
        tests = notebooks.is_test(cell)
        cell.outputs = [_short(reasons.cleaned(o, hidden)) for o in (
            reasons.shown(cell) if tests else cell.outputs)]
    elif notebooks.is_statement(cell):
        _statement(cell)
    own = notebooks.is_answer(cell) or not notebooks.meta(cell)
    for region in () if own else (notebooks.HIDDEN, notebooks.MARK_SCHEME):
        cell.source = notebooks.without_region(cell.source, region)


def _short(output):
    """``output``, cut where it is too long for a page."""
    if output.output_type == "stream":
        output.text = _cut(output.text)
    elif output.output_type == "error":
        output.traceback = [_cut(x) for x in output.traceback[:200]]
    else:
        for kind, value in output.data.items():
            if kind.startswith("text/") and isinstance(value, str):
                output.data[kind] = _cut(value)
    return output


def _cut(text):
    return text if len(text) <= MANY else text[:MANY] + CUT


def _statement(cell):
    """A question: its heading in sight, the rest to unfold."""
    first, _, rest = cell.source.strip().partition("\n")
    cell.source = "" if first.startswith("# ") else first
    cell.metadata["folded"] = "" if first.startswith("# ") else (
        notebooks.without_region(rest, notebooks.MARK_SCHEME).strip())


def _stumbles(nb):
    """The student's own cells that raised something: where, and what."""
    return [{"anchor": cell.metadata["anchor"], "name": output.ename,
             "words": FILE.sub("(", output.evalue.strip().split("\n")[0])[
                :200]}
            for cell in nb.cells if cell.cell_type == "code"
            and not notebooks.is_test(cell) for output in cell.outputs
            if output.output_type == "error"]


# The rows on top.

def _outcome(nb, graded, said):
    """A row for each question of the release: lost points come first."""
    cells = notebooks.by_id(nb)
    order = [i for i in cells if i in graded.grades]
    order += [i for i in graded.grades if i not in cells]
    rows = [_row(i, cells.get(i), *graded.grades[i], said.get(i))
            for i in order]
    return sorted(rows, key=lambda row: row["rank"])


def _row(grade_id, cell, score, most, waits, said):
    """What the page says about one question in its first lines."""
    waits = cell is not None and waits
    name = _question(grade_id, cell)
    points = f"of {most:g} points"
    return {"id": grade_id, "there": cell is not None, "name": name,
            "rank": 1 if waits else 0 if score < most else 2,
            "points": points if waits else f"{score:g} {points}",
            "words": "not marked yet" if waits else _words(
                cell, said, score, most).removeprefix(name + ": ")}


def _question(grade_id, cell):
    """What the question is called: after what it checks, if it says."""
    if cell is not None and notebooks.is_test(cell):
        name = cell.metadata.get("name") or notebooks.checked(cell.source)
        if name:
            return name
    return grade_id.replace("-", " ").replace("_", " ")


def _words(cell, said, score, most):
    if cell is None:
        return MISSING
    if said:
        return said
    if not notebooks.is_test(cell):
        return "marked by a person"
    return reasons.words(cell, score, most)
