"""The files that may lie beside a notebook when it runs."""
import functools
import importlib.util
import sys

from nnlab.grading.engine.encodings import clean
from nnlab.grading.engine.names import CHECKPOINTS

# Python runs these by itself; IPython reads the last two.
BY_NAME = {"sitecustomize", "usercustomize", "nnlab", "ipython_config",
           "ipython_kernel_config"}
CODE = (".py", ".pyc", ".pyw", ".so", ".pyd", ".pth", ".dll", ".dylib")

SHADOW = ("{path} has the name of a Python package, which it would hide; "
          "it was left out.")
RELEASED = ("{path} was given out with the exercise; the original was "
            "used.")
ODD = "A file has a name or a place that is not allowed; it was left out."
SPOT = "{path} has the name of a folder, or lies in a file; it was left out."


def kept(files, release):
    """({path: bytes}, remarks): which of a student's files are used."""
    ours = {_key(path) for path in release.files} | {
        _key(f"{name}.ipynb") for name in release.templates}
    taken, remarks = {}, []
    hiding = _hiding(files)
    for path in sorted(files, key=str):
        words = _against(path, ours, taken, hiding)
        if words is None:
            taken[path] = files[path]
        elif words == RELEASED and files[path] == release.files.get(path):
            continue
        elif words:
            remarks.append(words.format(path=path))
    return taken, remarks


def _against(path, ours, taken, hiding):
    """What speaks against a file: words; "" for what nobody misses."""
    if not is_decent(path):
        return ODD
    parts = path.split("/")
    if CHECKPOINTS in parts or "__pycache__" in parts:
        return ""
    if _key(path) in ours:
        return RELEASED
    if parts[0] in hiding:
        return SHADOW
    above = {"/".join(parts[:k]) for k in range(1, len(parts))}
    below = _key(path) + "/"
    if above & taken.keys() or {_key(p) for p in above} & ours or any(
            name.startswith(below) for name in ours):
        return SPOT
    return None


def is_decent(path):
    """Is it a relative path of plain names?"""
    if not isinstance(path, str) or not path or len(path) > 1000:
        return False
    parts = path.split("/")
    return (clean(path) == path and path.isprintable()
            and "\\" not in path and ":" not in parts[0]
            and not any(part in ("", ".", "..") or len(part.encode()) > 255
                        for part in parts))


def _key(path):
    return path.casefold()


def _hiding(files):
    """Top-level names that would hide a module.

    A folder without code hides nothing: ``test/`` may hold pictures.
    """
    names = {}
    for path in files:
        if isinstance(path, str) and path.lower().endswith(CODE):
            top = path.split("/")[0]
            names[top] = top.split(".")[0]
    return {top for top, module in names.items() if is_taken(module)}


@functools.lru_cache(maxsize=4096)
def is_taken(module):
    """Is there a module of this name, in Python or installed?"""
    if module in BY_NAME or module in sys.stdlib_module_names:
        return True
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return module in sys.modules
    # Without an origin it is a folder that happens to lie on the path.
    return spec is not None and spec.origin is not None
