"""The question adagrad: one update of AdaGrad, with its state."""
import numpy as np

from nnlab.exercises.adaptive import _updates
from nnlab.exercises.adaptive._updates import look
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.source import define, edit
from nnlab.optimizers import adagrad

HYPER = {"lr": 0.125, "eps": 1e-10}
OTHER = {"lr": 0.0625, "eps": 0.25}     # so large that its place shows


def cases(rng):
    return _updates.cases(rng, HYPER, OTHER)


def _edit(*changes):
    return edit(adagrad, *changes)


START, SUM = "G = 0.0 if state is None else state", "G = G + grad**2"
ROOT, STATE = "(np.sqrt(G) + eps)", "return w, G"
STEP = f"w = w - lr * grad / {ROOT}"
COUNTED = (START, "G, t = (0.0, 1) if state is None else state")
COUNTS = (STATE, "return w, (G, t + 1)")
A_TENTH = (START, "G = 0.1 if state is None else state")
IN_ROOT = (ROOT, "np.sqrt(G + eps)")

_SUM = "G is the sum of the squares of all gradients so far."
_ROOT = ("Double all gradients, from the first on: what happens to your "
         "step?",
         "Nothing should: a gradient over the root of a sum of squares has "
         "no unit.")

MISTAKES = [
    Mistake(
        "moving_average", "G forgets: it is a moving average",
        [_edit((SUM, f"G = {text} * grad**2")) for text in (
            "0.9 * G + 0.1", "0.99 * G + 0.01", "0.95 * G + 0.05",
            "0.999 * G + 0.001", "0.9 * G + 1")],
        ("With a constant gradient, does your step get shorter?",
         "This is RMSprop, which came later. AdaGrad forgets nothing, so "
         "G can only grow.", "G = G + grad**2."), "ada-adagrad"),
    Mistake(
        "absolute_gradient", "G adds up |g|, not its square",
        [_edit((SUM, "G = G + np.abs(grad)")),
         _edit((SUM, "G = G + np.abs(grad)"), (ROOT, "(G + eps)"))],
        (*_ROOT[:1], "The root belongs to a sum of squares.",
         "Add grad**2."), "ada-adagrad"),
    Mistake(
        "square_of_the_sum", "the sum is squared, not each gradient",
        _edit((SUM, "G = G + grad"), (ROOT, "(np.abs(G) + eps)")),
        ("What is your G after the gradients 1 and -1?",
         "They must not cancel. Each gradient is squared before it is "
         "added.", "G = G + grad**2."), "ada-adagrad"),
    Mistake(
        "one_G_for_all", "G is one number for the whole array",
        [_edit((SUM, "G = G + (grad**2).sum()")),
         _edit((SUM, "G = G + (grad**2).mean()"))],
        ("How many elements does G have?",
         "Each element of w has a rate of its own; that is the point of "
         "the method.", "Square element by element, without a sum."),
        "adam-per-coordinate"),
    Mistake(
        "mean_of_squares", "the squares are averaged, not added up",
        _edit(COUNTED, (ROOT, "(np.sqrt(G / t) + eps)"), COUNTS),
        ("With a constant gradient, does your step get shorter?",
         f"{_SUM} With a mean the rate does not fall.",
         "Do not divide by the number of updates."), "ada-adagrad"),
    Mistake(
        "not_accumulated", "G knows only the last gradient",
        _edit((SUM, "G = grad**2")),
        ("What does G remember of the update before?",
         "What the last call returned comes back as state. Add to it: an "
         "empty start, or =, where it comes back forgets the past.",
         "G = state + grad**2, with 0 for a state of None."),
        "ada-adagrad"),
    Mistake(
        "largest_square", "G keeps the largest square, not the sum",
        _edit((SUM, "G = np.maximum(G, grad**2)")),
        ("With a constant gradient, does your step get shorter?",
         "It must: every gradient adds to G, not only a record.",
         "G = G + grad**2."), "ada-adagrad"),
    Mistake(
        "root_stored", "the root of G goes into the state",
        _edit((STATE, "return w, np.sqrt(G)")),
        ("Your first step is right, the second is not.",
         "The root is for this step only. The next square is added to G, "
         "not to its root.", "Return G itself."), "ada-adagrad"),
    Mistake(
        "previous_G", "the step uses the G of before this update",
        _edit((SUM, "old, G = G, G + grad**2"),
              (ROOT, "(np.sqrt(old) + eps)")),
        ("How large is your first step?",
         "Before the first update G is 0. The present gradient is in the "
         "sum by which it is divided.", "First add grad**2, then use G."),
        "ada-adagrad"),
    Mistake(
        "multiplied", "the root multiplies",
        _edit((STEP, f"w = w - lr * grad * {ROOT}")),
        ("Which element should make the shorter steps: one with large "
         "gradients or one with small ones?", "Its past divides a "
         "gradient.", "grad / (sqrt(G) + eps)."), "ada-adagrad"),
    Mistake(
        "no_root", "the root of G is missing",
        _edit((ROOT, "(G + eps)")),
        (*_ROOT, "Divide by sqrt(G) + eps."), "ada-adagrad"),
    Mistake(
        "lr_over_root_t", "lr falls with the root of t as well",
        _edit(COUNTED, (STEP, f"w = w - lr / np.sqrt(t) * grad / {ROOT}"),
              COUNTS),
        ("With a gradient of 1 each time, how long is your fourth step?",
         "G grows with t, and its root makes the rate fall already. It "
         "should be lr / 2.", "Leave t out: lr stays as it is."),
        "ada-adagrad"),
    Mistake(
        "no_eps", "eps is missing",
        _edit((ROOT, "np.sqrt(G)")),
        ("What does a gradient of exactly 0 give in the first update?",
         "0 / 0 is NaN. eps keeps the denominator above 0.",
         "sqrt(G) + eps."), "adam-eps"),
    Mistake(
        "eps_hard_coded", "the argument eps is not used",
        [_edit((ROOT, "(np.sqrt(G) + 1e-10)")),
         _edit((ROOT, "np.sqrt(G + 1e-10)"))],
        ("Does your function look at its argument eps?", "The caller "
         "chooses eps; 1e-10 is only its default.", "sqrt(G) + eps."),
        "adam-eps"),
    Mistake(
        "eps_outside_fraction", "a parenthesis is missing around + eps",
        _edit((ROOT, "np.sqrt(G) + eps")),
        ("In which order does Python divide and add?",
         "grad / a + eps is (grad / a) + eps.",
         "grad / (sqrt(G) + eps)."), "adam-eps"),
    Mistake(
        "lr_missing", "the argument lr is not used",
        _edit((STEP, f"w = w - grad / {ROOT}")),
        ("How long should the first step be?", "The fraction is 1 in size "
         "then; lr is the length of the step.", "w - lr * ..."),
        "ada-adagrad"),
    Mistake(
        "uphill", "the step goes uphill",
        _edit((STEP, f"w = w + lr * grad / {ROOT}")),
        ("Which way does the gradient point?", "The loss grows along the "
         "gradient.", "w - lr * ..."), "ada-adagrad"),
]

_ZERO = "a G that starts at 0"
_OUTSIDE = "eps added after the root, as in PyTorch"
CONVENTIONS = [
    Convention(
        "eps_in_root", "the form with eps inside the root", _edit(IN_ROOT),
        True, "d2l", _OUTSIDE),
    Convention(
        "starts_at_a_tenth", "a G that starts at 0.1", _edit(A_TENTH),
        True, "PyTorch with `initial_accumulator_value=0.1`", _ZERO),
    Convention(
        "as_keras", "a G that starts at 0.1, and eps inside the root",
        _edit(A_TENTH, IN_ROOT), True, "Keras",
        f"{_ZERO}, and {_OUTSIDE}"),
]

_DICTIONARY = '''def adagrad(w, grad, state=None, lr=0.01, eps=1e-10):
    state = state or {"G": np.zeros_like(w)}
    state["G"] += grad * grad
    rate = lr / (np.sqrt(state["G"]) + eps)
    return w - rate * grad, state
'''
_LOOPS = '''def adagrad(w, grad, state=None, lr=0.01, eps=1e-10):
    past = [] if state is None else state
    past = past + [[g * g for g in grad.ravel().tolist()]]
    new = []
    for i, (wi, gi) in enumerate(zip(w.ravel(), grad.ravel())):
        root = sum(squares[i] for squares in past)**0.5
        new.append(wi - lr * gi / (root + eps))
    return np.array(new).reshape(w.shape), past
'''
_LENGTH = '''def adagrad(w, grad, state=None, lr=0.01, eps=1e-10):
    length = np.hypot(0.0 if state is None else state, grad)
    return [w - lr * (grad / (length + eps)), length]
'''
_FLOAT32 = '''def adagrad(w, grad, state=None, lr=0.01, eps=1e-10):
    w, grad = w.astype(np.float32), grad.astype(np.float32)
    G = np.zeros_like(w) if state is None else state
    G = G + np.square(grad)
    step = np.float32(lr) * grad / (np.sqrt(G) + np.float32(eps))
    return w - step, G
'''
VARIANTS = {name: define(text, "adagrad", {"np": np})
            for name, text in [
                ("dictionary", _DICTIONARY), ("loops", _LOOPS),
                ("the length of all gradients", _LENGTH),
                ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "adagrad", adagrad, cases, look,
    {"first update": 0.1, "later updates": 0.6, "eps": 0.3},
    ("w", "state"), MISTAKES, CONVENTIONS, VARIANTS)
