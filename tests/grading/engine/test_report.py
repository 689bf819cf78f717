"""What a run says on the way and at the end."""
import csv

import pytest

from nnlab.grading.engine import progress
from nnlab.grading.engine.marks import Mark
from nnlab.grading.engine.progress import Progress
from nnlab.grading.engine.report import Row, Summary

pytestmark = pytest.mark.grading


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_the_time_left_is_said_once_it_is_known(clock, capsys):
    """The first result comes after 30 seconds, the others each after 1."""
    bar = Progress(100)
    bar.preparing(100)
    said = []
    for number in range(100):
        clock[0] = 30.0 + number
        bar.step(Row(f"s{number}"))
        said.append(bar.line())
    assert said[0] == "1 of 100 students"
    assert said[9] == "10 of 100 students"
    assert said[10] == "11 of 100 students, about 89 s left"
    assert said[98] == "99 of 100 students, about 1 s left"
    assert said[99] == "100 of 100 students"
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Grading 100 students; preparing the kernels")
    assert len(out) == 21


def test_who_needs_a_look_is_named_on_the_way(clock):
    bar = Progress(3, on=False)
    for student, trouble in ("anna", ""), ("ben", "x"), ("eve", "x"):
        bar.step(Row(student, trouble=trouble))
        said = bar.line()
        if student == "ben":
            assert said == ("2 of 3 students, 1 needs a look (the last: "
                            "ben)")
    assert said == "3 of 3 students, 2 need a look (the last: eve)"


def test_what_informs_is_short(tmp_path):
    rows = [Row(f"s{n:02}", Mark(1.0, 2.0), information="mended")
            for n in range(30)]
    table = Summary("lab", rows).table()
    assert table.count("mended") == 10
    assert "and 20 more in report.csv" in table
    assert Summary("lab", rows).code == 0
    assert Summary("lab", rows).table(True).count("mended") == 30


def test_points_are_rounded(tmp_path):
    row = Row("anna", Mark(12.899999999999999, 30.0))
    assert row.score == "12.9 of 30"
    summary = Summary("lab", [row])
    summary.write(tmp_path / "report.csv", ["anna"])
    assert (tmp_path / "report.csv").read_text().splitlines()[1] == (
        "anna,12.9,30,0,,")


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(tmp_path, words):
    """Students name the files that are named in it."""
    summary = Summary("lab", [Row("anna", Mark(), words)])
    summary.write(tmp_path / "report.csv", ["anna"])
    with open(tmp_path / "report.csv", newline="") as file:
        assert list(csv.reader(file))[1][4] == "'" + words


def test_a_file_of_somebody_elses_is_not_read(tmp_path):
    path = tmp_path / "report.csv"
    for text in b"\xff\xfe", b"a,b\nanna,1\n", b"":
        path.write_bytes(text)
        Summary("lab", [Row("ben", Mark(1.0, 2.0))]).write(
            path, ["anna", "ben"])
        assert path.read_text().splitlines()[1:] == ["ben,1,2,0,,"]
