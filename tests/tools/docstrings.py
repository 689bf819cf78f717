"""The rule for docstrings: what a reader of nnlab may rely on finding.

Ground floor and kinds of layer: a summary, the equation, shapes, what is
raised, the paper, and the relation to PyTorch.  Upper rooms: a summary,
every argument by its name, what is raised where something is checked, and
in the rooms that PyTorch or scikit-learn also have, the relation to them.
"""
import ast
import inspect
import re
import textwrap

EQUATION = re.compile(r"=|~|<-|\w\([^)]*\)| [+*/] ")
SHAPES = re.compile(
    r"\b(shapes?|arrays?|vectors?|numbers?)\b|\((\w+, )+\w+\)|\(\w+,\)")
RELATION = re.compile(r"\b([Ss]ame as|[Dd]iffers from)\s+PyTorch")
OTHERS = re.compile(r"PyTorch|scikit-learn|Keras|Optuna|pandas")
# Rooms for which PyTorch or scikit-learn have something to compare with.
COMPARED = {"data", "layers", "training", "tuning", "transfer"}


def text(thing):
    """The docstring of its own, or an inherited one for a method."""
    return inspect.getdoc(thing) or ""


def summary(doc):
    """One line that ends with a period, the rest apart from it."""
    lines = doc.splitlines() + ["", ""]
    return lines[0].endswith(".") and not lines[1].strip()


def equation(doc):
    """A formula in the first line, or an indented block of its own."""
    first, *rest = doc.splitlines() or [""]
    return bool(EQUATION.search(first)
                or any(line.startswith("    ") for line in rest))


def unnamed(thing, doc):
    """The arguments, of a class those to make one, that doc does not name."""
    if inspect.isclass(thing) and not inspect.isfunction(thing.__init__):
        return []
    return [name for name in inspect.signature(thing).parameters
            if not re.search(rf"\b{re.escape(name)}\b", doc)]


def checks(thing):
    """Does it refuse something: by @checked, or a raise of its own?"""
    if inspect.isclass(thing):
        made = [node for node in ast.walk(tree(thing))
                if isinstance(node, ast.FunctionDef)
                and node.name in ("__init__", "__post_init__")]
        return any(raises(node) for node in made)
    by_decorator = thing.__code__.co_filename.endswith("_checks.py")
    return by_decorator or raises(tree(thing))


def raises(node):
    """Is something raised below this node, and not just passed on?"""
    return any(isinstance(below, ast.Raise) and below.exc
               for below in ast.walk(node))


def tree(thing):
    """The syntax tree of a function or a class."""
    return ast.parse(textwrap.dedent(inspect.getsource(thing)))


def ground_lacks(thing):
    """What a docstring of the ground floor or of layers lacks."""
    doc = text(thing)
    found = {"summary": summary(doc), "equation": equation(doc),
             "shapes": SHAPES.search(doc), "Raises": "Raises" in doc,
             "Source:": "Source:" in doc, "PyTorch": RELATION.search(doc)}
    return [what for what, there in found.items() if not there] + [
        f"argument {name}" for name in unnamed(thing, doc)]


def upper_lacks(thing, compared):
    """What a docstring of an upper room lacks."""
    doc = text(thing)
    found = {"summary": summary(doc),
             "Raises": "Raises" in doc or not checks(thing),
             "PyTorch or scikit-learn":
                 OTHERS.search(doc) or not compared}
    return [what for what, there in found.items() if not there] + [
        f"argument {name}" for name in unnamed(thing, doc)]


def methods_lack(cls):
    """The public methods of a class that nothing explains.

    A method that overrides one of its bases has that one's docstring.
    """
    members = {name: getattr(member, "fget", member)
               for name, member in vars(cls).items()
               if not name.startswith("_")}
    return [f"summary of {name}" for name, member in members.items()
            if inspect.isfunction(member)
            and not summary(text(getattr(cls, name)))]
