"""In the cage: grade, and say what happens meanwhile and afterwards.

It is process 1 there, which nothing in the cage can kill.
"""
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.grading.hostile import cage
from tests.grading.hostile.course import NAME, PORT, environment

REST = 2.5      # seconds in which a process left behind may strike


def say(**what):
    """One line of the report."""
    print(json.dumps(what), flush=True)


def listen():
    """Take what comes to the port; a list of what was sent."""
    server, heard = socket.create_server(("127.0.0.1", PORT)), []

    def serve():
        while True:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(2)
                try:
                    heard.append(connection.recv(4096).decode("latin-1"))
                except OSError:
                    heard.append("")
    threading.Thread(target=serve, daemon=True).start()
    return heard


def survivors():
    """Command lines of the other processes in the cage, zombies not."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if line:
                found.append(line.replace(b"\0", b" ").decode()[:120])
    return found


def _limits():
    resource.setrlimit(resource.RLIMIT_AS, (cage.MEMORY, cage.MEMORY))


def stock(folder, seconds):
    """Run ``nbgrader autograde`` as it comes."""
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME]
    with open(folder / "log.txt", "w") as log:
        done = subprocess.Popen(
            command, cwd=folder / "course", env=environment(folder / "home"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=_limits)
        try:
            return done.wait(seconds)
        except subprocess.TimeoutExpired:
            done.kill()
            return None


def ours(folder, seconds, protected=True):
    """Run our engine over the whole course."""
    from tests.grading.hostile import ours as engine
    return engine.grade_course(folder / "course", protected)


HOW = {"stock": stock, "ours": ours,
       "unprotected": lambda *a: ours(*a, protected=False)}


def main(folder, how, seconds):
    """Grade, wait for what was left behind, report."""
    heard, start = listen(), time.monotonic()
    code = HOW[how](Path(folder), float(seconds))
    say(code=code, seconds=round(time.monotonic() - start, 1))
    # The grader's own helpers get a moment to go.
    time.sleep(0.5)
    left = survivors()
    say(survivors=left)
    if left:
        time.sleep(REST)
    say(heard=heard)


if __name__ == "__main__":
    main(*sys.argv[1:])
