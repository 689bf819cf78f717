"""A Dask cluster on loopback: a real scheduler and two workers."""
import contextlib
import os
import signal
import socket
import subprocess
import sys

from nnlab.grading.release import ROOT
from tests.grading.engine.runs import wait_for


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextlib.contextmanager
def cluster(folder):
    """(address of a scheduler, its two workers), on loopback."""
    address = f"tcp://127.0.0.1:{free_port()}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT),
                   "DASK_DISTRIBUTED__DASHBOARD__ENABLED": "false"}

    def dask(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments], env=environment,
            cwd=folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
    scheduler = dask("scheduler", "--host", address, "--no-dashboard")
    workers = [dask("worker", address, "--nthreads", "1", "--no-dashboard",
                    "--no-nanny", "--name", name) for name in "ab"]
    try:
        wait_for(lambda: two_workers(address))
        yield address, workers
    finally:
        for process in scheduler, *workers:
            process.send_signal(signal.SIGKILL)
            process.wait()


def two_workers(address):
    from distributed import Client
    try:
        with Client(address, timeout=5, set_as_default=False) as client:
            return len(client.nthreads()) == 2
    except (OSError, TimeoutError):
        return False
