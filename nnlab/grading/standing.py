"""What the gradebook says about one submitted notebook."""
import dataclasses
import datetime

from nbgrader.api import (
    Assignment, BaseCell, Comment, Grade, Gradebook, GradeCell, Notebook,
    Student, SubmittedAssignment, SubmittedNotebook, TaskCell)
from sqlalchemy import func, or_, select


@dataclasses.dataclass
class Standing:
    """grades : {grade_id: (score, out of, waits for a person)};
    comments : {grade_id: words};  penalty : points off for being late;
    marked : the grade_ids that a person gave points;  who : the
    student's name, or "";  when : it was handed in, in UTC, or None
    """
    grades: dict
    comments: dict
    penalty: float = 0.0
    marked: set = dataclasses.field(default_factory=set)
    who: str = ""
    when: datetime.datetime = None

    @property
    def score(self):
        """All points, less the penalty."""
        return sum(score for score, _, _ in self.grades.values()
                   ) - self.penalty

    @property
    def out_of(self):
        """All points that there are."""
        return sum(most for _, most, _ in self.grades.values())

    @property
    def unmarked(self):
        """The grade_ids of what nobody has given points yet."""
        return {name for name, (score, _, waits) in self.grades.items()
                if waits and not score and name not in self.marked}

    @property
    def waiting(self):
        """How many points these are."""
        return sum(self.grades[name][1] for name in self.unmarked)


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
    found = db.execute(_grades(row.id)).all()
    return Standing(
        {g.name: (g.score, g.most or 0.0, g.needs_manual_grade)
         for g in found},
        dict(db.execute(_comments(row.id)).all()),
        row.late_submission_penalty or 0.0,
        {g.name for g in found if g.marked},
        " ".join(filter(None, [row.first_name, row.last_name])),
        row.timestamp)


def _row(names):
    submitted = SubmittedNotebook.__table__
    return select(submitted.c.id, submitted.c.late_submission_penalty,
                  SubmittedAssignment.timestamp, Student.first_name,
                  Student.last_name).select_from(submitted).join(
        Notebook, submitted.c.notebook_id == Notebook.id).join(
        SubmittedAssignment,
        submitted.c.assignment_id == SubmittedAssignment.id).join(
        Assignment, SubmittedAssignment.assignment_id == Assignment.id
    ).join(Student, SubmittedAssignment.student_id == Student.id
    ).where(Notebook.name == names["notebook"],
            Assignment.name == names["assignment"],
            SubmittedAssignment.student_id == names["student"])


def _grades(row):
    cell, code, task = (kind.__table__
                        for kind in (BaseCell, GradeCell, TaskCell))
    return select(
        cell.c.name, Grade.score,
        func.coalesce(code.c.max_score, task.c.max_score).label("most"),
        Grade.needs_manual_grade,
        or_(Grade.manual_score.is_not(None),
            func.coalesce(Grade.extra_credit, 0) != 0).label("marked")
    ).select_from(Grade).join(
        cell, Grade.cell_id == cell.c.id).outerjoin(
        code, code.c.id == cell.c.id).outerjoin(
        task, task.c.id == cell.c.id).where(Grade.notebook_id == row)


def _comments(row):
    cell = BaseCell.__table__
    return select(cell.c.name, Comment.comment).select_from(Comment).join(
        cell, Comment.cell_id == cell.c.id).where(Comment.notebook_id == row)
