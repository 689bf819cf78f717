"""The very source of a function of nnlab.

    ```{nncode} nnlab.optimizers.adam
    :nodoc:
    :fold: Show the answer
    ```

prints the function as it runs, without its decorators; `:nodoc:` leaves
the docstring out, `:fold:` hides the code behind a title. Several
addresses may be given; methods work too, and classes as a whole.
"""
import inspect

from docutils import nodes
from docutils.parsers.rst import directives

from .common import Directive, element, lookup


def printed(thing, doc):
    """The source of a function or class, as the book prints it."""
    from nnlab.exercises.source import body, source
    if inspect.isclass(thing):
        return inspect.getsource(thing).rstrip()
    return (source if doc else body)(thing).rstrip()


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
        text = printed(thing, doc="nodoc" not in self.options)
        caption = element("p", nodes.literal("", name),
                          class_="nncode-name")
        block = nodes.literal_block(text, text, language="python")
        return element("div", caption, block, class_="nncode")


def setup(app):
    app.add_directive("nncode", NNCode)
