"""What the benchmarks share: runs in turn, the median ratio, the verdict."""
import importlib.util
import os
import subprocess
import sys

import pytest


@pytest.fixture
def ratio(root, monkeypatch):
    """benchmarks/_ratio.py, as if NumPy was not loaded yet."""
    for name in ("OMP", "OPENBLAS", "MKL"):
        monkeypatch.setenv(f"{name}_NUM_THREADS", "3")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    spec = importlib.util.spec_from_file_location(
        "_ratio", root / "benchmarks" / "_ratio.py")
    module = importlib.util.module_from_spec(spec)
    with monkeypatch.context() as before:
        before.delitem(sys.modules, "numpy", raising=False)
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def clock(ratio, monkeypatch):
    """A clock that only moves when a run moves it."""
    now = [0.0]
    monkeypatch.setattr(ratio.time, "perf_counter", lambda: now[0])

    def runs(log, **durations):
        def run(name):
            log.append(name)
            now[0] += durations[name]
        return {name: lambda name=name: run(name) for name in durations}
    return runs


def test_rounds_take_turns(ratio, clock):
    log = []
    found = ratio.times(clock(log, a=1.0, b=3.0), rounds=3, calls=2)
    assert found == {"a": [1, 1, 1], "b": [3, 3, 3]}
    assert "".join(log) == "ab" + "aabb" + "bbaa" + "aabb"


def test_short_runs_are_called_often(ratio, clock):
    log = []
    runs = clock(log, a=0.001)
    assert ratio.enough(runs["a"], 0.05) == 50
    assert ratio.enough(clock(log, a=9.0)["a"], 0.05) == 1


def test_the_figure_is_the_median_of_the_ratios_of_a_round(ratio, capsys):
    found = {"nnlab": [1, 2, 4], "PyTorch": [2, 1, 4]}
    assert ratio.ratios(found, "PyTorch") == [2, 0.5, 1]
    assert ratio.report("Some thing", found, target=1)
    assert capsys.readouterr().out == (
        "Some thing: nnlab 2.00 s\n"
        "  PyTorch             2.00 s  1.00x (0.50 to 2.00), "
        "target 1.00x: met\n")


def test_a_missed_target_is_said(ratio, capsys):
    found = {"nnlab": [1.0], "slow": [3.0], "fast": [0.5], "free": [0.1]}
    assert ratio.report("x", found)
    assert "target" not in capsys.readouterr().out
    assert not ratio.report("x", found, targets={"slow": 2, "fast": 1})
    out = capsys.readouterr().out
    assert "2.00x: met" in out and "target 1.00x: MISSED" in out
    assert out.count("target") == 2
    assert ratio.report("x", found, targets={"slow": 2, "fast": 0.5})


@pytest.mark.parametrize("seconds, text", [
    (12.34, "12.3 s"), (0.5, "500 ms"), (4.56e-3, "4.56 ms"),
    (7.8e-6, "7.80 us"), (2e-7, "0.20 us")])
def test_times_have_a_unit(ratio, seconds, text):
    assert ratio.plain(seconds) == text


def test_threads_are_pinned_before_numpy(ratio, root):
    assert ratio.THREADS == 1
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    done = subprocess.run(
        [sys.executable, "-c", "import numpy, _ratio"], text=True,
        cwd=root / "benchmarks", capture_output=True)
    assert "import _ratio before NumPy" in done.stderr


def test_make_runs_every_benchmark_but_the_helpers(root):
    bench = (root / "Makefile").read_text().split("\nbench:")[1]
    assert "benchmarks/[!_]*.py" in bench.split("\n\n")[0]
