"""What every file of the project keeps to: size, width, words, no debris."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

WIDTH, LENGTH, FUNCTION, MEDIAN = 79, 300, 40, 10
BINARIES = {"nnlab/digits.npz"}
EMPTY_BY_CONVENTION = {"py.typed"}

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a machine's path": re.compile(
        r"(?<![\w.])/(wo" r"rk|ho" r"me|ro" r"ot|op" r"t|Us" r"ers)/"),
    "a package index": re.compile(
        r"py" r"pi\.org|python" r"hosted|download\.py" r"torch"),
    "an emoji": re.compile(
        "[\U0001f000-\U0001faff\u2600-\u2604\u2607-\u26ff"
        "\u2705\u274c\u2728\ufe0f]"),
    "a note to self": re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b"),
    "a banner": re.compile(r"^\s*#\s?[-=#*~]{5,}", re.M),
    "a paper outside the tree": re.compile(
        r"\b(DES" r"IGN|CONT" r"RACT|CONT" r"ENT|CORREC" r"TIONS)"
        r"(\.md| section| part)"),
}


def tracked(root):
    """Every file that git tracks, or would if it were added."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=root, capture_output=True, text=True, check=True).stdout
    paths = (Path(name) for name in names.split("\0") if name)
    return [path for path in paths if (root / path).is_file()]


def read(root, path):
    """The file's text, or None if it is not text."""
    try:
        return (root / path).read_text("utf-8")
    except UnicodeDecodeError:
        return None


def text_faults(path, text):
    """What is wrong with a file of any kind."""
    if text is None:
        return [] if path in BINARIES else [f"{path}: not text"]
    found = [f"{path}: {what}: {match.group()!r}"
             for what, pattern in FORBIDDEN.items()
             if (match := pattern.search(text))]
    if not text.strip() and Path(path).name not in EMPTY_BY_CONVENTION:
        found.append(f"{path}: empty")
    return found


def python_faults(path, text):
    """What is wrong with a Python file."""
    lines = text.splitlines()
    found = [f"{path}:{i}: {len(line)} columns"
             for i, line in enumerate(lines, 1) if len(line) > WIDTH]
    if len(lines) > LENGTH:
        found.append(f"{path}: {len(lines)} lines")
    return found + [f"{path}: {name} has {size} lines"
                    for name, size in function_sizes(text)
                    if size > FUNCTION]


def function_sizes(text):
    """(name, lines of the body without its docstring) of each function."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            size = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            yield node.name, size


@pytest.fixture(scope="module")
def files(root):
    if not (root / ".git").exists():
        return {path.relative_to(root).as_posix(): read(root, path)
                for folder in ("nnlab", "tests", "book")
                for path in (root / folder).rglob("*.*")
                if "__pycache__" not in path.parts and path.is_file()}
    return {path.as_posix(): read(root, path) for path in tracked(root)}


@pytest.fixture(scope="module")
def python(files):
    return {path: text for path, text in files.items()
            if path.endswith(".py")}


def test_files_hold_nothing_that_does_not_belong(files):
    assert len(files) > 30
    assert [fault for item in files.items()
            for fault in text_faults(*item)] == []


def test_code_is_small(python):
    assert [fault for item in python.items()
            for fault in python_faults(*item)] == []


def test_functions_are_a_few_lines(python):
    sizes = [size for path, text in python.items()
             if path.startswith("nnlab/")
             for _, size in function_sizes(text)]
    assert statistics.median(sizes) < MEDIAN


@pytest.mark.parametrize("text", [
    "see /wo" "rk/notes", "cd /ro" "ot/x", "from https://py" "pi.org",
    "well done \U0001f389", "x = 1  # TO" "DO: later", "# -------- layers",
    "as in DES" "IGN section 3", " \n\n", None,
])
def test_what_does_not_belong_is_seen(text):
    assert len(text_faults("nnlab/x.py", text)) == 1


def test_what_belongs_is_let_through():
    text = "#!/usr/bin/env python\n# a/b/c, x - 1, a list\n- item\n"
    assert text_faults("nnlab/x.py", text) == []


@pytest.mark.parametrize("text", [
    "x" * (WIDTH + 1), "x = 1\n" * (LENGTH + 1),
    "def f():\n" + "    x = 1\n" * (FUNCTION + 1),
])
def test_code_that_is_not_small_is_seen(text):
    assert len(python_faults("nnlab/x.py", text)) == 1


def test_a_docstring_is_no_line_of_the_body():
    text = 'def f():\n    """' + "a\n" * 60 + '    """\n    return 1\n'
    assert list(function_sizes(text)) == [("f", 1)]


def test_machine_made_files_are_ignored(root):
    """What make and nbgrader leave behind never reaches a commit."""
    if not (root / ".git").exists():
        pytest.skip("not a git clone: nothing can be committed")
    made = [".venv/x", "_build/html/index.html", "my-exercises/a.ipynb",
            "gradebook.db", "course/submitted/x", "autograded/x",
            "feedback/x", "nnlab/__pycache__/x.pyc", ".hypothesis/x"]
    ignored = subprocess.run(["git", "check-ignore", *made], cwd=root,
                             capture_output=True, text=True).stdout
    assert ignored.split() == made
