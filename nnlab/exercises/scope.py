"""Does a function lean on data of the notebook?

A function of a notebook may use modules, other functions and classes,
and constants (``EPS = 1e-8``) set in a cell that defines functions.
Anything else that it reads is data of the notebook: it works there and
fails in the next notebook.
"""
import ast
import builtins
import dis
import linecache
import types

_PLAIN = (int, float, complex, str, bytes, bool, type(None))


def notebook_data(function):
    """(names of notebook data that it reads, a copy without them).

    The names are sorted; the copy sees modules, definitions and
    constants of solution cells only.  ([], function) for a function
    that does not come from a notebook.
    """
    world = getattr(function, "__globals__", {})
    if world.get("__name__") != "__main__":
        return [], function
    rebuilt = _Rebuild(world, _constants(function, world))
    copy = rebuilt.function(function)
    return sorted(rebuilt.data), copy


class _Rebuild:
    """Copies functions into a namespace that holds no data."""

    def __init__(self, world, constants):
        self.world, self.constants = world, constants
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
              or name in self.constants and _is_constant(value)):
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


def _is_constant(value):
    if type(value) is tuple:
        return all(map(_is_constant, value))
    return type(value) in _PLAIN


def _constants(function, world):
    """Names set at the top of cells that also define functions."""
    own = "".join(linecache.getlines(function.__code__.co_filename))
    names = set()
    for cell in [own, *world.get("In", [])]:
        names |= _set_beside_definitions(cell)
    return names


def _set_beside_definitions(cell):
    try:
        statements = ast.parse(cell).body
    except (SyntaxError, ValueError):
        return set()
    if not any(isinstance(s, ast.FunctionDef) for s in statements):
        return set()
    return {node.id for s in statements
            if isinstance(s, (ast.Assign, ast.AnnAssign))
            for node in ast.walk(s)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Store)}
