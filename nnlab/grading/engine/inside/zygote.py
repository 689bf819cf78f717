"""Forks kernels: a process that has imported what they all need.

    python -m inside.zygote SOCKET MODULES

It listens on SOCKET.  Each connection brings one line of JSON, what to
become; the child keeps the connection.  This process never runs a
student's code, has one thread, and creates no zmq context: all three
would be inherited.
"""
import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys

DEATH_SIGNAL = 1


def main(path, modules):
    """Import, listen, fork until the socket is closed."""
    die_with_parent()
    broken = preload(modules)
    server = socket.socket(socket.AF_UNIX)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)         # of one that could not be used
    server.bind(path)
    server.listen(16)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    threads = len(os.listdir("/proc/self/task"))
    print(json.dumps({"threads": threads, "broken": broken}), flush=True)
    while True:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            die_with_parent()
            child(connection)
        connection.close()


def die_with_parent():
    """Ask Linux to be killed when the parent ends, however it ends."""
    ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def preload(modules):
    """Import what is there; returns what is there and cannot be."""
    from . import scope, stub  # noqa: F401
    broken = []
    for name in modules:
        try:
            module = importlib.import_module(name)
            getattr(module, "before_fork", int)()
        except ModuleNotFoundError:
            pass                # the cell that needs it says so
        except BaseException:
            broken.append(name)
    return broken


def child(connection):
    """Become what the request says; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        request = json.loads(connection.makefile("r").readline())
        entry, _, name = request["run"].partition(":")
        getattr(importlib.import_module(entry), name)(connection, request)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 0
    except BaseException as error:
        tell(connection, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)      # no teardown: torch's takes 0.4 s


def tell(connection, message):
    """Send one line of JSON, if anybody still listens."""
    try:
        connection.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        pass


def reseed(seed):
    """Start every generator that is global anew.

    Or each child draws what its siblings draw, and the same notebook
    something else on the next day.
    """
    for name, function in [("random", "seed"), ("numpy.random", "seed"),
                           ("torch", "manual_seed")]:
        if name in sys.modules:
            getattr(sys.modules[name], function)(seed)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
