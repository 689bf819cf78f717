"""The student view: installed packages without what is graded.

A release lists what its students must not reach: ``module:function``,
``module:Class`` or a whole ``module``.  The files that hold it are
written anew, without it, and mounted over the originals; what Python
compiled of them is left out.  Nothing is imported here to find them.
"""
import ast
import contextlib
import dataclasses
import io
import sys
from importlib.machinery import PathFinder
from pathlib import Path

HERE = 'raise NotImplementedError("graded here: write your own")'
STUB = '''\
"""Hidden while you are graded."""


class Later:
    """Stands for a result that comes with the grade."""

    def __repr__(self):
        return "answers come with the grade"

    __str__ = __repr__


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def later(*args, **kwargs):
        return Later()
    later.__name__ = name
    return later
'''


@dataclasses.dataclass
class View:
    """binds : [(replacement, original)] to mount, in this order
    problems : what could not be hidden, a sentence each
    """
    binds: list = dataclasses.field(default_factory=list)
    problems: list = dataclasses.field(default_factory=list)


def make_view(hide, folder):
    """Write the replacements into ``folder``; returns the View."""
    view, files = View(), {}
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for entry in hide:
        module, _, name = entry.partition(":")
        if _spec(module.split(".")[0], None) is None:
            continue                # not installed: nothing to hide
        try:
            if name:
                path, name = defined_in(module, name)
                files.setdefault(path, []).append(name)
            else:
                _hide_module(module, folder, view)
        except (LookupError, ValueError, SyntaxError, OSError) as error:
            view.problems.append(f"{entry} cannot be hidden: {error}")
    whole = {original for _, original in view.binds}
    for path, names in files.items():
        if not whole & {path, *path.parents}:   # else the rest would show
            _hide_functions(path, names, folder, view)
    return view


# Where things are.

def find(module):
    """The file of a module, and True if it is a package."""
    places, spec = None, None
    for depth in range(1, module.count(".") + 2):
        name = ".".join(module.split(".")[:depth])
        spec = _spec(name, places)
        if spec is None:
            raise LookupError(f"there is no module {name}")
        places = spec.submodule_search_locations
    if not spec.origin or not spec.origin.endswith(".py"):
        raise LookupError(f"{module} is not written in Python")
    return Path(spec.origin).resolve(), places is not None


def _spec(name, places):
    """As importlib finds it, without importing what is above it."""
    if places is not None:
        return PathFinder.find_spec(name, places)
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        spec = find_spec(name, None) if find_spec else None
        if spec is not None:
            return spec
    return None


def defined_in(module, name):
    """(file, name) of the definition that ``module:name`` leads to."""
    for _ in range(20):
        path, package = find(module)
        head = name.split(".")[0]
        tree = ast.parse(path.read_text("utf-8"))
        if _definitions(tree, head):
            return path, name
        step = _imported(tree, head, module, package)
        if step is None:
            raise LookupError(f"{module} does not define {head} in Python")
        module, new = step
        name = ".".join([new, *name.split(".")[1:]])
    raise LookupError("its imports go round in circles")


def _definitions(tree, name):
    return [n for n in ast.walk(tree) if isinstance(n, (
        ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and n.name == name and n.col_offset <= 8]


def _imported(tree, name, module, package):
    """(module, name) that an import statement takes ``name`` from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return _absolute(node, module, package), alias.name
    return None


def _absolute(node, module, package):
    if not node.level:
        return node.module
    parts = module.split(".")
    parts = parts[:len(parts) - node.level + package]
    return ".".join(parts + ([node.module] if node.module else []))


# Written anew.

def _hide_functions(path, names, folder, view):
    text = path.read_text("utf-8")
    new = without(text, names)
    _bind(new, path, folder, view)


def without(text, names):
    """A module's source with the bodies of these definitions gone.

    names : functions, classes (each of their methods) and
    ``Class.method``.  Lines keep their numbers.
    """
    # As Python counts lines: a form feed ends none.
    tree, lines = ast.parse(text), io.StringIO(text).readlines()
    for name in names:
        head, _, method = name.partition(".")
        for node in _definitions(tree, head):
            for function in _functions(node, method):
                _blank(function, lines)
    return "".join(lines)


def _functions(node, method):
    if not isinstance(node, ast.ClassDef):
        return [node]
    return [n for n in ast.walk(node) if isinstance(n, (
        ast.FunctionDef, ast.AsyncFunctionDef))
        and (not method or n.name == method)]


def _blank(function, lines):
    """Put one line in the place of a body; the docstring goes too."""
    first, last = function.body[0], function.body[-1]
    start, end = first.lineno - 1, last.end_lineno
    begin = min([start + 1, *(d.lineno for d in getattr(
        first, "decorator_list", []))]) - 1
    head = lines[begin][:first.col_offset]
    if head.strip():                        # def f(x): return x
        lines[begin] = f"{_bytes(lines[begin], first.col_offset)}{HERE}\n"
    else:
        lines[begin] = f"{' ' * first.col_offset}{HERE}\n"
        _blank_comments(lines, range(begin - 1, -1, -1))
    for i in range(begin + 1, end):
        lines[i] = "\n"
    _blank_comments(lines, range(end, len(lines)), function.col_offset)


def _blank_comments(lines, numbers, beyond=-1):
    """Up to the next code, if they are indented beyond that column."""
    for i in numbers:
        text = lines[i].strip()
        if text and (text[0] != "#"
                     or lines[i].index("#") <= beyond):
            return
        lines[i] = "\n"


def _bytes(line, offset):
    return line.encode()[:offset].decode()


def _bind(text, path, folder, view):
    """Mount ``text`` over a file, and hide what was compiled of it."""
    target = folder / f"{len(view.binds)}-{path.name}"
    target.write_text(text, encoding="utf-8")
    view.binds.append((target, path))
    cache = path.parent / "__pycache__"
    with contextlib.suppress(OSError):
        cache.mkdir(exist_ok=True)      # one made later would be seen
    if cache.is_dir() and not any(o == cache for _, o in view.binds):
        view.binds.append((_empty(folder), cache))


def _empty(folder):
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    return empty


def _hide_module(module, folder, view):
    """A stub in the place of a module, or of a package and all in it."""
    path, package = find(module)
    if not package:
        return _bind(STUB, path, folder, view)
    made = folder / f"{len(view.binds)}-{path.parent.name}"
    for source in sorted(path.parent.rglob("*.py")):
        target = made / source.relative_to(path.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(STUB, encoding="utf-8")
    view.binds.append((made, path.parent))


