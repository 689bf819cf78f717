"""The coordinator: grades a class, and alone writes what is kept.

What is finished is on disk before it counts.  So a run that is ended
at any point, kill -9 included, goes on where it was when the same
command is typed again.
"""
import contextlib
import time

from nnlab.grading.engine import anew, own_solution, store
from nnlab.grading.engine.asked import assignment_of, students_of
from nnlab.grading.engine.attention import one_line
from nnlab.grading.engine.cluster import Cluster
from nnlab.grading.engine.courses import first_line, open_course
from nnlab.grading.engine.marks import marks
from nnlab.grading.engine.model import Options, Submission
from nnlab.grading.engine.own_solution import OwnSolution
from nnlab.grading.engine.pages import Pages
from nnlab.grading.engine.pool import Pool, resolve
from nnlab.grading.engine.progress import Progress
from nnlab.grading.engine.record import PATIENCE, Recorder
from nnlab.grading.engine.release_of import release_of
from nnlab.grading.engine.report import FILE, Row, Summary, row_of
from nnlab.grading.engine.stops import one_reason
from nnlab.grading.engine.ungraded import (
    COULD_NOT, NOTHING, OLD, STAYS, failed)

GRADE = "nnlab.grading.engine.grade:grade"
PROTECTIONS = "nnlab.grading.engine.sandbox:protections"
GRACE = 60          # seconds over a notebook's own limit
HOPELESS = 10       # so many failures, and no success: not the students'
UNPROTECTED = ("This machine cannot protect itself from what students hand "
               "in ({}). If you trust every submission, add --unprotected.")
OTHER_LIMITS = ("{} were graded with other limits; --force grades them with "
                "these")
CHANGED = ("{} were graded again: the assignment or nnlab has changed; marks "
           "by hand stay, and wait to be looked at again")
ABSENT = ("only in the gradebook, without a folder for this assignment: {} "
          "(the mean counts them)")
PAGES = "{} pages are made anew, as the gradebook has changed"
NO_PAGE = "the page of {} could not be made anew: {}"
STOPPED = "stopped: {} of {} students are done and recorded. {} to go on"
HOOK = "{} is set in nbgrader_config.py: nbgrader runs it, nnlab grade not"


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
    assignment = assignment_of(course, assignment)
    release = release_of(course, assignment)
    chosen = students_of(course, assignment, students)
    _say_protections(resolve(protections)(options), options, progress)
    with one_reason(), contextlib.ExitStack() as stack:
        kept = stack.enter_context(store.Store(course.root, assignment))
        book = stack.enter_context(Recorder(
            course, assignment, release.files, patience))
        one = Coordinator(course, release, options, kept, book)
        todo = one.sort(chosen, force)
        bar = Progress(len(todo) + len(one.late), progress)
        stack.callback(bar.close)
        pool = _pool(grade, release, options, workers, scheduler, len(todo))
        try:
            one.work(pool, todo, bar, force)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(one.stopped(chosen, force)) from None
        one.finish(course.students(assignment), bool(students))
    one.summary.seconds = time.monotonic() - began
    return one.summary


def _say_protections(found, options, aloud):
    """The first line; ValueError if what must be on is off."""
    off = [f"{name} OFF ({how})" if how else f"{name} OFF"
           for name, on, how in found if not on]
    if aloud:
        print("Protections:", "; ".join([*off, "the others on"] if off else [
            "all on" if found else "all OFF"]), flush=True)
    if options.protected and (off or not found):
        raise ValueError(UNPROTECTED.format(
            "; ".join(off) if off else "none is on"))


def _pool(grade, release, options, workers, scheduler, many):
    deadline = options.total_seconds * len(release.templates) + GRACE
    if scheduler:
        return Cluster(grade, release, options, scheduler, deadline)
    if workers < 1:
        raise ValueError(f"--workers must be at least 1; got {workers}.")
    return Pool(grade, release, options, min(workers, many), deadline)


class Coordinator:
    """One run.  kept : the Store;  book : the Recorder."""

    def __init__(self, course, release, options, kept, book):
        self.course, self.release, self.options = course, release, options
        self.kept, self.book = kept, book
        self.own = OwnSolution(release, kept)
        self.pages = Pages(course, release.assignment, book.book)
        self.summary = Summary(release.assignment, notes={
            HOOK.format(name) for name in course.hooks})
        self.keys, self.late, self.failed, self.stale = {}, [], [], []
        self.there, self.good, self.bad = set(), 0, 0

    def sort(self, students, force):
        """Students to grade; those only to be recorded go to ``late``."""
        self.there, todo = self.book.recorded(), []
        limits = changed = 0
        states = anew.states(self.book.book, self.book.id)
        for student in students:
            key = self._key(student)
            result, older = self.kept.load(student, key)
            self.keys[student] = key
            if result is None or force:
                todo.append(student)
                changed += not force and older is not None and (
                    older.files == key.files)
                continue
            self.keys[student] = older
            limits += older.options != key.options
            if student in self.there and self._whole(student):
                self.summary.rows.append(row_of(result))
                self.summary.again += 1
                if states.get(student) != self.kept.state(student):
                    self.stale.append(student)
            else:
                self.late.append(student)
        self.summary.notes |= {words.format(many) for many, words in (
            (limits, OTHER_LIMITS), (changed, CHANGED),
            (len(self.stale), PAGES)) if many}
        return todo

    def _key(self, student):
        release, options = self.release.key, self.options.key
        try:
            return store.key_of(self._folder(student), release, options)
        except OSError as error:    # graded all the same
            return store.Key(f"unread: {error}", release, options)

    def _folder(self, student):
        return self.course.submitted(student, self.release.assignment)

    def _whole(self, student):
        step = self.course.coursedir.autograded_directory
        return self.kept.recorded(student, self.keys[student]) and (
            self.course.path(step, student,
                             self.release.assignment).is_dir())

    def work(self, pool, todo, bar, force):
        """Record what was left over, then grade the rest."""
        for student in self.stale:
            self._page_anew(student)
        for student in self.late:
            self._record(self.kept.load(student, self.keys[student])[0], bar)
        if not todo:
            return
        bar.preparing(len(todo))
        with pool, one_reason():
            for student in todo if force else ():
                self.kept.forget(student)   # goes on without --force
            for submission, result, why in pool.results([
                    *self.own.todo(), *(Submission(s, str(self._folder(s)))
                                        for s in todo)]):
                if submission.student == own_solution.NAME:
                    self.own.take(result)
                else:
                    self._take(submission.student, result, why, bar)
        for result in self.failed:
            self._record(result, bar, ungraded=True)

    def _take(self, student, result, failure, bar):
        """Save a Result, or say why there is none."""
        if result is None:
            self._failed(student, failure, bar)
            return
        self.good += 1
        with one_reason():
            self.kept.save(result, self.keys[student])
        self._record(result, bar)

    def _failed(self, student, failure, bar):
        """Not saved as finished: a rerun tries again.

        It costs nobody a score that is there.  Until one succeeds none
        is recorded, as the reason may be the machine.
        """
        self.bad += 1
        trouble, there = COULD_NOT.format(failure.words), (
            student in self.there)
        if not self.good and self.bad >= HOPELESS:
            raise ValueError(f"The first {HOPELESS} submissions all failed, "
                             f"the last one: {trouble}")
        if there or failure.machine:
            trouble += STAYS.format(OLD if there else NOTHING)
            self._row(Row(student, None, one_line([trouble]),
                          ungraded=True), bar)
            return
        result = failed(student, self.release, trouble)
        if self.good:
            self._record(result, bar, ungraded=True)
        else:
            self.failed.append(result)

    def _row(self, row, bar):
        self.summary.rows.append(row)
        bar.step(row)

    def _record(self, result, bar, ungraded=False):
        row, student = row_of(result), result.student
        row.ungraded = ungraded
        self.summary.notes.update(result.notes)
        try:
            with one_reason():
                self.pages.write(student, *self.book.record(result))
                self._mark(student)
        except ValueError:
            raise
        except Exception as error:
            row.trouble = (f"could not be recorded: {type(error).__name__}: "
                           f"{first_line(error)}")
            row.ungraded, row.whole = True, ()
        self._row(row, bar)

    def _page_anew(self, student):
        try:
            anew.write(self.course, self.pages, self.release, student)
            self._mark(student)
        except Exception as error:
            self.summary.notes.add(NO_PAGE.format(
                student, first_line(error)))

    def _mark(self, student):
        """The gradebook, and the page, have it as it is now."""
        state = anew.states(self.book.book, self.book.id, student)
        self.kept.mark(student, self.keys[student], state.get(student, ""))

    def stopped(self, students, force):
        """What to say after Ctrl-C."""
        done = sum(not row.ungraded for row in self.summary.rows)
        return STOPPED.format(done, len(students), "Type the same " + (
            "without --force" if force else "again"))

    def finish(self, everybody, only_some):
        """Marks out of the gradebook, and who is told for the first time.

        everybody : all who have handed in;  only_some : of these were
        graded
        """
        self.summary.faults = [*(self.own.faults or []), *(
            self.course.left_out(self.release.assignment))]
        rows = self.summary.rows = sorted(
            self.summary.rows, key=lambda row: row.student)
        found, told = marks(self.book.book, self.book.id), self.kept.told()
        for row in rows:
            said = [self.keys[row.student].files, row.trouble]
            row.mark = found.get(row.student)
            row.new = bool(row.trouble) and (
                row.ungraded or told.get(row.student) != said)
            told[row.student] = said
        self.kept.tell(told)
        if not only_some:
            self.summary.absent = {
                s: found[s] for s in sorted(set(found) - set(everybody))}
        if self.summary.absent:
            self.summary.notes.add(ABSENT.format(one_line([", ".join(
                self.summary.absent)])))
        self.summary.write(self.kept.folder / FILE, everybody)
