"""The student view: odd sources, and entries that lie over each other."""
import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.grading.engine import view

CONSTANT = 86421


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two modules, found by Python and never imported."""
    folder = tmp_path / "odd_package"
    (folder / "below").mkdir(parents=True)
    (folder / "__init__.py").write_text("from .one import f as g\n")
    (folder / "one.py").write_text(f"def f():\n    return {CONSTANT}\n")
    (folder / "two.py").write_text(
        "from .below import deep\nh = lambda: 1\nfrom .one import *\n")
    (folder / "below" / "__init__.py").write_text(
        "from ..one import f as deep\n")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


# Sources.

@pytest.mark.parametrize("text", [
    "x = 1\n\f\ndef f():\n    return {}\n",             # a form feed
    "x = '\x1c \u2028 \x85'\ndef f():\n    y = 1\n    return {}\n",
    "x = '''\x0b\n'''\ndef f():\n    y = 1\n    return {}\n",
    "def f(\n        x='é',  # é\n):\n    return {}\n",
    "def f(x='ü'): return {}\n",
    "def f(x): \\\n  return {}\n",
    "def f():\n    # it is {}\n    return 1\n",
    "def f(\n    x,\n    # it\n):\n    # it is {}\n\n    return 1\n",
    "def f():\n    return 1\n    # or {}\n\n    # or {}\nz = 1\n",
    "def f():\n    return '''\n{}\n'''\n",
    "if True:\n    def f():\n        return {}\n",
    "try:\n    import q\nexcept ImportError:\n    def f(): return {}\n",
    "def f():\n    @other\n    def g():\n        return {}\n    return g\n",
])
def test_nothing_of_a_body_is_left(text):
    text = text.format(*[CONSTANT] * text.count("{}"))
    new = view.without(text, ["f"])
    assert str(CONSTANT) not in new
    ast.parse(new)
    assert new.count("\n") == text.count("\n")


def test_comments_of_neighbours_stay():
    text = ("# of the module\ndef f():\n    return 1\n\n# of g\n"
            "def g():\n    return 2\n")
    new = view.without(text, ["f"])
    assert "# of the module" in new and "# of g" in new
    assert "return 2" in new and "return 1" not in new


NAMES = st.sampled_from(["f", "g", "h"])
STATEMENTS = st.sampled_from([
    f"return {CONSTANT}", f"x = [{CONSTANT},\n    2]", f"# {CONSTANT}\npass",
    f"for i in range({CONSTANT}):\n    pass\nelse:\n    y = {CONSTANT}",
    f"def inner(a={CONSTANT}):\n    return a", f"s = '''\n{CONSTANT}'''",
    f"assert x == {CONSTANT}; y = 2", f"lambda: {CONSTANT}",
    "pass  # \u2028 and \x0c"])


@st.composite
def functions(draw, indent=""):
    """(name, text) of a function of any body."""
    name, lines = draw(NAMES), []
    for text in draw(st.lists(STATEMENTS, min_size=1, max_size=4)):
        lines += text.split("\n")
    # A string over lines must not be indented: it would still be right.
    if not any(line.strip() and line.strip()[0] != "#" for line in lines):
        lines.append("pass")
    head = draw(st.sampled_from(["def {}(x, y=(1,\n  2)):", "def {}():",
                                 "@deco\nasync def {}(*a, k: int):"]))
    body = "\n".join(f"    {line}" for line in lines)
    return name, "\n".join(indent + line for line in (
        head.format(name) + "\n" + body).split("\n")) + "\n"


@given(st.lists(functions(), min_size=1, max_size=5), NAMES)
def test_any_module(made, hidden):
    """It compiles; signatures stay; of others all stays."""
    text = "\n".join(part for _, part in made)
    new = view.without(text, [hidden])
    compile(new, "m", "exec")
    before, after = ast.parse(text).body, ast.parse(new).body
    assert len(before) == len(after)
    for old, now in zip(before, after):
        assert ast.dump(old.args) == ast.dump(now.args)
        assert old.name == now.name and old.lineno == now.lineno
        if old.name == hidden:
            assert str(CONSTANT) not in ast.dump(now)
            assert len(now.body) == 1 and type(now.body[0]) is ast.Raise
        elif not any(getattr(n, "name", "") == hidden
                     for n in ast.walk(old)):
            assert ast.dump(old) == ast.dump(now)


# Files.

def shown(made, path):
    """The text of a file as the mounts leave it; the last one wins."""
    for source, original in reversed(made.binds):
        if path == original:
            return source.read_text()
        if original in path.parents:
            return (source / path.relative_to(original)).read_text()
    return path.read_text()


@pytest.mark.parametrize("hide", [
    ["odd_package:g"], ["odd_package.one:f"], ["odd_package.below:deep"],
    ["odd_package.two:deep"], ["odd_package"], ["odd_package.one"],
    ["odd_package", "odd_package.one:f"], ["odd_package.one:f",
                                           "odd_package"]])
def test_it_is_gone_whatever_it_is_called(package, tmp_path, hide):
    made = view.make_view(hide, tmp_path / "view")
    assert made.problems == []
    for path in package.rglob("*.py"):
        assert str(CONSTANT) not in shown(made, path)


@pytest.mark.parametrize("hide", [
    ["odd_package", "odd_package.one:f"], ["odd_package.one",
                                           "odd_package.one:f"]])
def test_a_hidden_module_stays_hidden(package, tmp_path, hide):
    """A function of it is named too: the rest must not come back."""
    (package / "one.py").write_text("rest = 1\ndef f():\n    pass\n")
    made = view.make_view(hide, tmp_path / "view")
    assert shown(made, package / "one.py") == view.STUB


def test_what_is_compiled_later_is_hidden_too(package, tmp_path):
    """Another process may import it while the students' kernels run."""
    made = view.make_view(["odd_package.one:f"], tmp_path / "view")
    cache = package / "__pycache__"
    assert cache in [original for _, original in made.binds]
    assert cache.is_dir()       # a place to mount on


@pytest.mark.parametrize("entry", [
    "odd_package.two:h", "odd_package.two:f", "odd_package.none:f",
    "odd_package.latin:f"])
def test_what_is_no_function_is_said(package, tmp_path, entry):
    (package / "latin.py").write_bytes(b"def f(): return '\xe9'\n")
    made = view.make_view([entry], tmp_path / "view")
    assert [p.split()[0] for p in made.problems] == [entry]
