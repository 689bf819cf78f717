"""What every test shares: its own home, pinned threads, no silent skips."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One thread per worker: results do not hang on the number of cores.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

# A shell that runs the tests in the background has Ctrl-C ignored for
# them and all that they start; some tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# With CI set a skip is a failure, except for these reasons.
SKIPS_ALLOWED = {
    r"NNLAB_DATA names no folder": "the real data sets are not part of the "
    "project; wherever they lie beside the clone, the test runs",
}

# No deadline: a test never rests on wall time.
_common = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("nnlab", max_examples=100, **_common)
settings.register_profile("soak", max_examples=2000, **_common)
settings.load_profile("nnlab")


def skip_error(reason, environ=os.environ):
    """The message that makes a skip a failure, or None if it may stand."""
    if not environ.get("CI"):
        return None
    if any(re.search(pattern, reason) for pattern in SKIPS_ALLOWED):
        return None
    return (
        f"skipped although CI is set: {reason!r}. Mend what is missing, or "
        "add the reason to SKIPS_ALLOWED in tests/conftest.py."
    )


def _no_silent_skip(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        longrepr = report.longrepr
        reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
        error = skip_error(reason)
        if error is not None:
            report.outcome, report.longrepr = "failed", error
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    return _no_silent_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    return _no_silent_skip((yield))


def pytest_configure(config):
    """Give Jupyter, IPython and matplotlib a home that goes away.

    Workers of xdist inherit the environment, and so share the one home.
    """
    if hasattr(config, "workerinput"):
        return
    home = Path(tempfile.mkdtemp(prefix="nnlab-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["HOME"] = str(home)
    for name, folder in {
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "run",
        "MPLCONFIGDIR": "matplotlib",
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "xdg",
    }.items():
        (home / folder).mkdir()
        os.environ[name] = str(home / folder)


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def site(root):
    """The folder of the built book; built now if it is not there."""
    folder = root / "_build" / "html"
    if not (folder / "index.html").is_file():
        subprocess.run(["make", "book"], cwd=root, check=True)
    return folder


@pytest.fixture(scope="session")
def data_folder():
    """The folder of the real data sets, or a skip that says why."""
    folder = os.environ.get("NNLAB_DATA", "")
    if not Path(folder).is_dir() or not folder:
        pytest.skip("NNLAB_DATA names no folder: no real data sets here")
    return Path(folder)
