"""What the walls of the sandbox hold, beside test_box.py."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.grading.engine.test_box import AS_USER, ROOT, SECRET
from tests.grading.engine.walls import OPTIONS

pytestmark = [pytest.mark.grading, pytest.mark.timeout(120)]
ANSWER = "return w, (m, v, t)"      # only in the hidden body


@pytest.fixture(scope="module", params=["as it is", "as a user"])
def seen(request, tmp_path_factory):
    """What tests/grading/engine/walls.py found, as JSON."""
    folder = tmp_path_factory.mktemp("walls")
    home = folder / "home"
    home.mkdir()
    home.chmod(0o777)
    (home / "secret").write_text(SECRET)
    for path in [folder, *folder.parents]:
        if path.stat().st_uid == os.getuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o055)
    command = [sys.executable, "-m", "tests.grading.engine.walls"]
    if request.param == "as a user" and os.getuid() == 0:
        command = ["unshare", "-m", "bash", "-c", AS_USER, "as-user",
                   str(folder), sys.base_prefix, *command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, "NNLAB_TEST": SECRET,
                               "HOME": str(home), "TMPDIR": "/tmp",
                               "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_the_kernels_were_warm(seen):
    assert seen["notes"] == []


def test_home_and_run_folder_are_not_there(seen):
    assert SECRET not in str(seen) and "secret" not in seen["home"]
    assert seen["home"].startswith("refused")
    assert seen["sockets"] == "[]" and "view" not in seen["run"]


def test_the_environment_is_made_for_it(seen):
    from nnlab.grading.engine.sandbox import environment
    # bash, IPython and ipykernel add a few of their own.
    own = {"JPY_PARENT_PID", "PWD", "OLDPWD", "SHLVL", "_", "GIT_PAGER",
           "PAGER", "TERM", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR",
           "PYDEVD_USE_FRAME_EVAL", "KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}
    assert set(seen["environment"]) - own <= set(environment())


def test_packages_cannot_be_written(seen):
    assert len(seen["packages"]) == 4
    for path, said in seen["packages"].items():
        assert said.startswith("refused"), path
    # Whoever owns them: the mounts themselves are read-only.
    assert seen["writable"] == []


def test_limits_are_set_and_hold(seen):
    limits = {name: tuple(v) for name, v in seen["limits"].items()}
    seconds = int(OPTIONS.total_seconds) + 5
    assert limits == {"CPU": (seconds, seconds), "CORE": (0, 0),
                      "NOFILE": (1024, 1024),
                      "FSIZE": (OPTIONS.file_size,) * 2}
    assert seen["raised"].startswith("refused")
    assert "ended" in seen["cpu"], seen["cpu"]


def test_each_place_to_write_has_its_quota(seen):
    """Six files of 6 MiB, none too large by itself; 8 MiB may be used."""
    for place, said in seen["quota"].items():
        assert said == "refused: OSError", place


def test_no_rights_can_be_had(seen):
    assert int(seen["bounding"], 16) == 0
    assert seen["remount"] == ""


def test_a_user_namespace_does_not_take_the_view_off(seen):
    """Nothing below a mount shows, though all rights are had there."""
    assert ANSWER not in seen["below"]
    if "entered" in seen["below"]:
        assert "graded here" in seen["below"]


def test_it_has_no_file_that_others_have(seen):
    """A student could fill a pipe that the next kernel writes to."""
    assert not set(seen["files"]) & set(seen["zygote files"])
    assert not [f for f in seen["files"] if f.startswith("/") and (
        not f.startswith(("/dev/", "/tmp/", "/proc/")))], seen["files"]


def test_daemons_end_with_their_kernel(seen):
    said, before, after = seen["daemons"]
    assert said == "" and before >= 2 and after == 0
