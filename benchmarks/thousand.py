"""A thousand submissions, one in twenty hostile or broken, in one run.

    python benchmarks/thousand.py [STUDENTS]

All must be graded, in time that grows with their number only, in
memory that does not.  Then the same again, with a kill -9 at a point
of chance and a second run: the gradebook must be the same row for row.
The hostile ones are those of tests/grading/hostile.
"""
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _class  # noqa: F401, for its place on the path
import grading

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from nnlab.grading.engine.cgroup import usage  # noqa: E402
from tests.grading.hostile import cases, course  # noqa: E402

SHARE = 20
LIMITS = ["--seconds", "6"]
SLOWER, LARGER = 1.3, 1.15      # last quarter against the second one


def make(folder, students):
    """The course, with every SHARE-th student hostile or broken."""
    course.make(folder)
    found = [c for c in cases.load().values() if c.family != "honest"]
    honest = [c for c in cases.load().values() if c.family == "honest"
              and c.name != "slow_import"]
    for k in range(students - 2):
        chosen = (found[k // SHARE % len(found)] if k % SHARE == 0
                  else honest[k % len(honest)])
        course.hand_in(folder / "course", folder / "home", f"s{k:04}",
                       course.later if k % 3 and chosen in honest
                       else chosen.write)


def start(folder):
    """The command, in a session of its own."""
    log = open(folder / "log", "a")
    return subprocess.Popen(
        [sys.executable, "-m", "nnlab", "grade", course.NAME, *LIMITS],
        cwd=folder / "course", env=course.environment(folder / "home"),
        stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        start_new_session=True)


def watched(process, folder):
    """[(seconds, results so far, bytes)] until the run ends."""
    began, seen = time.monotonic(), []
    results = folder / "course" / ".grading" / course.NAME
    while process.poll() is None:
        time.sleep(0.5)
        count = len(list(results.glob("*.result"))) if results.is_dir() else 0
        seen.append((time.monotonic() - began, count,
                     usage(process.pid)[0]))
    return seen


def quarters(seen, students):
    """For each quarter: (seconds it took, median bytes)."""
    found = []
    for q in range(4):
        part = [s for s in seen
                if q * students / 4 <= s[1] < (q + 1) * students / 4 or (
                    q == 3 and s[1] == students)]
        found.append((part[-1][0] - part[0][0],
                      statistics.median(s[2] for s in part)))
    return found


def main(students=1000):
    """Print the figures; False if something is not as it must be."""
    students = int(students)
    with tempfile.TemporaryDirectory() as scratch:
        whole, killed = Path(scratch) / "whole", Path(scratch) / "killed"
        make(whole, students)
        shutil.copytree(whole, killed, symlinks=True)
        seen = watched(start(whole), whole)
        parts = quarters(seen, students)
        print((whole / "log").read_text()[-600:])
        print(f"{students} students in {seen[-1][0]:.0f} s; quarters: "
              + ", ".join(f"{s:.0f} s at {b / 2**20:.0f} MiB"
                          for s, b in parts))
        scores = grading.scores(whole / "course")
        graded = {s for s, _ in scores}
        missing = students - len(graded) + sum(
            score is None and cell != "words"
            for (_, cell), score in scores.items())
        print(f"not graded: {missing}")
        same = interrupted(killed, seen[-1][0]) == scores
        print(f"after a kill -9 and a second run: the same gradebook "
              f"{'row for row' if same else 'NOT'}")
        flat = parts[3][1] < LARGER * parts[1][1]
        linear = parts[3][0] < SLOWER * parts[1][0]
        return missing == 0 and same and flat and linear


def interrupted(folder, seconds):
    """Scores after a run that was killed, and a second one."""
    process = start(folder)
    at = random.uniform(0.1, 0.9) * seconds
    time.sleep(at)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = len(list((folder / "course" / ".grading" / course.NAME).glob(
        "*.result")))
    print(f"killed after {at:.0f} s with {done} results on disk")
    start(folder).wait()
    return grading.scores(folder / "course")


if __name__ == "__main__":
    sys.exit(not main(*sys.argv[1:]))
