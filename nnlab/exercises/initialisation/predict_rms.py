"""The question predict_rms: the size of the signal, layer by layer."""
import numpy as np

from nnlab._checks import at_least, checked, real
from nnlab.exercises.exercise import Exercise, Mistake
from nnlab.exercises.scripts import Script
from nnlab.exercises.source import define, edit


def _arguments(rms, widths, weight_std, bias_std, slope=0.0):
    at_least(0, rms=rms, slope=slope)
    real(widths=np.asarray(widths), weight_std=np.asarray(weight_std),
         bias_std=np.asarray(bias_std))
    if not len(widths) - 1 == len(weight_std) == len(bias_std):
        raise ValueError(
            "widths must be one longer than weight_std and bias_std; got "
            f"{len(widths)}, {len(weight_std)} and {len(bias_std)}.")


@checked(_arguments)
def predict_rms(rms, widths, weight_std, bias_std, slope=0.0):
    """The root mean square of each layer's activations, predicted.

        E[z^2] = fan_in s^2 E[a^2] + t^2
        E[a^2] <- (1 + slope^2) / 2 E[z^2]

    for z = a W + b and then a leaky ReLU of this slope; s and t are
    the standard deviations of W and b, which have mean 0.
    rms : that of the input;  widths : (L + 1,), the input's first
    weight_std, bias_std : (L,), s and t of each layer; or lists.
    Returns an array (L,): the rms after each activation.
    Raises ValueError for lengths that do not fit, or rms or slope < 0.
    Source: He, Zhang, Ren and Sun (2015), section 2.2.
    Differs from PyTorch, which has none.
    """
    square = rms**2
    after = []
    for fan_in, s, t in zip(widths[:-1], weight_std, bias_std):
        square = fan_in * s**2 * square + t**2
        square = (1 + slope**2) / 2 * square
        after.append(np.sqrt(square))
    return np.array(after)


def cases(rng):
    return [_script(rng, "ReLU, no biases"),
            _script(rng, "ReLU, with biases", biases=True),
            _script(rng, "leaky ReLU", slopes=(8, 40)),
            _script(rng, "one layer", layers=1, biases=True,
                    slopes=(8, 40))]


def _script(rng, label, layers=4, biases=False, slopes=(0, 1)):
    """A net whose widths all differ, and stds that no scheme has."""
    widths = rng.choice(np.arange(20, 60), layers + 1, replace=False)
    weight_std = rng.integers(6, 24, layers) / 64
    bias_std = rng.integers(20, 80, layers) / 64 * biases
    rms = int(rng.integers(96, 160)) / 64
    return Script([((rms, widths, weight_std, bias_std),
                    {"slope": int(rng.integers(*slopes)) / 64})], label)


PARTS = {"ReLU, no biases": "ReLU", "ReLU, with biases": "biases",
         "leaky ReLU": "slope", "one layer": "slope"}


def look(results, script):
    return {PARTS[script.label]: {f"rms, {script.label}": results[0]}}


def _edit(*changes):
    return edit(predict_rms, *changes)


START, SUM = "square = rms**2", "fan_in * s**2 * square + t**2"
GATE = "(1 + slope**2) / 2 * square"
AFTER = "after.append(np.sqrt(square))"
_SQUARES = ("What adds up in a sum of independent terms of mean 0?",
            "Their mean squares add up, not their sizes.")

MISTAKES = [
    Mistake(
        "no_activation", "the activation is left out",
        _edit((GATE, "square")),
        ("What does ReLU do to half of the pre-activations?",
         "It sets them to 0, and their squares with them.",
         "Multiply by (1 + slope^2) / 2."), "init-forward"),
    Mistake(
        "variance_of_relu", "the variance is carried on, not E[a^2]",
        _edit((GATE, "((1 + slope**2) / 2 - (1 - slope)**2 / (2 * np.pi))"
               " * square")),
        ("Is the mean of a ReLU's output 0?",
         "The next layer sees a^2, whatever the mean is. ReLU takes more "
         "than half of the variance, but half of the mean square.",
         "Carry E[a^2]: factor (1 + slope^2) / 2."), "init-forward"),
    Mistake(
        "half_the_rms", "the rms is halved, not its square",
        _edit((GATE, "((1 + slope**2) / 2)**2 * square")),
        ("Which quantity does ReLU halve?",
         "It halves the mean square; the rms falls by the root of 2.",
         "Apply (1 + slope^2) / 2 to the square."), "init-forward"),
    Mistake(
        "slope_ignored", "the slope is not used",
        _edit((GATE, "square / 2")),
        ("What does a leaky ReLU do to the negative half?",
         "It keeps it, times the slope.",
         "The factor is (1 + slope^2) / 2."), "init-schemes"),
    Mistake(
        "slope_not_squared", "the slope is not squared",
        _edit((GATE, "(1 + slope) / 2 * square")),
        ("The negative half is multiplied by the slope. And its square?",
         "You carry mean squares, so the factor is squared.",
         "(1 + slope^2) / 2."), "init-schemes"),
    Mistake(
        "gain_for_factor", "the factor is turned over",
        _edit((GATE, "2 / (1 + slope**2) * square")),
        ("Does ReLU make a signal larger or smaller?",
         "2 / (1 + slope^2) is what the weights need, to make up for the "
         "activation. The activation itself does the opposite.",
         "Multiply by (1 + slope^2) / 2."), "init-schemes"),
    Mistake(
        "fan_out", "the sum has fan_out terms",
        _edit(("widths[:-1]", "widths[1:]")),
        ("How many terms does one pre-activation have?",
         "A unit sums over its inputs: the width of the layer before.",
         "Use widths[:-1]."), "init-forward"),
    Mistake(
        "no_fan", "the number of inputs is left out",
        _edit((SUM, "s**2 * square + t**2")),
        ("How many terms does one pre-activation have?",
         "The mean squares of all fan_in terms add up.",
         "Multiply by fan_in."), "init-forward"),
    Mistake(
        "std_not_squared", "s is used where s^2 belongs",
        _edit((SUM, "fan_in * s * square + t**2")),
        (*_SQUARES, "s is a standard deviation; square it."), "init-std"),
    Mistake(
        "fan_squared", "fan_in is squared as well",
        _edit((SUM, "(fan_in * s)**2 * square + t**2")),
        (*_SQUARES, "fan_in s^2, not (fan_in s)^2."), "init-forward"),
    Mistake(
        "bias_ignored", "the biases are left out",
        _edit((SUM, "fan_in * s**2 * square")),
        ("What does z hold besides a W?",
         "A bias of its own is one more independent term.",
         "Add t^2."), "init-forward"),
    Mistake(
        "bias_not_squared", "t is used where t^2 belongs",
        _edit((SUM, "fan_in * s**2 * square + t")),
        (*_SQUARES, "t is a standard deviation; square it."), "init-std"),
    Mistake(
        "bias_per_input", "the bias is added once for each input",
        _edit((SUM, "fan_in * (s**2 * square + t**2)")),
        ("How often does a unit add its bias?",
         "Once, after the sum over the inputs.",
         "fan_in s^2 E[a^2] + t^2."), "init-forward"),
    Mistake(
        "bias_after", "the bias is added after the activation",
        _edit((SUM, "fan_in * s**2 * square"),
              (GATE, f"{GATE} + t**2")),
        ("Where does b stand: before or after the activation?",
         "z = a W + b goes into the activation, the bias with it.",
         "Add t^2 before the factor."), "init-forward"),
    Mistake(
        "rms_not_squared", "the rms of the input is not squared",
        _edit((START, "square = rms")),
        ("Is rms a mean square, or its root?",
         "The recursion is in mean squares.", "Start from rms^2."),
        "init-std"),
    Mistake(
        "input_ignored", "the rms of the input is not used",
        _edit((START, "square = 1.0")),
        ("Does your answer depend on the argument rms?",
         "A larger input makes a larger signal in the first layer.",
         "Start from rms^2."), "init-forward"),
    Mistake(
        "no_root", "the mean square is returned",
        _edit((AFTER, "after.append(square)")),
        ("What is the r in rms?",
         "Carry the mean square, but return its root.",
         "Append sqrt(square)."), "init-std"),
    Mistake(
        "pre_activation", "the rms of z is returned, not of a",
        _edit((SUM, f"{SUM}\n        after.append(np.sqrt(square))"),
              ("        after.append(np.sqrt(square))\n    return",
               "    return")),
        ("Before or after the activation?",
         "The question asks for the activations.",
         "Append after the factor (1 + slope^2) / 2."), "init-forward"),
]

_LISTS = '''def predict_rms(rms, widths, weight_std, bias_std, slope=0.0):
    out = []
    for l in range(len(weight_std)):
        z = np.sqrt(widths[l] * (weight_std[l] * rms) ** 2
                    + bias_std[l] ** 2)
        rms = z * np.sqrt((1 + slope ** 2) / 2)
        out.append(rms)
    return out
'''
_RECURSIVE = '''def predict_rms(rms, widths, weight_std, bias_std, slope=0.0):
    if len(weight_std) == 0:
        return np.array([])
    z2 = widths[0] * weight_std[0]**2 * rms**2 + bias_std[0]**2
    a = (0.5 * z2 + 0.5 * slope**2 * z2)**0.5
    rest = predict_rms(a, widths[1:], weight_std[1:], bias_std[1:], slope)
    return np.concatenate([[a], rest])
'''
_GAIN = '''def predict_rms(rms, widths, weight_std, bias_std, slope=0.0):
    gain2 = 2 / (1 + slope**2)
    factor = np.asarray(widths)[:-1] * np.asarray(weight_std)**2 / gain2
    squares = [rms**2]
    for f, t in zip(factor, bias_std):
        squares.append(f * squares[-1] + t**2 / gain2)
    return np.sqrt(squares[1:])
'''
_FLOAT32 = '''def predict_rms(rms, widths, weight_std, bias_std, slope=0.0):
    q, half = np.float32(rms)**2, np.float32((1 + slope**2) / 2)
    out = np.empty(len(weight_std), np.float32)
    for l, (s, t) in enumerate(zip(weight_std, bias_std)):
        q = half * (np.float32(widths[l] * s**2) * q + np.float32(t**2))
        out[l] = np.sqrt(q)
    return out
'''
VARIANTS = {name: define(text, "predict_rms", globals())
            for name, text in [
                ("list of rms", _LISTS), ("recursive", _RECURSIVE),
                ("gain", _GAIN), ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "predict_rms", predict_rms, cases, look,
    {"ReLU": 0.4, "biases": 0.3, "slope": 0.3}, ("rms",), MISTAKES, [],
    VARIANTS)
