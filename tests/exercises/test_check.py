"""check(): each kind of answer gets its own clear words, and no noise."""
import numpy as np
import pytest

import nnlab
from nnlab.exercises import EXERCISES, check, made_with
from nnlab.exercises.source import define, edit, source
from tests.exercises.cells import cell

ADAM = source(EXERCISES["adam"].reference)
TWO_LAYER = EXERCISES["two_layer_backward"].reference
SOFTMAX = EXERCISES["softmax_cross_entropy"].reference


def test_stub():
    def adam(w, grad, state=None, lr=0, beta1=0, beta2=0, eps=0):
        raise NotImplementedError()
    result = check(adam, points=5)
    assert (result.points, result.status) == (0, "not written")
    assert "nothing is written" in str(result)


def test_exception_says_which_line():
    f = cell("def softmax_cross_entropy(logits, y):\n"
             "    return logits @ logits, missing_name\n",
             "softmax_cross_entropy")
    result = check(f, points=5)
    assert (result.points, result.status) == (0, "exception")
    assert "return logits @ logits, missing_name" in str(result)
    assert "ValueError" in str(result) and "shape" in str(result)


def test_returned_nothing():
    text = source(SOFTMAX).replace("return loss, ", "_ = ")
    f = cell(text, "softmax_cross_entropy")
    result = check(f, points=5)
    assert (result.points, result.status) == (0, "no result")
    assert "It returned nothing; it must return 2 things" in str(result)


@pytest.mark.parametrize("got", [
    "0", "(1, 2, 3)", "'text'", "(None, None)", "(1.0, [[1], [2, 3]])",
    "(1.0, object())"])
def test_something_else_returned(got):
    f = cell("def softmax_cross_entropy(logits, y):\n"
             f"    return {got}\n", "softmax_cross_entropy")
    result = check(f, points=5)
    assert (result.points, result.status) == (0, "no result"), str(result)


@pytest.mark.parametrize("code, words", [
    ("return None, None, h.T @ dz2, dz2.sum(0)", "`dW1` must be an array"),
    ("yield 1", "generator"), ("return 1j, 1, 1, 1", "of type complex")])
def test_the_form_of_a_result_is_said(code, words):
    f = cell("def two_layer_backward(dz2, x, z1, h, W2):\n"
             f"    {code}\n", "two_layer_backward")
    result = check(f, points=5)
    assert (result.points, result.status) == (0, "no result")
    assert words in str(result)


@pytest.mark.parametrize("code", ["return w - lr * grad", "pass",
                                  "return w, 1, 2, 3"])
def test_the_form_is_looked_at_before_a_state_is_handed_on(code):
    f = cell("def adam(w, grad, state=None, lr=1, beta1=0, beta2=0, "
             f"eps=0):\n    {code}\n", "adam")
    result = check(f, points=5)
    assert result.status == "no result", str(result)
    assert "w, state" in str(result)


def test_wrong_shape_says_both():
    f = edit(TWO_LAYER, ("return dW1, db1", "return dW1[:-1], db1"))
    result = check(f, points=5)
    assert result.status == "wrong shape"
    assert "dW1" in result.title and "must be" in str(result)
    assert result.points == 3      # all but dW1 is right


def test_nan():
    f = edit(TWO_LAYER, ("return dW1, db1", "return dW1 * np.nan, db1"))
    result = check(f, points=5)
    assert (result.points, result.status) == (3, "NaN")


def test_constant_factor_is_said():
    f = edit(TWO_LAYER, ("return dW1, db1", "return 3 * dW1, db1"))
    result = check(f, points=5)
    assert "3 times" in str(result)


def test_no_factor_is_said_of_a_single_number():
    """It would give the right number away."""
    f = edit(SOFTMAX, ("-log_p[rows, y].mean()",
                       "-log_p[rows, y].mean() * 1.7"))
    result = check(f, points=5)
    assert result.status == "wrong value" and "times" not in str(result)
    assert "The case: one example" in str(result)   # a plain case first


IN_PLACE = ("dz1 = dh * (z1 > 0)", "dz1 = dh\n"
            "    dz1[z1 <= 0] = 0\n    z1 *= 2")


def test_changed_argument():
    result = check(edit(TWO_LAYER, IN_PLACE), points=5)
    assert (result.points, result.status) == (4, "changed argument")
    assert "`z1`" in str(result)


def test_changed_argument_costs_a_wrong_answer_too():
    wrong = ("h.T @ dz2", "h.T @ dz2 + 7")
    alone = check(edit(TWO_LAYER, wrong), points=5)
    both = check(edit(TWO_LAYER, wrong, IN_PLACE), points=5)
    assert both.points == pytest.approx(0.8 * alone.points)
    assert "`z1`" in str(both)


def test_changed_argument_is_seen_in_an_open_convention():
    f = edit(TWO_LAYER, ("dh * (z1 > 0)", "dh * (z1 >= 0)"),
             ("db1 = dz1.sum(axis=0)", "db1 = dz1.sum(axis=0); h += 1"))
    assert check(f, points=5).points == 4


def test_a_mistake_is_named_in_an_open_convention():
    f = edit(EXERCISES["adam"].reference,
             ("(np.sqrt(v_hat) + eps)",
              "(np.sqrt(v_hat) + eps / np.sqrt(1 - beta2**t))"),
             ("return w, (m, v, t)", "return w, (m, v, 0)"))
    result = check(f, points=5)
    assert result.names == ["t_not_advanced"]
    assert result.points > 0 and "Keras" in str(result)


def test_a_state_changed_in_place_is_fine():
    adam = EXERCISES["adam"].variants["dictionary"]
    assert check(adam, points=5).points == 5


def test_two_mistakes_in_two_outputs_are_both_named():
    f = edit(TWO_LAYER, ("h.T @ dz2", "z1.T @ dz2"),
             ("dh * (z1 > 0)", "dh"))
    result = check(f, points=5)
    assert result.names == ["no_mask", "pre_activation"]
    assert result.points == 0.75        # db2 is right


def test_one_bias_wrong_is_named_too():
    f = edit(TWO_LAYER, ("db1 = dz1.sum", "db1 = dz1.mean"))
    assert check(f, points=5).names == ["bias_mean"]


COUNTS_IN_A_GLOBAL = ADAM.replace(
    "t = t + 1", "adam.t = getattr(adam, 't', 0) + 1; t = adam.t")


def test_memory_of_earlier_calls():
    result = check(cell(COUNTS_IN_A_GLOBAL, "adam"), points=5)
    assert (result.points, result.status) == (0, "memory"), str(result)
    assert "state" in str(result)


def test_our_own_function_is_refused():
    for exercise in EXERCISES.values():
        result = check(exercise.reference, points=5)
        assert (result.points, result.status) == (0, "not yours")


def test_unknown_name_and_no_function():
    def adams():
        pass
    assert "adam" in str(check(adams))
    assert check(3, points=5).points == 0
    assert check(None, exercise=EXERCISES["adam"]).points == 0


def test_a_function_is_known_by_the_name_it_is_bound_to():
    he_normal = lambda D, M, rng: rng.normal(0, np.sqrt(2 / D), (D, M))
    world = {"he_normal": he_normal, "check": check}
    assert eval("check(he_normal)", world).points == 1


class Shell:
    ast_node_interactivity = "none"


def test_a_hidden_result_earns_nothing(capfd):
    """nbgrader gives all points to a cell that shows nothing, unless
    there is something on stderr."""
    world = {"adam": define(ADAM, "adam", {"np": np}), "check": check,
             "get_ipython": Shell}
    assert eval("check(adam)", world).points == 0
    assert "ast_node_interactivity" in capfd.readouterr().err
    Shell.ast_node_interactivity = "last_expr"
    assert eval("check(adam)", world).points == 1
    assert capfd.readouterr().err == ""


def test_version_line():
    good = define(ADAM, "adam", {"np": np})
    assert "made with" not in str(check(good))
    try:
        made_with("9.9.9")
        assert (f"made with nnlab 9.9.9; you have {nnlab.__version__}"
                in str(check(good)))
        made_with(nnlab.__version__)
        assert "made with" not in str(check(good))
    finally:
        made_with(None)


def test_a_plain_case_is_shown_before_one_with_huge_scores():
    """This one is right for a single example."""
    f = edit(SOFTMAX, ("-log_p[rows, y].mean()", "-1.1 * log_p[0, y[0]] "
                       "if len(y) > 1 else -log_p[0, y[0]]"))
    for seed in range(12):
        result = check(f, points=5, seed=seed)
        assert result.status == "wrong value"
        assert "large" not in "".join(result.details)


def test_the_line_that_is_quoted_is_the_students():
    f = cell("def softmax_cross_entropy(logits, y):\n"
             "    return np.take_along_axis(logits, y, axis=1), 1\n",
             "softmax_cross_entropy")
    assert "at `return np.take_along_axis" in str(check(f))


def test_repr_is_the_points_and_html_the_words():
    good = check(define(ADAM, "adam", {"np": np}), points=5)
    assert repr(good) == "5" and "passed" in good._repr_html_()
    part = check(edit(EXERCISES["adam"].reference, (
        "return w, (m, v, t)", "return w, (m, v, 0)")), points=5)
    assert float(repr(part)) == 0.5
    html = part._repr_html_()
    assert "t stays at 1" in html and html.count("<details>") == 3


def test_html_is_escaped():
    f = cell("def adam(*args, **kwargs):\n"
             "    raise ValueError('<script>alert(1)</script>')\n", "adam")
    assert "<script>" not in check(f)._repr_html_()
