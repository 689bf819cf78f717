"""Why a name that a test needs is not there: what became of the cell."""
import ast
import contextlib
import difflib
import re

from nnlab.grading import ends, notebooks
from nnlab.grading.engine.cells import parsed

LONG = 100_000      # characters of a cell that are looked at
DEFINITIONS = ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef
CLOSE = 0.75        # how alike two names are, for one to be meant
GONE = "your cell defines it, but it was not there when the check ran"
NONE = "no cell of yours defines it"
# A cell that is no Python still shows what it was to define.
LOOKS = re.compile(r"^(?:(?:async )?def |class )(\w+)|^(\w+) *=(?!=)", re.M)


class Causes:
    """What the student's code cells of a notebook define.

    clean : a function that takes out of an output what must not get out
    told : ids of the cells whose end a question's line tells
    """

    def __init__(self, nb, clean):
        self.cells, self.tested, self.before = [], set(), {}
        self.told, self.ends = set(), {}
        since = []
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            if notebooks.is_test(cell):
                self.before[notebooks.meta(cell).get("grade_id")] = since
                self.tested |= set(re.findall(r"\w+", cell.source))
                since = []
            else:
                self.cells.append((cell, _binds(cell.source)))
                since.append(cell)
                for output in cell.outputs:
                    if output.output_type == "error":
                        self.ends[id(cell)] = ends.of_cell(clean(output))

    def missing(self, name, test):
        """Words about ``name``, which the cell ``test`` looked for."""
        if not re.search(rf"\b{name}\b", test.source):
            return f"your code uses {name}, which is not defined"
        makers = [cell for cell, binds in self.cells if name in binds]
        for cell in makers[::-1]:
            if why := self._why(cell):
                return f"there is no {name}: {why}"
        if makers:
            return f"there is no {name}: {GONE}"
        if other := self._like(name):
            return f"there is no {name}; you defined {other}"
        answers = self.before.get(notebooks.meta(test).get("grade_id"), [])
        whys = [self._why(c) for c in answers if notebooks.is_answer(c)]
        return f"there is no {name}: " + next(filter(None, whys), NONE)

    def _why(self, cell):
        """What became of a cell that did not come to its end."""
        self.told |= {id(cell)} & self.ends.keys()
        return self.ends.get(id(cell))

    def untold(self):
        """[(cell, why it did not come to its end)], if no line says."""
        return [(cell, self.ends[id(cell)]) for cell, _ in self.cells
                if id(cell) in self.ends.keys() - self.told]

    def _like(self, name):
        """A name of the student's that may be meant, None if none is."""
        own = {n.lower(): n for cell, binds in self.cells for n in binds
               if n not in self.tested and not _is_locked(cell)}
        found = difflib.get_close_matches(name.lower(), own, 1, CLOSE)
        return own[found[0]] if found else None


def _is_locked(cell):
    meta = notebooks.meta(cell)
    return bool(meta) and not meta.get("solution")


def _binds(source):
    """Names that a student's cell binds, or was to bind, at its top."""
    found = set()
    if len(source) < LONG:
        # Code that is nested too deeply can be no syntax tree.
        with contextlib.suppress(RecursionError, MemoryError):
            found = _top(parsed(source))
    return found or {
        name for pair in LOOKS.findall(source[:LONG]) for name in pair
        if name}


def _top(tree):
    found, waiting = set(), list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).split(".")[0]
                      for a in node.names}
        if isinstance(node, DEFINITIONS):
            found.add(node.name)
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found
