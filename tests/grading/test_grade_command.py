"""nnlab grade: what it says, and the status that it ends with."""
import functools
import os
import subprocess
import sys

import pytest

from nnlab import cli
from nnlab.grading.engine import run as running
from tests.grading.engine import little
from tests.grading.engine.conftest import (  # noqa: F401
    blank_course, course)
from tests.grading.engine.runs import Inline, all_on

pytestmark = pytest.mark.grading
GRADE = "tests.grading.engine.little:grade"


@pytest.fixture
def ours(monkeypatch):
    """The command with the stub of ``grade``, in this process."""
    monkeypatch.setattr(running, "_pool", lambda grade, release, options,
                        *_: Inline(grade, release, options))
    monkeypatch.setattr(running, "run", functools.partial(
        running.run, grade=GRADE, protections=all_on))


def test_all_graded_is_0_and_some_trouble_is_1(
        course, ours, capsys):  # noqa: F811
    little.hand_in_all(course)
    assert cli.main(["grade", little.NAME, "--course", str(course)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Protections: sandbox on")
    assert "\n  mean          7.40 of 20 points\n" in out
    little.hand_in(course, "raises")
    assert cli.main(["grade", little.NAME, "--course", str(course)]) == 1
    out = capsys.readouterr().out
    assert "5 of them graded before" in out and "raises  0 of 20" in out
    assert cli.main(["grade", little.NAME, "--course", str(course), "--force",
                     "--student", "right", "half"]) == 0
    assert "\n  students      2\n" in capsys.readouterr().out


def test_what_cannot_start_is_2_and_one_line(
        course, ours, capsys, tmp_path):  # noqa: F811
    assert cli.main(["grade", "x", "--course", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("nnlab: ") and said.count("\n") == 1
    assert "nbgrader_config.py" in said


@pytest.mark.timeout(300)
def test_the_real_thing(course):  # noqa: F811
    """Kernels, intake and all, in the folder of the course."""
    little.hand_in_all(course)
    done = subprocess.run(
        [sys.executable, "-m", "nnlab.cli", "grade", little.NAME],
        cwd=course, text=True, capture_output=True, env={
            **os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("Protections: ")
    assert "mean          7.40 of 20 points" in done.stdout
    scores = {(r[1], r[2]): r[3] for r in little.rows(course)["grade"]}
    assert scores["right", "test-stack"] == 5
    assert scores["unstamped", "test-primes"] == 1
