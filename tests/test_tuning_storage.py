"""Files that cannot be used: the error names them, and they stay."""
import contextlib
import os
import sqlite3
import subprocess
import sys
import time

import pytest

from nnlab.tuning import bayesian_search, random_search, storage
from tests.tuning_runs import content, never, run


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a study, 100%.db"


@pytest.fixture
def at_once(monkeypatch):
    """Nothing is tried a second time."""
    def sleep(seconds):
        raise AssertionError("tried again")
    monkeypatch.setattr(time, "sleep", sleep)


def refused(file, kind, fault):
    """By an error with the name of the file, which stays as it is."""
    before = file.read_bytes() if file.is_file() else None
    with pytest.raises(kind, match=fault) as error:
        run(bayesian_search, never, file=file)
    assert str(file) in str(error.value) and "\n" not in str(error.value)
    assert "sqlalche" not in str(error.value)
    assert before == (file.read_bytes() if file.is_file() else None)


def test_a_folder_that_is_missing(tmp_path, at_once):
    refused(tmp_path / "no" / "study.db", FileNotFoundError,
            "its folder is not there. Make it")
    (tmp_path / "text").write_text("")
    refused(tmp_path / "text" / "study.db", FileNotFoundError,
            "its folder is not there. Make it")


@pytest.mark.parametrize("name", ["a?.db", "a%41.db"])
def test_a_name_that_would_become_another(name, tmp_path, at_once):
    refused(tmp_path / name, ValueError, "something else to SQLAlchemy")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file(tmp_path, at_once):
    refused(tmp_path, IsADirectoryError, "is a folder. Give a file in it")


@pytest.mark.parametrize("what, fault", [
    ("folder", "its folder may not be written to"),
    ("file", "may not be read and written")])
def test_what_may_not_be_written(what, fault, file, at_once, monkeypatch):
    """Root may write anywhere: so the answer is changed, too."""
    run(bayesian_search, file=file, trials=1)
    closed = str(file if what == "file" else file.parent)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: (
        access(path, mode) and not (str(path) == closed and mode & os.W_OK)))
    refused(file, PermissionError, f"{fault}.* Change its permissions")


@pytest.mark.parametrize("tables", [
    ["letters"], ["studies", "patients"], ["trials", "judges"]])
def test_a_data_base_of_something_else(tables, file, at_once):
    with contextlib.closing(sqlite3.connect(file)) as base:
        for name in tables:
            base.execute(f"CREATE TABLE {name} (text TEXT)")
        base.commit()
    refused(file, ValueError, "is a data base of something else")


def test_a_letter(file, at_once):
    file.write_text("a letter")
    refused(file, ValueError, "is no SQLite data base. Give another file")


@pytest.mark.parametrize("cut", [16, 99, 4096, 5000, -4096, -1])
def test_a_file_cut_off(cut, file, at_once):
    run(bayesian_search, file=file, trials=3)
    file.write_bytes(file.read_bytes()[:cut])
    refused(file, ValueError, "is damaged, maybe cut off. Put back a copy")


def test_a_page_of_noise(file, at_once):
    run(bayesian_search, file=file, trials=3)
    content = bytearray(file.read_bytes())
    content[8192:12288] = bytes(range(256)) * 16
    file.write_bytes(content)
    refused(file, ValueError, "is damaged, maybe cut off. Put back a copy")


def test_a_page_with_a_wrong_pointer(file, at_once):
    """SQLite reads past it without an error; its check finds it."""
    run(bayesian_search, file=file, trials=3)
    content = bytearray(file.read_bytes())
    content[8192 + 1:8192 + 3] = b"\x0f\xff"
    file.write_bytes(content)
    refused(file, ValueError, "is damaged, maybe cut off. Put back a copy")


def test_what_no_look_foresees_is_not_tried_again(tmp_path, at_once,
                                                  monkeypatch):
    monkeypatch.setattr(storage, "check_file", lambda path: None)
    refused(tmp_path / "no" / "study.db", OSError,
            "cannot be used: unable to open database file. The trials")


def test_an_empty_file_and_another_study_of_optunas_will_do(file):
    import optuna

    file.touch()
    assert len(run(bayesian_search, file=file, trials=1).trials) == 1
    other = file.with_name("other.db")
    theirs = optuna.storages.RDBStorage(f"sqlite:///{other}")
    optuna.create_study(study_name="other", storage=theirs)
    assert len(run(bayesian_search, file=other, trials=1).trials) == 1


def test_two_makers_of_the_tables_wait_for_each_other(file):
    """The first few tables of another process's are no obstacle."""
    with contextlib.closing(sqlite3.connect(file)) as base:
        base.execute("CREATE TABLE alembic_version (version_num "
                     "VARCHAR(32) NOT NULL PRIMARY KEY)")
        base.commit()
    assert len(run(bayesian_search, file=file, trials=1).trials) == 1


FULL = '''
import os, resource, sys
from nnlab import tuning
from tests.tuning_runs import run

def objective(settings, trial):
    """After two trials the file may not grow."""
    if trial.number == 2:
        size = os.path.getsize(sys.argv[2])
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, size + 10))
    for step in range(60):
        if sys.argv[3] == "reports":
            trial.report(step, step / 3)
    return 1.0

run(getattr(tuning, sys.argv[1]), objective, file=sys.argv[2], trials=99)
'''


@pytest.mark.parametrize("reports", ["reports", "none"])
@pytest.mark.parametrize("search", [random_search, bayesian_search])
def test_a_disk_that_is_full(search, reports, root, tmp_path):
    file = tmp_path / "study"
    done = subprocess.run(
        [sys.executable, "-c", FULL, search.__name__, file, reports],
        cwd=root, capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and last.startswith("OSError: ")
    assert str(file) in last and "the disk" in last and "again" in last
    study = run(search, lambda settings, trial: 0.0, file=file, trials=50)
    values = [t.value for t in study.trials]
    full = values.index(0.0)
    assert values == full * [1.0] + (50 - full) * [0.0]
    assert full == 2 if reports == "reports" else full >= 2
    assert content(run(search, never, file=file, trials=50)) == content(
        study)
