"""autograded/<student>/<assignment>, written whole or not at all."""
import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader import utils

PART = ".grading-"
# What nbgrader's own commands ask of a submission later.
CARRIED = ("timestamp.txt", "submission_secret.txt")


def write(course, result, notebooks, files):
    """The files of one Result, read-only as nbgrader leaves them.

    notebooks : {name: NotebookNode};  files : {path: bytes} of the
    release, over those that were handed in.  Returns all but the
    notebooks, which go into the feedback too.
    """
    others = {**result.files, **_carried(course, result), **files}
    found = dict(others)
    for name, notebook in notebooks.items():
        notebook.metadata["grading"] = said(result, name)
        found[f"{name}.ipynb"] = text(notebook)
    step = course.coursedir.autograded_directory
    replace(course.path(step, result.student, result.assignment), found,
            int(str(course.autograde.permissions), 8))
    return others


def said(result, name):
    """What the page of a notebook says besides its outputs."""
    graded = result.notebooks[name]
    return {"remarks": [*result.remarks, *graded.remarks],
            "handed_in": graded.handed_in,
            "words": {i: s.words for i, s in graded.scores.items()
                      if s.words}}


def text(notebook):
    """What nbgrader would write for ``notebook``, as bytes."""
    return (nbformat.v4.writes(notebook).rstrip("\n") + "\n").encode(
        "utf-8", "replace")


def timestamp(course, folder):
    """When it was handed in, None if nothing (readable) says so."""
    path = Path(folder) / "timestamp.txt"
    with contextlib.suppress(Exception):
        if path.is_file() and path.stat().st_size < 1000:
            return utils.parse_utc(path.read_text().strip() or None)
    return None


def _carried(course, result):
    folder = course.submitted(result.student, result.assignment)
    return {name: (folder / name).read_bytes() for name in CARRIED
            if (folder / name).is_file()
            and not (folder / name).is_symlink()}


def replace(target, files, mode):
    """Put a folder with ``files`` in the place of ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    near = Path(tempfile.mkdtemp(prefix=PART + target.name,
                                 dir=target.parent))
    try:
        new = near / "new"
        new.mkdir()
        for name, data in files.items():
            _write(new, name, data, mode)
        with contextlib.suppress(FileNotFoundError):
            target.rename(near / "old")
        new.rename(target)
    finally:
        shutil.rmtree(near, ignore_errors=True)


def _write(folder, name, data, mode):
    path = folder / name
    if folder not in path.resolve().parents:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.chmod(path, mode)


def clean(course, assignment):
    """Remove what a run that was killed has left half-written."""
    folder = course.coursedir
    for step in folder.autograded_directory, folder.feedback_directory:
        parent = course.path(step, "*", assignment).parent
        for left in parent.parent.glob(f"{parent.name}/{PART}*"):
            shutil.rmtree(left, ignore_errors=True)
