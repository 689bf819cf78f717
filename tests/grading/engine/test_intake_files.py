"""Folders, extra files and zip files."""
import io
import os
import zipfile

import pytest

from nnlab.grading.engine import intake, look, zipped
from nnlab.grading.engine.grade import missing
from nnlab.grading.engine.model import Submission, packed
from tests.grading.engine import takes
from tests.grading.engine.takes import F, good, take, text

GOOD = text(good()).encode()


@pytest.mark.parametrize("path", [
    "numpy.py", "random.py", "nnlab.py", "numpy/__init__.py",
    "sitecustomize.py", "usercustomize.py", "random.cpython-311.so"])
def test_a_file_that_hides_a_module_is_left_out(path):
    taken, _, _ = take({"lab.ipynb": GOOD, path: b"x"})
    assert taken.files == {}
    assert "hide" in taken.remarks[0] and path in taken.remarks[0]


@pytest.mark.parametrize("path", [
    "helpers.py", "conftest.py", "test/picture.png", "a/b.csv", "random.txt"])
def test_other_files_are_kept(path):
    taken, _, _ = take({"lab.ipynb": GOOD, path: b"x"})
    assert (taken.files, taken.remarks) == ({path: b"x"}, [])


@pytest.mark.parametrize("path", [
    "../x.py", "/etc/passwd", "a/../../x", "a\\b", "a\0b", "", "a//b",
    "C:/x", "x" * 300, "\ud800", 7])
def test_odd_paths_are_left_out(path):
    taken, _, _ = take({"lab.ipynb": GOOD, path: b"x"})
    assert taken.files == {}
    assert "not allowed" in taken.remarks[0]


def test_the_releases_own_files_win():
    taken, _, _ = take({"lab.ipynb": GOOD, "data.csv": b"9",
                        "data.csv/x": b"9"})
    assert taken.files == {}
    assert "data.csv was given out" in taken.remarks[0]
    assert not take({"lab.ipynb": GOOD, "data.csv": b"1,2"})[0].remarks


def test_a_folder_is_read_without_links_and_pipes(tmp_path):
    outside = tmp_path / "secret"
    outside.write_text("secret")
    folder = tmp_path / "ada"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/lab.ipynb").write_bytes(GOOD)
    (folder / "link.txt").symlink_to(outside)
    (folder / "lab.ipynb").symlink_to(outside)
    (folder / "all").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    files = intake.files_of(folder)
    assert dict(files) == {"sub/lab.ipynb": GOOD}
    assert sum("is a link" in words for words in files.remarks) == 3
    assert any("pipe is not an ordinary" in w for w in files.remarks)
    both = packed(Submission("ada", str(folder))), Submission(
        "ada", str(folder))
    first, second = (intake.take_in(s, takes.RELEASE) for s in both)
    assert first == second and first.remarks == files.remarks
    assert takes.sources(first.notebooks["lab"][0])["f"] == F
    assert (folder / "sub/lab.ipynb").read_bytes() == GOOD


@pytest.mark.parametrize("limit, words", [
    ("MOST_FILES", "too many"), ("FILE_SIZE", "too large"),
    ("TOTAL_SIZE", "too large together")])
def test_number_and_size_are_bounded(tmp_path, monkeypatch, limit, words):
    monkeypatch.setattr(look, limit, 3)
    for k in range(5):
        (tmp_path / str(k)).write_bytes(b"x" * (4 if limit == "FILE_SIZE"
                                                else 1))
    files = intake.files_of(tmp_path)
    assert len(files) == (0 if limit == "FILE_SIZE" else 3)
    assert any(words in said for said in files.remarks)


def test_no_folder_is_no_notebook(tmp_path):
    taken = intake.take_in(Submission("ada", str(tmp_path / "no")),
                           takes.RELEASE)
    assert taken.notebooks["lab"][0] is None
    assert taken.remarks


def _zip(**files):
    packed_files = io.BytesIO()
    with zipfile.ZipFile(packed_files, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed_files.getvalue()


def test_a_zip_file_is_opened():
    taken, made, _ = take({"lab.zip": _zip(**{"ada/lab.ipynb": GOOD})})
    assert takes.sources(made)["f"] == F
    assert "lab.zip, which was unpacked" in taken.remarks[0]


def test_a_zip_bomb_is_not(monkeypatch):
    monkeypatch.setattr(zipped, "MOST_BYTES", 1000)
    taken, made, _ = take({"lab.zip": _zip(**{"lab.ipynb": b" " * 9999})})
    assert made is None
    assert "holds too much" in taken.remarks[0]
    taken, made, _ = take({"lab.zip": b"PK no"})
    assert "could not be unpacked" in taken.remarks[0]


@pytest.mark.parametrize("files, why", [
    ({}, "not handed in"), ({"lab.ipynb": b""}, "could not be read"),
    ({"lab.ipynb": b"<!DOCTYPE html><p>Log in"}, "could not be read")])
def test_what_is_unreadable_was_handed_in_all_the_same(files, why):
    taken, notebook, remarks = take(files)
    assert notebook is None and taken.why_not("lab") == why
    made = missing(takes.TEMPLATE, remarks, taken.why_not("lab"))
    assert {s.words for s in made.scores.values()} == {why}
    assert any("a web page" in r for r in remarks) == (
        b"<p>" in files.get("lab.ipynb", b""))
