"""Two kernels for nbgrader's own command: in nbgrader_config.py,

    from nnlab.grading.engine.preprocessor import preprocessors
    c.Autograde.autograde_preprocessors = preprocessors()

``nbgrader autograde`` then runs tests apart from students' code, in
the sandbox too.  What it cannot read it still refuses: files are taken
in, and a class is graded fast, by ``nnlab grade`` only.
"""
import functools
import json
import os
import shutil
import sys

from nbformat import from_dict
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Bool

from nnlab.grading.engine.bench import bench
from nnlab.grading.engine.executor import Execution
from nnlab.grading.engine.harmless import make_harmless
from nnlab.grading.engine.model import Options
from nnlab.grading.engine.release_of import release_of
from nnlab.grading.engine.sandbox import protections

NO_SANDBOX = ("There is no sandbox for students' code: %s. To grade without "
              "one: c.TwoKernels.protected = False in nbgrader_config.py")
_releases = {}


def preprocessors():
    """nbgrader's own list, with TwoKernels in the place of Execute."""
    return [TwoKernels if p is Execute else p
            for p in Autograde.autograde_preprocessors.default()]


class TwoKernels(Execute):
    """Runs a notebook as ``nnlab grade`` does."""

    protected = Bool(True, help=(
        "Refuse to run students' code where there is no sandbox.")
    ).tag(config=True)

    def preprocess(self, nb, resources, km=None):
        """The notebook with outputs; a test cell has its score's."""
        names = resources["nbgrader"]
        if self.protected and (why := _no_sandbox()):
            self._end(names, why)
        release = self._release(names["assignment"])
        template = release.templates[names["notebook"]]
        where = bench(release, self._options())
        run = Execution(nb, template, where.student(release.files),
                        where.test(release.files), self._options())
        for index, outputs in run.run().items():
            nb.cells[index].outputs = [from_dict(o) for o in outputs]
        plain = json.loads(json.dumps(nb))
        make_harmless(plain, template)
        nb.cells = from_dict(plain).cells
        return nb, resources

    def _end(self, names, why):
        """One line, and no half-graded folder that counts as done.

        An exception would be one of many, each below its traceback.
        """
        self.log.error(NO_SANDBOX, why)
        course = CourseDirectory(config=self.config)
        shutil.rmtree(course.format_path(
            course.autograded_directory, names["student"],
            names["assignment"]), ignore_errors=True)
        sys.exit(1)

    def _options(self):
        return Options(protected=self.protected,
                       cell_seconds=self.timeout or 30)

    def _release(self, assignment):
        """Of the course in which nbgrader runs; found once."""
        key = os.getcwd(), assignment
        if key not in _releases:
            _releases[key] = release_of(
                CourseDirectory(config=self.config), assignment)
        return _releases[key]


@functools.cache
def _no_sandbox():
    """Why there is none, "" if there is one."""
    return next((how for name, on, how in protections(Options())
                 if name == "sandbox" and not on), "")
