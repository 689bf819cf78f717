"""The execution cache, keyed on everything that a cell can import.

jupyter-cache compares the cells of a page only: after an edit of nnlab it
would show the old numbers. So the cache lives in a folder named after a
digest of the package and the lock. The folder's name is a configuration
value, and Sphinx reads every page afresh when one of those changes: what
the directives print out of nnlab follows too.
"""
import hashlib
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

SKIPPED = {"__pycache__"}


def package_files(name="nnlab"):
    """Every file of the package, sorted, without compiled ones."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return []
    root = Path(next(iter(spec.submodule_search_locations)))
    found = (path for path in root.rglob("*") if path.is_file())
    return [(path.relative_to(root).as_posix(), path) for path
            in sorted(found) if not SKIPPED & set(path.parts)]


def digest(root):
    """A name for the state of nnlab, the locks in `root` and Python."""
    locks = [(path.name, path) for path in sorted(root.glob("*.lock"))]
    total = hashlib.sha256(sys.version.encode())
    for name, path in package_files() + locks:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{name} {content}\n".encode())
    return total.hexdigest()[:16]


def choose_cache(app, config):
    """Point myst-nb at the cache of this digest; drop the other ones."""
    caches = Path(app.outdir).parent / ".jupyter_cache"
    cache = caches / digest(Path(app.srcdir).parent)
    for old in caches.glob("*"):
        if old.is_dir() and old != cache:
            shutil.rmtree(old, ignore_errors=True)
    config.nb_execution_cache_path = str(cache)


def setup(app):
    app.connect("config-inited", choose_cache)
