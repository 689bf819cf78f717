"""The question pytorch_default: what nn.Linear draws if not asked."""
import numpy as np

from nnlab.exercises.compare import Within
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.initialisation._draws import (
    EQUAL_RNG, KURTOSIS, MEAN, SECOND, STD, Probes, around, cases, fans,
    ratio, share_equal, uniform_error, uniform_look)
from nnlab.exercises.source import define, edit
from nnlab.inits import pytorch_default

ALIKE = "share of biases equal to their neighbour"
LARGEST = "largest bias, over the bound,"


def look(results, script):
    fan_in, fan_out, _ = script.calls[0][0]
    weights, biases = ([np.asarray(r[i], dtype=float) for r in results]
                       for i in (0, 1))
    if weights[0].ndim != 2 or biases[0].ndim != 1:
        return {"W": {"W": np.zeros(weights[0].shape)},
                "b": {"b": np.zeros(biases[0].shape)}}
    std = np.sqrt(1 / (3 * fan_in))
    return {"W": uniform_look(*weights, std),
            "b": _bias_look(*biases, std, fan_out)}


def _bias_look(b, again, repeated, std, fan_out):
    error = uniform_error(fan_out)
    return {"b": np.zeros(b.shape),
            STD: Within(b.std(), *around(std, std * error)),
            MEAN: Within(ratio(b.mean(), b.std()),
                         *around(0, 1 / np.sqrt(fan_out))),
            LARGEST: Within(float(np.abs(b).max() / (std * np.sqrt(3))),
                            0.8, 1 + 1e-6),     # 0.8^90 is 2e-9
            ALIKE: Within(share_equal(b[1:], b[:-1]), 0, 0.1),
            "share of biases that a second draw repeats": Within(
                share_equal(b, again), 0, 0.1),
            "share of biases that an equal rng repeats": Within(
                share_equal(b, repeated), 1, 1)}


SEEN, BIAS = Probes("W"), Probes("b")
BOUND = "1 / np.sqrt(fan_in)"
DRAW = "rng.uniform(-bound, bound, size=(fan_in, fan_out))"
DRAW_B = "rng.uniform(-bound, bound, size=fan_out)"


def _edit(*changes):
    return edit(pytorch_default, *changes)


def _is_ours(n, m):
    return np.sqrt(1 / (3 * n))


_right_spread = SEEN.std_is(_is_ours)


def _normal(views):
    tails = SEEN.share(KURTOSIS, 2.5, 3.5)
    return (tails(views) and _right_spread(views)
            and not SEEN.repeats(views))


def _only_b(probe):
    """The weights are as they should be, the biases are not."""
    def both(views):
        return (_right_spread(views) and not _normal(views)
                and not SEEN.repeats(views) and probe(views))
    return both


def _bias_std(law):
    """Probe: law gives the std of b, to 4 standard errors."""
    def probe(views):
        return all(
            abs(v.seen["b", STD].value / law(*fans(v)) - 1)
            < 4 * uniform_error(fans(v)[1]) for v in views)
    return probe


def _wrong_bound(name, title, text, law, hints, see):
    return Mistake(name, title, _edit((BOUND, text)), hints, see,
                   SEEN.std_is(law))


MISTAKES = [
    Mistake(
        "zero_biases", "the biases are 0",
        _edit((DRAW_B, "np.zeros(fan_out)")),
        ("Print layer.bias of a new nn.Linear.",
         "Biases at 0 are Keras's default, and ours. PyTorch's are "
         "random.", "b comes from the same law as W."), "init-pytorch",
        _only_b(BIAS.share(LARGEST, 0, 0))),
    Mistake(
        "one_bias", "all biases are the same number",
        _edit((DRAW_B, "np.full(fan_out, rng.uniform(-bound, bound))")),
        ("How many numbers does b need?",
         "Each unit draws a bias of its own.",
         "Draw an array of size fan_out."), "init-pytorch",
        _only_b(lambda views: all(
            v.seen["b", ALIKE].value == 1
            and v.seen["b", LARGEST].value > 0 for v in views))),
    Mistake(
        "bias_by_fan_out", "the bound of b is made of fan_out",
        _edit((DRAW_B, "rng.uniform(-1, 1, size=fan_out) "
               "/ np.sqrt(fan_out)")),
        ("Which fan does PyTorch look at for b?",
         "b has fan_out entries, but its bound is that of W.",
         "Use the same bound for both."), "init-pytorch",
        _only_b(_bias_std(lambda n, m: np.sqrt(1 / (3 * m))))),
    _wrong_bound(
        "he_uniform", "this is He's bound",
        "np.sqrt(6 / fan_in)", lambda n, m: np.sqrt(2 / n),
        ("Is PyTorch's default He's init?",
         "The function it calls is named after Kaiming He, but it is "
         "called with a = sqrt(5), not with the gain of ReLU.",
         "The bound is 1 / sqrt(fan_in), a sixth of He's variance."),
        "init-pytorch"),
    Mistake(
        "bound_as_std", "1 / sqrt(fan_in) is the spread, not the bound",
        [_edit((DRAW, "rng.normal(0, bound, size=(fan_in, fan_out))")),
         _edit((BOUND, "np.sqrt(3 / fan_in)"))],
        ("What is the largest weight that can be drawn?",
         "U(-a, a) has the standard deviation a / sqrt(3). Here "
         "1 / sqrt(fan_in) is a.", "Draw from -a to a."), "init-std",
        SEEN.std_is(lambda n, m: np.sqrt(1 / n))),
    _wrong_bound(
        "std_as_bound", "the standard deviation is used as the bound",
        "np.sqrt(1 / (3 * fan_in))", lambda n, m: 1 / (3 * np.sqrt(n)),
        ("What is the variance of U(-a, a)?",
         "It is a^2 / 3: you have divided by 3 already, and the law "
         "divides once more.", "The bound is 1 / sqrt(fan_in)."),
        "init-std"),
    _wrong_bound(
        "no_root", "the root is missing",
        "1 / fan_in", lambda n, m: 1 / (np.sqrt(3) * n),
        ("Compare W.std()**2 with the variance that you want.",
         "The variance is 1 / (3 fan_in); the bound is a root.",
         "bound = 1 / sqrt(fan_in)."), "init-std"),
    _wrong_bound(
        "fan_out", "the bound is made of fan_out",
        "1 / np.sqrt(fan_out)", lambda n, m: np.sqrt(1 / (3 * m)),
        ("How many terms does one pre-activation have?",
         "It sums over the inputs: fan_in of them.",
         "bound = 1 / sqrt(fan_in)."), "init-forward"),
    _wrong_bound(
        "glorot", "this is Xavier's (Glorot's) bound",
        "np.sqrt(6 / (fan_in + fan_out))",
        lambda n, m: np.sqrt(2 / (n + m)),
        ("How many fans does PyTorch's default look at?",
         "Glorot's looks at both, the default at the inputs alone.",
         "bound = 1 / sqrt(fan_in)."), "init-schemes"),
    Mistake(
        "normal", "the law is normal, not uniform",
        _edit((DRAW, "rng.normal(0, bound / np.sqrt(3), "
               "size=(fan_in, fan_out))")),
        ("Draw a histogram of your weights.",
         "The spread is right, the law is not.", "Use rng.uniform."),
        "init-pytorch", _normal),
    Mistake(
        "positive", "no weight is negative",
        [_edit((DRAW, "rng.uniform(0, bound, size=(fan_in, fan_out))")),
         _edit((DRAW, "rng.random(size=(fan_in, fan_out)) * bound"))],
        ("What is the mean of your weights?",
         "The law is symmetric about 0. rng.random draws from 0 to 1.",
         "Draw from -bound to bound."), "init-forward",
        SEEN.off_centre),
    Mistake(
        "all_equal", "all weights, or all columns, are the same",
        [_edit((DRAW, "np.full((fan_in, fan_out), "
                "rng.uniform(-bound, bound))")),
         _edit((DRAW, "np.tile(rng.uniform(-bound, bound, "
                "size=(fan_in, 1)), (1, fan_out))"))],
        ("What would make two equal units become different?",
         "Here the biases would, but slowly. Each weight needs a draw "
         "of its own.", "Draw an array of size (fan_in, fan_out)."),
        "init-symmetry", SEEN.repeats),
    Mistake(
        "reseeded", "every call draws the same weights",
        _edit((DRAW, "np.random.default_rng(0)"
               ".uniform(-bound, bound, size=(fan_in, fan_out))")),
        ("What would two layers of one size start from?",
         "A seed inside the function makes all layers alike.",
         "Draw from rng, and set no seed."), "init-testing",
        SEEN.share(SECOND, 0.5, 1)),
    Mistake(
        "ignores_rng", "the weights do not come from rng",
        _edit((DRAW, "np.random.uniform(-bound, bound, "
               "size=(fan_in, fan_out))")),
        ("Run it twice with equal generators: are the weights equal?",
         "np.random.uniform draws from a hidden global state.",
         "Call rng.uniform."), "init-testing",
        SEEN.share(EQUAL_RNG, 0, 0.5)),
]

CONVENTIONS = [
    Convention(
        "torch_layout", "W in the shape (fan_out, fan_in)",
        _edit(("return W, b", "return W.T, b")), True,
        "PyTorch, which stores W transposed", "(fan_in, fan_out)",
        SEEN.has_shape("W", lambda fan_in, fan_out: (fan_out, fan_in))),
]

_SHIFTED = '''def pytorch_default(fan_in, fan_out, rng):
    both = (2 * rng.random((fan_in + 1, fan_out)) - 1) / fan_in**0.5
    return both[:-1], both[-1]
'''
_BIAS_FIRST = '''def pytorch_default(fan_in, fan_out, rng):
    a = np.sqrt(1 / fan_in)
    b = rng.uniform(-a, a, fan_out)
    return rng.uniform(-a, a, (fan_in, fan_out)), b
'''
_KAIMING = '''def pytorch_default(fan_in, fan_out, rng):
    gain = np.sqrt(2 / (1 + np.sqrt(5)**2))
    a = np.sqrt(3) * gain / np.sqrt(fan_in)
    W = rng.uniform(-a, a, (fan_out, fan_in)).T
    return W, rng.uniform(-1, 1, fan_out) / np.sqrt(fan_in)
'''
_FLOAT32 = '''def pytorch_default(fan_in, fan_out, rng):
    def draw(*shape):
        unit = 2 * rng.random(shape, dtype=np.float32) - 1
        return unit / np.float32(np.sqrt(fan_in))
    return draw(fan_in, fan_out), draw(fan_out)
'''
VARIANTS = {name: define(text, "pytorch_default", globals())
            for name, text in [
                ("one array", _SHIFTED), ("bias first", _BIAS_FIRST),
                ("kaiming, a = sqrt 5", _KAIMING),
                ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "pytorch_default", pytorch_default, cases, look,
    {"W": 0.6, "b": 0.4}, ("W", "b"), MISTAKES, CONVENTIONS, VARIANTS,
    draws=True)
