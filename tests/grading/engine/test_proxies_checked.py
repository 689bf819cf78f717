"""A check says the same of a function here and of one elsewhere."""
import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.exercise import Exercise
from nnlab.exercises.source import source


def _texts(exercise):
    """The reference, the variants, some mistakes and no answer."""
    found = [exercise.reference]
    if isinstance(exercise, Exercise):
        found += exercise.variants.values()
        found += [m.wrongs()[0] for m in exercise.mistakes[::9]]
    name = exercise.name
    for f in found:
        text = source(f)
        yield text.replace(f"def {f.__name__}(", f"def {name}(", 1)
    yield f"def {name}(*args, **kwargs):\n    pass\n"


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_says_the_same_of_a_proxy(answers, name):
    for text in _texts(EXERCISES[name]):
        world = {"np": np, "__name__": "here"}
        exec(text, world)
        mine, theirs = (check(f, points=5, seed=3) for f in (
            world[name], answers(text, name)))
        assert (mine.points, mine.status, mine.title, mine.names) == (
            theirs.points, theirs.status, theirs.title, theirs.names)
