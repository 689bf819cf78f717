"""What each cell of a notebook is for, and what a test kernel needs.

nbgrader's own metadata decides; the template's, never the student's.
"""
import ast
import builtins

from nbgrader import utils
from nbformat import NotebookNode

SETUP, TEST, STUDENT = "setup", "test", "student"


def meta(cell):
    """nbgrader's metadata of a cell, {} if it has none."""
    return cell.get("metadata", {}).get("nbgrader", {})


def is_test(cell):
    """Does it run checks for points?"""
    return bool(cell["cell_type"] == "code" and meta(cell).get("grade")
                and not meta(cell).get("solution"))


def is_locked(cell):
    """Is its source the instructor's?"""
    return bool(utils.is_locked(NotebookNode(
        metadata=NotebookNode(cell["metadata"]))) and not is_test(cell))


def grade_id(cell):
    """The name under which nbgrader knows it, or None."""
    return meta(cell).get("grade_id")


def names(source):
    """(names that it reads, names that it binds) at its top level.

    Of code that is no Python (magics) nothing is known.
    """
    tree = parsed(source)
    reads, binds = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (reads if isinstance(node.ctx, ast.Load) else binds).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            binds.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            binds |= {(a.asname or a.name).split(".")[0]
                      for a in node.names}
    return reads - set(vars(builtins)), binds


def imports(source, wanted):
    """The import statements in ``source`` that bind wanted names."""
    return "\n".join(
        ast.unparse(node) for node in parsed(source).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and {(a.asname or a.name).split(".")[0] for a in node.names}
        & (wanted | {"*"}))


def parsed(source):
    """Its syntax tree; one of nothing if it is no Python."""
    for text in source, without_magics(source):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError):
            pass
    return ast.Module([], [])


def without_magics(source):
    """``source`` with its IPython lines replaced by ``pass``."""
    return "\n".join("pass" if line.lstrip()[:1] in "%!?" and line.strip()
                     else line for line in source.splitlines())


def test_plan(template):
    """[(kind, source, grade_id, names of the student's)] to run in order.

    Of the cells that check nothing the test kernel runs those that
    the instructor wrote and that a test may need: they bind a name
    that a later cell of the plan reads, or are locked and read nothing
    of the student's.  Of the solution's own cells it runs the imports.
    """
    answers = {n for reads in template.names.values() for n in reads}
    plan, wanted, solved = [], set(), list(template.answers)
    for cell in reversed(template.notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        source = cell["source"]
        if meta(cell).get("solution"):
            needed = imports(solved.pop() if solved else "", wanted)
            if needed:
                plan.append((SETUP, needed, cell.get("id"), []))
            continue
        reads, binds = names(source)
        if is_test(cell):
            bound = template.names.get(grade_id(cell), ())
            plan.append((TEST, source, grade_id(cell), list(bound)))
        elif binds & (wanted | {"*"}) or (
                is_locked(cell) and not reads & answers):
            plan.append((SETUP, source, cell.get("id"),
                         sorted(reads & answers)))
        else:
            continue
        wanted |= reads
    return plan[::-1]
