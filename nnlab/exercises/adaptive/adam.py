"""The question adam: one update of Adam, with its state."""
from nnlab.exercises.adaptive._adam_variants import VARIANTS
from nnlab.exercises.adaptive import _updates
from nnlab.exercises.adaptive._updates import look
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.source import edit
from nnlab.optimizers import adam

# Betas far from 1 and from each other show which one is used and how t
# is counted; a large eps shows where it stands.
HYPER = {"lr": 0.125, "beta1": 0.8, "beta2": 0.95, "eps": 1e-8}
OTHER = {"lr": 0.0625, "beta1": 0.6, "beta2": 0.9, "eps": 0.25}


def cases(rng):
    return _updates.cases(rng, HYPER, OTHER)


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
        "correction_without_power", "1 - beta^t is not what it divides by",
        [_edit((M_HAT, "m_hat = m / (1 - beta1 * t)"),
               (V_HAT, "v_hat = v / (1 - beta2 * t)")),
         _edit((M_HAT, "m_hat = m / (1 - beta1)**t"),
               (V_HAT, "v_hat = v / (1 - beta2)**t"))],
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
        "state_ignored", "each update starts from an empty state",
        _edit((START + " if state is None else state", START)),
        ("What does your function do with its argument state?",
         "What the last call returned comes back as state: the old m, v "
         "and t.", "m, v, t = state, unless state is None."),
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
        "shares_swapped", "beta and 1 - beta are swapped in both averages",
        _edit((M, "m = (1 - beta1) * m + beta1 * grad"),
              (V, "(1 - beta2) * v + beta2 * grad**2")),
        ("With beta2 = 0.999, how fast should v forget?",
         "beta is the share that stays, so the average is a slow one.",
         "m = beta1 * m + (1 - beta1) * grad, and v likewise."),
        "adam-moments"),
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
        "lr_missing", "the argument lr is not used",
        _edit((STEP, f"w = w - m_hat / {ROOT}")),
        ("How long should a step be?", "The fraction is about 1 in size; "
         "lr is the length of the step.", "w - lr * ..."), "adam-update"),
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

EXERCISE = Exercise(
    "adam", adam, cases, look,
    {"first update": 0.1, "later updates": 0.6, "eps": 0.3},
    ("w", "state"), MISTAKES, CONVENTIONS, VARIANTS)
