"""No line begins with the full stop after a formula.

A browser may break a line on either side of a typeset formula. So a
formula and the punctuation that touches it share an unbreakable span.
"""
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

CLOSING = re.compile(r"[.,;:!?)\u2019\u201d\"'-]+")
OPENING = re.compile(r"[(\u2018\u201c]+$")


def text_beside(formula, step):
    """(node, words) of the text at one side; (None, "") without one."""
    siblings = formula.parent.children
    at = place(formula.parent, formula) + step
    node = siblings[at] if 0 <= at < len(siblings) else None
    return (node, str(node)) if isinstance(node, nodes.Text) else (None, "")


def place(parent, child):
    """Where ``child`` itself stands; two equal texts are two nodes."""
    return next(i for i, node in enumerate(parent.children)
                if node is child)


def tie(formula):
    """Move the punctuation on both sides into one span with it."""
    parent = formula.parent
    before, ahead = text_beside(formula, -1)
    after, behind = text_beside(formula, 1)
    opening, closing = OPENING.search(ahead), CLOSING.match(behind)
    span = nodes.inline(classes=["nntied"])
    if opening:
        parent[place(parent, before)] = nodes.Text(
            ahead[:opening.start()])
        span += nodes.Text(opening[0])
    if closing:
        parent[place(parent, after)] = nodes.Text(behind[closing.end():])
    if opening or closing:
        parent[place(parent, formula)] = span
        span += formula
    if closing:
        span += nodes.Text(closing[0])


class TiedPunctuation(SphinxPostTransform):
    default_priority = 910
    formats = ("html",)

    def run(self):
        for formula in list(self.document.findall(nodes.math)):
            tie(formula)


def setup(app):
    app.add_post_transform(TiedPunctuation)
