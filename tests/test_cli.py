"""The command line: what it prints, and one line when it cannot."""
import subprocess
import sys

import numpy as np
import pytest

import nnlab
from nnlab import cli, training


def run(capsys, *argv):
    """Exit status, standard output and standard error of a command."""
    try:
        status = cli.main(argv)
    except SystemExit as stop:      # argparse
        status = stop.code
    return status, *capsys.readouterr()


@pytest.fixture(autouse=True)
def no_data(monkeypatch):
    monkeypatch.delenv("NNLAB_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "pooch", None)     # fetch nothing


def test_version(capsys):
    assert run(capsys, "--version") == (0, f"nnlab {nnlab.__version__}\n", "")


def test_help_names_the_options(capsys):
    status, out, _ = run(capsys, "train", "--help")
    assert status == 0
    for option in ("--data", "--epochs", "--seed", "--optimizer"):
        assert option in out


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_train_digits(capsys, optimizer):
    """Beats guessing by far after two epochs: 200 sigma or more."""
    status, out, err = run(capsys, "train", "digits", "--epochs", "2",
                           "--optimizer", optimizer)
    assert (status, err) == (0, "")
    assert "1438 training and 359 test images" in out
    assert f"Optimizer({optimizer}, lr=" in out
    assert "epoch 2, update 90," in out
    share = float(out.split("test accuracy ")[1].split(" %")[0])
    hits = int(out.split("% (")[1].split(" of 359)")[0])
    assert share == pytest.approx(100 * hits / 359, abs=0.006)
    assert share > 50


def test_the_seed_decides(capsys):
    def outcome(seed):
        out = run(capsys, "train", "digits", "--epochs=1", "--seed", seed)[1]
        return out.split("train loss")[1].split(", trained in")[0]

    assert outcome("0") == outcome("0") != outcome("1")


def test_defaults_come_from_the_settings(monkeypatch, capsys):
    monkeypatch.setitem(cli.SETTINGS, "digits", {
        "hidden": (3, 2), "batch_size": 100, "epochs": 1,
        "lr": {"adam": 0.5}})
    out = run(capsys, "train", "digits")[1]
    assert ("Sequential(Linear(64, 3), ReLU(), Linear(3, 2), ReLU(), "
            "Linear(2, 10)), 233 parameters") in out
    assert "Optimizer(adam, lr=0.5), batches of 100, seed 0" in out
    assert "epoch 1, update 15," in out


def test_networks_are_float32(capsys, monkeypatch):
    seen, fit = [], training.fit

    def spy(net, *data, **settings):
        seen.append(net.params.dtype)
        return fit(net, *data, **settings)

    monkeypatch.setattr(training, "fit", spy)
    assert run(capsys, "train", "digits", "--epochs", "1")[0] == 0
    assert seen == [np.float32]


@pytest.mark.parametrize("argv, message", [
    (["train", "mnist"], "no data folder: set NNLAB_DATA"),
    (["train", "mnist", "--data", "no-such-folder"],
     "no-such-folder/mnist/train-images-idx3-ubyte.gz is missing"),
    (["train", "digits", "--epochs", "0"], "epochs must be"),
    (["train", "digits", "--epochs", "x"], "argument --epochs"),
    (["train", "digits", "--seed", "-1"], "seed must be at least 0"),
    (["train", "digits", "--optimizer", "adm"], "invalid choice: 'adm'"),
    (["train", "cifar"], "invalid choice: 'cifar'"),
    (["train"], "arguments are required: dataset"),
    (["tain"], "invalid choice: 'tain'"),
    (["list", "xyzzy"], "nothing has 'xyzzy'"),
    (["show"], "arguments are required: NAME"),
    (["train", "digits", "--epoch"], "--epoch"),
])
def test_errors_are_one_line(capsys, argv, message):
    status, _, err = run(capsys, *argv)
    assert status == 2
    assert err.startswith("nnlab") and message in err
    assert err.count("\n") == 1 and "Traceback" not in err


def test_a_damaged_file_is_one_line(capsys, tmp_path):
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(b"")
    status, out, err = run(capsys, "train", "mnist", "--data", str(tmp_path))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "train-images-idx3-ubyte.gz is damaged" in err


def test_interrupting_is_no_traceback(capsys, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "load", interrupted)
    assert run(capsys, "train", "digits") == (130, "", "nnlab: stopped\n")


def test_as_a_command(root):
    """From the shell, with the exit status that a script sees."""
    done = subprocess.run([sys.executable, "-m", "nnlab.cli", "train", "x"],
                          cwd=root, capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_train_mnist(capsys, data_folder):
    """One epoch on the real files; the full run is benchmarks/mnist.py."""
    status, out, err = run(capsys, "train", "mnist", "--epochs", "1",
                           "--data", str(data_folder))
    assert (status, err) == (0, "")
    assert "60000 training and 10000 test images" in out
    assert float(out.split("test accuracy ")[1].split(" %")[0]) > 90


@pytest.mark.soak
def test_mnist_reaches_its_figure(root, data_folder, monkeypatch):
    monkeypatch.setenv("NNLAB_DATA", str(data_folder))
    done = subprocess.run([sys.executable, root / "benchmarks" / "mnist.py"],
                          cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
