"""The coordinator: grades a class, and alone writes what is kept.

What is finished is on disk before it counts.  So a run that is ended
at any point, kill -9 included, goes on where it was when the same
command is typed again.
"""
import contextlib
import copy
import errno
import time

from sqlalchemy.exc import OperationalError

from nnlab.grading.engine import store
from nnlab.grading.engine.cluster import Cluster
from nnlab.grading.engine.courses import first_line, open_course
from nnlab.grading.engine.model import (
    Graded, Options, Result, Score, Submission)
from nnlab.grading.engine.pages import Pages
from nnlab.grading.engine.pool import Pool, resolve
from nnlab.grading.engine.record import PATIENCE, Recorder
from nnlab.grading.engine.release_of import release_of
from nnlab.grading.engine.report import Progress, Summary, row_of

GRADE = "nnlab.grading.engine.grade:grade"
PROTECTIONS = "nnlab.grading.engine.sandbox:protections"
GRACE = 60          # seconds over a notebook's own limit
HOPELESS = 10       # so many failures, and no success: not the students'
UNPROTECTED = ("This machine cannot protect itself from what students hand "
               "in ({}). If you trust every submission, add --unprotected.")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
NOBODY = "{} has handed in {}: there is no folder {}"
COULD_NOT = "could not be graded: {}"
HOOK = "{} is set in nbgrader_config.py: nbgrader runs it, nnlab grade not"
TOLD = ("This could not be graded automatically. Please tell your "
        "instructor.")


def run(course, assignment, workers=2, scheduler=None, options=None,
        force=False, students=None, progress=True, grade=GRADE,
        protections=PROTECTIONS, patience=PATIENCE):
    """Grade, record and write pages; returns the Summary.

    course : a folder or a Course;  workers : processes on this machine;
    scheduler : address of a Dask scheduler to use instead;  options :
    Options;  force : grade again what is finished;  students : only
    these;  progress : say how far it is;  grade, protections :
    "module:function", others for tests;  patience : seconds to wait
    for a gradebook that another program has locked

    Raises ValueError in one line if it cannot start or go on.
    """
    began = time.monotonic()
    course, options = open_course(course), options or Options()
    release = release_of(course, assignment)
    students = _chosen(course, assignment, students)
    _say_protections(resolve(protections)(options), options, progress)
    with _one_line(), contextlib.ExitStack() as stack:
        kept = stack.enter_context(store.Store(course.root, assignment))
        book = stack.enter_context(Recorder(
            course, assignment, release.files, patience))
        one = Coordinator(course, release, options, kept, book)
        todo = one.sort(students, force)
        bar = Progress(len(todo) + len(one.late), progress)
        stack.callback(bar.close)
        pool = _pool(grade, release, options, workers, scheduler, len(todo))
        one.work(pool, todo, bar)
    one.summary.seconds = time.monotonic() - began
    one.summary.rows.sort(key=lambda row: row.student)
    return one.summary


def _chosen(course, assignment, students):
    found = course.students(assignment)
    for student in students or ():
        if student not in found:
            raise ValueError(NOBODY.format(
                "Nobody called " + student, assignment,
                course.submitted(student, assignment)))
    return sorted(set(students)) if students else found


def _say_protections(found, options, aloud):
    """The first line; ValueError if what must be on is off."""
    said = "; ".join(f"{name} {'on' if on else 'OFF'}"
                     + (f" ({how})" if how else "")
                     for name, on, how in found)
    if aloud:
        print(f"Protections: {said or 'all OFF'}", flush=True)
    off = [name for name, on, _ in found if not on]
    if options.protected and (off or not found):
        raise ValueError(UNPROTECTED.format(
            ", ".join(off) + " off" if off else "none is on"))


def _pool(grade, release, options, workers, scheduler, many):
    deadline = options.total_seconds * len(release.templates) + GRACE
    if scheduler:
        return Cluster(grade, release, options, scheduler, deadline)
    if workers < 1:
        raise ValueError(f"workers must be at least 1; got {workers}.")
    return Pool(grade, release, options, min(workers, many), deadline)


class Coordinator:
    """One run.  kept : the Store;  book : the Recorder."""

    def __init__(self, course, release, options, kept, book):
        self.course, self.release, self.options = course, release, options
        self.kept, self.book = kept, book
        self.pages = Pages(course, release.assignment, book.book)
        self.summary = Summary(release.assignment, notes={
            HOOK.format(name) for name in course.hooks})
        self.keys, self.late, self.failed, self.good = {}, [], [], 0

    def sort(self, students, force):
        """Students to grade; those only to be recorded go to ``late``."""
        there, todo = self.book.recorded(), []
        release, options = self.release.key, self.options.key
        for student in students:
            try:
                self.keys[student] = store.key_of(
                    self._folder(student), release, options)
            except OSError as error:    # graded all the same
                self.keys[student] = f"unread: {error}"
            result = None if force else self.kept.load(
                student, self.keys[student])
            if result is None:
                todo.append(student)
            elif student in there and self._whole(student):
                self.summary.rows.append(row_of(result))
                self.summary.again += 1
            else:
                self.late.append(student)
        return todo

    def _folder(self, student):
        return self.course.submitted(student, self.release.assignment)

    def _whole(self, student):
        step = self.course.coursedir.autograded_directory
        return self.kept.recorded(student, self.keys[student]) and (
            self.course.path(step, student,
                             self.release.assignment).is_dir())

    def work(self, pool, todo, bar):
        """Record what was left over, then grade the rest."""
        for student in self.late:
            self._record(self.kept.load(student, self.keys[student]), bar)
        if not todo:
            return
        with pool, _one_line():
            for submission, result, why in pool.results(
                    Submission(s, str(self._folder(s))) for s in todo):
                self._take(submission.student, result, why, bar)
        for result in self.failed:
            self._record(result, bar)

    def _take(self, student, result, why, bar):
        """Save a Result, or one that says why there is none."""
        if result is None:
            self._failed(failed(student, self.release, why), bar)
            return
        self.good += 1
        with _one_line():
            self.kept.save(result, self.keys[student])
        self._record(result, bar)

    def _failed(self, result, bar):
        """Not saved as finished: a rerun tries again.

        Until one succeeds none is recorded, as the reason may be the
        machine.
        """
        if self.good:
            self._record(result, bar)
            return
        self.failed.append(result)
        if len(self.failed) >= HOPELESS:
            raise ValueError(f"The first {HOPELESS} submissions all failed, "
                             f"the last one: {result.trouble}")

    def _record(self, result, bar):
        row, student = row_of(result), result.student
        self.summary.notes.update(result.notes)
        try:
            with _one_line():
                self.pages.write(student, *self.book.record(result))
                self.kept.mark(student, self.keys[student])
        except ValueError:
            raise
        except Exception as error:
            row.trouble = (f"could not be recorded: {type(error).__name__}: "
                           f"{first_line(error)}")
        self.summary.rows.append(row)
        bar.step(row)


def failed(student, release, why):
    """The Result of a submission that could not be graded."""
    trouble = COULD_NOT.format(why)
    notebooks = {}
    for name, template in release.templates.items():
        kinds = [cell["metadata"].get("nbgrader", {})
                 for cell in template.notebook["cells"]]
        scores = {m["grade_id"]: Score(0.0, float(m.get("points") or 0),
                                       TOLD)
                  for m in kinds if m.get("grade") or m.get("task")}
        notebooks[name] = Graded(name, copy.deepcopy(template.notebook),
                                 scores)
    return Result(student, release.assignment, notebooks, [TOLD], trouble)


@contextlib.contextmanager
def _one_line():
    """What stops everything, as a ValueError that says what to do."""
    try:
        yield
    except OperationalError as error:
        raise ValueError(
            f"The gradebook cannot be written ({first_line(error.orig)}). "
            "End other programs that use it (Formgrader, nbgrader) and type "
            "the same again: nothing is lost.") from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise ValueError(
            f"The disk cannot be written ({error.strerror}). Make room and "
            "type the same again: nothing is lost.") from None
