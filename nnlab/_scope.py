"""Does a function lean on data of the notebook?

A function of a notebook may use modules, other functions and classes,
what is imported, and what is set (``EPS = 1e-8``) in a cell that
defines functions.  Anything else that it reads is data of the notebook:
it works there and fails in the next notebook.
"""
import ast
import builtins
import dis
import linecache
import math
import types

import numpy as np


def notebook_data(function):
    """(names of notebook data that it reads, a copy without them).

    The names are sorted; the copy sees modules, definitions, imports
    and what stands in cells with definitions.  ([], function) for a
    function that does not come from a notebook.
    """
    if hasattr(function, "__remote__"):     # it stands in another kernel
        link = function.__remote__
        return link.data, link.isolated() if link.data else function
    world = getattr(function, "__globals__", {})
    if (world.get("__name__") != "__main__"
            or not isinstance(function, types.FunctionType)):
        return [], function
    rebuilt = _Rebuild(world, _allowed(function, world))
    copy = rebuilt.function(function)
    return sorted(rebuilt.data), copy


class _Rebuild:
    """Copies functions into a namespace that holds no data."""

    def __init__(self, world, allowed):
        self.world, self.allowed = world, allowed
        self.scope = {"__builtins__": builtins, "__name__": "__main__"}
        self.data, self.copies = set(), {}

    def function(self, f):
        if f in self.copies:
            return self.copies[f]
        copy = types.FunctionType(f.__code__, self.scope, f.__name__,
                                  f.__defaults__, f.__closure__)
        copy.__kwdefaults__ = f.__kwdefaults__
        self.copies[f] = copy
        for name in _globals_read(f.__code__) & self.world.keys():
            self._bring(name, self.world[name])
        return copy

    def _bring(self, name, value):
        if (isinstance(value, types.FunctionType)
                and value.__globals__ is self.world):
            self.scope[name] = self.function(value)
        elif (isinstance(value, types.ModuleType) or callable(value)
              or name in self.allowed or _is_from_a_library(name, value)):
            self.scope[name] = value
        else:
            self.data.add(name)


def _globals_read(code):
    names = {i.argval for i in dis.get_instructions(code)
             if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _globals_read(constant)
    return names


def _is_from_a_library(name, value):
    """``pi`` after ``from numpy import *``."""
    return any(getattr(library, name, _is_from_a_library) is value
               for library in (np, math))


def _allowed(function, world):
    """Names that cells with definitions set, and all imported ones."""
    own = "".join(linecache.getlines(function.__code__.co_filename))
    cells = world.get("In")
    names = set()
    for cell in [own, *(cells if isinstance(cells, list) else [])]:
        names |= _names_of(str(cell))
    return names


def _names_of(cell):
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError):
        return set()
    nodes = list(_outside_definitions(tree))
    imported = {alias.asname or alias.name for node in nodes
                if isinstance(node, ast.ImportFrom) for alias in node.names}
    if not any(isinstance(s, ast.FunctionDef) for s in tree.body):
        return imported
    return imported | {node.id for node in nodes
                       if isinstance(node, ast.Name)
                       and isinstance(node.ctx, ast.Store)}


def _outside_definitions(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            yield child
            yield from _outside_definitions(child)
