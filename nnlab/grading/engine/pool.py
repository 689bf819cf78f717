"""Processes that grade, each one submission after the other.

A process that dies or takes too long is replaced.  What it was busy
with is tried once more; what it had not begun goes on as if nothing
had happened.
"""
import collections
import contextlib
import dataclasses
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection, wait

from nnlab.grading.engine.zygotes import NoZygote

READY = "ready"
START_UP = 120  # seconds for a process to import what it needs
AHEAD = 2       # submissions that a process has at hand, the first begun
TRIES = 2
START = """import sys
sys.path[:0] = {}
from nnlab.grading.engine.pool import work
work({}, {})
"""
DIED = "grading it ended the process {} times"
LATE = "grading it took more than {:g} seconds"
COLD = "Python could not be started for it: {}"
# What a submission has no part in.
MACHINES = (OSError, MemoryError, ImportError, NoZygote)


@dataclasses.dataclass(frozen=True)
class Failure:
    """Why there is no Result.  machine : not for the submission's sake."""
    words: str
    machine: bool = False


@dataclasses.dataclass
class Task:
    """One submission on its way; deaths are those that it caused."""
    submission: object
    deaths: int = 0


def resolve(name):
    """The function that "module:function" names; a function is itself."""
    if callable(name):
        return name
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def attempt(function, submission, release, options):
    """(Result, None) or (None, Failure); never an exception."""
    try:
        return resolve(function)(submission, release, options), None
    except Exception as error:
        lines = str(error).strip().splitlines() or [""]
        words = COLD.format(lines[0]) if isinstance(error, NoZygote) else (
            f"{type(error).__name__}: {lines[0]}")
        return None, Failure(words[:500], isinstance(error, MACHINES))


class Pool:
    """``results`` yields (submission, Result, None), or the Failure last.

    function : "module:function" of (submission, release, options);
    workers : how many processes;  deadline : seconds for a submission
    """

    def __init__(self, function, release, options, workers, deadline):
        self.make = lambda: _Worker(function, release, options)
        self.deadline, self.number = deadline, workers
        self.workers, self.again = [], collections.deque()

    def __enter__(self):
        self.workers = [self.make() for _ in range(self.number)]
        return self

    def __exit__(self, *exception):
        for worker in self.workers:
            worker.kill()

    def results(self, submissions):
        """What becomes of each, as they are done."""
        source = map(Task, submissions)
        while True:
            self._feed(source)
            if not any(worker.tasks for worker in self.workers):
                return
            for worker in self._ready():
                yield from self._hear(worker)
            for number, worker in enumerate(self.workers):
                if worker.late(self.deadline):
                    yield from self._lost(number, LATE.format(self.deadline))

    def _feed(self, source):
        for depth in range(1, AHEAD + 1):
            for worker in self.workers:
                if len(worker.tasks) < depth:
                    task = self.again.popleft() if self.again else next(
                        source, None)
                    if task is None:
                        return
                    worker.give(task)

    def _ready(self):
        """Workers that said something, or died."""
        busy = [worker for worker in self.workers if worker.tasks]
        left = min(w.began + w.extra for w in busy) + self.deadline
        seconds = max(0, left - time.monotonic())
        pipes = {worker.pipe: worker for worker in busy}
        return [pipes[pipe] for pipe in wait(list(pipes), seconds)]

    def _hear(self, worker):
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._lost(self.workers.index(worker), "")
            return
        worker.began = time.monotonic()
        if said == READY:
            worker.extra = 0
        else:
            yield worker.tasks.popleft().submission, *said

    def _lost(self, number, why):
        """Replace a worker; its first task is to blame."""
        worker = self.workers[number]
        worker.kill()
        self.workers[number] = self.make()
        first, *others = worker.tasks
        self.again.extend(others)
        first.deaths += 1
        if first.deaths < TRIES and not why:
            self.again.appendleft(first)
        else:
            yield first.submission, None, Failure(
                why or DIED.format(first.deaths))


class _Worker:
    """One process, and what it was given, in order."""

    def __init__(self, *arguments):
        ours, theirs = socket.socketpair()
        life, our_life = os.pipe()
        # Not by multiprocessing: a Dask worker may have no children there.
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(
                [p for p in sys.path if p], theirs.fileno(), life)],
            pass_fds=[theirs.fileno(), life], stdin=subprocess.DEVNULL,
            start_new_session=True)
        theirs.close()
        os.close(life)
        self.pipe, self.life = Connection(ours.detach()), our_life
        self.tasks, self.began = collections.deque(), time.monotonic()
        self.extra = START_UP
        self._send(arguments)

    def _send(self, message):
        with contextlib.suppress(OSError):      # it died: heard of later
            self.pipe.send(message)

    def give(self, task):
        """Hand it one more."""
        if not self.tasks:
            self.began = time.monotonic()
        self.tasks.append(task)
        self._send(task.submission)

    def late(self, deadline):
        """Is it over the time for what it is busy with?"""
        return bool(self.tasks) and (
            time.monotonic() - self.began > deadline + self.extra)

    def kill(self):
        """End it and all it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.pipe.close()
        os.close(self.life)


def work(pipe, life):
    """A process's whole work: until the pipe ends, or who reads it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=[life], daemon=True).start()
    pipe = Connection(pipe)
    with contextlib.suppress(EOFError, OSError):
        function, release, options = pipe.recv()
        with contextlib.suppress(Exception):    # attempt says it
            resolve(function)
        pipe.send(READY)
        while True:
            pipe.send(attempt(function, pipe.recv(), release, options))


def _end_with(life):
    os.read(life, 1)
    os.killpg(0, signal.SIGKILL)
