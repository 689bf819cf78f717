"""Which file of a submission is which notebook of the release."""
import re
from pathlib import PurePosixPath

NOTEBOOK = re.compile(r"(.*)\.ipynb(?:\.txt|\.json)?\Z", re.I | re.S)
# What browsers, Jupyter and file managers add to a name.
COPIES = (r"(?:copy|kopie|copie|copia) (?:of|von|de) (.*)\Z",
          r"(.*?)[ _]*\(\d+\)\Z", r"(.*)-copy ?\d*\Z",
          r"(.*?)[ _]+-?[ _]*(?:copy|kopie)[ _]*\d*\Z",
          r"(.*)[-_ ]\d+\Z")
CHECKPOINTS = ".ipynb_checkpoints"


def is_notebook(path):
    """Does the file look like one, by its name?"""
    return bool(NOTEBOOK.match(PurePosixPath(path).name))


def is_checkpoint(path):
    """Is it a copy that Jupyter made for itself?"""
    return CHECKPOINTS in path.split("/")


def is_exact(path, name):
    """Does it lie where it was given out, under its own name?"""
    return path == f"{name}.ipynb"


def meant(path, names):
    """The names that a path may mean: its own, or without additions."""
    match = NOTEBOOK.match(PurePosixPath(path).name)
    stem = " ".join(match[1].casefold().split()) if match else ""
    stem = stem.removesuffix("-checkpoint") if is_checkpoint(path) else stem
    known = {" ".join(name.casefold().split()): name for name in names}
    for _ in range(5):
        if stem in known:
            return known[stem]
        stem = _shorter(stem)
    return None


def _shorter(stem):
    for pattern in COPIES:
        if found := re.match(pattern, stem[:300], re.S):
            return found[1].strip()
    return stem
