"""Where a function is defined, found without importing anything."""
import ast
import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from nnlab.grading.engine import blank


class Absent(LookupError):
    """There is no such module."""


def find(module):
    """(file of a module, or None; folders of a package, or [])."""
    places = None
    for depth in range(1, module.count(".") + 2):
        name = ".".join(module.split(".")[:depth])
        found = spec(name, places)
        if found is None:
            raise Absent(f"there is no module {name}")
        places = found.submodule_search_locations
        places = None if places is None else list(places)
    if found.origin is None and places:         # a namespace
        return None, [Path(p).resolve() for p in places]
    if not found.origin or not found.origin.endswith(".py"):
        raise LookupError(f"{module} is not written in Python")
    return (Path(found.origin).resolve(),
            [Path(p).resolve() for p in places or []])


def spec(name, places=None):
    """As importlib finds it, without importing what is above it."""
    if places is not None:
        try:
            return PathFinder.find_spec(name, places)
        except KeyError:    # a namespace asks for the module above it
            return _namespace(name, places)
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        found = find_spec(name, None) if find_spec else None
        if found is not None:
            return found
    return None


def _namespace(name, places):
    tail = name.rpartition(".")[2]
    made = ModuleSpec(name, None)
    made.submodule_search_locations = [
        p for p in (os.path.join(place, tail) for place in places)
        if os.path.isdir(p)]
    return made


def defined_in(module, name, seen=()):
    """[(file, name)] of the definitions ``module:name`` can lead to.

    Several, if an import stands beside a definition.  Raises
    LookupError if one of them is out of reach.
    """
    if (module, name) in seen:
        raise LookupError("its imports go round in circles")
    path, folders = find(module)
    tree = ast.parse(path.read_text("utf-8") if path else "")
    head = name.split(".")[0]
    found = [(path, name)] if blank.functions(tree, name) else []
    for source, new in imports(tree, head, module, bool(folders)):
        whole = ".".join([new, *name.split(".")[1:]])
        try:
            found += defined_in(source, whole, (*seen, (module, name)))
        except Absent:
            if not found:
                raise
    if not found:
        # Through a star too: the entry can name the module behind it.
        raise LookupError(f"{module} does not define {name} in Python")
    return found


def imports(tree, name, module, package):
    """[(module, name)] that import statements take ``name`` from.

    Also those with a star that follow its definition and cannot be
    read: ``from _heapq import *`` replaces what is above it.
    """
    after = min((n.lineno for n in blank.definitions(tree, name)),
                default=None)
    found = []
    for node in blank.scope(tree):
        if isinstance(node, ast.ImportFrom):
            source = _absolute(node, module, package)
            found += [(source, a.name) for a in node.names
                      if (a.asname or a.name) == name]
            if after and node.lineno > after and (
                    node.names[0].name == "*" and not _readable(source)):
                found.append((source, name))
    return found


def _readable(module):
    try:
        find(module)
    except Absent:
        return True         # it will not be imported either
    except LookupError:
        return False
    return True


def _absolute(node, module, package):
    if not node.level:
        return node.module
    parts = module.split(".")
    parts = parts[:len(parts) - node.level + package]
    return ".".join(parts + ([node.module] if node.module else []))
