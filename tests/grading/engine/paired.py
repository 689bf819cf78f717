"""A test cell in one namespace with the answer, and in two kernels."""
import contextlib
import inspect
import linecache
import os
import random
import socket

import numpy as np
import pytest
import torch

import nnlab._scope
from nnlab.grading.engine import testshell
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import stub
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.proxies import Tester


def world(source):
    """The names of a notebook, with sources as a kernel keeps them."""
    found = {"__name__": "__main__"}
    linecache.cache["<ipython-input>"] = (
        len(source), None, source.splitlines(True), "<ipython-input>")
    exec(compile(source, "<ipython-input>", "exec"), found)
    return found


@contextlib.contextmanager
def proxies(source, folder, classes):
    """Proxies of what ``source`` defines; it runs in a child."""
    ours, theirs = socket.socketpair()
    own = folder / "student"
    own.mkdir()
    child = os.fork()
    if child == 0:
        ours.close()
        os.chdir(own)
        try:
            stub.Student(Line(theirs), world(source), nnlab._scope).serve()
        finally:
            os._exit(0)
    theirs.close()
    tester = Tester(lambda: Line(ours), lambda: "it has ended", Clock(
        folder / "clock", 5), classes)
    try:
        yield tester.bound([n for n in world(source) if n[0] != "_"])
    finally:
        tester.end()
        os.waitpid(child, 0)


def result(code, given):
    """What ``found`` is after ``code`` in the namespace ``given``."""
    own = {**given, "__name__": "__main__", "np": np, "random": random,
           "torch": torch}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspect, "getsourcelines", inspect.getsourcelines)
        testshell.read_sources()
        exec(code, own)
    return own["found"]
