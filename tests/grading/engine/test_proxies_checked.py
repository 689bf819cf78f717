"""A check says the same of a function here and of one elsewhere."""
import os
import socket

import numpy as np
import pytest

import nnlab._scope
from nnlab.exercises import EXERCISES, check
from nnlab.exercises.exercise import Exercise
from nnlab.exercises.source import source
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside import stub
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.proxies import Tester


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


def _texts(exercise):
    """The reference, the variants and three mistakes, as source."""
    found = [exercise.reference]
    if isinstance(exercise, Exercise):
        found += exercise.variants.values()
        found += [m.wrongs()[0] for m in exercise.mistakes[::9]]
    name = exercise.name
    for f in found:
        text = source(f)
        yield text.replace(f"def {f.__name__}(", f"def {name}(", 1)


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_says_the_same_of_a_proxy(answers, name):
    for text in _texts(EXERCISES[name]):
        world = {"np": np, "__name__": "here"}
        exec(text, world)
        mine, theirs = (check(f, points=5, seed=3) for f in (
            world[name], answers(text, name)))
        assert (mine.points, mine.status, mine.title, mine.names) == (
            theirs.points, theirs.status, theirs.title, theirs.names)
