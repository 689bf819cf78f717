"""The very source of a function of nnlab.

    ```{nncode} nnlab.optimizers.adam
    :nodoc:
    :fold: Show the answer
    ```

prints the function as it runs, without its decorators; `:nodoc:` leaves
the docstring out, `:fold:` hides the code behind a title. Several
addresses may be given; classes and methods work too.
"""
import ast
import inspect
import textwrap

from docutils import nodes
from docutils.parsers.rst import directives

from .common import Directive, element, lookup


def source(thing, doc=True):
    """The source of a function or class, without decorator lines."""
    text = textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))
    tree = ast.parse(text).body[0]
    lines = text.splitlines()
    keep = range(tree.lineno, len(lines) + 1)
    if not doc and ast.get_docstring(tree) is not None:
        told = tree.body[0]
        keep = [n for n in keep if not told.lineno <= n <= told.end_lineno]
    return "\n".join(lines[n - 1] for n in keep).rstrip()


class NNCode(Directive):
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"nodoc": directives.flag, "fold": directives.unchanged}

    def run(self):
        listings = [self.listing(name) for name in self.arguments[0].split()]
        if "fold" not in self.options:
            return listings
        summary = self.element("summary", self.options["fold"])
        return [element("details", summary, *listings, class_="nnfold")]

    def listing(self, name):
        try:
            thing = lookup(name)
        except (AttributeError, ImportError) as problem:
            raise self.error(f"nncode: {name}: {problem}") from None
        self.env.note_dependency(inspect.getsourcefile(inspect.unwrap(thing)))
        text = source(thing, doc="nodoc" not in self.options)
        caption = element("p", nodes.literal("", name),
                          class_="nncode-name")
        block = nodes.literal_block(text, text, language="python")
        return element("div", caption, block, class_="nncode")


def setup(app):
    app.add_directive("nncode", NNCode)
