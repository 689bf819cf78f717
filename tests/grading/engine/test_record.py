"""Gradebook and folders are as nbgrader autograde leaves them."""
import shutil
import stat

import nbformat
import pytest
from nbgrader.api import Gradebook

from nnlab.grading.engine.model import Submission
from nnlab.grading.engine.record import Recorder, record
from nnlab.grading.engine.release_of import release_of
from nnlab.grading.release import nbgrader
from tests.grading.engine import little

pytestmark = [pytest.mark.grading, pytest.mark.timeout(600)]
STUDENTS = ("half", "late", "right", "unstamped", "untouched")


@pytest.fixture(scope="module")
def both(blank_course, tmp_path_factory):
    """(a course that nbgrader graded, the same graded and recorded)."""
    folder = tmp_path_factory.mktemp("both")
    stock = shutil.copytree(blank_course, folder / "stock")
    little.hand_in_all(stock)
    ours = shutil.copytree(stock, folder / "ours")
    nbgrader(stock, "autograde", little.NAME)
    grade_all(ours)
    return stock, ours


def grade_all(course, students=STUDENTS):
    release = release_of(course, little.NAME)
    with Recorder(course, little.NAME, release.files) as recorder:
        for student in students:
            recorder.record(little.grade(Submission(student, str(
                course / "submitted" / student / little.NAME)), release))


@pytest.mark.parametrize("table", little.TABLES)
def test_the_gradebook_is_the_same(both, table):
    stock, ours = (little.rows(course)[table] for course in both)
    assert ours == stock
    assert ours


def test_the_rows_show_every_kind(both):
    """The comparison above is of a gradebook that has something in it."""
    rows = little.rows(both[0])
    assert {r[3] for r in rows["grade"]} >= {None, 0, 1, 3, 4, 5}
    assert {r[6] for r in rows["grade"]} == {0, 1}
    assert "No response." in {r[3] for r in rows["comment"]}
    assert max(r[3] or 0 for r in rows["submitted_notebook"]) == 7


def files(course):
    """{path: (mode, content)}; of notebooks the sources of the cells."""
    root = course / "autograded"
    return {str(p.relative_to(root)): (
        stat.S_IMODE(p.stat().st_mode), _content(p))
        for p in root.rglob("*") if p.is_file()}


def _content(path):
    if path.suffix != ".ipynb":
        return path.read_bytes()
    return [(c.cell_type, c.source, c.metadata.nbgrader)
            for c in nbformat.read(path, as_version=4).cells]


def test_the_tree_is_the_same(both):
    """But for a notebook that was missing: there it says so."""
    stock, ours = map(files, both)
    assert set(ours) - set(stock) == {f"half/{little.NAME}/second.ipynb"}
    for path in stock:
        if path != f"right/{little.NAME}/notes.txt":
            assert ours[path] == stock[path], path


def test_again_it_is_the_same(both, tmp_path):
    course = shutil.copytree(both[1], tmp_path / "again")
    before = little.rows(course), files(course)
    grade_all(course)
    assert (little.rows(course), files(course)) == before


def test_a_mark_of_a_person_stays(both, tmp_path):
    """And waits to be looked at again, as after nbgrader autograde."""
    found = []
    for course in both:
        course = shutil.copytree(course, tmp_path / course.name)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            for cell, notebook in (("why", "first"), ("test-double", "first"),
                                   ("task", "second")):
                grade = book.find_grade(cell, notebook, little.NAME, "right")
                grade.manual_score, grade.needs_manual_grade = 1.5, False
            book.find_comment("why", "first", little.NAME,
                              "right").manual_comment = "Good."
            book.db.commit()
        if course.name == "stock":
            nbgrader(course, "autograde", little.NAME, "--force",
                     "--student", "right")
        else:
            grade_all(course, ["right"])
        found.append(little.rows(course))
    assert found[0] == found[1]
    assert sum(r[4] == 1.5 for r in found[1]["grade"]) == 3
    assert "Good." in {r[4] for r in found[1]["comment"]}


def test_nothing_is_half_written(course, monkeypatch):
    """A failure in the middle leaves gradebook and tree as they were."""
    little.hand_in_all(course)
    grade_all(course, ["right"])
    before = little.rows(course), files(course)
    monkeypatch.setattr(little, "RIGHT", {})
    shutil.rmtree(course / "submitted" / "right")
    little.hand_in(course, "right")
    monkeypatch.setattr(Recorder, "_penalties", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        grade_all(course, ["right"])
    assert little.rows(course) == before[0]
    monkeypatch.undo()
    monkeypatch.setattr("nnlab.grading.engine.tree._write",
                        lambda *a: 1 / 0)
    before = files(course)
    with pytest.raises(ZeroDivisionError):
        grade_all(course, ["right"])
    assert files(course) == before
    assert {p.name for p in (course / "autograded" / "right").iterdir()} == {
        little.NAME}


def test_a_file_cannot_leave_the_folder(course):
    little.hand_in(course, "right")
    release = release_of(course, little.NAME)
    result = little.grade(Submission("right", str(
        course / "submitted" / "right" / little.NAME)), release)
    result.files = {"../../escaped.txt": b"x", "a/b.txt": b"y"}
    record(course, result)
    assert not list(course.rglob("escaped.txt"))
    assert (course / "autograded" / "right" / little.NAME / "a"
            / "b.txt").read_bytes() == b"y"
