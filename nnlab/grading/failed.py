"""The check in a test cell that failed, and the message that goes with it.

An instructor writes a message to be read.  What a student's own code
raises must not pass for one: a message counts if it is just what the
cell would say.  Of hidden lines only a message written out in full
does, and only if it tells none of the values in them.
"""
import ast
import re

from nnlab.grading import notebooks
from nnlab.grading.engine.cells import parsed

ANSI = re.compile(r"\x1b\[[0-9;]*m")
PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0-9.*]*[a-zA-Z]|%%")
BRACES = re.compile(r"\{[^{}]*\}")
GAP = "\0"          # stands for anything in a message that is computed
COMMON = {0.0, 1.0}     # values that give nothing away
WORD = 3            # a shorter text is no value to look for


class Check:
    """A test cell, read: its statements, its messages."""

    def __init__(self, cell):
        self.source = cell.source
        self.lines = [x.strip() for x in cell.source.splitlines()]
        self.hidden = _hidden(cell.source)
        self.tree = parsed(cell.source)

    def line(self, error):
        """(number, text) of the line that failed, None if it is hidden.

        Of several frames in the cell all must be in sight.
        """
        text = ANSI.sub("", "\n".join(error.get("traceback", [])))
        found = [(int(n), line.strip()) for n, line in (
            re.findall(r"^line (\d+): (.*)$", text, re.MULTILINE)
            or re.findall(r"^-+> ?(\d+) (.*)$", text, re.MULTILINE))
            if line.strip() in self.lines]
        secret = {self.lines[n - 1] for n in self.hidden}
        if not found or any(line in secret for _, line in found):
            return None
        number, line = found[0]
        if self.lines[number - 1:number] != [line]:
            number = self.lines.index(line) + 1
        return number, line

    def code(self, number, line):
        """(what was checked there, is it an assert, is it known what an
        assert can say)."""
        here = [n for n in ast.walk(self.tree) if isinstance(n, ast.stmt)
                and n.lineno <= number <= n.end_lineno]
        node = max(here, key=lambda n: (n.lineno, -n.end_lineno),
                   default=None)
        if not isinstance(node, ast.Assert) or (
                self.hidden & _span(node.test)):
            return line.removeprefix("assert "), False, False
        code = ast.get_source_segment(self.source, node.test) or line
        return " ".join(code.split())[:300], True, (
            node.msg is None or is_known(parts(node.msg)))

    def message(self, error):
        """What the instructor says about the error, or None."""
        for name, node, message in self._messages():
            if name == error.ename and not self.hidden & _span(node) and (
                    says(parts(message), error.evalue)):
                return " ".join(error.evalue.split())[:500]
        return None

    def hidden_message(self, error):
        """The same of hidden lines: None unless it was written out."""
        for name, node, message in self._messages():
            if name == error.ename and self.hidden & _span(node) and (
                    isinstance(message, ast.Constant)
                    and str(message.value) == error.evalue
                    and not self._tells(error.evalue)):
                return " ".join(error.evalue.split())[:500]
        return None

    def is_said_in_hiding(self, error):
        """Could hidden lines have said this?"""
        return any(self.hidden & _span(node)
                   and says(parts(message), error.evalue)
                   for _, node, message in self._messages())

    def _messages(self):
        """(exception, statement, its message), hidden ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assert) and node.msg is not None:
                yield "AssertionError", node, node.msg
            elif isinstance(node, ast.Raise) and isinstance(
                    node.exc, ast.Call) and node.exc.args:
                yield getattr(node.exc.func, "id", ""), node, (
                    node.exc.args[0])

    def _tells(self, message):
        """Does it hold a value that only hidden lines have?"""
        written = {id(n) for _, _, m in self._messages()
                   for n in ast.walk(m)}
        values = {True: set(), False: set()}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and id(node) not in written:
                values[node.lineno in self.hidden].add(_value(node.value))
        secret = values[True] - values[False] - COMMON - {None}
        numbers = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", message)}
        return bool(secret & numbers) or any(
            isinstance(value, str) and value in message for value in secret)


def _hidden(source):
    """Numbers of the hidden lines."""
    inside, found = False, set()
    for number, line in enumerate(source.splitlines(), 1):
        for word in "BEGIN", "END":
            if f"{word} {notebooks.HIDDEN}" in line:
                inside = word == "BEGIN"
        if inside:
            found.add(number)
    return found


def _span(node):
    return set(range(node.lineno, node.end_lineno + 1))


def _value(x):
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        return float(x) if abs(x) < 1e300 else None
    return x if isinstance(x, str) and len(x) >= WORD else None


def parts(node):
    """A message as text, with a GAP for what is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(map(parts, node.values))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return parts(node.left) + parts(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return PERCENT.sub(GAP, parts(node.left))
    if isinstance(node, ast.Call) and getattr(
            node.func, "attr", "") == "format":
        return BRACES.sub(GAP, parts(node.func.value))
    return GAP


def is_known(message):
    """Is it more than gaps?  They do not tell whose words they are."""
    return bool(message.replace(GAP, "").strip())


def says(message, text):
    """Can a message with gaps have become this text?"""
    first, *rest = message.split(GAP)
    if not rest or not is_known(message):
        return not rest and message == text
    last = rest.pop()
    if len(text) < len(first) + len(last) or not (
            text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in rest:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
