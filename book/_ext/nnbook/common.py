"""What the directives share."""
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective


class Element(nodes.General, nodes.Element):
    """An HTML element that docutils does not know: tag and attributes."""


def element(tag, *children, **attributes):
    """`element("details", summary, body, **{"class": "mistake"})`."""
    names = {k.rstrip("_").replace("_", "-"): v
             for k, v in attributes.items()}
    return Element("", *children, tag=tag, attributes=names)


def visit(self, node):
    names = "".join(
        f' {name}="{self.attval(str(value))}"'
        for name, value in node["attributes"].items()
        if value is not None)
    self.body.append(f'<{node["tag"]}{names}>')


def depart(self, node):
    if node["tag"] != "input":
        self.body.append(f'</{node["tag"]}>\n')


class Directive(SphinxDirective):
    """A directive that parses MyST text and complains as Sphinx does."""

    def myst(self, text, inline=False):
        """The nodes of a MyST text; `inline`: without its paragraph."""
        holder = nodes.Element()
        lines = StringList(str(text).splitlines(), self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, holder)
        if not inline:
            return holder.children
        if len(holder) != 1 or not isinstance(holder[0], nodes.paragraph):
            raise self.error(f"one paragraph wanted, got: {text!r}")
        return holder[0].children

    def element(self, tag, text, **attributes):
        """A MyST text in an element of its own, without a paragraph."""
        return element(tag, *self.myst(text, inline=True), **attributes)


def lookup(address):
    """The object at a dotted address such as nnlab.optimizers.adam."""
    from importlib import import_module
    parts = address.split(".")
    for n in range(len(parts) - 1, 0, -1):
        try:
            found = import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            found = getattr(found, part)
        return found
    raise ExtensionError(f"{address}: no such module")


def use_script(env, name):
    """Load `_static/js/<name>` on the page that is being read."""
    scripts = env.metadata[env.docname].setdefault("nnbook_scripts", [])
    if name not in scripts:
        scripts.append(name)


def setup(app):
    app.add_node(Element, html=(visit, depart))
