"""The coordinator: nothing lost, nothing twice, whatever happens."""
import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest

from nnlab.grading.engine import run as running
from nnlab.grading.engine.model import Options
from nnlab.grading.engine.run import run
from nnlab.grading.release import ROOT
from tests.grading.engine import little

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]
GRADE = "tests.grading.engine.little:grade"


def all_on(options):
    """Stands in for sandbox.protections."""
    return [("sandbox", True, "a test")]


def go(course, **kwargs):
    kwargs = {"grade": GRADE, "protections": all_on, "workers": 2,
              "progress": False, **kwargs}
    return run(course, little.NAME, **kwargs)


def points(course):
    return {(r[1], r[2]): r[3] for r in little.rows(course)["grade"]}


def test_a_class(course, capsys):
    little.hand_in_all(course)
    summary = go(course, progress=True)
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "Protections: sandbox on (a test)"
    assert out[-1].startswith("5 of 5 students, 0 s left, 0 need a look")
    assert [row.student for row in summary.rows] == [
        "half", "late", "right", "unstamped", "untouched"]
    assert [row.points for row in summary.rows] == [7, 12, 12, 6, 0]
    assert summary.code == 0
    assert "mean          7.40 of 20 points" in summary.table()
    assert points(course)["right", "test-double"] == 4
    assert len(list((course / "feedback").rglob("*.html"))) == 10


def test_a_second_run_grades_nothing(course, monkeypatch):
    little.hand_in_all(course)
    first = go(course)
    before = little.rows(course)
    second = go(course, grade="no.such:function")
    assert second.again == 5 and second.rows == first.rows
    assert little.rows(course) == before
    # Something new of one student, and only that is graded.
    (course / "submitted" / "half" / little.NAME / "more.txt").write_text("")
    third = go(course, grade="no.such:function")
    assert third.again == 4
    assert [row.student for row in third.troubles] == ["half"]
    assert go(course, force=True).again == 0


def test_what_is_graded_but_not_recorded_is_recorded(course):
    little.hand_in_all(course)
    go(course)
    before = little.rows(course)
    (course / ".grading" / little.NAME / "right.recorded").unlink()
    (course / "gradebook.db").unlink()
    little.nbgrader(course, "generate_assignment", little.NAME, "--force")
    from nbgrader.api import Gradebook
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.update_or_create_assignment(little.NAME, duedate=little.DUE)
    go(course, grade="no.such:function")
    assert little.rows(course) == before


# Killed.

CHILD = """
import os, signal, sys
from nnlab.grading.engine import pages, record, run, store, tree
from tests.grading.engine.test_run import go
from pathlib import Path

def deadly(place, name, when, calls=[0]):
    old = getattr(place, name)
    def new(*args, **kwargs):
        calls[0] += 1
        if calls[0] == 3 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = old(*args, **kwargs)
        if calls[0] == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    setattr(place, name, new)

course, where, when = sys.argv[1:]
if where:
    place, _, name = where.rpartition(".")
    deadly(eval(place), name, when)
print("begun", flush=True)
go(Path(course))
"""


def start(course, where="", when=""):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(course), where, when],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, text=True)


def undisturbed(course, tmp_path):
    """The rows of a copy of the course that is graded in one go."""
    other = shutil.copytree(course, tmp_path / "undisturbed")
    go(other)
    return little.rows(other), sorted(
        str(p.relative_to(other)) for step in ("autograded", "feedback")
        for p in (other / step).rglob("*"))


def outcome(course):
    return little.rows(course), sorted(
        str(p.relative_to(course)) for step in ("autograded", "feedback")
        for p in (course / step).rglob("*"))


@pytest.mark.parametrize("where, when", [
    ("store.Store.save", "before"), ("store.Store.save", "after"),
    ("store.os.replace", "before"), ("tree._write", "before"),
    ("tree.Path.rename", "after"), ("record.Recorder._merge", "after"),
    ("record.Recorder.record", "after"), ("pages.Pages.write", "after"),
    ("store.Store.mark", "before")])
def test_kill_9_at_each_step(course, tmp_path, where, when):
    little.hand_in_all(course)
    expected = undisturbed(course, tmp_path)
    with start(course, where, when) as child:
        assert child.wait(60) == -signal.SIGKILL
    assert len(list((course / ".grading").rglob("*.recorded"))) < 5
    summary = go(course)
    assert summary.code == 0 and len(summary.rows) == 5
    assert outcome(course) == expected
    assert not list(course.rglob("*.part"))
    assert not list(course.rglob(".grading-*"))


def test_kill_9_while_grading_and_its_workers_go(course, tmp_path):
    for number in range(8):
        little.hand_in(course, f"slow-{number}", **little.RIGHT)
    expected = undisturbed(course, tmp_path)
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
    assert outcome(course) == expected
    assert all(p.stat().st_mtime_ns == t for p, t in finished.items())


def children(pid):
    return [p.pid for p in psutil.Process(pid).children(recursive=True)]


def alive(pid):
    return psutil.pid_exists(pid) and (
        psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


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


# One bad submission.

def test_an_exception_is_one_row(course):
    little.hand_in_all(course)
    little.hand_in(course, "raises", **little.RIGHT)
    summary = go(course)
    assert summary.code == 1
    [row] = summary.troubles
    assert (row.student, row.points) == ("raises", 0)
    assert row.trouble == ("could not be graded: RuntimeError: this one "
                           "cannot be graded")
    assert "raises  0 of 20  could not be graded" in summary.table()
    assert points(course)["raises", "test-double"] == 0
    page = (course / "feedback" / "raises" / little.NAME / "first.html")
    assert "Please tell your instructor" in page.read_text()
    assert points(course)["right", "test-double"] == 4
    # It is tried again: it was not finished.
    assert go(course).again == 5


def test_who_kills_the_process_twice_is_left_out(course):
    little.hand_in_all(course)
    little.hand_in(course, "kills", **little.RIGHT)
    little.hand_in(course, "once", **little.RIGHT)
    summary = go(course)
    assert [(row.student, row.trouble) for row in summary.troubles] == [
        ("kills", "could not be graded: grading it ended the process 2 "
         "times")]
    assert {row.student: row.points for row in summary.rows} == {
        "half": 7, "kills": 0, "late": 12, "once": 12, "right": 12,
        "unstamped": 6, "untouched": 0}


def test_who_hangs_is_stopped(course, monkeypatch):
    monkeypatch.setattr(running, "GRACE", 3)
    little.hand_in_all(course)
    little.hand_in(course, "hangs", **little.RIGHT)
    summary = go(course, options=Options(total_seconds=0.5))
    [row] = summary.troubles
    assert row.student == "hangs" and "more than 4 seconds" in row.trouble
    assert sum(row.points for row in summary.rows) == 37


def test_if_all_fail_it_stops_and_nothing_is_recorded(course):
    for number in range(12):
        little.hand_in(course, f"student-{number}")
    with pytest.raises(ValueError, match="first 10 submissions all failed"):
        go(course, grade="no.such:function")
    assert little.rows(course)["submitted_assignment"] == []
    assert go(course).code == 0


def test_what_cannot_be_recorded_is_a_row(course, monkeypatch):
    little.hand_in_all(course)
    old = running.Recorder._submission
    monkeypatch.setattr(running.Recorder, "_submission", lambda self, s: (
        1 / 0 if s == "late" else old(self, s)))
    summary = go(course)
    assert [(r.student, r.trouble) for r in summary.troubles] == [
        ("late", "could not be recorded: ZeroDivisionError: division by "
         "zero")]
    monkeypatch.undo()
    assert go(course, grade="no.such:function").troubles == []
    assert points(course)["late", "test-double"] == 4


# What stops everything.

def test_a_locked_gradebook(course):
    little.hand_in_all(course)
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ValueError, match="database is locked") as caught:
        go(course, patience=0.2)
    assert "\n" not in str(caught.value)
    other.execute("ROLLBACK")
    other.close()
    kept = list((course / ".grading").rglob("*.result"))
    assert kept
    summary = go(course)
    assert summary.code == 0 and points(course)["right", "test-double"] == 4


def test_a_full_disk(course, monkeypatch):
    little.hand_in_all(course)
    old, calls = os.fsync, []

    def full(fd):
        calls.append(fd)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return old(fd)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ValueError, match="No space left") as caught:
        go(course)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    assert go(course).code == 0
    assert points(course)["right", "test-double"] == 4


# What is refused.

def test_no_protection_no_start(course, capsys):
    little.hand_in_all(course)
    def off(options):
        return [("sandbox", False, "no bwrap"), ("memory", True, "")]
    with pytest.raises(ValueError, match="--unprotected") as caught:
        go(course, protections=off, progress=True)
    assert "sandbox off" in str(caught.value)
    assert capsys.readouterr().out == (
        "Protections: sandbox OFF (no bwrap); memory on\n")
    assert not (course / ".grading").exists()
    assert go(course, protections=off,
              options=Options(protected=False)).code == 0


@pytest.mark.parametrize("change, words", [
    ({"students": ["nobody"]}, "Nobody called nobody has handed in"),
    ({"workers": 0}, "at least 1"),
    ({"scheduler": "tcp://127.0.0.1:9"}, "No Dask scheduler answers"),
])
def test_wrong_arguments(course, change, words):
    little.hand_in_all(course)
    with pytest.raises(ValueError, match=words) as caught:
        go(course, **change)
    assert "\n" not in str(caught.value)


def test_no_course_no_assignment(course, tmp_path):
    with pytest.raises(ValueError, match="no nbgrader_config.py"):
        run(tmp_path, little.NAME)
    with pytest.raises(ValueError, match="generate_assignment other"):
        run(course, "other")
    assert go(course).table() == "little: nobody has handed in."


def test_only_some_students(course):
    little.hand_in_all(course)
    assert [r.student for r in go(course, students=["late", "right"]).rows
            ] == ["late", "right"]
    assert {r[1] for r in little.rows(course)["submitted_assignment"]} == {
        "late", "right"}


def test_results_are_whole_and_private(course):
    little.hand_in_all(course)
    go(course)
    home = course / ".grading"
    assert home.stat().st_mode & 0o077 == 0
    for path in home.rglob("*.result"):
        assert set(json.loads(path.read_text())) == {"key", "result"}
