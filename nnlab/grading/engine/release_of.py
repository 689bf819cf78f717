"""The Release of an assignment, out of an nbgrader course.

The released notebook, in which each locked cell has the source that
the gradebook keeps, hidden tests and all, as nbgrader's OverwriteCells
puts it there before it grades.
"""
import ast
import contextlib
import json
import warnings
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    ClearHiddenTests, ClearMarkScheme, ClearOutput, ClearSolutions,
    ComputeChecksums, IncludeHeaderFooter, LockCells)

from nnlab.grading.engine import cells
from nnlab.grading.engine.courses import LOG, first_line, open_course
from nnlab.grading.engine.model import Release, Template

NOT_THERE = ("{0} is not in the gradebook of {1}. Type there: "
             "nbgrader generate_assignment {0}")
NO_NOTEBOOK = ("{2}.ipynb of {0} is neither in {1} nor released. Type "
               "there: nbgrader generate_assignment {0} --force")
# What makes a release of a source, but for what goes into a gradebook.
MAKES = (IncludeHeaderFooter, LockCells, ClearSolutions, ClearOutput,
         ClearHiddenTests, ClearMarkScheme, ComputeChecksums)


def release_of(course, assignment):
    """The Release of ``assignment`` in ``course``, a folder or a Course.

    Raises ValueError in one line if it was never released.
    """
    course = open_course(course)
    with gradebook(course) as book:
        try:
            known = book.find_assignment(assignment).notebooks
        except MissingEntry:
            known = []
        if not known:
            raise ValueError(NOT_THERE.format(assignment, course.root))
        made = [_template(course, assignment, one) for one in known]
    return Release(assignment, {t.name: t for t, _ in made},
                   _files(course, assignment),
                   tuple(sorted({h for _, hide in made for h in hide})))


@contextlib.contextmanager
def gradebook(course):
    """nbgrader's gradebook of ``course``; ValueError if it won't open."""
    path = course.coursedir.db_url.removeprefix("sqlite:///")
    if "://" not in path and not Path(path).exists():
        raise ValueError(f"There is no gradebook at {path}. Type in "
                         f"{course.root}: nbgrader generate_assignment NAME")
    try:
        book = Gradebook(course.coursedir.db_url,
                         course.coursedir.course_id)
    except Exception as error:
        raise ValueError(f"The gradebook {path} cannot be opened: "
                         f"{first_line(error)}") from None
    with book:
        yield book


def _template(course, assignment, known):
    """(Template, what to hide) of one notebook of the gradebook."""
    folder = course.coursedir
    source = _read(course.path(folder.source_directory, ".", assignment)
                   / f"{known.name}.ipynb")
    notebook = _read(course.path(folder.release_directory, ".", assignment)
                     / f"{known.name}.ipynb")
    if notebook is None:
        if source is None:
            raise ValueError(NO_NOTEBOOK.format(
                assignment, course.root, known.name))
        notebook = _released(course, source)
    _overwrite(notebook, known)
    declared = _declared(known.name, source or notebook)
    template = Template(
        known.name, _plain(notebook),
        _names(notebook, source or notebook, declared.get("names")),
        _classes(source or notebook),
        [c.source for c in (source or notebook).cells
         if c.cell_type == "code" and cells.meta(c).get("solution")])
    return template, declared.get("hide", [])


def _read(path):
    """A notebook, None if there is none."""
    if not path.is_file():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return nbformat.read(path, as_version=4)
    except Exception as error:
        raise ValueError(f"{path} is no notebook that can be read: "
                         f"{first_line(error)}") from None


def _released(course, source):
    """What nbgrader would release of ``source``, with its settings."""
    exporter = NotebookExporter(config=course.config, log=LOG,
                                default_preprocessors=[])
    for preprocessor in MAKES:
        exporter.register_preprocessor(preprocessor, enabled=True)
    text, _ = exporter.from_notebook_node(source, {"nbgrader": {}})
    return nbformat.reads(text, as_version=4)


def _plain(notebook):
    """``notebook`` as dicts and lists."""
    return json.loads(json.dumps(notebook))


def _overwrite(notebook, known):
    """Source, checksum, points and type of each cell as in the gradebook."""
    sources = {cell.name: cell for cell in known.source_cells}
    points = {cell.name: cell.max_score
              for cell in [*known.grade_cells, *known.task_cells]}
    for cell in notebook.cells:
        kept = sources.get(cells.grade_id(cell))
        if kept is None:
            cell.metadata.pop("nbgrader", None)
            continue
        meta = cell.metadata.nbgrader
        if kept.checksum:
            meta["checksum"] = kept.checksum
        if utils.is_locked(cell) != kept.locked:
            meta["locked"] = kept.locked
        if kept.name in points:
            meta["points"] = points[kept.name]
        if kept.locked:
            cell.source = kept.source


# Names.

def _names(notebook, source, declared):
    """{grade_id of a test cell: names that it may use}."""
    tests = [c for c in notebook.cells if cells.is_test(c)]
    if isinstance(declared, list):
        declared = {cells.grade_id(c): declared for c in tests}
    made = {n for c in source.cells if cells.meta(c).get("solution")
            and c.cell_type == "code" for n in _defined(c.source)}
    found = {cells.grade_id(c): sorted(made & _read_names(c.source))
             for c in tests}
    return {**found, **(declared or {})}


def _declared(name, notebook):
    """What the notebook's metadata says of grading; ValueError if wrong."""
    said = notebook.metadata.get("grading", {})
    where = f"The metadata of {name}.ipynb: grading"
    if not isinstance(said, dict) or set(said) - {"names", "hide"}:
        raise ValueError(f"{where} may hold names and hide; got "
                         f"{', '.join(map(str, said))}.")
    _strings(said.get("hide", []), f"{where}.hide")
    names = said.get("names")
    if not isinstance(names, dict):
        _strings(names or [], f"{where}.names")
        return said
    tests = [cells.grade_id(c) for c in notebook.cells if cells.is_test(c)]
    for test, wanted in names.items():
        if test not in tests:
            raise ValueError(f"{where}.names has {test!r}, which is no test "
                             f"cell; those are {', '.join(tests)}.")
        _strings(wanted, f"{where}.names[{test!r}]")
    return said


def _strings(found, where):
    if not isinstance(found, list) or not all(
            isinstance(x, str) for x in found):
        raise ValueError(f"{where} must be a list of names; got {found!r}.")


def _tree(source):
    try:
        return ast.parse(cells.without_magics(source))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _defined(source):
    """Names that a cell binds at its top level, imports left out."""
    found, todo = set(), list(_tree(source).body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef,
                             ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(node, (ast.Lambda, ast.comprehension)):
            todo += ast.iter_child_nodes(node)
    return found


def _read_names(source):
    return {node.id for node in ast.walk(_tree(source))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _classes(source):
    """{class: its methods}, of the solution's own cells."""
    return {node.name: [n for part in node.body for n in _bound(part)]
            for cell in source.cells if cells.meta(cell).get("solution")
            and cell.cell_type == "code"
            for node in _tree(cell.source).body
            if isinstance(node, ast.ClassDef)}


def _bound(part):
    """Names of a method: def __mul__, or __rmul__ = __mul__."""
    if isinstance(part, ast.FunctionDef):
        return [part.name]
    return [target.id for target in getattr(part, "targets", ())
            if isinstance(target, ast.Name)]


# Files.

def _files(course, assignment):
    """{path: bytes} of what nbgrader copies over the student's files."""
    folder = course.coursedir
    root = course.path(folder.source_directory, ".", assignment)
    if not root.is_dir():
        root = course.path(folder.release_directory, ".", assignment)
    kept = course.autograde.exclude_overwriting.get(assignment, [])
    found = {}
    for path in utils.find_all_files(str(root), folder.ignore + ["*.ipynb"]):
        name = Path(path).relative_to(root).as_posix()
        if name not in kept:
            found[name] = Path(path).read_bytes()
    return dict(sorted(found.items()))
