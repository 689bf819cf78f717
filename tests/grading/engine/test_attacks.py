"""Attacks that once worked, and honest answers that once failed."""
import json
import os
import subprocess
import sys
import tempfile

import pytest
from jupyter_client.session import Session

from nnlab.grading.engine import bench, kernel, provisioner, zygotes
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small
from tests.grading.engine.attacked import OPTIONS as ATTACKED
from tests.grading.engine.test_box import AS_USER, ROOT

pytestmark = [pytest.mark.grading, pytest.mark.timeout(120)]
STACK = """
class Stack:
    def __init__(self):
        self.all = []
    def push(self, x):
        self.all.append(x)
        return self
    def top(self):
        return self.all[-1]
"""
QUEUE = """
class Queue:
    def __len__(self):
        return 3
"""
CLASSES = {"Stack": ["push", "top"], "Queue": ["__len__"]}
# It is told what is expected, and says that it is that.
LIAR = """
class Stack:
    def push(self, x):
        return self
    def __sub__(self, x):
        return Stack()
    __rsub__ = __sub__
    def __abs__(self):
        return 0.0
    def __contains__(self, x):
        return True
"""


def scores(tests, answers, names=None, **options):
    """{test: points}, in a release that has a Stack and a Queue."""
    made = small.release(tests, names or {
        n: [m for m in (n, *CLASSES) if m in tests[n]] for n in tests},
        CLASSES)
    return small.points(small.run(made, answers, **options))


# Objects.

def test_a_class_does_no_more_than_the_release_s_own():
    tests = {"s": "s = Stack()\nassert s.push(1).push(2) is not None",
             "q": "assert len(Queue()) == 3",
             "f": "assert abs(f(2) - 4.0) < 1e-9", "g": "assert 3 in g(1)",
             "h": "assert abs(4.0 - h(2)) < 1e-9"}
    found = scores(tests, {
        "s": LIAR, "q": QUEUE, **{n: f"def {n}(x):\n    return Stack()"
                                  for n in "fgh"}})
    assert found == {"f": 0, "g": 0, "h": 0, "s": 2, "q": 2}


def test_each_class_is_itself_in_each_cell():
    """The first of one cell, and the first of the next, are two."""
    tests = {"s": "assert Stack().push(1).top() == 1",
             "q": "assert len(Queue()) == 3\n"
                  "assert Queue.__name__ == 'Queue'"}
    assert scores(tests, {"s": STACK, "q": QUEUE}) == {"s": 2, "q": 2}


def test_what_a_test_keeps_is_there_in_the_next():
    tests = {"s": "kept = Stack()\nkept.push(7)",
             "g": "add = g(3)\nassert add(1) == 4",
             "t": "assert kept.top() == 7",
             "u": "kept.push(8)\nassert kept.top() == 8 and add(2) == 5"}
    names = {"s": ["Stack"], "g": ["g"], "t": [], "u": []}
    answers = {"s": STACK, "g": "def g(n):\n    return lambda x: x + n"}
    assert scores(tests, answers, names) == dict.fromkeys(tests, 2)


def test_what_a_test_keeps_does_not_become_another():
    """Its kernel ended: it is gone, and nothing takes its number."""
    tests = {"s": "kept = Stack().push(7)", "e": "e()",
             "t": "other = Stack().push(9)\nassert other.top() == 9",
             "u": "assert kept.top() == 9"}
    names = {"s": ["Stack"], "e": ["e"], "t": ["Stack"], "u": []}
    answers = {"s": STACK, "e": "import os\ndef e():\n    os._exit(0)"}
    assert scores(tests, answers, names) == {"s": 2, "e": 0, "t": 2, "u": 0}


def test_an_object_is_itself():
    tests = {"s": "s = Stack()\nassert s.push(1) is s\nassert s in [s]\n"
                  "assert s is not Stack()"}
    assert scores(tests, {"s": STACK}) == {"s": 2}


# What a machine has.

def test_a_long_answer_does_not_fill_the_test_s_memory():
    """A range is a few bytes on the wire, and all memory in a set."""
    tests = {"f": "assert set(f(2)) == {0, 1}", "g": "assert g(1) == 1"}
    made = small.release(tests)
    graded, _ = small.run(
        made, {"f": "def f(x):\n    return range(10**12)",
               "g": "def g(x):\n    return x"},
        Options(memory=256 << 20, cell_seconds=1, call_seconds=3))
    assert small.points((graded, None)) == {"f": 0, "g": 2}
    error = graded.notebook["cells"][2]["outputs"][-1]
    assert error["ename"] in ("MemoryError", "NotPlain"), error


@pytest.fixture(scope="module", params=["as it is", "as a user"])
def seen(request, tmp_path_factory):
    """What tests/grading/engine/attacked.py found, as JSON."""
    folder = tmp_path_factory.mktemp("attacked")
    home = folder / "home"
    home.mkdir()
    home.chmod(0o777)
    command = [sys.executable, "-m", "tests.grading.engine.attacked"]
    if request.param == "as a user" and os.getuid() == 0:
        command = ["unshare", "-m", "bash", "-c", AS_USER, "as-user",
                   str(folder), sys.base_prefix, *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "HOME": str(home),
                               "TMPDIR": "/tmp", "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_no_place_is_shared_with_the_next_kernel(seen):
    assert "left" in seen["left"]
    assert seen["found"].strip() == "[]"


def test_the_folder_on_the_disk_has_its_quota(seen):
    """240 MiB in small enough files, then very many empty ones."""
    for said in seen["large"], seen["many"]:
        assert "PermissionError" in said or "too many files" in said, said


def test_a_grader_leaves_the_folders_of_others_alone(tmp_path, monkeypatch):
    """It cannot see their processes from another namespace."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    run = zygotes.run_folder()
    code = ("import tempfile; from nnlab.grading.engine import zygotes; "
            f"tempfile.tempdir = {str(tmp_path)!r}; zygotes.run_folder()")
    rights = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
    subprocess.run(["unshare", *rights, "--pid", "--fork", "--mount-proc",
                    sys.executable, "-c", code], check=True, cwd=ROOT)
    assert (run / "lib").exists()


def test_a_long_way_to_temporary_files(tmp_path, monkeypatch):
    """The path of a socket has at most 107 letters."""
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    made = small.release({"f": "assert f(2) == 2"})
    try:
        found = small.run(made, {"f": "def f(x):\n    return x"})
    finally:
        bench.close_all()
    assert small.points(found) == {"f": 2}


def test_a_kernel_that_fails_at_once_leaves_no_socket(monkeypatch):
    """zmq waits for ever for one when its context is collected."""
    def fails(self):
        made.append(self.context)
        raise OSError("not now")
    made = []
    start = bench.bench(small.release({"f": "1"}), ATTACKED).student({})
    monkeypatch.setattr(kernel.Kernel, "_until_heard", fails)
    with pytest.raises(OSError, match="not now"):
        start()
    context, = made
    closed = context.closed
    context.destroy(linger=0)
    assert closed


def test_a_message_that_is_too_large_is_not_unpacked(monkeypatch):
    """60 MB of "{}," take 1.6 GB as dicts."""
    sizes, unpack = [], Session.deserialize

    def counts(self, frames, *args, **kwargs):
        sizes.append(sum(map(len, frames)))
        return unpack(self, frames, *args, **kwargs)
    monkeypatch.setattr(Session, "deserialize", counts)
    options = Options(output=1 << 16)
    one = bench.bench(small.release({"f": "1"}), options).student({})()
    try:
        one.run("display('x' * 300_000)\nprint('after')", 5)
    finally:
        one.close()
    assert sizes and max(sizes) < options.output


def test_a_link_in_the_place_of_a_socket_is_not_followed(tmp_path):
    """Root gives a kernel its socket, and not what a link points to."""
    other = tmp_path / "of-root"
    other.touch()
    place = provisioner.Place.make(tmp_path, {}, zygote=None, boxed=True,
                                   limits={}, scratch=1)
    (place.folder / "calls").symlink_to(other)
    place.give(place.folder / "calls")
    assert other.stat().st_uid == os.getuid()
