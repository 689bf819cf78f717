"""The question gradcheck: measure a gradient, and compare."""
import re

import numpy as np

from nnlab.exercises.backpropagation._gradcheck_cases import (
    SMALL, ZERO, cases, look)
from nnlab.exercises.backpropagation._gradcheck_variants import VARIANTS
from nnlab.exercises.compare import TOLERANCE, distance, outputs
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.scripts import run
from nnlab.exercises.source import body, define, edit
from nnlab.gradcheck import numerical_gradient

# The loop is the one of the function that the book prints.
_, _loop = body(numerical_gradient).split("\n", 1)
_loop = re.sub(r"\bgrad\b", "numeric", _loop).split("    return")[0]

gradcheck = define(f'''def gradcheck(f, x, grad, h=1e-5):
    """The difference quotient of f, and the relative error of grad.

        numeric_i = (f(x + h e_i) - f(x - h e_i)) / (2 h)
        error = norm(grad - numeric) / (norm(grad) + norm(numeric))

    f : function from an array to a number; x, grad : arrays of one
    shape, of float64.
    Returns numeric, in the shape of x, and error, from 0 to 1; it is 0
    where both are 0.
    Source: Ng (2017), Improving Deep Neural Networks, week 1.
    Differs from PyTorch's gradcheck, which says True or raises.
    """
{_loop}    size = np.linalg.norm(grad) + np.linalg.norm(numeric)
    error = np.linalg.norm(grad - numeric) / size if size > 0 else 0.0
    return numeric, error
''', "gradcheck", {"np": np})


def _edit(*changes):
    return edit(gradcheck, *changes)


QUOTIENT = "(f(x + step) - f(x - step)) / (2 * h)"
NUMERIC = f"numeric[i] = {QUOTIENT}"
EACH = "for i in np.ndindex(np.shape(x)):"
STEP = "step = np.zeros_like(x)"
DIFFERENCE = "np.linalg.norm(grad - numeric)"
ERROR = f"{DIFFERENCE} / size if size > 0 else 0.0"
SIZE = "size = np.linalg.norm(grad) + np.linalg.norm(numeric)"


def _quotients(*texts):
    return [_edit((QUOTIENT, text)) for text in texts]


def _errors(*texts):
    return [_edit((ERROR, f"({text}) if size > 0 else 0.0"))
            for text in texts]


def _norms(text):
    """The error with another norm, ``text`` of v."""
    a, b, c = (text.replace("v", v)
               for v in ("(grad - numeric)", "grad", "numeric"))
    return _edit((SIZE, f"size = {b} + {c}"), (DIFFERENCE, a))


def _float32(views):
    """Right but for a small h, where rounding is magnified."""
    off = {v.run.script.label: max(distance(v.seen[k], v.right[k])
                                   for k in v.right) for v in views}
    return 1e-4 < off.pop(SMALL) < 1 and max(off.values()) < 1e-3


def _verdict(views):
    return any(np.asarray(value).dtype.kind == "b" for v in views
               for (_, name), value in v.seen.items()
               if name.startswith("error"))


_TWO_SIDES = ("Take f(x) = x^2 at x = 0: what does your quotient give?",
              "One-sided differences have an error of order h, the central "
              "one of order h^2: the curvature cancels.",
              "(f(x + step) - f(x - step)) / (2 * h).")
_DIVISOR = ("Take f(x) = 3 x: what does your quotient give?",
            "The two points lie 2 h apart. Divide the difference of f by "
            "the distance of the points.", "Divide by (2 * h).")
_ONE = ("Which element does each quotient belong to?",
        "The others must stay where they are while one moves, or the "
        "slopes mix.", "Start each step with an array of zeros.")
_RELATIVE = ("Multiply f and grad by 1000: what happens to your error?",
             "The error compares two vectors: the length of their "
             "difference over the sum of their lengths.",
             "norm(grad - numeric) / (norm(grad) + norm(numeric)).")

MISTAKES = [
    Mistake(
        "forward", "one-sided: f(x + h) against f(x)",
        _quotients("(f(x + step) - f(x)) / h"), _TWO_SIDES, "bp-vcurve"),
    Mistake(
        "backward", "one-sided: f(x) against f(x - h)",
        _quotients("(f(x) - f(x - step)) / h"), _TWO_SIDES, "bp-vcurve"),
    Mistake(
        "half_a_difference", "one of the two points is x itself",
        _quotients("(f(x + step) - f(x)) / (2 * h)",
                   "(f(x) - f(x - step)) / (2 * h)"),
        ("How far apart are the two points at which f is called?",
         "You divide by 2 h, but one point has not moved away from x. In "
         "place: from x + h, go back by 2 h.",
         "Call f at x + step and at x - step."), "bp-gradcheck"),
    Mistake(
        "divided_by_h", "the difference is divided by h, not by 2 h",
        _quotients("(f(x + step) - f(x - step)) / h"), _DIVISOR,
        "bp-gradcheck"),
    Mistake(
        "precedence", "/ 2 * h divides by 2 and multiplies by h",
        _quotients("(f(x + step) - f(x - step)) / 2 * h"),
        ("What is 8 / 2 * 4 in Python?",
         "Division and multiplication are worked off from left to right.",
         "Put 2 * h in brackets."), "bp-gradcheck"),
    Mistake(
        "wrong_divisor", "the difference is not divided by 2 h",
        _quotients(*(f"(f(x + step) - f(x - step)){end}" for end in (
            " / (4 * h)", " * (2 * h)", " / 2", "", " * h",
            " / (2 * h)**2", " / h**2"))), _DIVISOR, "bp-gradcheck"),
    Mistake(
        "another_step", "the step is not h",
        [_edit((STEP, f"h = 1e-5\n        {STEP}"))],
        ("Call it with h = 0.5: does numeric change?",
         "The caller chooses the step, and so how far the quotient is off "
         "the slope. Yours is a number of your own, or another formula.",
         "Call f at x + h and at x - h, in one element."), "bp-vcurve"),
    Mistake(
        "sign", "numeric has the wrong sign",
        _quotients("(f(x - step) - f(x + step)) / (2 * h)"),
        ("Take f(x) = 3 x: what does your quotient give?",
         "The value at the larger x comes first.",
         "f(x + step) - f(x - step)."), "bp-gradcheck"),
    Mistake(
        "all_at_once", "all elements move at once",
        [_edit(("step[i] = h", "step[...] = h"))], _ONE, "bp-kinks"),
    Mistake(
        "whole_rows", "whole rows move at once",
        [_edit((EACH, "for i in range(len(x)):"))], _ONE, "bp-kinks"),
    Mistake(
        "step_not_reset", "elements moved before stay moved by h",
        [_edit((f"{EACH}\n        {STEP}", f"{STEP}\n    {EACH}"))], _ONE,
        "bp-gradcheck"),
    Mistake(
        "not_restored", "x is not put back before the next element",
        [_edit((NUMERIC, f"{NUMERIC}\n        x = x {sign} step"))
         for sign in "-+"],
        ("Print x before and after each element of the loop.",
         "After f was called at x + h and x - h, the element must get its "
         "old value, before the next one moves.",
         "Keep the old value and write it back, or work on copies."),
        "bp-gradcheck"),
    Mistake(
        "nothing_moves", "numeric is 0: f is called twice at one point",
        _quotients("(f(x) - f(x)) / (2 * h)"),
        ("At which points is f called?",
         "`a = x` makes no copy: both names are one array, and moving it "
         "back undoes the first move. A copy that f never gets does not "
         "help either.", "Call f with two copies, x + step and x - step."),
        "bp-kinks"),
    Mistake(
        "one_element", "only one element is computed",
        [_edit((NUMERIC, f"{NUMERIC}\n        break")),
         _edit((NUMERIC, f"numeric = np.zeros_like(x)\n        {NUMERIC}"))],
        ("Which entries of numeric are 0?",
         "The loop ends too early, or numeric is made anew in each turn.",
         "Make numeric before the loop, and return after it."),
        "bp-gradcheck"),
    Mistake(
        "float32", "f is called in float32",
        [_edit((EACH, f"x = x.astype(np.float32)\n    {EACH}")),
         *_quotients("(f((x + step).astype('float32')) - "
                     "f((x - step).astype('float32'))) / (2 * h)")],
        ("How many digits of f are left in the difference, if h is 1e-5?",
         "float32 has 7 digits. The two values agree in most of them, and "
         "the division by 2 h magnifies the rest.",
         "Compute in float64, the type of x."), "bp-vcurve", _float32),
    Mistake(
        "absolute", "the error is absolute, not relative",
        [_edit((ERROR, DIFFERENCE))], _RELATIVE, "bp-gradcheck"),
    Mistake(
        "squared", "the error lacks a root",
        [*_errors("np.sum((grad - numeric)**2) / "
                  "(np.sum(grad**2) + np.sum(numeric**2))",
                  "np.sum((grad - numeric)**2) / size"),
         _edit((SIZE, "size = np.sum(grad**2) + np.sum(numeric**2)"))],
        ("What is the error of 1.01 times a right gradient?",
         "A norm is the root of the sum of squares, in all three places.",
         "np.linalg.norm takes the root."), "bp-gradcheck"),
    Mistake(
        "compares_lengths", "only the lengths are compared",
        _errors("abs(np.linalg.norm(grad) - np.linalg.norm(numeric)) "
                "/ size"),
        ("What is the error of minus the right gradient?",
         "Two vectors of one length may point anywhere. Take the norm of "
         "the difference, not the difference of the norms.",
         "norm(grad - numeric) above."), "bp-gradcheck"),
    Mistake(
        "one_norm", "only one norm stands below",
        _errors(*(f"{DIFFERENCE} / np.linalg.norm({v})"
                  for v in ("grad", "numeric"))), _RELATIVE,
        "bp-gradcheck"),
    Mistake(
        "mean_norm", "divided by the mean of the norms, not their sum",
        _errors(f"{DIFFERENCE} / (size / 2)"),
        ("What is the largest error that you can get?",
         "With the sum of the norms below, the error goes from 0 to 1, "
         "with their mean to 2.", "norm(grad) + norm(numeric)."),
        "bp-gradcheck"),
    Mistake(
        "norm_of_sum", "below stands the norm of the sum",
        _errors(f"{DIFFERENCE} / np.linalg.norm(grad + numeric)"),
        ("What is the error of minus the right gradient?",
         "grad + numeric may be 0. Take the norm of each, and add these.",
         "norm(grad) + norm(numeric)."), "bp-gradcheck"),
    Mistake(
        "sum_above", "above stands the norm of the sum",
        _errors("np.linalg.norm(grad + numeric) / size"),
        ("What is the error of a right gradient?",
         "A right gradient has the error 0: subtract before you take the "
         "norm.", "norm(grad - numeric) above."), "bp-gradcheck"),
    Mistake(
        "other_norm", "this is another norm",
        [_norms("np.abs(v).sum()"), _norms("np.abs(v).max()")],
        ("What is the norm of (3, 4)?",
         "The norm here is the Euclidean one: the root of the sum of "
         "squares, 5 for (3, 4).", "np.linalg.norm."), "bp-gradcheck"),
    Mistake(
        "spectral_norm", "for a matrix this is the spectral norm",
        [_norms("np.linalg.norm(v, 2)")],
        ("What does np.linalg.norm(x, 2) compute for a matrix?",
         "For a matrix the 2 asks for the largest singular value. Take "
         "the root of the sum of all squares, the default.",
         "np.linalg.norm without the 2."), "bp-gradcheck"),
    Mistake(
        "zero_over_zero", "0 / 0 where both gradients are 0",
        [_edit((ERROR, f"{DIFFERENCE} / size"))],
        ("What is the error where f does not depend on x, and grad is 0?",
         "Both norms are 0, and 0 / 0 is NaN. The two agree: the error "
         "is 0.", "Return 0 if the sum of the norms is 0."),
        "bp-gradcheck"),
    Mistake(
        "verdict", "error is True or False, not a number",
        [_edit((ERROR, f"{DIFFERENCE} {sign} 1e-7 * size"))
         for sign in ("<=", ">")],
        ("What type has your error?",
         "The caller chooses the bound, so it needs the number.",
         "Return the relative error itself."), "bp-gradcheck", _verdict),
    Mistake(
        "wrong_order", "the two results come in the wrong order",
        [_edit(("return numeric, error", "return error, numeric"))],
        ("Read the last line of the statement.",
         "Each result is right, but the caller takes the first for "
         "numeric.", "Return numeric, error."), "bp-gradcheck"),
]


def _convention(name, title, error, where, ours):
    """An error of another kind; 0 / 0 may be anything."""
    [f] = _errors(error)

    def probe(views):
        made = [outputs(look(run(f, v.run.script).results, v.run.script))
                for v in views]
        return all(distance(value, theirs[key]) <= TOLERANCE
                   for v, theirs in zip(views, made)
                   for key, value in v.seen.items() if key[1] != ZERO)
    return Convention(name, title, f, True, where, ours, probe)


CONVENTIONS = [
    _convention(
        "elementwise", "the largest relative error of an element",
        "np.max(np.abs(grad - numeric) / "
        "np.maximum(1e-8, np.abs(grad) + np.abs(numeric)))",
        "the assignments of CS231n", "one error of the whole vectors"),
    _convention(
        "elementwise_larger", "the largest error of an element, relative "
        "to the larger of the two numbers",
        "np.max(np.abs(grad - numeric) / np.maximum(1e-8, "
        "np.maximum(np.abs(grad), np.abs(numeric))))",
        "the notes of CS231n", "one error of the whole vectors"),
    _convention(
        "larger_norm", "the norm of the difference over the larger norm",
        f"{DIFFERENCE} / max(np.linalg.norm(grad), "
        "np.linalg.norm(numeric))", "the notes of CS231n, there for "
        "single numbers", "the sum of the two norms below"),
]

EXERCISE = Exercise(
    "gradcheck", gradcheck, cases, look,
    {"numeric": 0.5, "error": 0.4, "both zero": 0.1}, ("numeric", "error"),
    MISTAKES, CONVENTIONS, VARIANTS)
