"""The journal: after a crash no finished trial is lost or repeated."""
import errno
import json
import os
import signal
import subprocess
import sys

import pytest

from nnlab.optimizers import sgd
from nnlab.tuning import (Choice, Int, MedianPruner, grid_search,
                          random_search, successive_halving)
from tests.tuning_runs import SEARCHES, SPACE, content, never, run, value

each = pytest.mark.parametrize("search", SEARCHES)


@each
def test_a_search_that_has_ended_is_read_back_and_runs_nothing(search,
                                                               tmp_path):
    file, pruner = tmp_path / "journal", {}
    if search is not successive_halving:
        pruner = {"pruner": MedianPruner(startup=2)}
    study = run(search, file=file, **pruner)
    again = run(search, never, file=file, **pruner)
    assert content(again) == content(study) == content(run(search, **pruner))
    assert [t.seconds for t in again.trials] == [
        t.seconds for t in study.trials]
    assert again.of("failed") and again.of("finished")


@each
def test_a_line_cut_off_anywhere_is_dropped(search, tmp_path):
    file = tmp_path / "journal"
    whole = content(run(search, file=file))
    lines = file.read_bytes().splitlines(keepends=True)
    for kept in (1, 4, len(lines) - 1):
        torn = lines[kept]
        for cut in (1, len(torn) // 2, len(torn) - 1):
            file.write_bytes(b"".join(lines[:kept]) + torn[:cut])
            ran = []
            study = run(search, lambda s, t: ran.append(t.number) or value(
                s, t), file=file)
            assert content(study) == whole
            assert len(ran) == len(lines) - kept
            assert content(run(search, never, file=file)) == whole


@pytest.mark.parametrize("cut", [0, 1, 9, 60])
def test_a_header_cut_off_is_written_again(cut, tmp_path):
    file = tmp_path / "journal"
    whole = content(run(random_search, file=file))
    file.write_bytes(file.read_bytes()[:cut])
    assert content(run(random_search, file=file)) == whole


def test_more_trials_go_on_from_fewer(tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file, trials=3)
    ran = []
    study = run(random_search, lambda s, t: ran.append(t.number) or value(
        s, t), file=file, trials=6)
    assert ran == [3, 4, 5]
    assert content(study) == content(run(random_search, trials=6))


def test_each_trial_is_on_the_disk_before_the_next(tmp_path, monkeypatch):
    file, synced, sizes = tmp_path / "journal", [], []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda n: (
        fsync(n), synced.append(os.fstat(n).st_size)))

    def objective(settings, trial):
        sizes.append(file.stat().st_size)
        assert synced[-1] == sizes[-1]
        return 0.0

    study = run(random_search, objective, file=file)
    assert len(study.of("finished")) == 9
    assert sizes == synced[:-1] and sorted(set(sizes)) == sizes


def test_a_full_disk_ends_the_search_with_its_error(tmp_path, monkeypatch):
    file, fsync, calls = tmp_path / "journal", os.fsync, []

    def full(n):
        calls.append(n)
        if len(calls) == 4:
            raise OSError(errno.ENOSPC, "no space left")
        fsync(n)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left") as error:
        run(random_search, file=file)
    assert str(file) in str(error.value) and error.value.errno == (
        errno.ENOSPC)
    assert content(run(random_search, file=file)) == content(
        run(random_search))


KILLED = '''
import os, signal, sys
from nnlab import tuning
from tests.tuning_runs import run, value

def objective(settings, trial):
    """Dies in each third trial that it runs."""
    with open(sys.argv[3], "a") as log:
        print(trial.number, trial.budget, file=log)
    objective.calls += 1
    if objective.calls == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return value(settings, trial)

objective.calls = 0
run(getattr(tuning, sys.argv[1]), objective, file=sys.argv[2])
'''


@each
def test_after_kill_9_only_the_running_trial_runs_again(search, root,
                                                        tmp_path):
    file, log = tmp_path / "journal", tmp_path / "log"
    for _ in range(20):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, search.__name__, file, log],
            cwd=root).returncode
        if done == 0:
            break
        assert done == -signal.SIGKILL
    assert done == 0
    assert content(run(search, never, file=file)) == content(run(search))
    ran = log.read_text().splitlines()
    total = len(file.read_bytes().splitlines()) - 1
    assert len(set(ran)) == total
    killed = [one for one, again in zip(ran, ran[1:]) if one == again]
    assert len(ran) == total + len(killed) and len(killed) >= 3


@pytest.mark.parametrize("change, fault", [
    ({"seed": 1}, "its seed is 0, not 1"),
    ({"direction": "maximize"}, "its direction is minimize, not maximize"),
    ({"space": SPACE | {"n": Int(1, 8)}}, r"its space is .*high=9.*high=8"),
    ({"space": SPACE | {"rule": Choice(sgd)}}, "its space is"),
    ({"pruner": MedianPruner()}, r"its pruner is None, not MedianPruner"),
    ({"search": grid_search}, "its search is random, not grid"),
    ({"search": successive_halving}, "its search is random, not succ"),
])
def test_the_journal_of_another_search_is_refused(change, fault, tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file)
    before = file.read_bytes()
    with pytest.raises(ValueError, match=fault) as error:
        run(**{"search": random_search, "objective": never,
               "file": file} | change)
    assert "\n" not in str(error.value)
    assert file.read_bytes() == before


@pytest.mark.parametrize("search, change, fault", [
    (grid_search, {"points": 3}, "its axes is"),
    (successive_halving, {"trials": 10}, "its rungs is"),
    (successive_halving, {"eta": 2}, "its rungs is")])
def test_another_plan_is_refused(search, change, fault, tmp_path):
    file = tmp_path / "journal"
    run(search, file=file)
    with pytest.raises(ValueError, match=fault):
        run(search, never, file=file, **change)


@pytest.mark.parametrize("content", [
    b"a letter to a friend", b"a,b\n1,2\n", b"{}\n", b"\n", b"\x00\xff",
    b'{"format": "nnlab.tuning 9"}\n', b"SQLite format 3\0"])
def test_a_file_of_another_kind_is_refused_and_stays(content, tmp_path):
    file = tmp_path / "journal"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="is not the journal of a search"):
        run(random_search, never, file=file)
    assert file.read_bytes() == content


def test_damage_before_the_last_line_is_named(tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:3], lines[3][5:], *lines[4:]]))
    with pytest.raises(ValueError, match="is damaged in line 4. Delete"):
        run(random_search, never, file=file)
    file.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    assert content(run(random_search, file=file)) == content(
        run(random_search))


def test_two_searches_do_not_write_to_one_file(tmp_path):
    file, faults = tmp_path / "journal", []

    def objective(settings, trial):
        with pytest.raises(ValueError, match="is in use by another") as e:
            run(random_search, never, file=file)
        faults.append(e)
        return 0.0

    run(random_search, objective, file=file, trials=1)
    assert len(faults) == 1
    assert len(run(random_search, file=file).trials) == 9


def test_the_journal_reads_well(tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file, trials=1)
    header, record = map(json.loads, file.read_text().splitlines())
    assert header["format"] == "nnlab.tuning 2" and header["seed"] == 0
    assert header["space"]["rule"] == "Choice(sgd, adam)"
    assert record["settings"]["rule"] in ("sgd", "adam")
    assert record["number"] == 0 and record["state"] == "finished"
