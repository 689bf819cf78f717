"""Killed at any point, a run goes on where it was."""
import os
import shutil
import signal
import subprocess
import sys

import psutil
import pytest

from nnlab.grading.release import ROOT
from tests.grading.engine import little
from tests.grading.engine.runs import (
    go, looked_at, outcome, wait_for)

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]

CHILD = """
import os, signal, sys
from nnlab.grading.engine import pages, record, run, store, tree
from tests.grading.engine.runs import go
from pathlib import Path

def deadly(place, name, when, calls=[0]):
    old = getattr(place, name)
    def new(*args, **kwargs):
        calls[0] += 1
        if calls[0] == 3 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        try:
            return old(*args, **kwargs)
        finally:
            if calls[0] == 3:
                os.kill(os.getpid(), signal.SIGKILL)
    setattr(place, name, new)

course, where, when = sys.argv[1:]
if where:
    place, _, name = where.rpartition(".")
    deadly(eval(place), name, when)
go(Path(course), inline=bool(where))
"""


def start(course, where="", when=""):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(course), where, when],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def undisturbed(blank_course, tmp_path_factory):
    """What becomes of one student of each kind in one go."""
    course = shutil.copytree(
        blank_course, tmp_path_factory.mktemp("undisturbed") / "course")
    little.hand_in_all(course)
    go(course, inline=True)
    return outcome(course)


@pytest.mark.parametrize("where, when", [
    ("store.Store.save", "before"), ("store.Store.save", "after"),
    ("store.os.replace", "before"), ("tree._write", "before"),
    ("tree.Path.rename", "after"), ("record.Recorder._merge", "after"),
    ("record.Recorder.record", "after"), ("pages.Pages.write", "after"),
    ("store.Store.mark", "before")])
def test_kill_9_at_each_step(course, undisturbed, where, when):
    little.hand_in_all(course)
    with start(course, where, when) as child:
        assert child.wait(60) == -signal.SIGKILL
    assert len(list((course / ".grading").rglob("*.recorded"))) < 5
    summary = go(course, inline=True)
    assert looked_at(summary) == ["half"] and len(summary.rows) == 5
    assert outcome(course) == undisturbed
    assert not list(course.rglob("*.part"))
    assert not list(course.rglob(".grading-*"))


def test_kill_9_while_grading_and_its_workers_go(course, tmp_path):
    for number in range(8):
        little.hand_in(course, f"slow-{number}", **little.RIGHT)
    other = shutil.copytree(course, tmp_path / "other")
    go(other, inline=True)
    child = start(course)
    results = course / ".grading" / little.NAME
    wait_for(lambda: len(list(results.glob("*.result"))) >= 2)
    workers = children(child.pid)
    assert len(workers) == 2
    child.kill()
    child.communicate()
    wait_for(lambda: not any(alive(pid) for pid in workers))
    finished = {p: p.stat().st_mtime_ns for p in results.glob("*.result")}
    assert 2 <= len(finished) < 8
    go(course)
    assert outcome(course) == outcome(other)
    assert all(p.stat().st_mtime_ns == t for p, t in finished.items())


def children(pid):
    return [p.pid for p in psutil.Process(pid).children(recursive=True)]


def alive(pid):
    return psutil.pid_exists(pid) and (
        psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def test_a_second_run_at_the_same_time_is_refused(course):
    for number in range(6):
        little.hand_in(course, f"slow-{number}")
    with start(course) as child:
        wait_for((course / ".grading" / little.NAME).exists)
        wait_for(lambda: list((course / ".grading").rglob("*.result")))
        with pytest.raises(ValueError, match="Another run is grading") as e:
            go(course)
        assert "\n" not in str(e.value)
        assert child.wait(60) == 0
    assert go(course).again == 6


def test_a_worker_that_hangs_goes_with_the_coordinator(course):
    little.hand_in(course, "hangs")
    little.hand_in(course, "right", **little.RIGHT)
    child = start(course)
    wait_for(lambda: list((course / ".grading").rglob("right.result")))
    workers = children(child.pid)
    child.kill()
    child.communicate()
    wait_for(lambda: not any(alive(pid) for pid in workers))
