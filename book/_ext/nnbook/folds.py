"""Admonitions of the class dropdown as native <details>.

They open by keyboard and without JavaScript, and `js/book.js` opens them
for print; the theme's own buttons do neither.
"""
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .common import element


def fold(admonition):
    """The <details> of an admonition; the first child is its title."""
    title, *body = admonition.children
    summary = element("summary", *title.children)
    folded = element("details", summary, *body, class_="nnfold")
    folded["attributes"]["id"] = next(iter(admonition["ids"]), None)
    return folded


class NativeFolds(SphinxPostTransform):
    default_priority = 900
    formats = ("html",)

    def run(self):
        found = [node for node in self.document.findall(nodes.admonition)
                 if "dropdown" in node["classes"]]
        for node in found:
            node.replace_self(fold(node))


def setup(app):
    app.add_post_transform(NativeFolds)
