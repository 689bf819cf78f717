"""Warm kernels: what they share, and what keeps them from being warm."""
import array
import fcntl
import os
import tempfile
import termios
from pathlib import Path

import pytest

from nnlab.grading.engine import bench, zygotes
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small

pytestmark = [pytest.mark.grading, pytest.mark.timeout(120)]
DRAW = ("import random, numpy\n"
        "print(random.random(), numpy.random.rand(), len({'a', 'b'}),\n"
        "      list({'one', 'two', 'three'}))")
CHANGE = ("import os, sys, json, numpy, builtins\nnumpy.pi = 3\n"
          "builtins.mine = 1\njson.mine = 1\nos.environ['MINE'] = '1'\n"
          "open('mine', 'w').close(); open('/tmp/mine', 'w').close()\n"
          "os.chdir('/tmp')")
ASK = ("import os, json, numpy, builtins\nprint(numpy.pi > 3.1, "
       "hasattr(builtins, 'mine'), hasattr(json, 'mine'), "
       "'MINE' in os.environ, os.path.exists('mine'), "
       "os.path.exists('/tmp/mine'))")


@pytest.fixture(scope="module")
def where():
    """A bench for kernels."""
    made = small.release({"f": "import wave\n1"})
    yield bench.bench(made, small.OPTIONS)
    bench.close_all()


def says(where, *sources, files=None):
    """What cells print in a new kernel."""
    kernel = where.student(files or {})()
    try:
        return [_text(kernel.run(source, 10)) for source in sources]
    finally:
        kernel.close()


def _text(outputs):
    return "".join(o.get("text", o.get("evalue", "")) for o in outputs)


def test_nothing_passes_from_one_kernel_to_the_next(where):
    clean = "True False False False False False\n"
    changed = says(where, CHANGE, "%cd -q /grading\n" + ASK)
    assert changed[1] != clean
    assert says(where, ASK) == [clean]


def test_each_kernel_draws_the_same(where):
    """However often it is greeted: IPython answers with a random tip."""
    drawn = {_drawn(where, greetings) for greetings in range(4)}
    assert len(drawn) == 1 and len(drawn.pop().split()) > 3
    seeded = says(where, "import numpy; numpy.random.seed(7)", DRAW)
    assert seeded[1] != says(where, DRAW)[0]


def _drawn(where, greetings):
    kernel = where.student({})()
    try:
        for _ in range(greetings):
            kernel.session.send(kernel.shell, "kernel_info_request", {})
        return _text(kernel.run(DRAW, 10))
    finally:
        kernel.close()


def test_its_files_are_its_own(where):
    files = {"data/x.txt": b"given"}
    change = "open('data/x.txt', 'w').write('mine')"
    ask = "print(open('data/x.txt').read())"
    assert says(where, change, ask, files=files)[1] == "mine\n"
    assert says(where, ask, files=files) == ["given\n"]


def test_what_fills_its_outputs_stops_nobody(where):
    """Files that a kernel inherits are filled; the next one runs."""
    fill = ("import os\nfor f in range(3, 100):\n    try:\n"
            "        if os.readlink(f'/proc/self/fd/{f}')[:5] == 'pipe:':\n"
            "            os.set_blocking(f, False)\n"
            "            for _ in range(99): os.write(f, bytes(4096))\n"
            "    except OSError: pass")
    before = _unread(where.students)
    kernel = where.student({})()
    try:
        kernel.run(fill, 3)
    except Exception:           # its own pipes: its own loss
        kernel.kill()
    kernel.close()
    said, = says(where, "import os; os.write(2, b'x'); print('y')")
    assert "y\n" in said
    assert _unread(where.students) == before


def _unread(zygote):
    """How much has been written to the pipes of a zygote."""
    size = array.array("i", [0])
    total = 0
    for stream in zygote.process.stdout, zygote.process.stderr:
        fcntl.ioctl(stream, termios.FIONREAD, size)
        total += size[0]
    return total


# Modules that cannot be imported ahead.

ODD = {
    "thread": ("import threading, time\nthreading.Thread("
               "target=time.sleep, args=(99,), daemon=True).start()",
               "thread"),
    "raise": ("raise RuntimeError('not today')", "odd_raise"),
    "hang": ("import time\ntime.sleep(600)", "did not start"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_preload_module_that_is_odd(tmp_path, monkeypatch, name):
    """All is graded, and the notes say what was the matter."""
    source, why = ODD[name]
    (tmp_path / f"odd_{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    wait = zygotes.Zygote._wait

    def impatient(zygote):      # with the one that hangs only
        hangs = "odd_hang" in zygote.process.args
        monkeypatch.setattr(zygotes, "START", 1 if hangs else 120)
        wait(zygote)
    monkeypatch.setattr(zygotes.Zygote, "_wait", impatient)
    options = Options(preload=(f"odd_{name}",), cell_seconds=10)
    made = small.release({"f": "assert f(2) == 2"})
    try:
        found = small.run(made, {"f": "def f(x): return x"}, options)
        notes = bench.bench(made, options).notes
    finally:
        bench.close_all()
    assert small.points(found) == {"f": 2}
    assert any(why in note for note in notes), notes
    # Words for an instructor.
    assert not any("cold" in note or "fork" in note for note in notes)


def test_a_module_that_is_not_there_is_no_note():
    options = Options(preload=("not_installed_here",), cell_seconds=10)
    made = small.release({"f": "1"})
    try:
        assert bench.bench(made, options).notes == []
    finally:
        bench.close_all()


def test_run_folders_of_the_dead_are_swept(tmp_path_factory, monkeypatch):
    tmp_path = tmp_path_factory.mktemp("r")     # a short way
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = os.fork()
    if dead == 0:
        os._exit(0)
    os.waitpid(dead, 0)
    old, other = tmp_path / f"nbg-{dead}-x", tmp_path / "nbg"
    for folder in old, other:
        folder.mkdir()
    mine = zygotes.run_folder()
    run = zygotes.run_folder()
    assert not old.exists() and mine.exists() and other.exists()
    assert Path(run, "lib", "inside", "kernel.py").exists()
