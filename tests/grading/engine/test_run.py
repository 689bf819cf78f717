"""The coordinator: nothing lost, nothing twice, whatever happens."""
import errno
import json
import os
import shutil
import sqlite3

import pytest
from nbgrader.api import Gradebook

from nnlab.grading.engine import run as running
from nnlab.grading.engine.model import Options
from nnlab.grading.engine.run import run
from tests.grading.engine import little
from tests.grading.engine.runs import (
    GRADE, all_on, go, looked_at, points)

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]


def test_a_class(course, capsys):
    little.hand_in_all(course)
    summary = go(course, progress=True)
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == ["Protections: all on", "Grading 5 students; preparing "
                       "the kernels first (some seconds) ..."]
    assert out[-1] == "5 of 5 students, 1 needs a look (the last: half)"
    assert [row.student for row in summary.rows] == [
        "half", "late", "right", "unstamped", "untouched"]
    # Being late costs all of it here.
    assert [row.points for row in summary.rows] == [7, 0, 12, 6, 0]
    assert summary.code == 1
    assert "mean          5.00 of 20 points (marks by" in summary.table()
    assert points(course)["right", "test-double"] == 4
    assert len(list((course / "feedback").rglob("*.html"))) == 10


def test_a_second_run_grades_nothing(course, monkeypatch):
    little.hand_in_all(course)
    first = go(course, inline=True)
    before = little.rows(course)
    second = go(course, inline=True, grade="no.such:function")
    assert second.again == 5 and [
        (r.student, r.mark, r.trouble) for r in second.rows] == [
        (r.student, r.mark, r.trouble) for r in first.rows]
    assert little.rows(course) == before
    # Something new of one student, and only that is graded.
    (course / "submitted" / "half" / little.NAME / "more.txt").write_text("")
    third = go(course, inline=True, grade="no.such:function")
    assert third.again == 4
    assert [row.student for row in third.troubles] == ["half"]
    assert go(course, inline=True, force=True).again == 0


def test_what_is_graded_but_not_recorded_is_recorded(course):
    little.hand_in_all(course)
    go(course, inline=True)
    before = little.rows(course)
    (course / ".grading" / little.NAME / "right.recorded").unlink()
    (course / "gradebook.db").unlink()
    little.nbgrader(course, "generate_assignment", little.NAME, "--force")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.update_or_create_assignment(little.NAME, duedate=little.DUE)
    go(course, inline=True, grade="no.such:function")
    assert little.rows(course) == before


# One bad submission.

def test_an_exception_is_one_row(course):
    little.hand_in_all(course)
    little.hand_in(course, "raises", **little.RIGHT)
    summary = go(course, inline=True)
    assert summary.code == 1
    _, row = summary.troubles
    assert (row.student, row.points) == ("raises", 0)
    assert row.trouble == ("could not be graded: RuntimeError: this one "
                           "cannot be graded")
    assert "raises  0 of 20  could not be graded" in summary.table()
    assert points(course)["raises", "test-double"] == 0
    page = (course / "feedback" / "raises" / little.NAME / "first.html")
    assert "Please tell your instructor" in page.read_text()
    assert points(course)["right", "test-double"] == 4
    # It is tried again: it was not finished.
    assert go(course, inline=True).again == 5


def test_who_kills_the_process_twice_is_left_out(course):
    little.hand_in_all(course)
    little.hand_in(course, "kills", **little.RIGHT)
    little.hand_in(course, "once", **little.RIGHT)
    summary = go(course)
    assert [(row.student, row.trouble) for row in summary.troubles[1:]] == [
        ("kills", "could not be graded: grading it ended the process 2 "
         "times")]
    assert {row.student: row.points for row in summary.rows} == {
        "half": 7, "kills": 0, "late": 0, "once": 12, "right": 12,
        "unstamped": 6, "untouched": 0}


def test_who_hangs_is_stopped(course, monkeypatch):
    monkeypatch.setattr(running, "GRACE", 3)
    little.hand_in_all(course)
    little.hand_in(course, "hangs", **little.RIGHT)
    summary = go(course, options=Options(total_seconds=0.5))
    row = summary.troubles[-1]
    assert row.student == "hangs" and "more than 4 seconds" in row.trouble
    assert sum(row.points for row in summary.rows) == 25


def test_if_all_fail_it_stops_and_nothing_is_recorded(course):
    for number in range(12):
        little.hand_in(course, f"student-{number}")
    with pytest.raises(ValueError, match="first 10 submissions all failed"):
        go(course, inline=True, grade="no.such:function")
    assert little.rows(course)["submitted_assignment"] == []
    assert go(course, inline=True).code == 0


def test_what_cannot_be_recorded_is_a_row(course, monkeypatch):
    little.hand_in_all(course)
    old = running.Recorder._submission
    monkeypatch.setattr(running.Recorder, "_submission", lambda self, s: (
        1 / 0 if s == "late" else old(self, s)))
    summary = go(course, inline=True)
    assert [(r.student, r.trouble) for r in summary.troubles[1:]] == [
        ("late", "could not be recorded: ZeroDivisionError: division by "
         "zero")]
    monkeypatch.undo()
    assert looked_at(go(course, inline=True, grade="no.such:function")) == [
        "half"]
    assert points(course)["late", "test-double"] == 4


def test_what_the_machine_could_not_do_is_said(course):
    little.hand_in(course, "cold-1")
    little.hand_in(course, "cold-2")
    table = go(course, inline=True).table()
    assert table.count("  note          kernels start cold") == 1


def test_the_own_solution_comes_first(course, monkeypatch):
    """A test that it does not pass is told before anybody's row."""
    little.hand_in(course, "right", **little.RIGHT)
    assert "Mend first" not in go(course, inline=True).table()
    told = ["the release's own solution gets 0 of 4 in test-double: x"]
    monkeypatch.setattr(running.own_solution, "faults", lambda _: told)
    assert "Mend first" not in go(course, inline=True).table()  # kept
    path = course / "source" / little.NAME / "data.csv"
    path.write_text("4\n")                      # another release
    for _ in range(2):
        summary = go(course, inline=True)
        assert summary.code == 1
        assert "\nMend first:\n  the release's own" in summary.table()


def test_a_name_that_is_a_tag_is_left_out_and_said(course):
    """Formgrader would write it into its pages as it is."""
    little.hand_in(course, "right", **little.RIGHT)
    shutil.copytree(course / "submitted" / "right",
                    course / "submitted" / "<img src=x onerror=hit()>")
    summary = go(course, inline=True)
    assert [row.student for row in summary.rows] == ["right"]
    assert summary.code == 1
    assert "onerror=hit()>', which Formgrader" in summary.table()
    assert not [p for p in course.rglob("*onerror*") if "submitted" not in
                str(p)]


def test_hooks_that_are_not_run_are_said(course):
    little.hand_in(course, "right")
    with open(course / "nbgrader_config.py", "a") as file:
        file.write("c.Autograde.pre_convert_hook = print\n")
    table = go(course, inline=True).table()
    assert table.count("Autograde.pre_convert_hook is set") == 1
    assert "post_convert_hook" not in table


def test_files_without_a_checksum_are_graded(course, monkeypatch):
    little.hand_in_all(course)
    old = running.store.key_of

    def unread(folder, *keys):
        if "late" in str(folder):
            raise PermissionError(13, "Permission denied")
        return old(folder, *keys)
    monkeypatch.setattr(running.store, "key_of", unread)
    assert len(go(course, inline=True).rows) == 5
    assert points(course)["late", "test-double"] == 4


# What stops everything.

def test_a_locked_gradebook(course):
    little.hand_in_all(course)
    other = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ValueError, match="database is locked") as caught:
        go(course, inline=True, patience=0.2)
    assert "\n" not in str(caught.value)
    other.execute("ROLLBACK")
    other.close()
    kept = list((course / ".grading").rglob("*.result"))
    assert kept
    summary = go(course, inline=True)
    assert looked_at(summary) == ["half"]
    assert points(course)["right", "test-double"] == 4


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
        go(course, inline=True)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    assert looked_at(go(course, inline=True)) == ["half"]
    assert points(course)["right", "test-double"] == 4


# What is refused.

def off(options):
    """Stands in for sandbox.protections where there is no sandbox."""
    return [("sandbox", False, "no bwrap"), ("memory", True, "")]


def test_no_protection_no_start(course, capsys):
    little.hand_in_all(course)
    with pytest.raises(ValueError, match="--unprotected") as caught:
        go(course, inline=True, protections=off, progress=True)
    assert "sandbox OFF (no bwrap)" in str(caught.value)
    assert capsys.readouterr().out == (
        "Protections: sandbox OFF (no bwrap); the others on\n")
    assert not (course / ".grading").exists()
    assert len(go(course, inline=True, protections=off,
                  options=Options(protected=False)).rows) == 5


@pytest.mark.parametrize("change, words", [
    ({"students": ["nobody"]}, "Nobody called nobody has handed in"),
    ({"students": ["half,late"]}, "More than one: --student half late"),
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
    for wrong in "litle", "../little", "", "..", "submitted/little":
        with pytest.raises(ValueError, match="There: little. ") as caught:
            run(course, wrong)
        assert f'"{wrong}"' in str(caught.value)
        assert "\n" not in str(caught.value)
    shutil.copytree(course / "source" / little.NAME, course / "source/new")
    with pytest.raises(ValueError, match="generate_assignment new"):
        run(course, "new")
    with pytest.raises(ValueError, match="there is no folder") as caught:
        go(course, inline=True)
    assert str(course / "submitted/<student>/little") in str(caught.value)


def test_the_shell_may_end_a_name_with_a_slash(course):
    little.hand_in_all(course)
    summary = run(course, "little/", progress=False, workers=1,
                  grade=GRADE, protections=all_on)
    assert summary.assignment == "little" and len(summary.rows) == 5


def test_only_some_students(course):
    little.hand_in_all(course)
    summary = go(course, inline=True, students=["late", "right"])
    assert [r.student for r in summary.rows] == ["late", "right"]
    assert {r[1] for r in little.rows(course)["submitted_assignment"]} == {
        "late", "right"}


def test_results_are_whole_and_private(course):
    little.hand_in_all(course)
    go(course, inline=True)
    home = course / ".grading"
    assert home.stat().st_mode & 0o077 == 0
    for path in home.rglob("*.result"):
        assert set(json.loads(path.read_text())) == {"key", "result"}
