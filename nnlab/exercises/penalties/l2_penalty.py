"""The question l2_penalty: the penalty of a small net, its gradients."""
import numpy as np

from nnlab._checks import at_least, checked, no_wrap, real
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.scripts import Script, sixty_fourths
from nnlab.exercises.source import define, edit


def _arguments(W1, b1, W2, b2, lam):
    real(W1=W1, b1=b1, W2=W2, b2=b2)
    no_wrap(W1=W1, b1=b1, W2=W2, b2=b2)
    at_least(0, lam=lam)


@checked(_arguments)
def l2_penalty(W1, b1, W2, b2, lam):
    """The L2 penalty of a net with two layers, and its gradients.

        penalty = lam (sum W1^2 + sum W2^2)
        dW = 2 lam W for each of the two,   db = 0

    W1 : (D, H), b1 : (H,), W2 : (H, M), b2 : (M,); lam : a number.
    It is added to the loss, and the gradients to those of the loss.
    Returns penalty (a number) and dW1, db1, dW2, db2 in the shapes of
    W1, b1, W2, b2.
    Raises ValueError unless the arrays are finite and lam >= 0.
    Source: Goodfellow, Bengio and Courville (2016), section 7.1.1.
    Differs from PyTorch, whose ``weight_decay`` is 2 lam, on biases
    too.
    """
    penalty = lam * (np.sum(W1**2) + np.sum(W2**2))
    dW1 = 2 * lam * W1
    dW2 = 2 * lam * W2
    db1 = np.zeros_like(b1)
    db2 = np.zeros_like(b2)
    return penalty, dW1, db1, dW2, db2


NAMES = ("penalty", "dW1", "db1", "dW2", "db2")


def cases(rng):
    # No two sizes are equal, and no bias is 0.
    D, H, M = (int(n) for n in rng.permutation(range(2, 7))[:3])
    return [_script(rng, "a small net", D, H, M),
            _script(rng, "one output", D, H, 1),
            _script(rng, "another lam", H, M, D)]


def _script(rng, label, D, H, M):
    lam = int(rng.integers(3, 60)) / 64     # never 1/2, 1 or 2
    lam += (lam == 0.5) / 64
    return Script([((sixty_fourths(rng, D, H), sixty_fourths(rng, H),
                     sixty_fourths(rng, H, M), sixty_fourths(rng, M),
                     lam), {})], label)


def look(results, script):
    named = dict(zip(NAMES, results[0]))
    return {"penalty": {"penalty": named.pop("penalty")},
            "gradients": named}


def _edit(*changes):
    return edit(l2_penalty, *changes)


PENALTY = "lam * (np.sum(W1**2) + np.sum(W2**2))"
DW1, DW2 = "2 * lam * W1", "2 * lam * W2"
DB1, DB2 = "np.zeros_like(b1)", "np.zeros_like(b2)"
BIASES = "np.sum(b1**2) + np.sum(b2**2)"
WITH_BIASES = (PENALTY, f"lam * (np.sum(W1**2) + np.sum(W2**2) + {BIASES})")
_DIFFERENCE = ("Raise one weight a little: by how much does your own "
               "penalty grow?",
               "The gradient is the slope of the very penalty that you "
               "return. Check it by differences.")
_WEIGHTS = ("Which of the four arrays does the penalty of the question "
            "name?", "A bias fits no noise, it only shifts. It is not in "
            "the penalty, so its gradient is 0.")
_BOTH = ("How many weight matrices has the net?",
         "Set all but one array to 0 and look at what you return.")

MISTAKES = [
    Mistake(
        "gradient_without_2", "the gradient lacks the factor 2",
        _edit((DW1, "lam * W1"), (DW2, "lam * W2")),
        (*_DIFFERENCE, "The derivative of lam w^2 is 2 lam w."),
        "pen-l2"),
    Mistake(
        "penalty_halved", "the penalty is halved, its gradient is not",
        _edit((PENALTY, "lam / 2 * (np.sum(W1**2) + np.sum(W2**2))")),
        (*_DIFFERENCE, "The penalty of the question is lam times the sum "
         "of squares, without 1/2."), "pen-l2"),
    Mistake(
        "biases_in_gradient_only",
        "biases are in the gradient, but not in the penalty",
        _edit((DB1, "2 * lam * b1"), (DB2, "2 * lam * b2")),
        (*_WEIGHTS, "db1 and db2 are zeros in the shapes of b1 and b2."),
        "pen-biases"),
    Mistake(
        "biases_in_penalty_only",
        "biases are in the penalty, but not in the gradient",
        _edit(WITH_BIASES),
        (*_WEIGHTS, "Leave b1 and b2 out of the sum."), "pen-biases"),
    Mistake(
        "second_layer_left_out", "W2 is left out",
        [_edit((PENALTY, "lam * np.sum(W1**2)"),
               (DW2, "np.zeros_like(W2)")),
         _edit((PENALTY, "lam * np.sum(W1**2)")),
         _edit((DW2, "np.zeros_like(W2)"))],
        (*_BOTH, "W2 belongs into the sum, and dW2 is 2 lam W2."),
        "pen-l2"),
    Mistake(
        "first_layer_left_out", "W1 is left out",
        [_edit((PENALTY, "lam * np.sum(W2**2)"),
               (DW1, "np.zeros_like(W1)")),
         _edit((PENALTY, "lam * np.sum(W2**2)")),
         _edit((DW1, "np.zeros_like(W1)"))],
        (*_BOTH, "W1 belongs into the sum, and dW1 is 2 lam W1."),
        "pen-l2"),
    Mistake(
        "norm_not_squared", "the norm is not squared",
        [_edit((PENALTY, "lam * (np.linalg.norm(W1) + "
                "np.linalg.norm(W2))"),
               (DW1, "lam * W1 / np.linalg.norm(W1)"),
               (DW2, "lam * W2 / np.linalg.norm(W2)")),
         _edit((PENALTY, "lam * (np.linalg.norm(W1) + "
                "np.linalg.norm(W2))"))],
        ("Double all weights: by what factor should the penalty grow?",
         "By 4. A norm only doubles: it is the root of the sum of "
         "squares.", "Sum the squares, and take no root."), "pen-l2"),
    Mistake(
        "spectral_norm", "the spectral norm stands in for the sum",
        _edit((PENALTY, "lam * (np.linalg.norm(W1, 2)**2 + "
               "np.linalg.norm(W2, 2)**2)")),
        ("What does np.linalg.norm(W, 2) compute for a matrix?",
         "For a matrix the 2 asks for the largest singular value. The "
         "Frobenius norm is meant, which is the default.",
         "np.sum(W**2)."), "pen-l2"),
    Mistake(
        "mean_of_squares", "the squares are averaged, not summed",
        [_edit((PENALTY, "lam * (np.mean(W1**2) + np.mean(W2**2))"),
               (DW1, "2 * lam * W1 / W1.size"),
               (DW2, "2 * lam * W2 / W2.size")),
         _edit((PENALTY, "lam * (np.mean(W1**2) + np.mean(W2**2))"))],
        ("Does your penalty depend on the size of a layer?",
         "The loss is a mean over examples. The penalty is a sum over "
         "weights.", "Use a sum."), "pen-l2"),
    Mistake(
        "l1_instead", "this is the L1 penalty",
        _edit((PENALTY, "lam * (np.abs(W1).sum() + np.abs(W2).sum())"),
              (DW1, "lam * np.sign(W1)"), (DW2, "lam * np.sign(W2)")),
        ("How hard is a weight of 2 pulled, compared with one of 1?",
         "In L2 each weight is pulled in proportion to itself. The same "
         "pull on all is L1.", "Square the weights."), "pen-l1"),
    Mistake(
        "square_of_the_sum", "the sum is squared, not the weights",
        _edit((PENALTY, "lam * (np.sum(W1)**2 + np.sum(W2)**2)")),
        ("What does your penalty say of the weights 1 and -1?",
         "They cancel in the sum. Each weight is squared before it is "
         "added.", "np.sum(W**2)."), "pen-l2"),
    Mistake(
        "scalar_gradient", "every weight is pulled by the sum of all",
        _edit((DW1, "2 * lam * np.sum(W1) * np.ones_like(W1)"),
              (DW2, "2 * lam * np.sum(W2) * np.ones_like(W2)")),
        ("Change one weight: which entries of your dW change?",
         "The penalty pulls each weight by its own value.",
         "dW is 2 lam times W, without a sum."), "pen-l2"),
    Mistake(
        "pushes_away", "the gradient has the wrong sign",
        _edit((DW1, "-2 * lam * W1"), (DW2, "-2 * lam * W2")),
        ("Which way does the penalty grow?",
         "The gradient points where the penalty grows. The update "
         "subtracts it; you need not.", "dW is +2 lam W."), "pen-l2"),
    Mistake(
        "lam_missing", "lam is not used",
        _edit((PENALTY, "np.sum(W1**2) + np.sum(W2**2)"),
              (DW1, "2 * W1"), (DW2, "2 * W2")),
        ("Does your function look at its argument lam?",
         "lam is the strength of the penalty: it multiplies the sum, and "
         "the gradient.", "Multiply both by lam."), "pen-l2"),
]

CONVENTIONS = [
    Convention(
        "half_lam", "the penalty lam / 2 times the sum of squares",
        _edit((PENALTY, "lam / 2 * (np.sum(W1**2) + np.sum(W2**2))"),
              (DW1, "lam * W1"), (DW2, "lam * W2")),
        True, "the notes of CS231n, and of d2l",
        "lam times the sum of squares, with the gradient 2 lam W"),
    Convention(
        "every_parameter", "a penalty on the biases as well",
        _edit(WITH_BIASES, (DB1, "2 * lam * b1"), (DB2, "2 * lam * b2")),
        True, "PyTorch's `weight_decay`, given to every parameter",
        "a penalty on the weights W1 and W2 alone"),
]

_LOOP = '''def l2_penalty(W1, b1, W2, b2, lam):
    total, grads = 0.0, []
    for w in (W1, b1, W2, b2):
        weight = lam if w.ndim == 2 else 0.0
        total += weight * (w * w).sum()
        grads.append(2 * weight * w)
    return (total, *grads)
'''
_NORM = '''def l2_penalty(W1, b1, W2, b2, lam):
    flat = np.concatenate([W1.ravel(), W2.ravel()])
    return [lam * np.linalg.norm(flat)**2, W1 * lam + W1 * lam, b1 * 0,
            W2 * lam + W2 * lam, b2 * 0]
'''
_FLOAT32 = '''def l2_penalty(W1, b1, W2, b2, lam):
    W1, b1, W2, b2 = (a.astype(np.float32) for a in (W1, b1, W2, b2))
    lam = np.float32(lam)
    return (lam * (np.vdot(W1, W1) + np.vdot(W2, W2)), 2 * lam * W1,
            np.zeros_like(b1), 2 * lam * W2, np.zeros_like(b2))
'''
VARIANTS = {name: define(text, "l2_penalty", globals())
            for name, text in [("one loop", _LOOP), ("norm", _NORM),
                               ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "l2_penalty", l2_penalty, cases, look,
    {"penalty": 0.4, "gradients": 0.6}, NAMES, MISTAKES, CONVENTIONS,
    VARIANTS)
