"""A claim of the ledger, with what was measured.

    ```{claim} adam_first_step
    ```

Statement, source, protocol, effect with its interval, and the verdict,
as `nnlab.claims` computes them.
"""
from .common import Directive, element


class Claim(Directive):
    required_arguments = 1

    def run(self):
        from nnlab.claims import CLAIMS
        name = self.arguments[0]
        if name not in CLAIMS:
            raise self.error(f"claim: no claim is called {name}")
        return [element("div", class_="nnclaim")]


def setup(app):
    app.add_directive("claim", Claim)
