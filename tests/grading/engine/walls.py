"""What code in a student's kernel gets through: run, and told as JSON.

    python -m tests.grading.engine.walls

VIEW, there, is the file of a function that is hidden.
"""
import json
import os
import time

import numpy

from nnlab.grading.engine import bench
from nnlab.grading.engine.model import Options
from nnlab.optimizers import moments
from tests.grading.engine import small_release as small
from tests.grading.engine.boxed import text, tried

OPTIONS = Options(cell_seconds=15, total_seconds=50, memory=512 << 20,
                  file_size=8 << 20, processes=40)
HIDDEN = "nnlab.optimizers:adam"
DAEMON = '''
import os, threading, time
threading.Thread(target=time.sleep, args=(300,)).start()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(300)
    os._exit(0)
'''
LOOK = r'''
import json, os, resource, subprocess
def tries(f, *a):
    try:
        return str(f(*a))[:300]
    except BaseException as e:
        return "refused: " + type(e).__name__
def fill(folder):
    for k in range(6):
        with open(folder + "/big" + str(k), "wb") as file:
            file.write(bytes(6 << 20))
def shell(command):
    return subprocess.run(["sh", "-c", command], text=True,
                          capture_output=True).stdout
def below():
    """In a user namespace, with all rights in it: is the view off?"""
    folder = os.path.dirname(VIEW)
    return shell("unshare -Urm sh -c '"
        f"echo entered; umount {VIEW}; umount -l {VIEW}; cat {VIEW};"
        f"mkdir /tmp/a; mount --bind {folder} /tmp/a; cat /tmp/a/moments.py;"
        f"umount -R -l {folder}; cat {VIEW}'")
print(json.dumps({
    "environment": sorted(os.environ),
    "home": tries(os.listdir, HOME), "run": tries(os.listdir, RUN),
    "sockets": tries(lambda: [f for f in os.listdir(RUN)
                              if f in ("s", "t")]),
    "packages": {p: tries(lambda: open(p + "/x", "w")) for p in (
        "/grading", json.__path__[0], os.path.dirname(VIEW), SITE)},
    "writable": [p for p in ("/", "/usr", "/grading", os.path.dirname(
        VIEW), VIEW, SITE, json.__path__[0])
        if not os.statvfs(p).f_flag & os.ST_RDONLY],
    "limits": {n: resource.getrlimit(getattr(resource, "RLIMIT_" + n))
               for n in ("CPU", "CORE", "FSIZE", "NOFILE")},
    "raised": tries(lambda: resource.setrlimit(
        resource.RLIMIT_CPU, (10**6, 10**6))),
    "quota": {p: tries(fill, p) for p in (".", "/tmp", "/dev/shm")},
    "remount": shell("mount -o remount,rw / && echo done"),
    "below": below(),
    "files": sorted({os.readlink(f"/proc/self/fd/{f}") for f in
                     os.listdir("/proc/self/fd") if os.path.exists(
                         f"/proc/self/fd/{f}")}),
    "bounding": [l.split()[1] for l in open("/proc/self/status")
                 if l.startswith("CapBnd")][0],
}))
'''


def main():
    """What a kernel finds, and what is left of it."""
    made = small.release({"f": "import nnlab.optimizers"}, hide=(HIDDEN,))
    where = bench.bench(made, OPTIONS)
    alone = _below(where.students.process.pid)
    kernel = where.student({})()
    known = {"VIEW": moments.__file__, "RUN": str(where.run),
             "HOME": os.environ["HOME"],
             "SITE": os.path.dirname(numpy.__file__)}
    head = "".join(f"{k} = {v!r}\n" for k, v in known.items())
    said = text(kernel.run(head + LOOK, 30))
    found = json.loads(next(line for line in said.splitlines()
                            if line.startswith("{")))
    found["notes"] = where.notes
    found["zygote files"] = _pipes(where.students)
    found["cpu"] = tried(kernel, "import resource\n"
                         "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
                         "while True: pass")
    kernel.close()
    found["daemons"] = _daemons(where, alone)
    return found


def _pipes(zygote):
    """What this process reads of the zygote."""
    return [os.readlink(f"/proc/self/fd/{stream.fileno()}") for stream in (
        zygote.process.stdout, zygote.process.stderr)]


def _daemons(where, alone):
    """What starts them says, and how many run: with them, after."""
    kernel, zygote = where.student({})(), where.students.process.pid
    said = tried(kernel, DAEMON)
    _wait(lambda: _below(zygote) >= alone + 2)
    before = _below(zygote)
    kernel.close()
    _wait(lambda: _below(zygote) <= alone)
    return [said, before - alone, _below(zygote) - alone]


def _wait(until):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not until():
        time.sleep(0.05)


def _below(pid):
    """How many processes run below this one, zombies apart."""
    parents = {}
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as file:
                state, parent = file.read().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents.setdefault(int(parent), []).append(int(name))
        except (OSError, ValueError):
            continue
    found, heap = 0, [pid]
    while heap:
        heap += parents.get(heap.pop(), [])
        found += 1
    return found


if __name__ == "__main__":
    print(json.dumps(main()))
