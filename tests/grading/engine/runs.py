"""Running the coordinator with the stub of ``grade``."""
import time

import pytest

from nnlab.grading.engine import run as running
from nnlab.grading.engine.pool import attempt
from nnlab.grading.engine.run import run
from tests.grading.engine import little

GRADE = "tests.grading.engine.little:grade"


def all_on(options):
    """Stands in for sandbox.protections."""
    return [("sandbox", True, "a test")]


class Inline:
    """A pool that grades right here: quick, and not killed apart."""

    def __init__(self, *task):
        self.task = task

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def results(self, submissions):
        function, release, options = self.task
        for one in submissions:
            yield one, *attempt(function, one, release, options)


def go(course, inline=False, **kwargs):
    """Run with the stub of ``grade``."""
    with pytest.MonkeyPatch.context() as patch:
        if inline:
            patch.setattr(running, "_pool", lambda grade, release, options,
                          *_: Inline(grade, release, options))
        return _go(course, **kwargs)


def _go(course, **kwargs):
    kwargs = {"grade": GRADE, "protections": all_on, "workers": 2,
              "progress": False, **kwargs}
    return run(course, little.NAME, **kwargs)


def looked_at(summary):
    """Who needs a look: of little's class only who left a notebook out."""
    return [row.student for row in summary.troubles]


def points(course):
    return {(r[1], r[2]): r[3] for r in little.rows(course)["grade"]}


def outcome(course):
    """Gradebook, and the files that a run writes."""
    return little.rows(course), sorted(
        str(p.relative_to(course)) for step in ("autograded", "feedback")
        for p in (course / step).rglob("*"))


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
