"""Results into nbgrader's gradebook, as nbgrader autograde leaves it.

nbgrader's preprocessors commit once for each cell.  Here a submission
is one transaction, in a session that stays open for the whole run.
"""
import contextlib

from nbformat import from_dict
from nbgrader import utils
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import event
from sqlalchemy.orm import selectinload

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


class Recorder:
    """Keeps a course's gradebook open.

    course : a folder or a Course;  assignment : its name;  files :
    {path: bytes} of the release, which go over those handed in
    """

    def __init__(self, course, assignment, files=None, patience=PATIENCE):
        self.course = open_course(course)
        self.name, self.files = assignment, files or {}
        self.book = Gradebook(self.course.coursedir.db_url,
                              self.course.coursedir.course_id)
        _wait(self.book, patience)
        self.late = self._late_penalties()
        tree.clean(self.course, assignment)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.book.close()

    def _late_penalties(self):
        """The course's own preprocessor, None if it has taken it out."""
        for kind in self.course.autograde.autograde_preprocessors:
            if isinstance(kind, type) and issubclass(
                    kind, AssignLatePenalties):
                found = kind(config=self.course.config, log=LOG)
                found.init_plugin()
                return found
        return None

    def record(self, result):
        """Tree first, then the gradebook in one step."""
        notebooks = {name: from_dict(graded.notebook)
                     for name, graded in result.notebooks.items()}
        tree.write(self.course, result, notebooks, self.files)
        with self.transaction():
            submission = self._submission(result.student)
            for one in submission.notebooks:
                if one.name in result.notebooks:
                    self._notebook(submission, one, notebooks[one.name],
                                   result.notebooks[one.name])

    def recorded(self):
        """The students of whom the gradebook has a submission."""
        return {s.student_id for s in
                self.book.find_assignment(self.name).submissions}

    @contextlib.contextmanager
    def transaction(self):
        """All of it or nothing; then what was read is forgotten."""
        try:
            yield self.book.db
            self.book.db.commit()
        except BaseException:
            self.book.db.rollback()
            raise
        finally:
            self.book.db.expunge_all()

    # As Autograde.init_assignment does it.

    def _submission(self, student):
        folder = self.course.submitted(student, self.name)
        stamp = tree.timestamp(self.course, folder)
        new = {} if stamp is None else {"timestamp": stamp}
        try:
            found = self.book.find_submission(self.name, student)
            for name, value in new.items():
                setattr(found, name, utils.parse_utc(value))
        except MissingEntry:
            self._student(student)
            found = self.book.add_submission(self.name, student, **new)
        return found

    def _student(self, student):
        if self.course.autograde.create_student:
            self.book.update_or_create_student(student)
        else:
            self.book.find_student(student)

    # As SaveAutoGrades and AssignLatePenalties do it.

    def _notebook(self, submission, submitted, notebook, graded):
        cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells
                 if c.metadata.get("nbgrader", {}).get("grade_id")}
        self._complete(submitted)
        for grade in submitted.grades:
            if not graded.handed_in:
                grade.auto_score, grade.needs_manual_grade = 0, False
            elif grade.name in cells and utils.is_grade(cells[grade.name]):
                _grade(grade, graded.scores[grade.name].points)
        if graded.handed_in:
            for comment in submitted.comments:
                if comment.name in cells:
                    comment.auto_comment = _comment(cells[comment.name])
            self._late(submission, submitted)

    @staticmethod
    def _complete(submitted):
        """Rows for cells that came in after the submission was made."""
        there = {g.cell_id for g in submitted.grades}
        graded = [*submitted.notebook.grade_cells,
                  *submitted.notebook.task_cells]
        for cell in graded:
            if cell.id not in there:
                Grade(cell_id=cell.id, cell=cell, notebook=submitted)
        there = {c.cell_id for c in submitted.comments}
        for cell in [*submitted.notebook.solution_cells,
                     *submitted.notebook.task_cells]:
            if cell.id not in there:
                Comment(cell_id=cell.id, cell=cell, notebook=submitted)

    def _late(self, submission, submitted):
        if self.late is None:
            return
        submitted.late_submission_penalty = None
        seconds = submission.total_seconds_late
        if seconds <= 0:
            return
        self.book.db.flush()
        self.book.db.refresh(submitted)
        penalty = self.late.plugin_inst.late_submission_penalty(
            submission.student.id, submitted.score, seconds)
        if penalty is not None:
            submitted.late_submission_penalty = (
                self.late._check_late_penalty(submitted, penalty))


def _grade(grade, points):
    """A manual score stays, and is then looked at again."""
    grade.auto_score = points
    grade.needs_manual_grade = (
        grade.manual_score is not None or points is None)


def _comment(cell):
    """What nbgrader says about an answer that was left as it came."""
    if utils.is_task(cell) or cell.metadata.nbgrader.get(
            "checksum") != utils.compute_checksum(cell):
        return None
    return NO_RESPONSE


def _wait(book, seconds):
    """Let SQLite wait so long for another program's lock."""
    if book.engine.dialect.name == "sqlite":
        @event.listens_for(book.engine, "connect")
        def patient(connection, _):
            connection.execute(f"PRAGMA busy_timeout = {1000 * seconds:g}")
        book.engine.dispose()
