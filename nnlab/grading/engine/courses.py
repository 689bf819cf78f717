"""A course folder as nbgrader sees it: its settings, who handed in."""
import contextlib
import dataclasses
import glob
import io
import logging
import os
import re
from functools import cached_property
from pathlib import Path

from nbgrader.apps.baseapp import NbGrader
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

CONFIG = "nbgrader_config.py"
NOT_A_COURSE = ("{} has no nbgrader_config.py: go into the course folder, or "
                "name it with --course. (A new one: nbgrader quickstart "
                "NAME, or make course DIR=../my-course.)")
NO_NAME = ("a folder in submitted is called {!r}, which Formgrader would "
           "show as a tag: it is left out, rename it")
TAG = re.compile(r'[<>"]')
LOG = logging.getLogger("nnlab.grading.nbgrader")
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


class _Settings(NbGrader):
    """Reads settings as nbgrader does, and only the course's own file."""
    name = "nbgrader"
    load_cwd_config = False
    raise_config_file_errors = True


@dataclasses.dataclass
class Course:
    """coursedir : nbgrader's CourseDirectory;  config : all settings."""
    coursedir: CourseDirectory
    config: Config = dataclasses.field(default_factory=Config)

    @property
    def root(self):
        """The folder, as a Path."""
        return Path(self.coursedir.root)

    def path(self, step, student=".", assignment="."):
        """A folder of nbgrader's, such as that of one submission."""
        return Path(os.path.normpath(
            self.coursedir.format_path(step, student, assignment)))

    def submitted(self, student, assignment):
        """The folder in which ``student`` has handed in."""
        return self.path(self.coursedir.submitted_directory, student,
                         assignment)

    @cached_property
    def autograde(self):
        """nbgrader's converter, asked for its settings only."""
        return Autograde(coursedir=self.coursedir, config=self.config,
                         log=LOG)

    @cached_property
    def generate_feedback(self):
        """nbgrader's converter, asked for its settings only."""
        return GenerateFeedback(coursedir=self.coursedir,
                                config=self.config, log=LOG)

    @property
    def hooks(self):
        """Names of nbgrader's hooks that this course sets."""
        return [f"{type(made).__name__}.{name}"
                for made in (self.autograde, self.generate_feedback)
                for name in ("pre_convert_hook", "post_convert_hook")
                if getattr(made, name)]

    def students(self, assignment):
        """Everyone with a folder for ``assignment``, in order."""
        return [s for s in self._folders(assignment) if not TAG.search(s)]

    def left_out(self, assignment):
        """A sentence on each folder that is nobody's."""
        return [NO_NAME.format(s) for s in self._folders(assignment)
                if TAG.search(s)]

    def _folders(self, assignment):
        step = self.coursedir.submitted_directory
        pattern = re.compile(self.coursedir.format_path(
            re.escape(step), "(?P<student>[^/]+)", re.escape(assignment),
            escape=True) + "$")
        left_out = self.coursedir.student_id_exclude.split(",")
        found = (pattern.match(path) for path in glob.iglob(
            self.coursedir.format_path(step, "*", glob.escape(assignment))))
        return sorted({m["student"] for m in found
                       if m and m["student"] not in left_out})


def open_course(folder):
    """The Course in ``folder``; a CourseDirectory or a Course will do.

    Raises ValueError if it is no course.
    """
    if isinstance(folder, Course):
        return folder
    if isinstance(folder, CourseDirectory):
        return Course(folder, folder.config)
    folder = Path(folder).expanduser().resolve()
    if not (folder / CONFIG).is_file():
        raise ValueError(NOT_A_COURSE.format(folder))
    app = _Settings(log=LOG)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            app.initialize([], root=str(folder))
    except (Exception, SystemExit) as error:
        raise ValueError(f"{folder / CONFIG} cannot be read: "
                         f"{first_line(error)}") from None
    # The settings were read after the CourseDirectory was made.
    return Course(CourseDirectory(config=app.config, log=LOG, **(
        {} if "root" in app.config.CourseDirectory else {
            "root": str(folder)})), app.config)


def first_line(error):
    """An exception in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
