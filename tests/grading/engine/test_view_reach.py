"""The student view: what once stayed in reach, or broke an import."""
import ast
import dataclasses
import sys
from pathlib import Path

import numpy.polynomial.chebyshev as reference
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.grading.engine import bench, blank, sandbox, view
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small

CONSTANT = 86421
ODD = {
    "apart/sub/mod.py": f"def f():\n    return {CONSTANT}\n",
    "same/__init__.py": "from .core import f\nclass A:\n"
                        "    def f(self):\n        return f()\n",
    "same/core.py": f"def f():\n    return {CONSTANT}\n",
    "both/__init__.py": "try:\n    from .core import f\nexcept "
                        "ImportError:\n    def f():\n        return 1\n",
    "both/core.py": f"def f():\n    return {CONSTANT}\n",
    "fast.py": "def f():\n    return 1\nfrom _heapq import heappop as f\n",
    "starred.py": "def f():\n    return 1\nfrom _heapq import *\n",
    "gone.py": "try:\n    from no_such import f\nexcept ImportError:\n"
               f"    def f():\n        return {CONSTANT}\n",
    "methods.py": "class A:\n    x = 1\n    class B:\n"
                  "        def f(self):\n            return 1\n",
}


@pytest.fixture
def odd(tmp_path, monkeypatch):
    """Modules that Python finds, and that nothing imports."""
    for name, text in ODD.items():
        path = tmp_path / "odd" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "odd")
    yield tmp_path / "odd"
    assert not {n.split("/")[0].split(".")[0] for n in ODD} & {*sys.modules}


@pytest.mark.parametrize("entry, file", [
    ("apart.sub.mod:f", "apart/sub/mod.py"),
    ("apart.sub.mod", "apart/sub/mod.py"),
    ("same:f", "same/core.py"), ("both:f", "both/core.py"),
    ("gone:f", "gone.py")])
def test_a_file_is_written_anew(odd, tmp_path, entry, file):
    made = view.make_view([entry], tmp_path / "view")
    assert made.problems == []
    new, = (source for source, original in made.binds
            if original == (odd / file).resolve())
    assert str(CONSTANT) not in new.read_text()


@pytest.mark.parametrize("entry", ["apart", "apart.sub"])
def test_a_namespace_is_hidden_whole(odd, tmp_path, entry):
    made = view.make_view([entry], tmp_path / "view")
    (new, original), = made.binds
    assert original == odd / entry.replace(".", "/")
    assert (new / "__init__.py").read_text() == view.STUB
    assert {p.read_text() for p in new.rglob("*.py")} == {view.STUB}


@pytest.mark.parametrize("entry", [
    "heapq:heappush", "fast:f", "starred:f", "methods:A.f", "methods:A.x",
    "same:A.g", "same:f.x"])
def test_what_stays_in_reach_is_said(odd, tmp_path, entry):
    """Replaced by C, or no such method: it must not look hidden."""
    made = view.make_view([entry], tmp_path / "view")
    assert [p.split()[0] for p in made.problems] == [entry]


@pytest.mark.parametrize("text, name", [
    ("class A:\n    def f(self):\n        def g():\n            return {}\n"
     "        return g\n", "A"),
    ("def f():\n    def f():\n        return {}\n    return f\n", "f"),
    ("class A:\n    class B:\n        def f(self): return {}\n", "A.B.f"),
    ("class A:\n    class B:\n        def f(self): return {}\n", "A"),
    ("if 1:\n  if 2:\n    if 3:\n        if 4:\n            def f():\n"
     "                return {}\n", "f"),
    ("match 1:\n    case 1:\n        def f(): return {}\n", "f")])
def test_bodies_in_bodies(text, name):
    new = blank.without(text.format(CONSTANT), [name])
    assert str(CONSTANT) not in new and "graded here" in new


BLOCKS = ["if x:", "for x in y:", "with x:", "class C:", "def f():",
          "async def g():", "try:"]


@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=6),
       st.sampled_from(["f", "g", "C"]))
def test_any_nesting(blocks, name):
    """It compiles, whatever stands in what."""
    lines = ["    " * i + head for i, head in enumerate(blocks)]
    lines.append("    " * len(blocks) + "pass")
    lines += ["    " * i + "finally: pass" for i, head in
              reversed([*enumerate(blocks)]) if head == "try:"]
    new = blank.without("\n".join(lines) + "\n", [name])
    ast.parse(new)
    assert ("graded here" in new) == bool(
        blank.functions(ast.parse("\n".join(lines)), name))


def test_a_source_that_breaks_is_said(odd, tmp_path, monkeypatch):
    def spoil(function, lines):
        lines[0] = "(\n"
    monkeypatch.setattr(blank, "_blank", spoil)
    made = view.make_view(["same:f"], tmp_path / "view")
    assert made.binds == [] and made.problems[0].startswith("core.py:f")


@pytest.mark.parametrize("hide", [
    ["same", "same.core"], ["same.core", "same"],
    ["apart", "apart.sub.mod"]])
def test_nothing_is_mounted_in_a_stub(odd, tmp_path, hide):
    """bubblewrap cannot, and then no kernel starts."""
    made = view.make_view(hide, tmp_path / "view")
    assert len(made.binds) == 1


def test_what_was_compiled_of_others_stays(odd, tmp_path):
    cache = odd / "same" / "__pycache__"
    cache.mkdir()
    for name in "core", "__init__":
        (cache / f"{name}.cpython-311.pyc").write_bytes(name.encode())
    made = view.make_view(["same:f"], tmp_path / "view")
    new = {original: source for source, original in made.binds}[cache]
    assert [p.name for p in new.iterdir()] == ["__init__.cpython-311.pyc"]


def test_every_path_of_a_file_is_covered(odd, tmp_path):
    """lib64 is a link to lib; each is a mount of its own."""
    (tmp_path / "lib64").symlink_to(odd)
    file = odd / "fast.py"
    mounts = ["--ro-bind", str(odd), "/a/lib", "--ro-bind-try",
              str(tmp_path / "lib64"), "/a/lib64", "--symlink", str(odd), "/b",
              "--ro-bind", "/usr", "/usr"]
    assert sandbox._everywhere([("new", file)], mounts) == [
        "--ro-bind", "new", "/a/lib/fast.py",
        "--ro-bind", "new", "/a/lib64/fast.py"]
    assert sandbox._everywhere([("new", odd)], mounts)[2] == "/a/lib"


@pytest.mark.grading
@pytest.mark.timeout(120)
def test_links_of_an_environment_show_nothing():
    """In a real sandbox: lib and lib64 of this Python's environment."""
    made = dataclasses.replace(small.release({"f": "1"}), hide=(
        "numpy.polynomial.chebyshev:chebval",))
    kernel = bench.bench(made, Options(cell_seconds=60)).student({})()
    below = Path(reference.__file__).relative_to(sys.prefix)
    paths = [str(Path(sys.prefix, top, *below.parts[1:]))
             for top in ("lib", "lib64")]
    try:
        said = "".join(o.get("text", o.get("evalue", "")) for o in kernel.run(
            f"import os\nfor p in {paths!r}:\n    if os.path.exists(p):\n"
            "        c = os.path.join(os.path.dirname(p), '__pycache__')\n"
            "        print('c0 = c[-2]' in open(p).read().split("
            "'def chebval(')[1].split('def ')[0], 'graded here' in "
            "open(p).read(), any(n.startswith('chebyshev.') for n in "
            "os.listdir(c)))", 60))
    finally:
        kernel.close()
        bench.close_all()
    rows = said.strip().splitlines()
    assert rows and set(rows) == {"False True False"}
