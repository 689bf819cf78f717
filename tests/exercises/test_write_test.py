"""Questions whose answer is a test."""
import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.source import define, source

QUESTION = EXERCISES["test_adam"]


def answer(text):
    return define(text, "test_adam", {"np": np})


def result(body, seed=0):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return check(answer(f"def test_adam(adam):\n{lines}"), points=12,
                 seed=seed)


def test_reference_earns_all_for_every_order():
    ours = answer(source(QUESTION.reference))
    assert all(check(ours, points=12, seed=s).points == 12
               for s in range(10))


def test_accepting_everything_earns_nothing():
    assert result("pass").points == 0


def test_rejecting_everything_earns_nothing():
    assert result("assert False").points == 0
    assert result("raise AssertionError").points == 0


def test_rejecting_a_variant_earns_nothing():
    """A tolerance that only one order of arithmetic meets."""
    text = source(QUESTION.reference).replace("rtol=1e-4", "rtol=0, atol=0")
    r = check(answer(text), points=12)
    assert (r.points, r.status) == (0, "rejects a right one")
    assert "closed box" in str(r)


def test_a_tolerance_for_0_is_asked_for():
    r = result("w, s = np.array([1.0]), None\n"
               "for k in range(1, 11):\n"
               "    w, s = adam(w, np.ones(1), s, lr=0.1)\n"
               "    assert np.allclose(w, 1 - 0.1 * k, rtol=1e-4)")
    assert r.status == "rejects a right one"
    assert "`atol` where you expect 0" in str(r)


def test_integers_are_fine():
    r = result("w, _ = adam(np.array([1, 2, 3]), np.array([1, -1, 2]), "
               "lr=0.1)\nassert np.allclose(w, [0.9, 2.1, 2.9], rtol=1e-4)")
    assert r.points > 0


def test_nothing_tells_the_styles_apart():
    body = ("w, s = adam(np.ones(2), np.ones(2))\n"
            "seen.add((type(w), w.dtype, type(s), adam.__name__))\n"
            "try:\n    adam(np.ones(2), np.ones(3))\n"
            "except ValueError as e:\n    seen.add(str(e))")
    seen = set()
    text = "def test_adam(adam):\n" + "".join(
        f"    {line}\n" for line in body.splitlines())
    check(define(text, "test_adam", {"np": np, "seen": seen}))
    assert len(seen) == 2, seen


def test_voting_over_the_implementations_earns_nothing():
    """No formula of Adam: keep all outputs, reject the rare ones."""
    body = ("w, s = adam(np.ones(2), np.array([.5, 0.]), None, .1, .8, "
            ".95, .05)\n"
            "w, s = adam(w, np.array([-2., 1.]), s, .1, .8, .95, .05)\n"
            "key = tuple(np.round(w, 4))\n"
            "votes.append(key)\n"
            "top = max(map(votes.count, votes))\n"
            "assert 3 * votes.count(key) > top")
    text = "def test_adam(adam):\n" + "".join(
        f"    {line}\n" for line in body.splitlines())
    for seed in range(8):
        f = define(text, "test_adam", {"np": np, "votes": []})
        assert check(f, points=12, seed=seed).points == 0


def test_the_example_of_the_statement_earns_little():
    r = result("w, state = adam(np.array([1.0]), np.array([0.5]), lr=0.1)\n"
               "assert np.allclose(w, 0.9, rtol=1e-4, atol=1e-6)")
    assert r.points == 1


def test_a_one_step_test_earns_little():
    """The kind of test that lets most wrong Adams of the wild pass."""
    r = result("w, _ = adam(np.ones(2), np.array([1.0, -2.0]))\n"
               "assert np.allclose(w, [1 - 1e-3, 1 + 1e-3])")
    assert 0 < r.points <= 2
    assert "does not catch" in str(r)


def test_only_assertion_errors_catch():
    text = source(QUESTION.reference).replace(
        "assert np.allclose(w, expected, rtol=1e-4), ",
        "if not np.allclose(w, expected, rtol=1e-4): raise "
        "ValueError(").replace('f"update {t}"', 'f"update {t}")')
    r = check(answer(text), points=12)
    assert r.points == 0
    assert "It raised ValueError on 12 wrong ones" in str(r)


def test_a_returned_verdict_does_not_count():
    r = result("return False")
    assert r.points == 0 and "Use assert" in str(r)


def test_exceptions_of_test_runners_do_not_get_out():
    r = result("import pytest; pytest.fail('no')")
    assert (r.points, r.status) == (0, "exception")


def test_a_state_may_be_used_twice():
    """Some styles change their state in place; a test need not know."""
    r = result("w, s = adam(np.ones(2), np.array([1.0, -2.0]))\n"
               "a, _ = adam(w, np.ones(2), s)\n"
               "b, _ = adam(w, np.ones(2), s)\n"
               "assert np.array_equal(a, b, equal_nan=True)")
    assert r.status == "misses mistakes"


def test_an_error_on_a_right_one_is_said():
    r = result("adam(1, 2, 3, 4, 5, 6, 7, 8)")
    assert (r.points, r.status) == (0, "exception")
    assert "TypeError" in str(r)


def test_stub():
    assert result("raise NotImplementedError()").status == "not written"


def test_a_function_that_is_hidden_while_graded():
    r = result('raise NotImplementedError("graded here: write your own")')
    assert (r.points, r.status) == (0, "not there")
    assert "graded here" in str(r)


def test_a_test_that_is_stopped():
    r = result("error = RuntimeError('it took too long')\n"
               "error.stopped = True\nraise error")
    assert (r.points, r.status, r.title) == (
        0, "stopped", "it took too long")


def test_a_test_cannot_tell_them_apart_by_name_or_order():
    """Same name for all, and each order comes with a new seed."""
    body = ("names.add(adam.__name__)\n"
            "calls.append(1)\n"
            "assert len(calls) < 4")
    names = set()
    for seed in range(5):
        text = "def test_adam(adam):\n" + "".join(
            f"    {line}\n" for line in body.splitlines())
        f = define(text, "test_adam", {"names": names, "calls": []})
        assert check(f, points=12, seed=seed).points == 0
    assert len(names) == 1


def test_an_implementation_is_dead_after_the_test():
    kept = []
    f = define("def test_adam(adam):\n    kept.append(adam)\n",
               "test_adam", {"kept": kept})
    check(f)
    for adam in kept:
        try:
            adam(np.ones(2), np.ones(2))
        except RuntimeError as error:
            assert "no longer there" in str(error)
        else:
            raise AssertionError("it still answers")


def test_caught_are_mistakes_of_the_subject():
    names = {m.name for m in QUESTION.subject.mistakes}
    assert set(QUESTION.mistakes) <= names
    assert set(QUESTION.variants) <= set(QUESTION.subject.variants)


VOTES = """\
w, s = np.array([1.0, -2.0, 3.0]), None
for g in [0.5, -4, 0], [1.5, 0.25, -2], [-1, 2, 0.5]:
    w, s = adam(w, np.array(g), s, 0.1, 0.8, 0.95, 0.05)
key = tuple(np.round(np.nan_to_num(w), 4))
seen.append(key)
if len(seen) > 60:
    assert seen.count(key) {}
"""


@pytest.mark.parametrize("rule", [
    "== max(seen.count(k) for k in seen)", "> len(seen) / 8",
    "> np.median([seen.count(k) for k in {*seen}])"])
def test_votes_are_no_test(rule):
    """What is common among all calls is taken for right: no formula."""
    lines = "".join(f"    {line}\n" for line in
                    VOTES.format(rule).splitlines())
    votes = define(f"def test_adam(adam):\n{lines}", "test_adam",
                   {"np": np, "seen": []})
    for seed in range(6):       # the visible check, again and again
        earned = check(votes, points=12, seed=seed).points
    assert earned == 0
