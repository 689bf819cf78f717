"""The same function on a Dask cluster: a real scheduler, two workers."""
import shutil
import signal

import psutil
import pytest

from tests.grading.engine import little
from tests.grading.engine.runs import (
    go, looked_at, outcome, wait_for)

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]


def test_one_of_two_workers_is_killed(course, cluster, tmp_path):
    address, workers = cluster
    little.hand_in_all(course)
    for number in range(10):
        little.hand_in(course, f"slow-{number}", **little.RIGHT)
    other = shutil.copytree(course, tmp_path / "other")
    go(other, inline=True)
    results = course / ".grading" / little.NAME
    killed = []

    def kill_one(on):
        """After the third result: both workers are busy then."""
        found = on(results)
        if len(list(results.glob("*.result"))) == 3 and not killed:
            killed.append(psutil.Process(workers[0].pid).children(True))
            workers[0].send_signal(signal.SIGKILL)
            workers[0].wait()
        return found
    from nnlab.grading.engine.progress import Progress
    step = Progress.step
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Progress, "step", lambda self, row: kill_one(
            lambda _: step(self, row)))
        summary = go(course, scheduler=address)
    assert len(killed) == 1 and killed[0], "a worker grades in a process"
    assert looked_at(summary) == ["half"] and len(summary.rows) == 15
    assert outcome(course) == outcome(other)
    # The process of the worker that is gone is gone with it.
    wait_for(lambda: not any(p.is_running() and p.status() != "zombie"
                             for p in killed[0]))


def test_what_kills_and_what_raises(course, cluster):
    address, workers = cluster
    for student in "kills", "raises", "right":
        little.hand_in(course, student, **little.RIGHT)
    summary = go(course, scheduler=address)
    assert {row.student: row.trouble for row in summary.rows} == {
        "right": "", "raises": "could not be graded: RuntimeError: this one "
        "cannot be graded", "kills": "could not be graded: grading it ended "
        "the process 2 times"}
    assert all(worker.poll() is None for worker in workers)


def test_another_version_is_not_used(course, cluster, monkeypatch):
    from nnlab.grading.engine import cluster as module
    monkeypatch.setattr(module, "version", lambda: "another")
    little.hand_in(course, "right", **little.RIGHT)
    [row] = go(course, scheduler=cluster[0]).troubles
    assert row.trouble.startswith("could not be graded: a worker of the "
                                  "cluster has another version of nnlab")
    assert "nothing is recorded" in row.trouble
    assert little.rows(course)["submitted_assignment"] == []
