"""make course: a folder outside the clone, whole or not at all."""
import os
import shutil
import subprocess
import sys

import pytest

from nnlab.grading import course, notebooks, release

pytestmark = pytest.mark.grading


def refusal(*arguments):
    """The one line with which the command ends."""
    with pytest.raises(SystemExit) as ended:
        course.main([str(a) for a in arguments])
    assert isinstance(ended.value.code, str), "it must end with status 1"
    assert "\n" not in ended.value.code
    return ended.value.code


def test_the_folder_and_what_is_said_about_it(tmp_path):
    folder = tmp_path / "my course"
    done = subprocess.run(
        [sys.executable, "-m", "nnlab.grading.course", "my course"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(release.ROOT)})
    said = done.stdout
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my course"]
    assert sorted(p.name for p in folder.iterdir()) == [
        "exchange", "exercises", "gradebook.db", "nbgrader_config.py",
        "solutions", "submitted"]
    students = sorted(p.name for p in (folder / "submitted").iterdir())
    assert len(students) >= 12 and f"class of {len(students)} " in said
    for command in "nnlab grade first_steps ", "nbgrader export ":
        assert f"\n  {command} " in said
    assert "exchange/ is for" in said and "EMPTY=1" in said
    assert f'cd "{folder}"' in said and "jupyter lab" in said
    assert len(said.splitlines()) <= 24, "more than a screen"
    assert students == sorted(_enrolled(folder))
    same = "exercises/first_steps/first_steps.ipynb"
    assert (folder / same).read_bytes() == (
        release.ROOT / same).read_bytes()


def _enrolled(folder):
    from nbgrader.api import Gradebook
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return [student.id for student in gradebook.students]


def test_each_submission_can_be_read(tmp_path):
    """Notebooks that JupyterLab opens, the empty one too."""
    released = notebooks.read(
        release.ROOT / "exercises" / "first_steps" / "first_steps.ipynb")
    for submission in course.sample_class(released):
        path = tmp_path / f"{submission.student}.ipynb"
        notebooks.write(submission.notebook, path)
        assert notebooks.read(path) == submission.notebook


@pytest.mark.parametrize("inside", ["", "course", "nnlab/../a"])
def test_a_folder_in_the_clone_is_refused(inside):
    assert "lies in the clone" in refusal(release.ROOT / inside)
    assert not (release.ROOT / "course").exists()


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("mine")
    assert "is not empty" in refusal(tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["thesis.tex"]


def test_a_file_and_a_missing_parent_are_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    assert "is not empty" in refusal(tmp_path / "file")
    assert "is missing" in refusal(tmp_path / "no" / "folder")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_without_the_sample_class(tmp_path, capsys):
    folder = tmp_path / "mine"
    course.main(["--empty", str(folder)])
    said = capsys.readouterr().out
    assert "submitted/<student>/first_steps/first_steps.ipynb" in said
    assert "sample class" not in said
    assert not (folder / "submitted").exists() and _enrolled(folder) == []
    assert (folder / "exercises/first_steps/first_steps.ipynb").exists()
    # Typed again it says the same, and touches nothing.
    before = sorted(folder.rglob("*"))
    course.main([str(folder)])
    again = capsys.readouterr().out
    assert again == course.THERE + said
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("arguments", [
    [], ["a", "b"], ["--help"], ["--empty"]])
def test_usage(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal(*arguments).startswith("usage:")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_failure(tmp_path, monkeypatch):
    """It fails late, and neither the folder nor a part of it stays."""
    def releases(folder, command, topic):
        shutil.copytree(release.ROOT / "exercises" / topic,
                        folder / "exercises" / topic)

    def fails(folder, students):
        raise ValueError("the disk is full")
    monkeypatch.setattr(course, "nbgrader", releases)
    monkeypatch.setattr(course, "_enrol", fails)
    with pytest.raises(ValueError, match="disk"):
        course.make_course(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="disk"):
        course.make_course(tmp_path / "empty")
    assert list(tmp_path.iterdir()) == [tmp_path / "empty"]
    assert list((tmp_path / "empty").iterdir()) == []
