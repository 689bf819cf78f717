"""The points of a class, as the gradebook has them at the end.

With marks by hand and what being late takes off: the scores that
``nbgrader export`` and Formgrader show.
"""
import dataclasses

from nbgrader.api import (
    Grade, GradeCell, SubmittedAssignment, SubmittedNotebook, TaskCell)
from sqlalchemy import case, func, select


@dataclasses.dataclass
class Mark:
    """Of one student.

    waits : how many answers a person has to mark;  again : how many of
    these had a mark, before they were graded anew
    """
    points: float = 0.0
    out_of: float = 0.0
    waits: int = 0
    again: int = 0


def marks(book, assignment):
    """{student: Mark}.

    book : an open Gradebook;  assignment : the id of its row
    """
    student = SubmittedAssignment.student_id
    penalties = dict(book.db.execute(select(student, func.sum(
        SubmittedNotebook.late_submission_penalty)).join(
        SubmittedNotebook,
        SubmittedNotebook.assignment_id == SubmittedAssignment.id).where(
        SubmittedAssignment.assignment_id == assignment).group_by(
        student)).all())
    found = {}
    for name, points, *rest in book.db.execute(_sums(student, assignment)):
        # Formgrader and export, too, end at 0.
        points = max(0.0, (points or 0.0) - (penalties[name] or 0.0))
        found[name] = Mark(round(points, 9), *(x or 0 for x in rest))
    return found


def _sums(student, assignment):
    waits = Grade.needs_manual_grade.is_(True)
    return select(
        student, func.sum(Grade.score),
        func.sum(func.coalesce(GradeCell.__table__.c.max_score,
                               TaskCell.__table__.c.max_score)),
        func.sum(case((waits, 1), else_=0)),
        func.sum(case((waits & Grade.manual_score.is_not(None), 1),
                      else_=0))).select_from(SubmittedAssignment).join(
        SubmittedNotebook,
        SubmittedNotebook.assignment_id == SubmittedAssignment.id).join(
        Grade, Grade.notebook_id == SubmittedNotebook.id).outerjoin(
        GradeCell.__table__,
        GradeCell.__table__.c.id == Grade.cell_id).outerjoin(
        TaskCell.__table__,
        TaskCell.__table__.c.id == Grade.cell_id).where(
        SubmittedAssignment.assignment_id == assignment).group_by(student)
