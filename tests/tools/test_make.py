"""make says what it can do and what is missing, and never does work twice.

The tree here is a copy with no .venv: whatever would be installed or built
is a small script that writes down how it was called.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

TREE = ["Makefile", "pyproject.toml", "requirements.lock",
        "requirements-torch.lock", ".ci/run", "_config.yml"]
# No package index, whatever this machine is told to use.
OFFLINE = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
TOOLS = ["sh", "make", "cat", "cksum", "tr", "pwd", "find", "sort", "xargs",
         "sed", "echo", "expand", "mkdir", "touch", "rm", "cp", "dirname",
         "env"]


def script(path, body):
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + body)
    path.chmod(0o755)


@pytest.fixture
def tree(tmp_path, root):
    """A copy of what make reads, in a folder with a space in its name."""
    tree = tmp_path / "a clone"
    for name in TREE:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tree / name)
    for folder in ("book", "nnlab", "exercises/topic"):
        (tree / folder).mkdir(parents=True)
    (tree / "book" / "page.md").write_text("A page.\n")
    (tree / "exercises" / "topic" / "topic.ipynb").write_text("released\n")
    return tree


@pytest.fixture
def path(tmp_path):
    """A PATH with make and Debian's basic tools only, plus a python3."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    (folder / "python3").symlink_to(sys.executable)
    script(folder / "id", "echo 1000\n")
    return folder


@pytest.fixture
def make(tree, path):
    def make(*arguments, **environ):
        return subprocess.run(
            ["make", *arguments], cwd=tree, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": str(path), "HOME": str(tree)} | OFFLINE | environ)
    return make


@pytest.fixture
def installed(tree, make):
    """Pretend that .venv is there; its programs log how they are called."""
    log = tree / "log"
    bin_ = tree / ".venv" / "bin"
    script(bin_ / "python", f'echo "python $*" >> "{log}"\n')
    script(bin_ / "jupyter-book",
           f'echo "jupyter-book $*" >> "{log}"\n'
           "test -e pageless && exit 0\n"
           "mkdir -p _build/html; touch _build/html/index.html\n"
           "test ! -e broken\n")
    for stamp in ("locked", "ready"):
        show = make("-s", "--eval", f"show:;@echo $({stamp})", "show")
        assert show.returncode == 0, show.stdout
        (tree / show.stdout.strip()).touch()
    return log


def lines(log):
    return log.read_text().splitlines() if log.exists() else []


def test_help_lists_every_target(make, root):
    text = (root / "Makefile").read_text()
    phony = re.search(r"\.PHONY:((?:.*\\\n)*.*)", text)[1]
    targets = set(phony.replace("\\", "").split()) - {"debian-packages"}
    assert len(targets) > 10
    for result in (make(), make("help")):
        assert result.returncode == 0
        listed = re.findall(r"^  make (\w+) +\S", result.stdout, re.M)
        assert sorted(listed) == sorted(targets)


def test_the_readme_names_targets_that_exist(root):
    defined = re.findall(r"^(\w+):", (root / "Makefile").read_text(), re.M)
    named = re.findall(r"^ +make (\w+)",
                       (root / "README.md").read_text(), re.M)
    assert {"book", "test", "lab", "course"} <= set(named) <= set(defined)


def test_python_is_missing(make, path):
    (path / "python3").unlink()
    result = make("book")
    assert result.returncode != 0
    assert "python3 is missing. Type: sudo apt install" in result.stdout


@pytest.mark.parametrize("before, said", [
    ("sys.version_info = (3, 10, 9)",
     "3.11 or newer is needed; python3 is Python 3."),
    ("sys.modules['venv'] = None",
     "python3-venv is missing. Type: sudo apt install python3-venv"),
    ("sys.modules['ensurepip'] = None",
     "python3-venv is missing. Type: sudo apt install python3-venv"),
])
def test_python_is_too_old_or_lacks_venv(make, path, before, said):
    (path / "python3").unlink()
    script(path / "python3", f"""case "$1" in
-c) exec "{sys.executable}" -c "import sys; {before}; $2";;
--version) exec "{sys.executable}" --version;;
esac
echo "called with $*"; exit 1
""")
    result = make("book")
    assert result.returncode != 0
    assert said in result.stdout
    assert "called with" not in result.stdout


def test_no_network_is_said_and_leaves_no_stamp(make, tree):
    result = make("book")
    assert result.returncode != 0
    assert "mend the network and type the same command" in result.stdout
    assert list((tree / ".venv").glob("locked-*")) == []


def test_the_book_is_built_once(make, installed):
    first = make("book")
    assert first.returncode == 0, first.stdout
    assert "_build/html/index.html" in first.stdout
    assert lines(installed) == ["jupyter-book build book -n -W --keep-going"]
    assert make("book").returncode == 0
    assert len(lines(installed)) == 1


def test_a_touched_file_is_not_a_changed_one(make, tree, installed):
    make("book")
    for name in (*TREE, "book/page.md"):
        os.utime(tree / name)
    assert make("book").returncode == 0
    assert len(lines(installed)) == 1


@pytest.mark.parametrize("name", [
    "book/page.md", "book/new.md", "nnlab/new.py", "_config.yml"])
def test_a_changed_file_builds_the_book_again(make, tree, installed, name):
    make("book")
    with (tree / name).open("a") as file:
        file.write("# changed\n")
    assert make("book").returncode == 0
    assert lines(installed)[1:] == lines(installed)[:1]


def test_a_removed_file_builds_the_book_again(make, tree, installed):
    make("book")
    (tree / "book" / "page.md").unlink()
    assert make("book").returncode == 0
    assert len(lines(installed)) == 2


@pytest.mark.parametrize("fault", ["broken", "pageless"])
def test_a_book_that_fails_fails_again(make, tree, installed, fault):
    (tree / fault).touch()
    doctrees = tree / "_build" / ".doctrees"
    for _ in range(2):
        doctrees.mkdir(parents=True, exist_ok=True)
        result = make("book")
        assert result.returncode != 0
        assert "The book was not built" in result.stdout
        # What Sphinx remembers is gone: it warns a second time.
        assert not doctrees.exists()
    assert len(lines(installed)) == 2


def test_a_changed_project_file_installs_nnlab_only(make, tree, installed):
    with (tree / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    make("book")
    calls = [line for line in lines(installed) if " pip " in line]
    assert len(calls) == 1 and "--no-deps" in calls[0]


def test_lab_never_overwrites(make, tree, installed):
    mine = tree / "my-exercises" / "topic" / "topic.ipynb"
    assert make("lab").returncode == 0
    assert mine.read_text() == "released\n"
    mine.write_text("an hour of work\n")
    (tree / "exercises/topic/topic.ipynb").write_text("a newer release\n")
    (tree / "exercises/topic/data.csv").write_text("1,2\n")
    result = make("lab")
    assert mine.read_text() == "an hour of work\n"
    assert "new: my-exercises/topic/data.csv\n" in result.stdout
    assert lines(installed)[-1].startswith("python -m jupyterlab ")
    assert "--allow-root" not in lines(installed)[-1]


def test_course_wants_a_folder(make, installed):
    result = make("course")
    assert result.returncode != 0
    assert result.stdout.startswith("usage: make course DIR=")
    assert lines(installed) == []
    assert make("course", "DIR=../my course").returncode == 0
    assert lines(installed) == ["python -m nnlab.grading.course ../my course"]
    assert make("course", "DIR=../mine", "EMPTY=1").returncode == 0
    assert lines(installed)[1:] == [
        "python -m nnlab.grading.course --empty ../mine"]


def test_a_missing_package_is_named_to_a_user(make, installed):
    result = make("test")
    assert result.returncode != 0
    assert "sudo apt install chromium bubblewrap\n" in result.stdout
    assert lines(installed) == []


def test_a_missing_package_is_installed_by_root(make, path, installed):
    (path / "id").unlink()
    script(path / "id", "echo 0\n")
    script(path / "apt-get", f'echo "apt-get $*" >> "{installed}"\n')
    script(path / "bwrap", "exit 0\n")
    assert make("test").returncode == 0
    apt, calls = lines(installed)[:2], lines(installed)[2:]
    assert apt == ["apt-get -qq update", "apt-get -qq install -y "
                   "--no-install-recommends chromium"]
    assert calls[0].startswith("jupyter-book build")
    assert calls[1].startswith("python -m pytest -n 3 --dist loadfile")


def test_tests_that_fail_fail_make(make, tree, path, installed):
    for name in ("chromium", "bwrap"):
        script(path / name, "exit 0\n")
    script(tree / ".venv" / "bin" / "python",
           'case "$*" in *pytest*) exit 1;; esac\n')
    assert make("test").returncode != 0


@pytest.mark.parametrize("given, beside, expected", [
    ("", True, "{beside}"), ("/elsewhere", True, "/elsewhere"),
    ("", False, ""),
])
def test_ci_names_the_data_beside_the_clone(
        tree, path, given, beside, expected):
    folder = tree.parent / "shared" / "data"
    if beside:
        folder.mkdir(parents=True)
    (path / "make").unlink()
    script(path / "make", 'echo "$* $NNLAB_DATA"; exit 3\n')
    environ = {"PATH": str(path), "CI": "1"}
    if given:
        environ["NNLAB_DATA"] = given
    result = subprocess.run([tree / ".ci" / "run"], env=environ,
                            capture_output=True, text=True, cwd="/")
    assert result.stdout.strip() == f"test {expected}".format(
        beside=folder).strip()
    assert result.returncode == 3
