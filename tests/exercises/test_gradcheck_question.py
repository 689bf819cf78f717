"""The question gradcheck: other right answers, other wrong ones."""
import numpy as np
import pytest

from nnlab import gradcheck as ours
from nnlab.exercises import EXERCISES, check
from tests.exercises.cells import cell

QUESTION = EXERCISES["gradcheck"]

LOOP = """numeric = np.zeros_like(x)
for i in np.ndindex(x.shape):
    e = np.zeros_like(x)
    e[i] = h
    numeric[i] = (f(x + e) - f(x - e)) / (2 * h)
"""
ERROR = """size = np.linalg.norm(grad) + np.linalg.norm(numeric)
return numeric, np.linalg.norm(grad - numeric) / size if size else 0.0
"""
IN_PLACE = """numeric = np.zeros_like(x)
for i in np.ndindex(x.shape):
    x[i] += h
    above = f(x)
    {}
    numeric[i] = (above - f(x)) / (2 * h)
    {}
"""


def result(body, seed=0):
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return check(cell("def gradcheck(f, x, grad, h=1e-5):\n" + lines,
                      "gradcheck"), points=10, seed=seed)


def calls():
    return [args for seed in range(5) for script in QUESTION.scripts(seed)
            for args, _ in script.calls]


def test_the_reference_is_the_gradcheck_of_the_book():
    for f, x, grad, h in calls():
        for step in (h, 1e-5):
            numeric, error = QUESTION.reference(f, x, grad, step)
            assert np.array_equal(
                numeric, ours.numerical_gradient(f, x, step))
            assert error == pytest.approx(
                ours.gradcheck(f, x, grad, step), rel=1e-12, abs=1e-15)


def test_the_checks_call_f_a_few_hundred_times():
    """In a graded notebook each call goes to another kernel and back."""
    for seed in range(30):
        elements = sum(x.size for script in QUESTION.scripts(seed)
                       for (_, x, _, _), _ in script.calls)
        assert 2 * 2 * elements < 250


def test_an_element_moved_and_moved_back_is_the_very_same():
    for _, x, _, h in calls():
        assert np.array_equal(x + h - 2 * h + h, x)
        assert np.array_equal(x - h + h, x)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("body", [
    IN_PLACE.format("x[i] -= 2 * h", "x[i] += h") + ERROR,
    LOOP.replace("f(x + e) - f(x - e)", "f((x + e).tolist()) - f((x - "
                 "e).tolist())") + ERROR,
    "xs = x.ravel().tolist()\ng = []\nfor k in range(x.size):\n"
    "    a, b = list(xs), list(xs)\n    a[k] += h\n    b[k] -= h\n"
    "    a, b = (np.reshape(v, x.shape) for v in (a, b))\n"
    "    g.append((f(a) - f(b)) / (2 * h))\n"
    "numeric = np.reshape(g, x.shape)\n" + ERROR,
    "k = np.arange(x.size).reshape(x.shape)\nnumeric = sum(\n"
    "    (k == j) * (f(x + h * (k == j)) - f(x - h * (k == j))) / h / 2\n"
    "    for j in range(x.size))\n" + ERROR,
    LOOP.replace("(f(x + e) - f(x - e)) / (2 * h)", "((f(x + e) - f(x)) "
                 "/ h + (f(x) - f(x - e)) / h) / 2") + ERROR,
    LOOP.replace("zeros_like(x)\nfor", "zeros(x.shape, 'f4')\nfor") + ERROR,
    LOOP.replace("= np.zeros_like", "= np.asfortranarray(x) * 0 + np.zeros"
                 "_like") + ERROR,
    LOOP + "size = (grad**2).sum()**0.5 + (numeric**2).sum()**0.5\n"
    "return [numeric, ((grad - numeric)**2).sum()**0.5 / (size + 1e-10)]",
])
def test_right_in_another_style(body, seed):
    r = result(body, seed)
    assert (r.points, r.status) == (10, "passed"), str(r)


@pytest.mark.parametrize("points, name, body", [
    (0, None, "return grad, 0.0"),
    (0, None, "return grad.copy(), 1.0"),
    (0, None, "return np.zeros_like(x), 1.0"),
    (4, "not_restored", IN_PLACE.format("x[i] -= 2 * h", "pass") + ERROR),
    (0, "half_a_difference",
     IN_PLACE.format("x[i] -= h", "pass") + ERROR),
    (0, "nothing_moves", LOOP.replace("np.zeros_like(x)\n    e[i]", (
        "np.zeros(x.shape, int)\n    e[i]")) + ERROR),
    (5, "float32", "x = np.float32(x)\n" + LOOP + ERROR),
    (5, "another_step", "h = min(h, 1e-4)\n" + LOOP + ERROR),
    (5, "verdict", LOOP + ERROR.replace("if size", "< 1e-6 if size")),
    (5, "elementwise", LOOP + "return numeric, np.max(np.abs(grad - "
     "numeric) / (np.abs(grad) + np.abs(numeric)))"),
    (5, "larger_norm", LOOP + "n = np.linalg.norm\nreturn numeric, "
     "n(grad - numeric) / max(n(grad), n(numeric))"),
    (5, None, LOOP + ERROR.replace("if size", "* 100 if size")),
    (5, None, LOOP + "return numeric, np.mean(np.abs(grad - numeric) / "
     "(np.abs(grad) + np.abs(numeric) + 1e-12))"),
    (9, None, LOOP + ERROR.replace("0.0", "1.0")),
])
def test_wrong_in_another_style(points, name, body):
    r = result(body, 3)
    assert r.points == points, str(r)
    assert r.names[:1] == ([name] if name else []), str(r)


@pytest.mark.parametrize("status, words, body", [
    ("no result", "2 things: numeric, error", LOOP + "return numeric"),
    ("no result", "It returned bool",
     LOOP + "return np.allclose(grad, numeric)"),
    ("exception", "like x; got shape (6,)", LOOP.replace(
        "(f(x + e) - f(x - e))", "f((x + e).ravel())") + ERROR),
    ("exception", "f takes real numbers", LOOP.replace(
        "(f(x + e) - f(x - e))", "f(x + 1j * e)") + ERROR),
    ("wrong shape", "`numeric` has shape (6,)",
     LOOP + "numeric, grad = numeric.ravel(), grad.ravel()\n" + ERROR),
    ("wrong shape", "it must be one number", LOOP + "return numeric, "
     "np.abs(grad - numeric) / (np.abs(grad) + np.abs(numeric))"),
])
def test_what_is_said_of_another_form(status, words, body):
    r = result(body, 3)
    assert r.status == status and words in str(r), str(r)


def test_two_mistakes_are_both_named():
    r = result(LOOP.replace("f(x - e)) / (2 * h)", "f(x)) / h")
               + "return numeric, np.linalg.norm(grad - numeric)")
    assert r.names == ["forward", "absolute"]
