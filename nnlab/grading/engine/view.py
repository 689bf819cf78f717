"""The student view: installed packages without what is graded.

A release lists what its students must not reach: ``module:function``,
``module:Class`` or a whole ``module``.  The files that hold it are
written anew, without it, and mounted over the originals; what Python
compiled of them is left out.  Nothing is imported here to find them.
"""
import contextlib
import dataclasses
import shutil
from pathlib import Path

from nnlab.grading.engine.blank import without
from nnlab.grading.engine.defined import defined_in, find, spec

BROKEN = LookupError, ValueError, SyntaxError, OSError
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
        # This one only records a version: there is nothing to show.
        return None if name == "made_with" else Later()
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
    view, whole, files = View(), [], {}
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for entry in hide:
        module, _, name = entry.partition(":")
        if spec(module.split(".")[0]) is None:
            view.problems.append(f"{entry}: {module.split('.')[0]} is not "
                                 "installed here, nothing of it is hidden")
            continue
        with _said(entry, view):
            if not name:
                file, folders = find(module)
                whole += folders or [file]
                continue
            for path, own in defined_in(module, name):
                files.setdefault(path, []).append(own)
    whole = _outermost(whole)
    texts = {path: STUB for path in whole if path.is_file()}
    for path, names in files.items():
        if not whole & {path, *path.parents}:   # else the rest would show
            with _said(f"{path.name}:{','.join(names)}", view):
                texts[path] = without(path.read_text("utf-8"), names)
    for path in sorted(whole - set(texts)):
        view.binds.append((_stubs(path, folder, len(view.binds)), path))
    _bind(texts, folder, view)
    return view


@contextlib.contextmanager
def _said(entry, view):
    """What goes wrong with an entry is told to the instructor."""
    try:
        yield
    except BROKEN as error:
        view.problems.append(f"{entry} cannot be hidden: {error}")


def _outermost(paths):
    """Those that lie in no other: nothing can be mounted in a stub."""
    return {p for p in paths if not {*p.parents} & {*paths}}


def _stubs(package, folder, number):
    """A folder of stubs in the place of a package and all in it."""
    made = folder / f"{number}-{package.name}"
    made.mkdir()
    sources = {package / "__init__.py", *package.rglob("*.py")}
    for source in sources:
        target = made / source.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(STUB, encoding="utf-8")
    return made


def _bind(texts, folder, view):
    """Mount texts over files, and hide what was compiled of them."""
    for path, text in texts.items():
        target = folder / f"{len(view.binds)}-{path.name}"
        target.write_text(text, encoding="utf-8")
        view.binds.append((target, path))
    for parent in dict.fromkeys(path.parent for path in texts):
        cache = parent / "__pycache__"
        with contextlib.suppress(OSError):
            cache.mkdir(exist_ok=True)      # one made later would be seen
        if cache.is_dir():
            made = folder / f"{len(view.binds)}-compiled"
            hidden = {p.stem for p in texts if p.parent == parent}
            view.binds.append((_compiled(cache, hidden, made), cache))


def _compiled(cache, hidden, made):
    """A copy of what was compiled of the other files."""
    made.mkdir()
    for path in cache.glob("*.pyc"):
        if path.name.split(".")[0] not in hidden:
            with contextlib.suppress(FileNotFoundError):    # it was renewed
                shutil.copy2(path, made)
    return made
