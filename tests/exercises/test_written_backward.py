"""The question test_two_layer_backward: tests that earn all or nothing."""
import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from tests.exercises.cells import cell

QUESTION = EXERCISES["test_two_layer_backward"]

CALL = """rng = np.random.default_rng(0)
N, D, H, M = 6, 5, 4, 3
x, W1, b1 = (rng.normal(size=s) for s in ((N, D), (D, H), H))
W2, dz2 = rng.normal(size=(H, M)), rng.normal(size=(N, M))
z1 = x @ W1 + b1
h = np.maximum(0, z1)
found = two_layer_backward(dz2, x, z1, h, W2)
"""
COMPARE = """dz1 = (dz2 @ W2.T) * (z1 > 0)
want = x.T @ dz1, dz1.sum(0), h.T @ dz2, dz2.sum(0)
for a, b in zip(found, want):
    assert a.shape == b.shape
    assert np.allclose(a, b, rtol=1e-4, atol=1e-5)
"""
EXAMPLE = """one = np.ones((1, 1))
_, _, dW2, _ = two_layer_backward(3 * one, one, 2 * one, 2 * one, one)
assert np.allclose(dW2, 6, rtol=1e-4)
"""
VOTE = CALL + """key = tuple(np.round(np.concatenate(
    [a.ravel() for a in found]), 3))
seen.append(key)
assert len(seen) < 5 or seen.count(key) {}
"""


def answer(body, **world):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return cell("def test_two_layer_backward(two_layer_backward):\n"
                + lines, QUESTION.name, **world)


def earned(body, seed=0, **world):
    return check(answer(body, **world), points=13, seed=seed).points


@pytest.mark.parametrize("seed", range(4))
def test_the_formulas_catch_all(seed):
    assert earned(CALL + COMPARE, seed) == 13


def test_the_example_of_the_statement_catches_two():
    assert earned(EXAMPLE) == 2


def test_without_shapes_some_get_away():
    r = check(answer(CALL + COMPARE.replace(
        "assert a.shape == b.shape", "pass")), points=13)
    assert r.points == 10
    assert "It raised ValueError on 3 wrong ones" in str(r)


def test_one_example_is_too_few():
    one = CALL.replace("N, D, H, M = 6", "N, D, H, M = 1")
    assert earned(one + COMPARE) < 13


def test_without_the_formulas_of_the_first_layer():
    assert 0 < earned(CALL + COMPARE.replace(
        "zip(found, want)", "list(zip(found, want))[2:]")) < 10


@pytest.mark.parametrize("body", [
    "pass", "assert False", "raise ValueError",
    "assert two_layer_backward.__name__ == 'two_layer_backward'",
    "c = two_layer_backward.__code__\nassert len(c.co_code) % 2 == 0",
    "import inspect\n"
    "assert 'z1 > 0' in inspect.getsource(two_layer_backward)",
    CALL + "assert (found[3] == dz2.sum(0)).all() and (\n"
    "    found[2] == h.T @ dz2).all()",
    CALL + COMPARE.replace("* (z1 > 0)", ""),
    CALL.replace("np.maximum(0, z1)", "rng.random((N, H))") + COMPARE,
])
def test_what_is_no_test_earns_nothing(body):
    for seed in range(3):
        assert earned(body, seed) == 0


@pytest.mark.parametrize("rule", [
    "== max(seen.count(k) for k in seen)", "> len(seen) / 13",
    "> np.median([seen.count(k) for k in {*seen}])"])
def test_votes_are_no_test(rule):
    votes = answer(VOTE.format(rule), seen=[])
    assert [check(votes, seed=s).points for s in range(5)] == [0] * 5


def test_nothing_tells_the_styles_apart():
    r = check(answer(CALL + (
        "assert type(found) is tuple\n"
        "assert all(type(a) is np.ndarray and a.dtype == float\n"
        "           and a.flags.c_contiguous for a in found)")))
    assert r.status == "misses mistakes" and r.points == 0, str(r)


def test_the_order_is_no_help():
    counted = answer("calls.append(1)\nassert len(calls) % 14 == 1",
                     calls=[])
    assert [check(counted, seed=s).points for s in range(5)] == [0] * 5


def test_what_no_forward_pass_makes_is_refused():
    r = check(answer(CALL.replace("np.maximum(0, z1)", "np.abs(z1)")))
    assert "h must be max(0, z1)" in str(r)
    r = check(answer(CALL.replace("dz2, x, z1, h, W2)", "dz2, x, z1, h, "
                                  "W2.T)")))
    assert "W2 must have shape" in str(r)


def test_what_it_is_given_stays_as_it_was():
    body = CALL.replace("found =", "kept = [a.copy() for a in (dz2, x, z1, "
                        "h, W2)]\nfound =")
    body += ("assert all(np.array_equal(a, b) for a, b in\n"
             "           zip(kept, (dz2, x, z1, h, W2)))")
    r = check(answer(body))
    assert r.status == "misses mistakes", str(r)


def test_each_wrong_one_is_wrong_in_its_numbers():
    """Else it and the right one outvote all others."""
    rng = np.random.default_rng(1)
    z1 = rng.normal(size=(6, 4))
    args = (rng.normal(size=(6, 3)), rng.normal(size=(6, 5)), z1,
            np.maximum(0, z1), rng.normal(size=(4, 3)))

    def flat(f):
        return np.concatenate([np.ravel(g) for g in f(*args)])
    right = flat(QUESTION.subject.reference)
    for m in QUESTION.subject.mistakes:
        if m.name in QUESTION.mistakes:
            got = flat(m.wrongs()[0])
            assert got.shape != right.shape or not np.allclose(got, right)
