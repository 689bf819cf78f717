"""A claim of the ledger, with what was measured.

    ```{claim} adam-first-step
    ```

The statement and who made it, the verdict with the effect behind it,
what was measured, and the protocol in a fold: all from `nnlab.claims`.
"""
import functools

from docutils import nodes

from .common import Directive, element

# The kinds of verdict, for the style sheet.
KINDS = {"holds": "holds", "does not hold here": "fails"}

SHORT = 6       # rows of a table that stands open


@functools.cache
def result(name):
    """The result of a claim, measured once per build."""
    from nnlab.claims import CLAIMS
    return CLAIMS[name].result()


def cites(claim):
    """The claim's citations, as MyST."""
    return "".join(f" {{cite:p}}`{key}`" for key in claim.cite)


class Claim(Directive):
    required_arguments = 1

    def run(self):
        from nnlab.claims import CLAIMS
        name = self.arguments[0]
        if name not in CLAIMS:
            raise self.error(f"claim: no claim is called {name}")
        try:
            found = result(name)
        except ValueError as problem:
            raise self.error(f"claim: {problem}") from None
        return [self.block(found)]

    def block(self, found):
        verdict = element("strong", nodes.Text(found.verdict.capitalize()),
                          class_="nnclaim-verdict")
        return element(
            "div",
            element("p", nodes.Text("Claim, measured"),
                    class_="nnclaim-head"),
            self.element("p", found.statement, class_="nnclaim-statement"),
            self.element("p", found.said_by + cites(found.claim),
                         class_="nnclaim-source"),
            element("p", verdict, nodes.Text(" "),
                    *self.myst(found.judged.found, inline=True)),
            *self.evidence(found),
            class_="nnclaim", data_verdict=KINDS.get(found.verdict, "when"))

    def evidence(self, found):
        """The table and, in a fold, the protocol; a long table too."""
        rows = element("div", *self.myst(found.table()),
                       class_="nnclaim-table")
        short = len(found.rows) <= SHORT
        summary = "How it was tried" if short else "What was measured, how"
        fold = element("details", element("summary", nodes.Text(summary)),
                       *self.myst(found.protocol), class_="nnfold")
        if not short:
            fold += rows
        return [rows, fold] if short else [fold]


def setup(app):
    app.add_directive("claim", Claim)
