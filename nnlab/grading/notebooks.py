"""Cells of a graded notebook: what nbgrader calls them, and regions.

A region is what stands between two marker lines, such as
### BEGIN SOLUTION and ### END SOLUTION; a release leaves it out.
"""
import ast
import warnings
from pathlib import Path

import nbformat
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning

SOLUTION = "SOLUTION"
HIDDEN = "HIDDEN TESTS"
MARK_SCHEME = "MARK SCHEME"
REGIONS = (SOLUTION, HIDDEN, MARK_SCHEME)


def read(path):
    """The notebook at ``path``, or a ValueError in one line.

    Cells without an id, or two with one id, are refused: nbformat would
    make ids up, others each time.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DuplicateCellId)
            warnings.simplefilter("error", MissingIDFieldWarning)
            return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise ValueError(f"{path} is missing. Every folder in solutions "
                         "holds a notebook of its own name.") from None
    except Exception as error:
        raise ValueError(f"{path} is no notebook that can be read: "
                         f"{_first_line(error)}") from None


def _first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def text(notebook):
    """What is written to disk for ``notebook``."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(notebook, path):
    """Write ``notebook``, unless the file holds just that already."""
    path, new = Path(path), text(notebook)
    if not path.exists() or path.read_text(encoding="utf-8") != new:
        path.write_text(new, encoding="utf-8")


def meta(cell):
    """nbgrader's metadata of ``cell``; empty for an ordinary cell."""
    return cell.metadata.get("nbgrader", {})


def graded(notebook):
    """The cells that nbgrader knows: graded, answers, and locked."""
    return [cell for cell in notebook.cells if meta(cell)]


def is_test(cell):
    """Does this cell run checks for points?"""
    return bool(cell.cell_type == "code" and meta(cell).get("grade")
                and not meta(cell).get("solution"))


def is_answer(cell):
    """Does the student write here?"""
    return bool(meta(cell).get("solution"))


def is_statement(cell):
    """Is this the text of a question?"""
    return cell.metadata.get("nnlab", {}).get("statement", False)


def by_id(notebook):
    """The cells that nbgrader knows, by their grade_id."""
    return {meta(cell)["grade_id"]: cell for cell in graded(notebook)}


def exercise(cell):
    """The name of the exercise that this cell answers, or None."""
    return cell.metadata.get("nnlab", {}).get("exercise")


def region(source, name):
    """The lines between BEGIN ``name`` and END ``name``."""
    inside, found = False, []
    for line in source.splitlines():
        if f"BEGIN {name}" in line or f"END {name}" in line:
            inside = f"BEGIN {name}" in line
        elif inside:
            found.append(line)
    return found


def without_region(source, name):
    """``source`` without what ``region`` finds, and its markers.

    A region that is never ended goes to the end of the cell.
    """
    if f"BEGIN {name}" not in source and f"END {name}" not in source:
        return source
    inside, kept = False, []
    for line in source.split("\n"):
        if f"BEGIN {name}" in line or f"END {name}" in line:
            inside = f"BEGIN {name}" in line
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def with_region(source):
    """``source`` of a function, all below its signature marked.

    The docstring goes with the body: it gives the equations, which may
    be what the question asks for.  The statement says what is needed.
    """
    first = ast.parse(source).body[0].body[0]
    lines = source.rstrip("\n").split("\n")
    start = first.lineno - 1
    while lines[start - 1].lstrip().startswith("#"):
        start -= 1
    return "\n".join([*lines[:start], "    ### BEGIN SOLUTION",
                      *lines[start:], "    ### END SOLUTION"])


def checks(source):
    """Keyword arguments of each ``check(...)`` call, in order."""
    return [(call.args[0].id if call.args else None,
             {k.arg: ast.literal_eval(k.value) for k in call.keywords})
            for statement in ast.parse(source).body
            if isinstance(statement, ast.Expr)
            and isinstance(call := statement.value, ast.Call)
            and getattr(call.func, "id", None) == "check"]


def checked(source):
    """The name of the function that a test cell checks, or None."""
    try:
        found = checks(source)
    except (SyntaxError, ValueError):
        return None
    return found[0][0] if found else None
