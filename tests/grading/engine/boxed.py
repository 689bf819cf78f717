"""What code in a student's kernel can do: run, and told as JSON.

    python -m tests.grading.engine.boxed FOLDER PORT

FOLDER holds a secret file; a listener of the caller waits at PORT.
"""
import json
import os
import sys
from pathlib import Path

from nnlab.grading.engine import bench, cgroup
from nnlab.grading.engine.kernel import Died
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small

LOOK = r'''
import os, socket, sys, json, ctypes, subprocess
def tries(f, *a):
    try:
        return str(f(*a))[:200]
    except BaseException as e:
        return "refused: " + type(e).__name__
seen = {
    "uid": os.getuid(), "pid": os.getpid(),
    "secret": tries(lambda: open(FOLDER + "/secret").read()),
    "folder": tries(os.listdir, FOLDER),
    "shadow": tries(lambda: open("/etc/shadow").read()),
    "network": tries(socket.create_connection, ("127.0.0.1", PORT), 2),
    "environment": [v for v in os.environ.values() if "s3cret" in v],
    "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "neighbours": tries(lambda: sorted(os.listdir(os.path.dirname(
        os.path.dirname(os.getcwd()))))),
    "own": os.path.basename(os.path.dirname(os.getcwd())),
    "writes": {p: tries(lambda: open(p + "/x", "w").close()) for p in (
        "/", "/usr", "/etc", "/grading/inside", sys.prefix,
        os.path.dirname(os.__file__), os.path.dirname(os.getcwd()))},
    "scratch": tries(lambda: open("x", "w").write("1")),
    "status": [l for l in open("/proc/self/status").read().splitlines()
               if l.startswith(("Cap", "NoNewPrivs"))],
    "mount": tries(subprocess.check_output, ["mount", "-t", "tmpfs", "x",
                                             "/tmp"]),
    "umount": ctypes.CDLL(None).umount2(b"/proc", 2),
    "large file": tries(lambda: open("big", "wb").write(bytes(1 << 27))),
    "spaces": {n: os.readlink("/proc/self/ns/" + n) for n in (
        "pid", "net", "ipc", "uts", "mnt")},
}
print(json.dumps(seen))
'''
MEMORY = """
held = []
while True:
    held.append(bytearray(1 << 26))
    held[-1][::4096] = b'1' * len(held[-1][::4096])
"""
FORKS = """
import os, time
made = 0
for _ in range(200):
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        made += 1
    except OSError:
        break
print(made)
"""
OPTIONS = Options(cell_seconds=15, memory=512 << 20, file_size=32 << 20,
                  processes=40)


def text(outputs):
    """What a cell printed, or the errors that it showed."""
    return "".join(o.get("text") or o.get("ename", "") + " " + o.get(
        "evalue", "") for o in outputs)


def look(folder, port):
    """What a kernel sees, while another kernel is there."""
    made = small.release({"f": "1"})
    start = bench.bench(made, OPTIONS).student({})
    other, kernel = start(), start()
    head = f"FOLDER, PORT = {str(folder)!r}, {port}\n"
    said = text(kernel.run(head + LOOK, 15))
    found = json.loads(next(line for line in said.splitlines()
                            if line.startswith("{")))
    found["other"] = other.place.folder.name
    found["alone"] = {n: os.readlink(f"/proc/self/ns/{n}")
                      for n in found["spaces"]}
    found["forks"] = tried(kernel, FORKS)
    other.close()
    kernel.close()
    found["memory"], found["watch"] = memory(start), None
    if cgroup.kind():
        cgroup.kind = lambda: ""
        found["watch"] = memory(start)
    return found


def memory(start):
    """How a kernel that takes all memory ends, in words."""
    kernel = start()
    try:
        return tried(kernel, MEMORY)
    finally:
        kernel.close()


def tried(kernel, source):
    """What a cell prints, or what its kernel died of."""
    try:
        return text(kernel.run(source, 15))
    except Died as died:
        return str(died.args[0])


if __name__ == "__main__":
    print(json.dumps(look(Path(sys.argv[1]), int(sys.argv[2]))))
