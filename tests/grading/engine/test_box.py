"""The sandbox: what a student's kernel can see, take and leave behind."""
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnlab.grading.engine import bench, sandbox, zygotes
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small

pytestmark = [pytest.mark.grading, pytest.mark.timeout(120)]
ROOT = Path(__file__).parents[3]
SECRET = "s3cret-of-the-grader"
# As root: a mount namespace of its own, in which the way to Python is
# open to others, and then another user.
AS_USER = """
set -e
mount --make-rprivate /
mkdir -p "$1/python"
mount --bind "$2" "$1/python"
top=/$(echo "$2" | cut -d/ -f2)
if test "$top" != /usr; then
    mount -t tmpfs -o mode=755 none "$top"
    mkdir -p "$2"
    mount --bind "$1/python" "$2"
fi
shift 2
exec setpriv --reuid=12345 --regid=12345 --clear-groups "$@"
"""


@pytest.fixture(scope="module", params=["as it is", "as a user"])
def seen(request, tmp_path_factory):
    """What tests/grading/engine/boxed.py found."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "secret").write_text(SECRET)
    home = folder / "home"
    home.mkdir()
    home.chmod(0o777)
    for path in [folder, *folder.parents]:
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        found = _look(request.param, folder, listener.getsockname()[1], home)
        found["called"] = _called(listener)
    return found


def _look(how, folder, port, home):
    command = [sys.executable, "-m", "tests.grading.engine.boxed",
               str(folder), str(port)]
    if how == "as a user" and os.getuid() == 0:
        command = ["unshare", "-m", "bash", "-c", AS_USER, "as-user",
                   str(folder), _open_way(), *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "NNLAB_TEST": SECRET,
                               "HOME": str(home), "TMPDIR": "/tmp",
                               "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _open_way():
    """The folder of this Python that has to be opened to others."""
    return sys.base_prefix


def _called(listener):
    try:
        listener.accept()
        return True
    except TimeoutError:
        return False


def test_nothing_of_ours_is_in_reach(seen):
    assert seen["secret"].startswith("refused")
    assert seen["folder"].startswith("refused")
    assert seen["shadow"].startswith("refused")
    assert seen["environment"] == []
    assert seen["network"].startswith("refused") and not seen["called"]


def test_it_is_alone(seen):
    assert seen["pid"] == 1 and seen["processes"] == ["1"]
    assert seen["neighbours"] == str([seen["own"]])
    assert seen["other"] != seen["own"]
    for name, space in seen["spaces"].items():
        assert space != seen["alone"][name], name
    assert seen["uid"] != 0


def test_it_writes_in_its_scratch_only(seen):
    scratch = {path for path, said in seen["writes"].items()
               if not said.startswith("refused")}
    # Its folder holds its own sockets, nothing else.
    assert {Path(p).name for p in scratch} <= {seen["own"]}
    assert seen["scratch"] == "1"
    assert seen["large file"].startswith("refused")


def test_it_has_no_rights(seen):
    status = dict(line.split(":\t") for line in seen["status"])
    assert int(status["NoNewPrivs"]) == 1
    for name in "CapPrm", "CapEff", "CapInh", "CapAmb":
        assert int(status[name], 16) == 0, name
    assert seen["mount"].startswith("refused") and seen["umount"] == -1


def test_limits(seen):
    forks = seen["forks"].strip()
    assert int(forks) < 60 if forks.isdigit() else (
        "processes" in forks or "memory" in forks), forks
    assert "memory" in seen["memory"].lower(), seen["memory"]
    assert seen["watch"] is None or "memory" in seen["watch"].lower()


def test_protections_tell_the_truth(monkeypatch):
    on = {name: on for name, on, _ in sandbox.protections(Options())}
    assert on == dict.fromkeys(
        ["two kernels", "sandbox", "memory", "time and output"], True)
    off = {n: (on, how) for n, on, how in sandbox.protections(
        Options(protected=False))}
    for name in "sandbox", "memory":
        assert not off[name][0] and "--unprotected" in off[name][1]
    monkeypatch.setenv("PATH", "")
    gone = {n: (on, how) for n, on, how in sandbox.protections(Options())}
    assert not gone["sandbox"][0] and "not installed" in gone["sandbox"][1]
    assert "apt install bubblewrap" in gone["sandbox"][1]
    assert gone["memory"] == (False, "it comes with the sandbox")


# Warm and cold.

def kernel_says(made, source, options=small.OPTIONS):
    kernel = bench.bench(made, options).student({})()
    try:
        return "".join(o.get("text", o.get("evalue", "")) for o in
                       kernel.run(source, 5))
    finally:
        kernel.close()


def test_kernels_are_forked_and_share_nothing():
    made = small.release({"f": "import wave\n1"})
    asks = "import sys\nprint('wave' in sys.modules, hasattr(sys, 'mine'))"
    says = kernel_says(made, asks + "\nsys.mine = 1")
    assert says.split() == ["True", "False"]
    assert kernel_says(made, asks).split() == ["True", "False"]


STARTS_THREADS = "import threading, time\nthreading.Thread(target=" \
    "time.sleep, args=(99,), daemon=True).start()"


@pytest.mark.parametrize("source, why", [
    (STARTS_THREADS, "thread"), ("import os\nos._exit(3)", "start")])
def test_a_module_that_cannot_be_forked(tmp_path, monkeypatch, source, why):
    """Kernels start cold, grade all the same, and it is said."""
    (tmp_path / "odd_module.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    made = small.release({"f": "assert f(2) == 2"})
    made.templates["t"].notebook["cells"].append(
        small.cell("import odd_module"))
    try:
        found = small.run(made, {"f": "def f(x): return x"})
        assert small.points(found) == {"f": 2}
        notes = bench.bench(made, small.OPTIONS).notes
        assert any("starts more slowly" in n and why in n for n in notes), (
            notes)
    finally:
        bench.close_all()


def test_a_zygote_that_is_killed_is_missed_by_nobody():
    made = small.release({"f": "assert f(2) == 2"})
    where = bench.bench(made, small.OPTIONS)
    for zygote in where.students, where.tests:
        zygote.process.kill()
        zygote.process.wait()
    found = small.run(made, {"f": "def f(x): return x"})
    assert small.points(found) == {"f": 2}
    bench.close_all()


def test_a_killed_worker_leaves_nothing(tmp_path):
    """No zygote, no kernel, and its folder goes with the next run."""
    code = ("from tests.grading.engine import small_release as s\n"
            "from nnlab.grading.engine import bench\n"
            "b = bench.bench(s.release({'f': '1'}), s.OPTIONS)\n"
            "k = b.student({})()\n"
            "print(b.run, b.students.process.pid, b.tests.process.pid,"
            "k.process.pid, flush=True)\nimport time\ntime.sleep(99)")
    worker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT,
                              stdout=subprocess.PIPE, text=True)
    run, *pids = worker.stdout.readline().split()
    worker.kill()
    worker.wait()
    worker.stdout.close()
    deadline = time.monotonic() + 20
    while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [pid for pid in pids if _runs(pid)] == []
    zygotes.run_folder()
    assert not Path(run).exists()


def _runs(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_jupyter_finds_the_provisioner():
    from jupyter_client.manager import KernelManager
    from jupyter_client.provisioning import KernelProvisionerFactory

    from nnlab.grading.engine import kernel
    factory = KernelProvisionerFactory.instance()
    assert "nnlab-warm" in factory.get_provisioner_entries()
    manager = KernelManager()
    manager._kernel_spec = kernel.SPEC
    manager.start_kernel()          # without a place: as any other
    try:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
