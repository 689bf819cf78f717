"""A small course, made once and copied; answers in other processes."""
import os
import shutil
import socket

import numpy as np
import pytest

import nnlab._scope
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import stub
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.proxies import Tester
from tests.grading.engine import clusters, little


@pytest.fixture(scope="session")
def blank_course(tmp_path_factory):
    """Released, and nobody has handed in.  Only to be copied."""
    return little.make(tmp_path_factory.mktemp("blank"))


@pytest.fixture
def course(blank_course, tmp_path):
    """A course of its own for a test."""
    return shutil.copytree(blank_course, tmp_path / "course")


@pytest.fixture
def cluster(tmp_path):
    """(address of a scheduler, its two workers), on loopback."""
    with clusters.cluster(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """A function: the proxy of an answer's source."""
    folder = tmp_path_factory.mktemp("answers")
    children = []

    def proxy(text, name):
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            world = {"__name__": "__main__", "np": np}
            exec(text, world)
            try:
                stub.Student(Line(theirs), world, nnlab._scope).serve()
            finally:
                os._exit(0)
        theirs.close()
        tester = Tester(lambda: Line(ours), lambda: "gone",
                        Clock(folder / f"{child}", 60))
        children.append((tester, child))
        return tester.bound([name])[name]
    yield proxy
    for tester, child in children:
        tester.end()
        os.waitpid(child, 0)
