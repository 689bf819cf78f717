"""Results into nbgrader's gradebook, as nbgrader autograde leaves it.

nbgrader's preprocessors load, change and commit cell by cell.  Here a
submission is a handful of statements in one transaction, in a session
that stays open for the whole run.
"""
import contextlib
import dataclasses

from nbformat import from_dict
from nbgrader import utils
from nbgrader.api import (
    Comment, Grade, Gradebook, MissingEntry, Student, SubmittedAssignment,
    SubmittedNotebook, new_uuid)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import event, insert, select, update

from nnlab.grading.engine import tree
from nnlab.grading.engine.courses import LOG, open_course

PATIENCE = 30       # seconds that the gradebook may be locked by others
NO_RESPONSE = "No response."


def record(course, result):
    """Write one Result into gradebook and autograded tree.

    course : a folder or a Course;  result : the Result
    """
    with Recorder(course, result.assignment) as recorder:
        recorder.record(result)


@dataclasses.dataclass
class _Known:
    """A notebook in the gradebook: {id of a cell: its name} by kind."""
    id: str
    graded: dict
    tasks: dict
    answers: dict


class Recorder:
    """Keeps a course's gradebook open.

    course : a folder or a Course;  assignment : its name;  files :
    {path: bytes} of the release, which go over those handed in;
    patience : seconds to wait while another program has it locked
    """

    def __init__(self, course, assignment, files=None, patience=PATIENCE):
        self.course = open_course(course)
        self.name, self.files = assignment, files or {}
        self.book = Gradebook(self.course.coursedir.db_url,
                              self.course.coursedir.course_id)
        _wait(self.book, patience)
        self.late = self._late_penalties()
        with self.transaction():
            self._learn()
        tree.clean(self.course, assignment)

    def _learn(self):
        found = self.book.find_assignment(self.name)
        self.id, self.due = found.id, found.duedate
        self.known = {one.name: _Known(
            one.id, {c.id: c.name for c in one.grade_cells},
            {c.id: c.name for c in one.task_cells},
            {c.id: c.name for c in one.solution_cells})
            for one in found.notebooks}

    def _late_penalties(self):
        """The course's own preprocessor, None if it has taken it out."""
        for kind in self.course.autograde.autograde_preprocessors:
            if isinstance(kind, type) and issubclass(
                    kind, AssignLatePenalties):
                found = kind(config=self.course.config, log=LOG)
                found.init_plugin()
                return found
        return None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.book.close()

    @contextlib.contextmanager
    def transaction(self):
        """All of it or nothing; then what was read is forgotten."""
        try:
            yield
            self.book.db.commit()
        except BaseException:
            self.book.db.rollback()
            raise
        finally:
            self.book.db.expunge_all()

    def record(self, result):
        """Tree first, then the gradebook in one step.

        result : the Result of one submission.  Returns its notebooks
        and other files, as they stand in the tree.
        """
        notebooks = {name: from_dict(graded.notebook)
                     for name, graded in result.notebooks.items()}
        others = tree.write(self.course, result, notebooks, self.files)
        with self.transaction():
            submission = self._submission(result.student)
            rows = self._notebooks(submission)
            for name, graded in result.notebooks.items():
                if name in rows:
                    self._notebook(rows[name], self.known[name],
                                   notebooks[name], graded)
            if self.late is not None:
                self._penalties(result, rows)
        return notebooks, others

    def recorded(self):
        """The students of whom the gradebook has a submission."""
        return set(self.book.db.scalars(select(
            SubmittedAssignment.student_id).where(
                SubmittedAssignment.assignment_id == self.id)))

    # Rows, as Autograde.init_assignment makes them.

    def _submission(self, student):
        """The id of the submission's row, with its time."""
        table, db = SubmittedAssignment.__table__, self.book.db
        stamp = tree.timestamp(self.course, self.course.submitted(
            student, self.name))
        found = db.scalar(select(table.c.id).where(
            table.c.student_id == student,
            table.c.assignment_id == self.id))
        new = {} if stamp is None else {"timestamp": stamp}
        if found is None:
            self._student(student)
            found = new_uuid()
            db.execute(insert(table).values(
                id=found, student_id=student, assignment_id=self.id, **new))
        elif new:
            db.execute(update(table).where(table.c.id == found).values(**new))
        return found

    def _student(self, student):
        """Of Autograde.create_student; MissingEntry if that is False."""
        db = self.book.db
        if db.scalar(select(Student.id).where(Student.id == student)):
            return
        if not self.course.autograde.create_student:
            raise MissingEntry(f"{student} is not in the gradebook, and "
                               "Autograde.create_student is False")
        db.execute(insert(Student.__table__).values(id=student))

    def _notebooks(self, submission):
        """{name: id of its row} of the submitted notebooks."""
        table, db = SubmittedNotebook.__table__, self.book.db
        there = dict(db.execute(select(
            table.c.notebook_id, table.c.id).where(
                table.c.assignment_id == submission)).all())
        new = [{"id": new_uuid(), "assignment_id": submission,
                "notebook_id": one.id}
               for one in self.known.values() if one.id not in there]
        _add(db, table, new)
        there |= {row["notebook_id"]: row["id"] for row in new}
        return {name: there[one.id] for name, one in self.known.items()}

    # Scores, as SaveAutoGrades and AssignLatePenalties leave them.

    def _notebook(self, row, known, notebook, graded):
        cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells
                 if c.metadata.get("nbgrader", {}).get("grade_id")}
        self._grades(row, known, graded)
        comments = {i: _comment(cells[name])
                    for i, name in known.answers.items() if name in cells}
        self._merge(Comment, row, [*known.answers, *known.tasks], {
            i: {"auto_comment": words} for i, words in comments.items()
            if graded.handed_in})

    def _grades(self, row, known, graded):
        """A mark of a person stays, and is then looked at again."""
        if not graded.handed_in:
            new = dict.fromkeys([*known.graded, *known.tasks], 0.0)
        else:
            new = {i: graded.scores[name].points
                   for i, name in known.graded.items()
                   if name in graded.scores}
        table = Grade.__table__
        marked = set(self.book.db.scalars(select(table.c.cell_id).where(
            table.c.notebook_id == row, table.c.manual_score.is_not(None))))
        self._merge(Grade, row, [*known.graded, *known.tasks], {
            i: {"auto_score": points, "needs_manual_grade":
                points is None or i in marked and graded.handed_in}
            for i, points in new.items()})

    def _merge(self, kind, row, cells, values):
        """Rows of ``kind`` for all ``cells``, with ``values`` of some."""
        table, db = kind.__table__, self.book.db
        there = dict(db.execute(select(table.c.cell_id, table.c.id).where(
            table.c.notebook_id == row)).all())
        for cell in there:
            if cell in values:
                db.execute(update(table).where(
                    table.c.id == there[cell]).values(**values[cell]))
        for cell in cells:
            if cell not in there:
                db.execute(insert(table).values(
                    notebook_id=row, cell_id=cell, **values.get(cell, {})))

    def _penalties(self, result, rows):
        """What the course's own plug-in takes off for being late."""
        table, db = SubmittedNotebook.__table__, self.book.db
        handed_in = [row for name, row in rows.items()
                     if name in result.notebooks
                     and result.notebooks[name].handed_in]
        db.execute(update(table).where(table.c.id.in_(handed_in)).values(
            late_submission_penalty=None))
        if self.due is None:
            return
        submission = self.book.find_submission(self.name, result.student)
        seconds = submission.total_seconds_late
        for one in submission.notebooks if seconds > 0 else ():
            if one.id in handed_in:
                penalty = self.late.plugin_inst.late_submission_penalty(
                    result.student, one.score, seconds)
                if penalty is not None:
                    one.late_submission_penalty = (
                        self.late._check_late_penalty(one, penalty))


def _add(db, table, rows):
    if rows:
        db.execute(insert(table), rows)


def _comment(cell):
    """What nbgrader says about an answer that was left as it came."""
    if cell.metadata.nbgrader.get("checksum") != utils.compute_checksum(
            cell):
        return None
    return NO_RESPONSE


def _wait(book, seconds):
    """Let SQLite wait so long for another program's lock."""
    if book.engine.dialect.name == "sqlite":
        @event.listens_for(book.engine, "connect")
        def patient(connection, _):
            connection.execute(
                f"PRAGMA busy_timeout = {int(1000 * seconds)}")
        book.engine.dispose()
