"""The questions on adaptive optimisers: what holds for them alone."""
import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.source import define, source
from nnlab.optimizers import adam, adamw

QUESTION = EXERCISES["test_adamw"]


def test_adamw_is_the_one_that_trains():
    """Its text stands alone: it needs NumPy, and no adam."""
    theirs = define(source(EXERCISES["adamw"].reference), "adamw",
                    {"np": np})
    rng = np.random.default_rng(0)
    w, state, other = rng.normal(size=(3, 2)), None, None
    for grad in rng.normal(size=(6, 3, 2)):
        mine, state = adamw(w, grad, state, 0.1, 0.8, 0.95, 0.05, 0.7)
        w, other = theirs(w, grad, other, 0.1, 0.8, 0.95, 0.05, 0.7)
        assert np.array_equal(w, mine)
        assert all(map(np.array_equal, state, other))
    assert np.array_equal(theirs(w, w)[0], adamw(w, w)[0])


def test_a_plain_adam_earns_the_part_that_is_right():
    """In words it is told apart from a wrong Adam."""
    text = source(EXERCISES["adam"].reference).replace(
        "def adam(", "def adamw(").replace(
        "eps=1e-8):", "eps=1e-8, weight_decay=0.01):")
    result = check(define(text, "adamw", {"np": np}), points=10)
    assert (result.points, result.names) == (3, ["decay_ignored"])
    assert dict(result.parts)["Adam alone"]


@pytest.mark.parametrize("size, share", [(10, 1e-6), (0.1, 1e-4)])
def test_the_shares_that_the_mark_scheme_gives(size, share):
    """w is held at 1; the gradient alternates, and 0.01 w is in it."""
    w, state, moves = np.ones(1), None, []
    for t in range(6000):
        new, state = adam(w, (-1)**t * size + 0.01 * w, state, lr=1e-3)
        moves.append((w - new).item())
    assert 1 / 1.2 < np.mean(moves[-100:]) / share < 1.2


def earned(body, points=12, rounds=1, **world):
    """What this body of test_adamw earns in its last check."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    test = define(f"def test_adamw(adamw):\n{lines}", "test_adamw",
                  {"np": np, **world})
    return [check(test, points=points, seed=seed).points
            for seed in range(rounds)][-1]


STEPS = """\
w, s = np.array([1.5, -2.0, 3.0]), None
for g in [0.5, -4, 0], [1.5, 0.25, -2], [-1, 2, 0.5]:
    w, s = adamw(w, np.array(g), s, 0.1, 0.8, 0.95, 0.05, 0.7)
"""


@pytest.mark.parametrize("body", [
    "pass", "assert False", "raise AssertionError", "raise SystemExit",
    "assert adamw.__name__ == 'adamw'",
    "import inspect\n"
    "assert 'lr * weight_decay' in inspect.getsource(adamw)",
    "assert not any('decay' in str(c.cell_contents) "
    "for c in adamw.__closure__)",
    "assert adamw.__code__.co_argcount == 8",
    "seen.append(1)\nassert len(seen) % 13 == 1",
    STEPS + "assert w.dtype == float and isinstance(s, tuple)",
    STEPS + "assert np.array_equal(w, w.astype(np.float32))"])
def test_no_points_for_what_is_no_test(body):
    assert earned(body, seen=[]) == 0


def test_voting_earns_nothing():
    votes = STEPS + ("key = tuple(np.round(np.nan_to_num(w), 4))\n"
                     "seen.append(key)\nif len(seen) > 60:\n    assert "
                     "seen.count(key) == max(map(seen.count, seen))")
    assert earned(votes, rounds=5, seen=[]) == 0


def test_one_update_without_gradient_sees_the_decay_alone():
    """What is wrong in the Adam beside it needs other calls."""
    points = earned("w, _ = adamw(np.array([1.0, -2.0]), np.zeros(2), "
                    "lr=0.1, weight_decay=0.5)\n"
                    "assert np.allclose(w, [0.95, -1.9], rtol=1e-4)")
    assert 0 < points <= 7


def test_decay_after_the_step_is_not_what_right_ones_do():
    """It is right elsewhere; the question fixes the order."""
    text = source(QUESTION.reference).replace(
        "w - lr * decay * w - step", "(1 - lr * decay) * (w - step)")
    assert "(w - step)" in text
    result = check(define(text, "test_adamw", {"np": np}))
    assert (result.points, result.status) == (0, "rejects a right one")
