"""Several processes, one study: nothing lost, whoever is killed."""
import collections
import signal
import subprocess
import sys

from nnlab.tuning import bayesian_search
from tests.test_tuning_bayesian import stored
from tests.tuning_runs import never, run

TRIALS = 16
WORKER = '''
import os, signal, sys, time
from pathlib import Path
from nnlab.tuning import bayesian_search
from tests.tuning_runs import run

folder, name, dies = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "dies"
calls = 0

def objective(settings, trial):
    global calls
    calls += 1
    if calls == 1:          # nobody is done before the other has begun
        (folder / f"{name} began").touch()
        while len(list(folder.glob("* began"))) < 2:
            time.sleep(0.01)
    if dies and calls == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    trial.report(0, settings["lr"])
    time.sleep(0.02)
    with open(folder / name, "a") as log:
        print(trial.number, settings["lr"], file=log)
    return settings["lr"]

import optuna                # the slow part, before they meet
(folder / f"{name} ready").touch()
while len(list(folder.glob("* ready"))) < 2:
    time.sleep(0.001)
study = run(bayesian_search, objective, file=folder / "study", trials=%d)
assert len(study.trials) >= %d, study
''' % (TRIALS, TRIALS)


def two(folder, root, second="lives"):
    """Two processes on a study that is not there yet."""
    workers = [subprocess.Popen(
        [sys.executable, "-c", WORKER, folder, name, how], cwd=root,
        stderr=subprocess.PIPE, text=True)
        for name, how in (("one", "lives"), ("two", second))]
    errors = [worker.communicate(timeout=200)[1] for worker in workers]
    return [worker.returncode for worker in workers], errors


def logged(folder):
    """What each process says it has finished: {number: lr}, and how many."""
    lines = {name: (folder / name).read_text().splitlines()
             for name in ("one", "two")}
    pairs = [line.split() for text in lines.values() for line in text]
    assert len({number for number, _ in pairs}) == len(pairs)
    return {int(n): float(lr) for n, lr in pairs}, {
        name: len(text) for name, text in lines.items()}


def test_two_processes_share_a_study_and_lose_nothing(tmp_path, root):
    codes, errors = two(tmp_path, root)
    assert codes == [0, 0], errors
    finished, counts = logged(tmp_path)
    trials = stored(tmp_path / "study")
    assert {t.number: t.value for t in trials} == finished
    assert [t.number for t in trials] == list(range(len(trials)))
    assert {t.state.name for t in trials} == {"COMPLETE"}
    assert TRIALS <= len(trials) <= TRIALS + 1 and min(counts.values()) > 0
    settings = [t.params["lr"] for t in trials]
    assert len(set(settings)) == len(settings)


def test_one_is_killed_and_the_other_goes_on(tmp_path, root):
    codes, errors = two(tmp_path, root, "dies")
    assert codes == [0, -signal.SIGKILL], errors
    finished, counts = logged(tmp_path)
    trials = stored(tmp_path / "study")
    states = collections.Counter(t.state.name for t in trials)
    assert counts["two"] == 2 and states["RUNNING"] == 1
    assert TRIALS <= states["COMPLETE"] <= TRIALS + 1
    assert {t.number: t.value for t in trials
            if t.state.name == "COMPLETE"} == finished
    study = run(bayesian_search, never, file=tmp_path / "study",
                trials=TRIALS)
    assert {t.number: t.value for t in study.trials} == finished
