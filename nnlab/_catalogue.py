"""What nnlab holds, read from the package itself: rooms and their names.

A room is a public module or package of nnlab; what it holds is every
public function and class that is defined in it.
"""
import difflib
import importlib
import inspect
import pkgutil
import shutil
import textwrap

import nnlab

TOOLS = {"cli"}         # the command itself is no room


def rooms():
    """The rooms that hold something: {name: {name of entry: entry}}."""
    names = [module.name for module in pkgutil.iter_modules(nnlab.__path__)
             if not module.name.startswith("_")
             and module.name not in TOOLS]
    found = {name: entries(importlib.import_module(f"nnlab.{name}"))
             for name in names}
    return {name: held for name, held in found.items() if held}


def entries(module):
    """Public functions and classes that ``module`` itself defines.

    Those that ``__all__`` names, or without one all public names; what
    a module has only imported belongs to another room.
    """
    names = getattr(module, "__all__", None) or vars(module)
    things = {name: getattr(module, name) for name in names
              if not name.startswith("_")}
    return {name: thing for name, thing in things.items()
            if (inspect.isfunction(thing) or inspect.isclass(thing))
            and f"{thing.__module__}.".startswith(f"{module.__name__}.")}


def summary(thing):
    """The first line of the docstring, without its full stop."""
    lines = (inspect.getdoc(thing) or "").splitlines() or [""]
    return lines[0].removesuffix(".")


def table(word="", width=None):
    """Every entry with its summary, by room, as text.

    word : only what has it in its room, name or summary, whatever the
    case.  width : columns; without it those of the terminal.
    Raises ValueError if nothing has the word.
    """
    width = width or shutil.get_terminal_size().columns
    shown = {room: chosen for room, held in rooms().items()
             if (chosen := matching(room, held, word))}
    if not shown:
        raise ValueError(f"nothing has {word!r} in its name or summary. "
                         "Type nnlab list to see everything.")
    return "\n\n".join(paragraph(room, held, width)
                       for room, held in shown.items())


def matching(room, held, word):
    """The entries whose room, name or summary has the word."""
    return {name: thing for name, thing in held.items() if word.casefold()
            in f"{room}.{name} {summary(thing)}".casefold()}


def paragraph(room, held, width):
    """The room with its own summary, then a line for each entry."""
    module = importlib.import_module(f"nnlab.{room}")
    column = max(map(len, held)) + 2
    lines = [(f"nnlab.{room}  ", module)]
    lines += [(f"  {name:{column}}", held[name]) for name in held]
    return "\n".join(start + cut(summary(thing), width - len(start))
                     for start, thing in lines)


def cut(text, width):
    """The words of the text that fit, and dots for the rest."""
    return textwrap.shorten(text, max(width, 4), placeholder=" ...")


def find(name):
    """What goes by a name: {address: thing}, of one room or of several.

    name : adam, optimizers.adam, layers.Linear, layers.Linear.forward,
    with nnlab. before it or not.
    Raises ValueError for a name that nothing has; says which is near.
    """
    first, *rest = name.removeprefix("nnlab.").split(".")
    found, held = {}, rooms()
    if rest and first in held:
        held, (first, *rest) = {first: held[first]}, rest
    for room in held:
        thing = held[room].get(first)
        for part in rest:
            thing = getattr(thing, part, None)
        if thing is not None:
            found[".".join(("nnlab", room, first, *rest))] = thing
    if not found:
        raise ValueError(f"nothing is called {name!r}.{near(first, held)} "
                         "Type nnlab list to see everything.")
    return found


def near(name, held):
    """A sentence with the names that look like this one, or nothing."""
    names = {entry for room in held.values() for entry in room}
    alike = difflib.get_close_matches(name, sorted(names))
    return f" Did you mean {' or '.join(alike)}?" if alike else ""


def listing(name):
    """The source of what goes by the name, as the book prints it."""
    from nnlab.exercises.source import source

    texts = []
    for address, thing in find(name).items():
        thing = getattr(thing, "fget", thing)       # of a property
        text = inspect.getsource if inspect.isclass(thing) else source
        texts.append(f"# {address}\n{text(thing).rstrip()}")
    return "\n\n\n".join(texts)
