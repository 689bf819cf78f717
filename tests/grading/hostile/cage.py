"""Where hostile code may do its worst: a cage around a whole grader.

Everything on the machine is read-only in it, but for one folder.  It
has processes and a network of its own, and all of them end with it.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.grading.hostile.course import ROOT, environment

MEMORY = 3 << 30


def command(folder, *arguments, root=False):
    """bwrap's command line around ``arguments``.

    root : keep root's rights within, so that the grader under test can
    build a cage of its own as root does
    """
    rights = [] if root else ["--unshare-user-try", "--cap-drop", "ALL"]
    return ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc",
            "--unshare-uts", *rights, "--as-pid-1", "--die-with-parent",
            "--new-session", "--ro-bind", "/", "/", "--dev", "/dev",
            "--proc", "/proc", "--size", str(1 << 30), "--tmpfs", "/tmp",
            *_there_again(ROOT, sys.prefix),
            "--bind", str(folder), str(folder), "--chdir", str(ROOT),
            "--", *arguments]


def _there_again(*folders):
    """What lies in /tmp itself, and was just hidden."""
    return [a for folder in map(str, folders) if folder.startswith("/tmp/")
            for a in ("--ro-bind", folder, folder)]


def run(folder, how, seconds, root=False):
    """Grade the course in ``folder`` in a cage; what was seen there.

    The one inside reports after every step, as it may be killed; what
    it did not live to say is missing from the dict.
    """
    folder = Path(folder)
    report = folder.parent / f"{folder.name}.report"
    inner = [sys.executable, "-m", "tests.grading.hostile.inside",
             str(folder), how, str(seconds)]
    with open(report, "w+") as out, open(f"{report}.log", "w") as log:
        try:
            subprocess.run(
                command(folder, *inner, root=root),
                env=environment(folder / "home"), stdout=out, stderr=log,
                stdin=subprocess.DEVNULL, timeout=seconds + 60)
        except subprocess.TimeoutExpired:
            pass
        out.seek(0)
        lines = out.read().splitlines()
    seen = {}
    for line in lines:
        seen |= json.loads(line)
    os.unlink(report)
    return seen
