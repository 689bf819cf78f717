"""The question adam: one update of Adam, with its state."""
import numpy as np

from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.scripts import Out, Script, sixty_fourths
from nnlab.exercises.source import define, edit
from nnlab.optimizers import adam

# A large eps shows where it stands; betas far from 1 and from each
# other show which one is used, and how t is counted.
HYPER = {"lr": 0.125, "beta1": 0.8, "beta2": 0.95, "eps": 0.05}
OTHER = {"lr": 0.0625, "beta1": 0.6, "beta2": 0.9, "eps": 0.25}


def cases(rng):
    n, a, b = (int(k) for k in rng.integers(2, 5, size=3))
    start = _script(rng, [(n,)], 4, OTHER, "the first gradient has a 0")
    start.calls[0][0][1][0] = 0.0
    return [_script(rng, [(a, b), (n,)], 5, HYPER, "two arrays in turn"),
            _script(rng, [(1,)], 5, OTHER, "one number"), start]


def _script(rng, shapes, steps, hyper, label):
    """``steps`` updates of each array in turn, each with its state."""
    calls, arrays = [], len(shapes)
    for call in range(steps * arrays):
        shape = shapes[call % arrays]
        state = Out(call - arrays, 1) if call >= arrays else None
        calls.append(((sixty_fourths(rng, *shape),
                       sixty_fourths(rng, *shape), state), hyper))
    return Script(calls, label)


def look(results, script):
    arrays = sum(args[2] is None for args, _ in script.calls)
    new = {f"w after call {i + 1}": _first_of_two(result)
           for i, result in enumerate(results)}
    names = list(new)
    return {"first update": {k: new[k] for k in names[:arrays]},
            "later updates": {k: new[k] for k in names[arrays:]}}


def _first_of_two(result):
    w, _ = result
    return w


def _edit(*changes):
    return edit(adam, *changes)


START, COUNT = "(0.0, 0.0, 0)", "t = t + 1"
M = "m = beta1 * m + (1 - beta1) * grad"
V = "beta2 * v + (1 - beta2) * grad**2"
M_HAT, V_HAT = "m_hat = m / (1 - beta1**t)", "v_hat = v / (1 - beta2**t)"
ROOT = "(np.sqrt(v_hat) + eps)"
STEP = f"w = w - lr * m_hat / {ROOT}"
STATE = "return w, (m, v, t)"

_COUNTING = ("How many updates has this array seen, this one included?",
             "The first update is t = 1. Add 1 once, before you use it, "
             "and return it with the state.")
_COMPOUNDS = "The correction is for this step only. Stored, it compounds."

MISTAKES = [
    Mistake(
        "no_bias_correction", "there is no bias correction",
        _edit((M_HAT, "m_hat = m"), (V_HAT, "v_hat = v")),
        ("How large is your first step, for a gradient of 1?",
         "m and v start at 0 and are too small at first. Dividing by "
         "1 - beta**t mends that.",
         "m_hat = m / (1 - beta1**t), and v_hat likewise."),
        "adam-bias-correction"),
    Mistake(
        "only_m_corrected", "v is not bias-corrected",
        _edit((V_HAT, "v_hat = v")),
        ("Both averages start at 0.",
         "m is corrected, v is not: the first steps are too large.",
         "v_hat = v / (1 - beta2**t)."), "adam-bias-correction"),
    Mistake(
        "only_v_corrected", "m is not bias-corrected",
        _edit((M_HAT, "m_hat = m")),
        ("Both averages start at 0.",
         "v is corrected, m is not, so the first steps are too small.",
         "m_hat = m / (1 - beta1**t)."), "adam-bias-correction"),
    Mistake(
        "correction_multiplied", "the correction multiplies",
        _edit((M_HAT, "m_hat = m * (1 - beta1**t)"),
              (V_HAT, "v_hat = v * (1 - beta2**t)")),
        ("Is m too large or too small at first?",
         "It is too small by the factor 1 - beta1**t.",
         "Divide by that factor."), "adam-bias-correction"),
    Mistake(
        "correction_without_power", "1 - beta t in place of 1 - beta^t",
        _edit((M_HAT, "m_hat = m / (1 - beta1 * t)"),
              (V_HAT, "v_hat = v / (1 - beta2 * t)")),
        ("Your first step is right, the second is not.",
         "The weight of the start falls by the factor beta in each "
         "update: beta to the power t.", "Use beta1**t and beta2**t."),
        "adam-bias-correction"),
    Mistake(
        "t_used_before_counting", "t is 0 in the first update",
        _edit((COUNT, "t = t + 0"), (STATE, "return w, (m, v, t + 1)")),
        (*_COUNTING, "1 - beta**0 is 0: put t = t + 1 first."),
        "adam-counting"),
    Mistake(
        "t_one_too_large", "t is 2 in the first update",
        _edit((START, "(0.0, 0.0, 1)")),
        (*_COUNTING, "Start at 0, so that the first update has t = 1."),
        "adam-counting"),
    Mistake(
        "t_not_advanced", "t stays at 1",
        _edit((STATE, "return w, (m, v, 0)")),
        (*_COUNTING, "Return the t that you used as part of the state."),
        "adam-counting"),
    Mistake(
        "t_counted_twice", "t grows by 2 in each update",
        _edit((STATE, "return w, (m, v, t + 1)")),
        (*_COUNTING, "Return t as it is; the next call adds 1."),
        "adam-counting"),
    Mistake(
        "stores_corrected_m", "the corrected m goes into the state",
        _edit((STATE, "return w, (m_hat, v, t)")),
        ("Which of m and m_hat does the next update start from?",
         _COMPOUNDS, "Keep m and m_hat apart, and return m."),
        "adam-counting"),
    Mistake(
        "stores_corrected_v", "the corrected v goes into the state",
        _edit((STATE, "return w, (m, v_hat, t)")),
        ("Which of v and v_hat does the next update start from?",
         _COMPOUNDS, "Keep v and v_hat apart, and return v."),
        "adam-counting"),
    Mistake(
        "stores_both_corrected", "corrected m and v go into the state",
        _edit((STATE, "return w, (m_hat, v_hat, t)")),
        ("Which of m and m_hat does the next update start from?",
         _COMPOUNDS, "Return m, v and t."), "adam-counting"),
    Mistake(
        "m_not_kept", "m is not accumulated",
        _edit((M, "m = (1 - beta1) * grad")),
        ("What does m remember of the update before?",
         "m is a moving average: beta1 times the old one and a new share.",
         "m = beta1 * m + (1 - beta1) * grad, with m out of the state."),
        "adam-moments"),
    Mistake(
        "v_not_kept", "v is not accumulated",
        _edit((V, "(1 - beta2) * grad**2")),
        ("What does v remember of the update before?",
         "v is a moving average: beta2 times the old one and a new share.",
         "v = beta2 * v + (1 - beta2) * grad**2, with v out of the "
         "state."), "adam-moments"),
    Mistake(
        "m_without_share", "the gradient enters m without 1 - beta1",
        _edit((M, "m = beta1 * m + grad")),
        ("With a constant gradient, where does your m settle?",
         "An average of equal numbers is that number: the shares beta1 "
         "and 1 - beta1 sum to 1.",
         "m = beta1 * m + (1 - beta1) * grad."), "adam-moments"),
    Mistake(
        "v_without_share", "the square enters v without 1 - beta2",
        _edit((V, "beta2 * v + grad**2")),
        ("With a constant gradient, where does your v settle?",
         "An average of equal numbers is that number: the shares beta2 "
         "and 1 - beta2 sum to 1.",
         "v = beta2 * v + (1 - beta2) * grad**2."), "adam-moments"),
    Mistake(
        "betas_swapped", "beta1 and beta2 are swapped",
        _edit((COUNT, "t = t + 1\n    beta1, beta2 = beta2, beta1")),
        ("Which average should have the longer memory?",
         "beta1 belongs to m, the mean of gradients, beta2 to v, the "
         "mean of squares.", "Check each line for its beta."),
        "adam-moments"),
    Mistake(
        "v_with_beta1", "v takes its share from beta1",
        _edit((V, "beta2 * v + (1 - beta1) * grad**2")),
        ("Do the two shares in v sum to 1?", "beta2 and 1 - beta1 do not "
         "belong together.", "Use 1 - beta2 in v."), "adam-moments"),
    Mistake(
        "absolute_gradient", "v averages |g|, not its square",
        _edit((V, "beta2 * v + (1 - beta2) * np.abs(grad)")),
        ("What is the second moment?", "The root belongs to a mean of "
         "squares.", "Use grad**2 in v."), "adam-moments"),
    Mistake(
        "one_v_for_all", "v is one number for the whole array",
        _edit((V, "beta2 * v + (1 - beta2) * (grad**2).sum()")),
        ("How many elements does v have?",
         "Each element of w has a scale of its own; that is the point "
         "of the method.", "Square element by element, without a sum."),
        "adam-per-coordinate"),
    Mistake(
        "eps_in_root", "eps stands inside the root",
        _edit((ROOT, "np.sqrt(v_hat + eps)")),
        ("With a large eps your step is another one.",
         "eps is added after the root. AdaDelta has it inside.",
         "sqrt(v_hat) + eps."), "adam-eps"),
    Mistake(
        "no_eps", "eps is missing",
        _edit((ROOT, "np.sqrt(v_hat)")),
        ("What does a gradient of exactly 0 give?",
         "0 / 0 is NaN. eps keeps the denominator above 0.",
         "sqrt(v_hat) + eps."), "adam-eps"),
    Mistake(
        "eps_hard_coded", "the argument eps is not used",
        _edit((ROOT, "(np.sqrt(v_hat) + 1e-8)")),
        ("Does your function look at its argument eps?", "The caller "
         "chooses eps; 1e-8 is only its default.", "sqrt(v_hat) + eps."),
        "adam-eps"),
    Mistake(
        "eps_outside_fraction", "a parenthesis is missing around + eps",
        _edit((ROOT, "np.sqrt(v_hat) + eps")),
        ("In which order does Python divide and add?",
         "m_hat / a + eps is (m_hat / a) + eps.",
         "m_hat / (sqrt(v_hat) + eps)."), "adam-eps"),
    Mistake(
        "no_root", "the root of v_hat is missing",
        _edit((ROOT, "(v_hat + eps)")),
        ("Double all gradients: what happens to your step?",
         "m_hat over the root of v_hat has no unit; the step is about "
         "lr. Without the root it shrinks as gradients grow.",
         "Divide by sqrt(v_hat) + eps."), "adam-update"),
    Mistake(
        "raw_gradient", "the step uses the gradient, not m_hat",
        _edit((STEP, "w = w - lr * grad / (np.sqrt(v_hat) + eps)")),
        ("What is m_hat for?",
         "With the raw gradient this is RMSprop with a correction.", "Use "
         "m_hat in the numerator."), "adam-update"),
    Mistake(
        "uphill", "the step goes uphill",
        _edit((STEP, "w = w + lr * m_hat / (np.sqrt(v_hat) + eps)")),
        ("Which way does the gradient point?", "The loss grows along the "
         "gradient.", "w - lr * ..."), "adam-update"),
    Mistake(
        "hard_coded_betas", "the arguments beta1 and beta2 are not used",
        _edit((COUNT, "t = t + 1\n    beta1, beta2 = 0.9, 0.999")),
        ("Does your function look at beta1 and beta2?",
         "The caller chooses them; 0.9 and 0.999 are only defaults.",
         "Use the arguments."), "adam-moments"),
]

CONVENTIONS = [
    Convention(
        "eps_hat", "the form with eps beside the uncorrected root",
        _edit((ROOT, "(np.sqrt(v_hat) + eps / np.sqrt(1 - beta2**t))")),
        False, "Keras and the end of section 2 of the paper",
        "eps added after the correction, as in PyTorch"),
]

_DICTIONARY = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    if state is None:
        state = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0}
    state["t"] += 1
    state["m"] += (1 - beta1) * (grad - state["m"])
    state["v"] += (1 - beta2) * (grad * grad - state["v"])
    rate = lr / (1 - beta1 ** state["t"])
    root = np.sqrt(state["v"] / (1 - beta2 ** state["t"]))
    return w - rate * state["m"] / (root + eps), state
'''
_LOOPS = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    if state is None:
        state = [0.0] * w.size, [0.0] * w.size, 1
    m, v, t = list(state[0]), list(state[1]), state[2]
    new = []
    for i, (wi, gi) in enumerate(zip(w.ravel(), grad.ravel())):
        m[i] = m[i] * beta1 + gi * (1 - beta1)
        v[i] = v[i] * beta2 + gi * gi * (1 - beta2)
        top, below = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        new.append(wi - lr * top / (below**0.5 + eps))
    return np.array(new).reshape(w.shape), (m, v, t + 1)
'''
_PRODUCTS = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    m, v, b1, b2 = state or (0 * w, 0 * w, 1.0, 1.0)
    b1, b2 = b1 * beta1, b2 * beta2
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return (w - lr * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps),
            (m, v, b1, b2))
'''
_FLOAT32 = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    w, grad = w.astype(np.float32), grad.astype(np.float32)
    m, v, t = state or (np.zeros_like(w), np.zeros_like(w), 0)
    t += 1
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    v = np.float32(beta2) * v + np.float32(1 - beta2) * grad * grad
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - np.float32(lr) * step, (m, v, t)
'''
VARIANTS = {name: define(text, "adam", globals())
            for name, text in [
                ("dictionary", _DICTIONARY), ("loops", _LOOPS),
                ("running products", _PRODUCTS), ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "adam", adam, cases, look,
    {"first update": 0.3, "later updates": 0.7},
    "two things: the new w (an array) and the new state", MISTAKES,
    CONVENTIONS, VARIANTS)
