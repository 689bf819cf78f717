"""feedback/<student>/<assignment>, in the same run as the grades.

The pages that ``nbgrader generate_feedback`` makes with the settings of
nnlab.grading.feedback, from the same exporter; it is made once.
"""
import contextlib
import copy
import signal
import threading

from nnlab.grading.engine import tree
from nnlab.grading.engine.courses import LOG
from nnlab.grading.feedback import Page, Readable
from nnlab.grading.standing import standing

SECONDS = 20        # for a page; then it is made without the cells


class TooSlow(Exception):
    """A page took too long."""


class Pages:
    """Writes the pages of one assignment.

    course : a Course;  assignment : its name;  book : a Gradebook that
    is open
    """

    def __init__(self, course, assignment, book):
        self.course, self.name, self.book = course, assignment, book
        made = course.generate_feedback
        ours = issubclass(made.exporter_class, Page)
        self.exporter = (made.exporter_class if ours else Page)(
            config=course.config, log=LOG, default_preprocessors=[])
        for one in made.preprocessors if ours else [Readable]:
            self.exporter.register_preprocessor(one)
        self.mode = int(str(made.permissions), 8)

    def write(self, student, notebooks, files):
        """The pages of one student, in one step.

        notebooks : {name: NotebookNode} as they stand in autograded;
        files : {path: bytes} of the others there, which go along
        """
        found = dict(files)
        for name, notebook in notebooks.items():
            found[f"{name}.html"] = self.page(
                student, name, notebook).encode("utf-8", "replace")
        step = self.course.coursedir.feedback_directory
        tree.replace(self.course.path(step, student, self.name), found,
                     self.mode)

    def page(self, student, name, notebook):
        """One page; a bare one if the whole cannot be made.

        student, name : whose it is;  notebook : as a NotebookNode
        """
        try:
            with limited(SECONDS):
                return self._page(student, name, notebook, False)
        except Exception as error:
            LOG.warning("page of %s: %r", student, error)
            return self._page(student, name, notebook, True)

    def _page(self, student, name, notebook, bare):
        names = {"student": student, "assignment": self.name,
                 "notebook": name, "db_url": self.course.coursedir.db_url}
        given = {"standing": standing(names, self.book), "bare": bare}
        text, _ = self.exporter.from_notebook_node(
            copy.deepcopy(notebook), {
                "unique_key": name, "nbgrader": names, "grading": given})
        return text


@contextlib.contextmanager
def limited(seconds):
    """Raise TooSlow after so long, where signals can be had."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_):
        raise TooSlow(f"more than {seconds} s")
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
