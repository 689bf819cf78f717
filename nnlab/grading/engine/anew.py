"""Pages made anew where the gradebook has changed since: marks by hand,
comments, another due date.
"""
from nbformat import read
from nbgrader.api import (
    Comment, Grade, SubmittedAssignment, SubmittedNotebook)
from sqlalchemy import select

from nnlab.grading.engine.model import checksum


def states(book, assignment, student=None):
    """{student: a checksum of all that a page shows of the gradebook}.

    book : an open Gradebook;  assignment : the id of its row;  student :
    only this one
    """
    found = {}
    for kind, values in (
            (Grade, (Grade.auto_score, Grade.manual_score,
                     Grade.extra_credit, Grade.needs_manual_grade)),
            (Comment, (Comment.auto_comment, Comment.manual_comment))):
        for name, *values in book.db.execute(_rows(
                kind, values, assignment, student)):
            found.setdefault(name, []).append(values)
    return {name: checksum(rows) for name, rows in found.items()}


def _rows(kind, values, assignment, student):
    chosen = select(
        SubmittedAssignment.student_id, kind.cell_id,
        SubmittedNotebook.late_submission_penalty, *values).select_from(
        SubmittedAssignment).join(
        SubmittedNotebook,
        SubmittedNotebook.assignment_id == SubmittedAssignment.id).join(
        kind, kind.notebook_id == SubmittedNotebook.id).where(
        SubmittedAssignment.assignment_id == assignment).order_by(
        kind.cell_id)
    if student is not None:
        chosen = chosen.where(SubmittedAssignment.student_id == student)
    return chosen


def write(course, pages, release, student):
    """The pages of one student, of what stands in autograded."""
    folder = course.path(course.coursedir.autograded_directory, student,
                         release.assignment)
    names = {f"{name}.ipynb": name for name in release.templates}
    files, notebooks = {}, {}
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).as_posix()
        if below in names:
            notebooks[names[below]] = read(path, as_version=4)
        elif path.is_file() and path.suffix != ".ipynb":
            files[below] = path.read_bytes()
    pages.write(student, notebooks, files)
