"""What the gradebook says about one submitted notebook."""
import dataclasses

from nbgrader.api import (
    Assignment, BaseCell, Comment, Grade, Gradebook, GradeCell, Notebook,
    SubmittedAssignment, SubmittedNotebook, TaskCell)
from sqlalchemy import func, select


@dataclasses.dataclass
class Standing:
    """grades : {grade_id: (score, out of, waits for a person)};
    comments : {grade_id: words};  penalty : points off for being late
    """
    grades: dict
    comments: dict
    penalty: float = 0.0

    @property
    def score(self):
        """All points, less the penalty."""
        return sum(score for score, _, _ in self.grades.values()
                   ) - self.penalty

    @property
    def out_of(self):
        """All points that there are."""
        return sum(most for _, most, _ in self.grades.values())


def standing(names, book=None):
    """The Standing of one notebook.

    names : what nbgrader knows it by, {"notebook": ..., "assignment":
    ..., "student": ..., "db_url": ...};  book : a Gradebook that is
    open already
    """
    if book is None:
        with Gradebook(names["db_url"]) as book:
            return standing(names, book)
    db = book.db
    row = db.execute(_row(names)).first()
    if row is None:
        return Standing({}, {})
    return Standing(
        {name: (score, most or 0.0, waits) for name, score, most, waits
         in db.execute(_grades(row.id))},
        dict(db.execute(_comments(row.id)).all()),
        row.late_submission_penalty or 0.0)


def _row(names):
    submitted = SubmittedNotebook.__table__
    return select(submitted.c.id, submitted.c.late_submission_penalty).join(
        Notebook, submitted.c.notebook_id == Notebook.id).join(
        SubmittedAssignment,
        submitted.c.assignment_id == SubmittedAssignment.id).join(
        Assignment, SubmittedAssignment.assignment_id == Assignment.id
    ).where(Notebook.name == names["notebook"],
            Assignment.name == names["assignment"],
            SubmittedAssignment.student_id == names["student"])


def _grades(row):
    cell, code, task = (kind.__table__
                        for kind in (BaseCell, GradeCell, TaskCell))
    return select(
        cell.c.name, Grade.score,
        func.coalesce(code.c.max_score, task.c.max_score),
        Grade.needs_manual_grade).select_from(Grade).join(
        cell, Grade.cell_id == cell.c.id).outerjoin(
        code, code.c.id == cell.c.id).outerjoin(
        task, task.c.id == cell.c.id).where(Grade.notebook_id == row)


def _comments(row):
    cell = BaseCell.__table__
    return select(cell.c.name, Comment.comment).select_from(Comment).join(
        cell, Comment.cell_id == cell.c.id).where(Comment.notebook_id == row)
