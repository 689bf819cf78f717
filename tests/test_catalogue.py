"""nnlab list, nnlab show: read from the package, narrow, and quick."""
import inspect
import os
import re
import subprocess
import sys
import types

import pytest

from nnlab import _catalogue, cli, layers, losses, optimizers
from nnlab.exercises.source import source

ROOMS = {"activations", "losses", "inits", "optimizers", "layers",
         "training", "data", "gradcheck", "plots", "exercises"}


def printed(capsys, *argv):
    """What a command that succeeds prints."""
    assert cli.main(argv) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize("argv", [[], ["list"]])
def test_every_room_and_entry_has_a_line(capsys, argv):
    out = printed(capsys, *argv)
    held = _catalogue.rooms()
    assert ROOMS <= set(held)
    for room, entries in held.items():
        assert f"\nnnlab.{room}  " in f"\n{out}"
        for name in entries:
            assert f"\n  {name} " in out
    assert not re.search(r"[^.]\.\n", out.rpartition("\n\n")[0])
    assert out.endswith("nnlab --help.\n")


def test_rooms_hold_what_they_define(capsys):
    held = _catalogue.rooms()
    assert held["optimizers"]["adam"] is optimizers.adam
    assert held["layers"]["Linear"] is layers.Linear
    assert "he_normal" not in held["layers"]        # only imported there
    assert "np" not in held["losses"] and "count" not in held["inits"]
    assert not {"cli", "_checks", "__main__"} & set(held)
    assert all(inspect.isfunction(thing) or inspect.isclass(thing)
               for room in held.values() for thing in room.values())


def module(name, **names):
    """A module with these names in it."""
    made = types.ModuleType(name)
    vars(made).update(names)
    return made


def test_a_package_may_define_its_names_further_down():
    def deep():
        "Here."

    def elsewhere():
        "There."

    deep.__module__, elsewhere.__module__ = "room.inner", "roomy"
    names = {"deep": deep, "elsewhere": elsewhere, "_private": deep, "n": 3}
    assert list(_catalogue.entries(module("room", **names))) == ["deep"]
    assert _catalogue.entries(module("room", **names, __all__=["n"])) == {}
    names["__all__"] = ["elsewhere", "deep"]
    assert list(_catalogue.entries(module("room", **names))) == ["deep"]


@pytest.mark.parametrize("width", [80, 60, 200])
def test_it_is_narrow(monkeypatch, capsys, width):
    monkeypatch.setenv("COLUMNS", str(width))
    lines = printed(capsys, "list").splitlines()
    assert max(map(len, lines)) <= max(width, 76)
    assert any(line.endswith(" ...") for line in lines) == (width <= 80)


@pytest.mark.parametrize("word, inside, outside", [
    ("adam", "\n  adam ", "\n  sgd "),
    ("HEAVY BALL", "\n  momentum ", "\n  adam "),
    ("losses", "\n  mse ", "\n  adam "),
    ("inits.he_", "\n  he_uniform ", "\n  normal "),
])
def test_a_word_narrows_it_down(capsys, word, inside, outside):
    out = printed(capsys, "list", word)
    assert inside in out and outside not in out
    assert "nnlab --help" not in out


@pytest.mark.parametrize("name", [
    "softmax_cross_entropy", "losses.softmax_cross_entropy",
    "nnlab.losses.softmax_cross_entropy"])
def test_show_prints_what_the_book_prints(capsys, name):
    thing = losses.softmax_cross_entropy
    assert printed(capsys, "show", name) == (
        "# nnlab.losses.softmax_cross_entropy\n" + source(thing))


def test_show_of_classes_methods_and_properties(capsys):
    assert printed(capsys, "show", "Linear") == (
        "# nnlab.layers.Linear\n" + inspect.getsource(layers.Linear))
    out = printed(capsys, "show", "layers.Linear.backward")
    assert "\ndef backward(self, dout" in out and "class" not in out
    assert "def params(self)" in printed(capsys, "show", "Sequential.params")


def test_a_name_of_two_rooms_shows_both(monkeypatch, capsys):
    monkeypatch.setattr(_catalogue, "rooms", lambda: {
        "losses": {"same": losses.mse}, "optimizers": {"same": losses.mse}})
    out = printed(capsys, "show", "same")
    assert out.count("def mse(") == 2
    assert out.index("# nnlab.losses.same") < out.index(
        "\n\n\n# nnlab.optimizers.same\n")


@pytest.mark.parametrize("name, message", [
    ("adaam", "nothing is called 'adaam'. Did you mean adam"),
    ("losses.adam", "nothing is called 'losses.adam'."),
    ("layers.Linear.fit", "nothing is called"),
    ("losses", "nothing is called 'losses'"),
    ("optimizers.np", "nothing is called"),
    ("", "nothing is called ''"),
])
def test_a_name_that_nothing_has(capsys, name, message):
    assert cli.main(["show", name]) == 2
    out, err = capsys.readouterr()
    assert out == "" and message in err and err.count("\n") == 1


def run(root, *argv, **environ):
    """A command in a fresh interpreter."""
    return subprocess.run([sys.executable, *argv], cwd=root, text=True,
                          capture_output=True, env=os.environ | environ)


def test_python_m_nnlab_is_the_command(root):
    done = run(root, "-m", "nnlab", COLUMNS="80")
    assert done.returncode == 0, done.stderr
    assert "\n  adam " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert run(root, "-m", "nnlab", "show", "adaam").returncode == 2


@pytest.mark.parametrize("argv", [["list"], ["show", "sgd"]])
def test_a_reader_that_leaves_is_no_error(root, argv):
    """nnlab list | head -1; a short text fails when it is flushed."""
    code = ("import os, sys; from nnlab import cli; r, w = os.pipe(); "
            f"os.close(r); os.dup2(w, 1); sys.exit(cli.main({argv}))")
    done = run(root, "-c", code, PYTHONUNBUFFERED="")
    assert (done.returncode, done.stderr) == (141, "")


def test_listing_loads_no_large_library(root):
    """Only reading: what makes a start slow stays out."""
    code = ("import sys; from nnlab import cli; cli.main([]); slow = "
            "{'matplotlib.pyplot', 'torch', 'sklearn', 'optuna', 'pooch'}; "
            "sys.exit(bool(slow & set(sys.modules)))")
    assert run(root, "-c", code).returncode == 0
