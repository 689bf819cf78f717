"""The whole ledger of claims: an overview, then each as a section.

    ```{ledger}
    ```

It is made from `nnlab.claims.CLAIMS`, so a new claim is on the page
without a word of it being changed. `{ref}` finds each claim as
`claim-<its name>`.
"""
from docutils import nodes

from .claim import Claim, result


def overview(claims):
    """What was tried and what came out, as a Markdown table."""
    rows = [(f"{{ref}}`claim-{claim.name}`", claim.statement,
             result(claim.name).verdict) for claim in claims]
    return "\n".join(["| claim | statement | verdict |",
                      "|:---|:---|:---|", *map(_row, rows)])


def _row(cells):
    # A bar within a cell would end it.
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


class Ledger(Claim):
    required_arguments = 0

    def run(self):
        from nnlab.claims import CLAIMS
        return [*self.myst(overview(CLAIMS.values())),
                *map(self.section, CLAIMS.values())]

    def section(self, claim):
        """A claim under its own title and label."""
        section = nodes.section("", nodes.title("", claim.title),
                                names=[f"claim-{claim.name}"])
        self.state.document.note_explicit_target(section)
        section += self.block(result(claim.name))
        section += self.myst(f"It comes up in {{ref}}`{claim.see}`.")
        return section


def setup(app):
    app.add_directive("ledger", Ledger)
