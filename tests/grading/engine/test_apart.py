"""What a copy of the student's kernel learns leaves nothing behind."""
import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.write_test import WriteTest
from nnlab.grading.engine.link import Gone

MEMORY = """seen = []
def remembers(g, x):
    seen.append(x)
    np.seen = getattr(np, "seen", 0) + 1
    return len(seen), np.seen, g(x)
"""
# What each call returned is kept; what is most common counts as right.
VOTE = """import numpy as np
seen = {{}}
def vote(*found):
    wrong = False
    for name, a in enumerate(found):
        a = np.asarray(a, dtype=float)
        key = a.shape, tuple(np.round(np.nan_to_num(a).ravel(), 3))
        votes = seen.setdefault(name, [])
        votes.append(key)
        top = max(map(votes.count, votes))
        wrong = wrong or 3 * votes.count(key) < top
    assert not wrong

def {name}(f):
    rng = np.random.default_rng(0)
{body}
"""
UPDATES = """w, s, found = np.array([1.0, -2.0, 3.0]), None, []
for g in [0.5, -4, 0], [1.5, 0.25, -2], [-1, 2, 0.5]:
    w, s = f(w, np.array(g), s, 0.1, 0.8, 0.95, 0.05)
    found.append(w)
vote(*found)"""
BODIES = {
    "test_adam": UPDATES, "test_adamw": UPDATES,
    "test_two_layer_backward": """
x, W2, dz2 = (rng.normal(size=s) for s in ((6, 5), (4, 3), (6, 3)))
z1 = rng.normal(size=(6, 4))
vote(*f(dz2, x, z1, np.maximum(0, z1), W2))""",
    "test_batchnorm": """
x, four = rng.normal(size=(5, 3)), rng.random((4, 3)) + 0.5
vote(*f(x, *four, True, 0.3, 0.1), *f(x, *four, False, 0.3, 0.1))""",
    "test_dropout": """
x, dout = rng.normal(size=(2, 40, 5))
out, dx, _ = f(x, dout, 0.3, 1)
again, back, _ = f(x, dout, 0.3, 1, training=False)
vote(out != 0, out, dx, again, back)""",
    "test_he_normal": """
W, V = f(400, 100, rng), f(100, 400, rng)
vote(W.shape, np.round(W.std() * 20), np.round(V.std() * 20),
     np.sign(round(W.mean(), 2)), np.allclose(W[:, 0], W[:, 1]))""",
}


def test_it_remembers_nothing(answers):
    f = answers(MEMORY, "remembers")
    for _ in range(3):
        with f.__remote__.apart():
            assert f(lambda x: 2 * x, 3) == (1, 1, 6)
            assert f(lambda x: 2 * x, 4) == (2, 2, 8)
    assert f(lambda x: x, 4) == (1, 1, 4)
    with f.__remote__.apart():
        assert f(lambda x: x, 5) == (2, 2, 5)
    assert f(lambda x: x, 6) == (2, 2, 6)


def test_what_it_is_given_is_changed_all_the_same(answers):
    f = answers("def fill(x, items):\n    x[0] = 3\n    items.append(x)\n",
                "fill")
    x, items = np.zeros(2), []
    with f.__remote__.apart():
        f(x, items)
    assert x.tolist() == [3, 0] and len(items) == 1


def test_what_it_raises_comes_back(answers):
    f = answers("def f():\n    assert False, 'so'\n", "f")
    with pytest.raises(AssertionError, match="so"), f.__remote__.apart():
        f()
    with pytest.raises(AssertionError, match="so"):
        f()


def test_objects_of_both_are_told_apart(answers):
    """Numbers that the copy gave mean nothing here."""
    f = answers("class A:\n    pass\ndef f(x):\n"
                "    return [A() for _ in range(x)]\n", "f")
    with f.__remote__.apart():
        theirs = f(3)
    ours = f(3)
    assert not {id(x) for x in theirs} & {id(x) for x in ours}
    assert len({x._number for x in (*theirs, *ours)}) == 6


def test_a_copy_that_dies_is_noticed(answers):
    f = answers("import os\ndef f():\n    os._exit(3)\n", "f")
    with pytest.raises(Gone), f.__remote__.apart():
        f()


def _vote(name):
    body = "".join(f"    {line}\n" for line in BODIES[name].splitlines())
    return VOTE.format(name=name, body=body)


@pytest.mark.parametrize("name", [
    n for n, e in EXERCISES.items() if isinstance(e, WriteTest)])
def test_a_vote_from_check_to_check_earns_nothing(answers, name):
    theirs = answers(_vote(name), name)
    assert [check(theirs, points=12, seed=s).points
            for s in (0, 0, 0, 1)] == [0] * 4


def test_with_a_memory_it_would_earn():
    world = {"__name__": "__main__"}
    exec(_vote("test_two_layer_backward"), world)
    mine = world["test_two_layer_backward"]
    assert max(check(mine, points=12, seed=s).points
               for s in (0, 0, 0, 1)) > 6
