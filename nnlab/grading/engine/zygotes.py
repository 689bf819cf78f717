"""Start a zygote, and ask it for processes."""
import atexit
import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import nnlab._scope
from nnlab.grading.engine import inside

START = 120         # seconds that the imports may take
LONGEST = 70        # letters: a socket's whole path has at most 107
CREDENTIALS = struct.Struct("3i")
_locks = {}         # {folder: descriptor}, until this process ends


class NoZygote(RuntimeError):
    """It could not be started, or has ended."""


def run_folder():
    """A new folder for kernels, with what they run in lib/inside/.

    Those of processes that were killed are removed.
    """
    parent = tempfile.gettempdir()
    if len(parent) > LONGEST:
        parent = "/tmp"
    for old in Path(parent).glob("nbg-*-*"):
        _sweep(old)
    new = Path(tempfile.mkdtemp(prefix=".nbg-", dir=parent))
    new.chmod(0o711)
    lock = _lock(new)           # before anybody can sweep it
    run = new.with_name(f"nbg-{os.getpid()}-{new.name[5:]}")
    new.rename(run)
    _locks[run] = lock
    lib = run / "lib" / "inside"
    shutil.copytree(Path(inside.__file__).parent, lib,
                    ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(nnlab._scope.__file__, lib / "scope.py")
    return run


def _lock(folder):
    """A descriptor that holds ``folder``; OSError if another does."""
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _sweep(old):
    """Remove a folder that nobody holds.

    A lock is seen from every namespace, a process is not.
    """
    with contextlib.suppress(OSError):
        lock = _lock(old)
        shutil.rmtree(old, ignore_errors=True)
        os.close(lock)


def remove(run):
    """Delete a run folder of this process."""
    shutil.rmtree(run, ignore_errors=True)
    if run in _locks:
        os.close(_locks.pop(run))


class Zygote:
    """A process that forks kernels; see inside/zygote.py.

    prefix : a command that runs it, such as bubblewrap's; lib : where
    the folder inside/ is, as it sees it
    """

    def __init__(self, run, name, modules, lib, prefix=(), env=None,
                 paths=()):
        self.path = str(Path(run) / name)
        self.owner = os.getpid()
        code = ("import sys; sys.path += sys.argv.pop(1).split(chr(0)); "
                "from inside.zygote import main; main(*sys.argv[1:2], "
                "sys.argv[2:])").replace("chr(0)", "'|'")
        self.process = subprocess.Popen(
            [*map(str, prefix), sys.executable, "-sP", "-c", code,
             "|".join([str(lib), *map(str, paths)]), self.path, *modules],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=env)
        atexit.register(self.close)
        self._wait()

    def _wait(self):
        ready, _, _ = select.select([self.process.stdout], [], [], START)
        line = self.process.stdout.readline() if ready else b""
        try:
            self.says = json.loads(line)
        except ValueError:
            self.process.kill()
            words = self.process.stderr.read().decode(
                "utf-8", "replace").strip().splitlines()
            self.close()
            raise NoZygote(words[-1] if words else "Python did not start, "
                           f"or not within {START} seconds") from None
        if self.says["threads"] > 1:
            self.close()
            raise NoZygote("a module that the notebooks import has started "
                           "a thread, and cannot be shared by them")

    def fork(self, request):
        """A Child that becomes what ``request`` says."""
        if self.process.poll() is not None:
            raise NoZygote("Python has ended where it was prepared")
        sock = socket.socket(socket.AF_UNIX)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            sock.connect(self.path)
            sock.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise NoZygote(str(error)) from None
        return Child(sock)

    def close(self):
        """End it; kernels in its sandbox end with it."""
        if self.process is not None and os.getpid() == self.owner:
            with contextlib.suppress(OSError):
                self.process.kill()
                self.process.wait()
            for stream in self.process.stdout, self.process.stderr:
                stream.close()
        atexit.unregister(self.close)


class Child:
    """A forked process, known by a pidfd, and the line to it.

    It looks like a Popen to jupyter_client.
    """
    stdin = stdout = stderr = None

    def __init__(self, sock):
        self.sock, self.returncode = sock, None
        sock.settimeout(START)
        first, credentials, _, _ = sock.recvmsg(
            4096, socket.CMSG_SPACE(CREDENTIALS.size))
        if not first.startswith(b"{}"):
            sock.close()
            raise NoZygote(first.decode("utf-8", "replace").strip()
                           or "it ended at once")
        self.pid = CREDENTIALS.unpack(credentials[0][2])[0]
        self.fd = os.pidfd_open(self.pid)

    def go(self):
        """Let it become what it is to be; returns what it says."""
        self.sock.sendall(b"g")

    def line(self):
        """The next line of JSON that it says, or None at the end."""
        data = b""
        while not data.endswith(b"\n"):
            byte = self.sock.recv(4096)
            if not byte:
                return None
            data += byte
        return json.loads(data)

    def poll(self):
        """None while it runs."""
        if self.returncode is None and select.select(
                [self.fd], [], [], 0)[0]:
            self.returncode = 0
        return self.returncode

    def wait(self, timeout=None):
        """Wait for its end."""
        if self.returncode is None:
            select.select([self.fd], [], [], timeout)
            self.poll()
        return self.returncode

    def send_signal(self, number):
        """Send it a signal, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.fd, number)

    def terminate(self):
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self):
        """SIGKILL: it and all in its namespace end."""
        self.send_signal(signal.SIGKILL)

    def close(self):
        """Kill it and let go of it."""
        if self.fd is not None:
            self.kill()
            self.wait(10)
            os.close(self.fd)
            self.sock.close()
            self.returncode, self.fd = 0, None
