"""nnlab grade: what it says, and the status that it ends with."""
import functools
import os
import re
import subprocess
import sys

import pytest

from nnlab import cli
from nnlab.grading.engine import own_solution
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
    little.hand_in(course, "right", **little.RIGHT)
    ask = ["grade", little.NAME, "--course", str(course)]
    assert cli.main(ask) == 0
    out = capsys.readouterr().out
    assert out.startswith("Protections: all on\n")
    assert "\n  mean          12.00 of 20 points (" in out
    assert "Points:" not in out
    little.hand_in(course, "raises")
    assert cli.main(ask) == 1
    out = capsys.readouterr().out
    assert "1 of them graded before" in out and "raises  0 of 20" in out
    assert cli.main([*ask, "--force", "--student", "right"]) == 0
    out = capsys.readouterr().out
    assert "\n  students      1\n" in out
    assert "\nPoints:\n  right  12 of 20, 1 to be marked\n" in out
    assert cli.main([*ask, "--scores"]) == 1
    assert "\n  raises  0 of 20, 1 to be marked\n  right   12 of 20, 1" in (
        capsys.readouterr().out)


def test_control_c_says_how_to_go_on(
        course, ours, capsys, monkeypatch):  # noqa: F811
    """And what it says is true, with --force too."""
    little.hand_in(course, "a", **little.RIGHT)
    little.hand_in(course, "b", **little.RIGHT)
    ask = ["grade", little.NAME, "--course", str(course)]

    def one(self, submissions, old=Inline.results):
        for found in old(self, submissions):
            yield found
            if found[0].student != own_solution.NAME:
                raise KeyboardInterrupt
    with monkeypatch.context() as patch:
        patch.setattr(Inline, "results", one)
        assert cli.main(ask) == 130
        assert capsys.readouterr().err == (
            "nnlab: stopped: 1 of 2 students are done and recorded. Type "
            "the same again to go on\n")
    assert cli.main(ask) == 0
    assert "2, 1 of them graded before" in capsys.readouterr().out
    with monkeypatch.context() as patch:
        patch.setattr(Inline, "results", one)
        assert cli.main([*ask, "--force"]) == 130
        assert "without --force to go on" in capsys.readouterr().err
    assert cli.main(ask) == 0
    assert "2, 1 of them graded before" in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["--seconds=0", "--seconds=nan",
                                   "--memory=0.01", "--memory=inf",
                                   "--seconds=inf", "--memory=-1"])
def test_a_limit_that_is_none(course, ours, capsys, limit):  # noqa: F811
    assert cli.main(["grade", little.NAME, "--course", str(course),
                     limit]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"nnlab: {limit[:limit.index('=')]} ")
    assert said.count("\n") == 1 and "or more" in said


def test_help_says_what_the_limits_and_statuses_are(capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for words in ("default: the current folder", "130 stopped by Ctrl-C",
                  "or nobody could be graded", "limit on memory",
                  "Another limit grades nobody again"):
        assert words in said, words


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
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("Protections: ")
    assert "mean          5.00 of 20 points" in done.stdout
    assert "half  7 of 20  There is no notebook second.ipynb." in done.stdout
    scores = {(r[1], r[2]): r[3] for r in little.rows(course)["grade"]}
    assert scores["right", "test-stack"] == 5
    assert scores["unstamped", "test-primes"] == 1


def test_the_readme_and_the_help_name_the_same_options(root, capsys):
    text = (root / "README.md").read_text()
    part = text[text.index("## Grade a class"):text.index("## Without make")]
    with pytest.raises(SystemExit):
        cli.main(["grade", "--help"])
    said = capsys.readouterr().out
    assert set(re.findall(r"--[a-z]+", part)) - {"--force"} == set(
        re.findall(r"^  (?:-h, )?(--[a-z]+)", said, re.M)) - {
        "--force", "--help", "--course"}
