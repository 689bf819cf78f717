"""The common mistakes of an exercise, from its Exercise object.

    ```{mistakes} adamw
    :without: adam
    ```

One folded row for each Mistake: its title, its difference from the
reference, the first hint, and where the book explains it. With
``:without:``, only those that the other exercise does not have.
"""
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes

from .common import Directive, element


def plain(text):
    return element("p", nodes.Text(text))


class Mistakes(Directive):
    required_arguments = 1
    option_spec = {"without": directives.unchanged_required}

    def run(self):
        known = set()
        if "without" in self.options:
            known = {m.name for m in self.mistakes(self.options["without"])}
        rows = [self.row(mistake) for mistake
                in self.mistakes(self.arguments[0])
                if mistake.name not in known]
        key = plain("In each difference - is the line of a right answer, "
                    "+ the line that makes the mistake.")
        return [element("div", key, *rows, class_="nnmistakes")]

    def mistakes(self, name):
        from nnlab.exercises import EXERCISES
        from nnlab.exercises.exercise import Exercise
        exercise = EXERCISES.get(name)
        if not isinstance(exercise, Exercise):
            raise self.error(f"mistakes: no exercise is called {name}")
        return exercise.mistakes

    def row(self, mistake):
        parts = [self.element("summary", mistake.title)]
        changed = mistake.diff()
        if changed:
            parts.append(self.difference(changed))
        parts += self.myst(mistake.hints[0])
        if mistake.see:
            parts.append(self.see(mistake.see))
        return element("details", *parts, class_="nnfold nnmistake")

    def difference(self, changed):
        text = "\n".join(f"{sign} {line}" for sign, line in changed)
        return nodes.literal_block(text, text, language="diff",
                                   classes=["nndiff"])

    def see(self, label):
        ref = addnodes.pending_xref(
            "", nodes.inline("", label), refdomain="std", reftype="ref",
            reftarget=label, refexplicit=False, refwarn=True,
            refdoc=self.env.docname)
        return nodes.paragraph("", "See ", ref, nodes.Text("."))


def setup(app):
    app.add_directive("mistakes", Mistakes)
