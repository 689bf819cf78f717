"""What a check returns: points for nbgrader, words for the student."""
import dataclasses
import html
import re

MIME = "application/vnd.nnlab.result+json"


@dataclasses.dataclass
class Result:
    """The outcome of a check.

    ``repr`` is the points earned, which nbgrader reads as partial
    credit.  ``str`` and the HTML are the words.
    status : passed, convention, mistake, not written, exception, ...
    names : the names of the mistakes or conventions recognised
    """
    points: float
    out_of: float
    status: str
    title: str
    name: str = ""
    details: list = dataclasses.field(default_factory=list)
    hints: tuple = ()
    see: str = ""
    names: list = dataclasses.field(default_factory=list)
    parts: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)

    def __repr__(self):
        return f"{self.points:g}"

    def _score(self):
        return f"{self.points:g} of {self.out_of:g} points"

    def _parts(self):
        return "Parts: " + ", ".join(
            f"{part} {'right' if ok else 'not yet'}"
            for part, ok in self.parts) + "."

    def _lines(self):
        more = [self._parts()] if self.parts else []
        return [*self.details, *more, *self.notes]

    def __str__(self):
        lines = [f"{self.name}: {self.title}", f"({self._score()})",
                 *self._lines()]
        if self.hints:
            lines += [f"Hint: {self.hints[0]}"]
        if self.see:
            lines += [f"In the book: {self.see}"]
        return "\n".join(lines)

    def _repr_html_(self):
        colour = "#1a7f37" if self.points >= self.out_of else "#9a6700"
        rows = "".join(f"<p style='margin:.3em 0'>{_marked(x)}</p>"
                       for x in self._lines())
        return (
            f"<div role='status' style='border-left:4px solid {colour};"
            "padding:.2em .8em;max-width:44em'>"
            f"<p style='margin:.3em 0'><b>{html.escape(self.name)}: "
            f"{_marked(self.title)}</b> ({self._score()})</p>{rows}"
            f"{self._hints_html()}{self._see_html()}</div>")

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Beside words and points, all of it for programs to read."""
        return {MIME: dataclasses.asdict(self)}

    def _hints_html(self):
        steps = ("Hint", "A stronger hint", "Nearly the answer")
        return "".join(
            f"<details><summary>{step}</summary>"
            f"<p style='margin:.3em 0'>{_marked(hint)}</p></details>"
            for step, hint in zip(steps, self.hints))

    def _see_html(self):
        return (f"<p style='margin:.3em 0'>In the book: "
                f"{html.escape(self.see)}</p>" if self.see else "")


def _marked(text):
    """HTML of ``text``, with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>",
                  html.escape(text, quote=False))
