"""A run after a run: what it grades, says, and leaves as it is."""
import csv
import dataclasses

import pytest
from nbgrader.api import Gradebook

from nnlab.grading.engine.model import Options
from tests.grading.engine import little
from tests.grading.engine.runs import go

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]
NONE = "no.such:function"


def test_other_limits_grade_nobody_again(course):
    little.hand_in_all(course)
    go(course, inline=True)
    before = little.rows(course)
    other = Options(cell_seconds=1, protected=False)
    summary = go(course, inline=True, grade=NONE, options=other)
    assert summary.again == 5 and little.rows(course) == before
    note = "5 were graded with other limits; --force grades them with these"
    assert summary.notes == {note} and f"note          {note}" in (
        summary.table())
    go(course, inline=True, options=other, force=True, students=["right"])
    assert go(course, inline=True, grade=NONE).notes == {
        note.replace("5", "1", 1)}
    little.hand_in(course, "new")
    assert go(course, inline=True, options=other).again == 5


def test_a_new_release_grades_again_and_says_so(course):
    little.hand_in_all(course)
    go(course, inline=True)
    (course / "source" / little.NAME / "data.csv").write_text("3,4\n")
    summary = go(course, inline=True)
    assert summary.again == 0
    assert "5 were graded again: the assignment or nnlab has" in (
        summary.table())
    assert go(course, inline=True).notes == set()


def mark(course, student, points):
    """A person's mark for the answer in words."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        grade = book.find_grade("why", "first", little.NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def exported(course):
    """What nbgrader export says, as {student: score}."""
    little.nbgrader(course, "export")
    with open(course / "grades.csv") as file:
        return {line["student_id"]: float(line["score"])
                for line in csv.DictReader(file)}


def test_points_are_the_gradebooks(course):
    little.hand_in_all(course)
    first = go(course, inline=True)
    assert {r.student: r.points for r in first.rows} == exported(course)
    waits = {r.student: r.mark.waits for r in first.rows}
    assert waits == {"half": 0, "late": 2, "right": 2, "unstamped": 1,
                     "untouched": 1}
    mark(course, "right", 1.5)
    second = go(course, inline=True, grade=NONE)
    found = {r.student: r for r in second.rows}
    assert found["right"].points == 13.5 == exported(course)["right"]
    assert found["right"].mark.waits == 1
    assert "mean          5.30 of 20" in second.table()
    assert "had a mark" not in second.table()
    # Handed in anew: the mark stays, and that it waits is said.
    (course / "submitted/right/little/more.txt").write_text("")
    third = go(course, inline=True)
    assert {r.student: r.points for r in third.rows}["right"] == 13.5
    assert "1 of them had a mark: look at it again" in third.table()


def test_who_has_no_folder_any_more_is_named(course):
    little.hand_in_all(course)
    go(course, inline=True)
    (course / "submitted" / "right").rename(course / "away")
    summary = go(course, inline=True, grade=NONE)
    table = summary.table()
    assert "students      4, 4 of them graded before" in table
    assert "mean          5.00 of 20" in table      # as in grades.csv
    assert "without a folder for this assignment: right (the" in table
    assert summary.absent["right"].points == 12
    assert "absent" not in go(course, inline=True, grade=NONE,
                              students=["half"]).table()


# Who needs a look.

def test_who_was_told_before_does_not_count_again(course):
    little.hand_in_all(course)
    first = go(course, inline=True)
    assert first.code == 1
    said = ("half  7 of 20  There is nothing in second.ipynb that could be "
            "read.")
    assert f"Need a look:\n  {said}\n" in first.table() + "\n"
    second = go(course, inline=True, grade=NONE)
    assert second.code == 0
    assert f"  {said} (told before)" in second.table()
    assert "need a look   1, 0 of them new" in second.table()
    assert go(course, inline=True, force=True).code == 0
    # New files, or another reason, count.
    (course / "submitted/half/little/more.txt").write_text("")
    assert go(course, inline=True, students=["half"]).code == 1
    assert go(course, inline=True, grade=NONE).code == 0
    assert go(course, inline=True, force=True, grade=troubled).code == 1
    assert go(course, inline=True, grade=NONE).code == 0


def troubled(submission, release, options=None):
    """As little's, and Python ended."""
    return dataclasses.replace(
        little.grade(submission, release), trouble="Python ended")


def test_the_file_has_everybody(course):
    little.hand_in_all(course)
    go(course, inline=True)
    path = course / ".grading" / little.NAME / "report.csv"
    lines = list(csv.reader(path.open()))
    assert lines[0][:5] == ["student", "points", "out_of", "to_be_marked",
                            "needs_a_look"]
    assert [line[:4] for line in lines[1:]] == [
        ["half", "7", "20", "0"], ["late", "0", "20", "2"],
        ["right", "12", "20", "2"], ["unstamped", "6", "20", "1"],
        ["untouched", "0", "20", "1"]]
    mark(course, "right", 1.5)
    little.hand_in(course, "new", **little.RIGHT)
    table = go(course, inline=True, students=["right"]).table()
    assert f"all of it     {path}" in table
    lines = list(csv.reader(path.open()))
    assert [line[0] for line in lines[1:]] == [
        "half", "late", "right", "unstamped", "untouched"]
    assert lines[3][1] == "13.5"


def test_a_mark_by_hand_comes_onto_the_page(course):
    little.hand_in_all(course)
    go(course, inline=True)
    pages = sorted((course / "feedback").rglob("*.html"))
    before = {path: path.read_bytes() for path in pages}
    mark(course, "right", 1.5)
    rows = little.rows(course)
    summary = go(course, inline=True, grade=NONE)
    assert summary.again == 5 and little.rows(course) == rows
    assert "1 pages are made anew" in summary.table()
    changed = [p for p in pages if p.read_bytes() != before[p]]
    assert [p.parts[-3:] for p in changed] == [
        ("right", little.NAME, "first.html")]
    ours = {p: p.read_bytes() for p in pages}
    assert go(course, inline=True, grade=NONE).notes == set()
    # As nbgrader itself would make them.
    with open(course / "nbgrader_config.py", "a") as file:
        file.write("from nnlab.grading import feedback\nfeedback.use(c)\n")
    little.nbgrader(course, "generate_feedback", little.NAME, "--force")
    assert {p: p.read_bytes() for p in pages} == ours


def test_a_page_that_cannot_be_made_anew_stops_nothing(course):
    little.hand_in_all(course)
    go(course, inline=True)
    mark(course, "right", 1.5)
    path = course / "autograded" / "right" / little.NAME / "first.ipynb"
    path.chmod(0o600)
    path.write_text("{")
    summary = go(course, inline=True, grade=NONE)
    assert "the page of right could not be made anew: " in summary.table()
    assert len(summary.rows) == 5


def test_all_reasons_are_in_the_file(course):
    little.hand_in_all(course)
    go(course, inline=True)
    text = (course / ".grading" / little.NAME / "report.csv").read_text()
    assert "a remark read first read second" in text
