"""The question glorot_uniform: weights for both directions, drawn."""
import numpy as np

from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.initialisation._draws import (
    EQUAL_RNG, KURTOSIS, SECOND, Probes, cases, uniform_look)
from nnlab.exercises.source import define, edit, source
from nnlab.inits import xavier_uniform

# nnlab's own function, under the name that the question uses.
glorot_uniform = define(
    source(xavier_uniform).replace("xavier_uniform", "glorot_uniform", 1),
    "glorot_uniform", {"np": np})


def look(results, script):
    fan_in, fan_out, _ = script.calls[0][0]
    W, again, repeated = (np.asarray(r, dtype=float) for r in results)
    if W.ndim != 2:
        return {"weights": {"W": np.zeros(W.shape)}}
    std = np.sqrt(2 / (fan_in + fan_out))
    return {"weights": uniform_look(W, again, repeated, std)}


SEEN = Probes("weights")
BOUND = "np.sqrt(6 / (fan_in + fan_out))"
DRAW = "rng.uniform(-bound, bound, size=(fan_in, fan_out))"


def _edit(*changes):
    return edit(glorot_uniform, *changes)


def _normal(views):
    """Glorot's spread, but tails."""
    tails = SEEN.share(KURTOSIS, 2.5, 3.5)
    spread = SEEN.std_is(lambda n, m: np.sqrt(2 / (n + m)))
    return tails(views) and spread(views) and not SEEN.repeats(views)


def _wrong_bound(name, title, text, law, hints, see):
    """The bound is text, and the std law(fan_in, fan_out)."""
    return Mistake(name, title, _edit((BOUND, text)), hints, see,
                   SEEN.std_is(law))


MISTAKES = [
    Mistake(
        "transposed", "W has shape (fan_out, fan_in)",
        _edit((DRAW, "rng.uniform(-bound, bound, "
               "size=(fan_out, fan_in))")),
        ("Which shape lets you write x @ W?",
         "x has fan_in columns, so W has fan_in rows. PyTorch stores the "
         "transpose.", "Use size=(fan_in, fan_out)."), "bp-shapes",
        SEEN.has_shape("W", lambda fan_in, fan_out: (fan_out, fan_in))),
    Mistake(
        "all_equal", "all weights, or all columns, are the same",
        [_edit((DRAW, "np.full((fan_in, fan_out), "
                "rng.uniform(-bound, bound))")),
         _edit((DRAW, "np.tile(rng.uniform(-bound, bound, "
                "size=(fan_in, 1)), (1, fan_out))"))],
        ("What would make two equal units become different?",
         "Units with equal weights get equal gradients. Each weight "
         "needs a draw of its own.",
         "Draw an array of size (fan_in, fan_out)."), "init-symmetry",
        SEEN.repeats),
    Mistake(
        "reseeded", "every call draws the same weights",
        _edit((DRAW, "np.random.default_rng(0)"
               ".uniform(-bound, bound, size=(fan_in, fan_out))")),
        ("What would two layers of one size start from?",
         "A seed inside the function makes all layers alike. The caller "
         "gives the generator.", "Draw from rng, and set no seed."),
        "init-testing", SEEN.share(SECOND, 0.5, 1)),
    Mistake(
        "ignores_rng", "the weights do not come from rng",
        _edit((DRAW, "np.random.uniform(-bound, bound, "
               "size=(fan_in, fan_out))")),
        ("Run it twice with equal generators: are the weights equal?",
         "np.random.uniform draws from a hidden global state. Nobody can "
         "repeat your run.", "Call rng.uniform."), "init-testing",
        SEEN.share(EQUAL_RNG, 0, 0.5)),
    Mistake(
        "positive", "no weight is negative",
        [_edit((DRAW, "rng.uniform(0, bound, size=(fan_in, fan_out))")),
         _edit((DRAW, "rng.random(size=(fan_in, fan_out)) * bound"))],
        ("What is the mean of your weights?",
         "The argument needs weights of mean 0. rng.random draws from 0 "
         "to 1.", "Draw from -bound to bound."), "init-forward",
        SEEN.off_centre),
    Mistake(
        "normal", "the law is normal, not uniform",
        _edit((DRAW, "rng.normal(0, bound / np.sqrt(3), "
               "size=(fan_in, fan_out))")),
        ("Draw a histogram of your weights.",
         "The spread is right, the law is not: this is the normal form "
         "of the same scheme.", "Use rng.uniform."), "init-schemes",
        _normal),
    _wrong_bound(
        "std_as_bound", "the standard deviation is used as the bound",
        "np.sqrt(2 / (fan_in + fan_out))",
        lambda n, m: np.sqrt(2 / (3 * (n + m))),
        ("What is the variance of U(-a, a)?",
         "It is a^2 / 3, so the bound is larger than the standard "
         "deviation.", "bound = sqrt(3) times the standard deviation."),
        "init-std"),
    _wrong_bound(
        "no_root", "the root is missing",
        "6 / (fan_in + fan_out)",
        lambda n, m: 6 / (n + m) / np.sqrt(3),
        ("Compare W.std()**2 with the variance that you want.",
         "a^2 is 6 / (fan_in + fan_out); a is its root.",
         "Take the square root."), "init-std"),
    _wrong_bound(
        "root_twice", "the root is taken twice",
        "np.sqrt(np.sqrt(6 / (fan_in + fan_out)))",
        lambda n, m: (6 / (n + m))**0.25 / np.sqrt(3),
        ("Compare W.std()**2 with the variance that you want.",
         "rng.uniform takes the bound itself. One root is enough.",
         "bound = sqrt(6 / (fan_in + fan_out))."), "init-std"),
    _wrong_bound(
        "root_of_six_only", "the fans stand outside the root",
        "np.sqrt(6) / (fan_in + fan_out)",
        lambda n, m: np.sqrt(2) / (n + m),
        ("Compare W.std()**2 with the variance that you want.",
         "The root covers the whole fraction.",
         "bound = sqrt(6 / (fan_in + fan_out))."), "init-std"),
    _wrong_bound(
        "three_over_sum", "3 stands over the sum of the fans, not over "
        "their mean", "np.sqrt(3 / (fan_in + fan_out))",
        lambda n, m: np.sqrt(1 / (n + m)),
        ("By which fan do you divide: a sum, or a mean?",
         "The variance is 1 over the *mean* of the fans, which is 2 over "
         "their sum.", "The bound's square is 3 times that: 6 over the "
         "sum."), "init-backward"),
    Mistake(
        "he", "this is He's bound, with one fan",
        [_edit((BOUND, "np.sqrt(6 / fan_in)")),
         _edit((BOUND, "np.sqrt(6 / fan_out)"))],
        ("How many fans does this scheme look at?",
         "One fan and a 6 is He's. Glorot's looks at both directions.",
         "Divide by fan_in + fan_out."), "init-schemes",
        SEEN.std_is(lambda n, m: np.sqrt(2 / n),
                    lambda n, m: np.sqrt(2 / m))),
    _wrong_bound(
        "pytorch_default", "this is the default of PyTorch's Linear",
        "1 / np.sqrt(fan_in)", lambda n, m: np.sqrt(1 / (3 * n)),
        ("What is the variance of U(-a, a)?",
         "With a = 1 / sqrt(fan_in) it is 1 / (3 fan_in), and fan_out "
         "is not looked at.", "bound = sqrt(6 / (fan_in + fan_out))."),
        "init-pytorch"),
    _wrong_bound(
        "small_constant", "the spread does not depend on the fans",
        "0.05", lambda n, m: 0.05 / np.sqrt(3),
        ("Call it for 100 to 400 and for 10 to 40: what should differ?",
         "A fixed bound suits one size of layer only.",
         "bound = sqrt(6 / (fan_in + fan_out))."), "init-forward"),
]

CONVENTIONS = [
    Convention(
        "lecun", "the variance 1 / fan_in",
        _edit((BOUND, "np.sqrt(3 / fan_in)")), True,
        "LeCun, called Xavier in some courses",
        "2 / (fan_in + fan_out)",
        SEEN.std_is(lambda n, m: np.sqrt(1 / n))),
]

_SHIFTED = '''def glorot_uniform(fan_in, fan_out, rng):
    unit = 2 * rng.random((fan_in, fan_out)) - 1
    return unit * (6 / (fan_in + fan_out))**0.5
'''
_LOOPS = '''def glorot_uniform(fan_in, fan_out, rng):
    a = np.sqrt(6) / np.sqrt(fan_in + fan_out)
    return np.array([[rng.uniform(-a, a) for _ in range(fan_out)]
                     for _ in range(fan_in)])
'''
_MEAN_FAN = '''def glorot_uniform(fan_in, fan_out, rng):
    variance = 1 / ((fan_in + fan_out) / 2)
    a = np.sqrt(3 * variance)
    return rng.uniform(-a, a, fan_in * fan_out).reshape(fan_in, fan_out)
'''
_FLOAT32 = '''def glorot_uniform(fan_in, fan_out, rng):
    a = np.float32(np.sqrt(6 / (fan_in + fan_out)))
    return (2 * rng.random((fan_in, fan_out), dtype=np.float32) - 1) * a
'''
VARIANTS = {name: define(text, "glorot_uniform", globals())
            for name, text in [
                ("shifted", _SHIFTED), ("loops", _LOOPS),
                ("mean of the fans", _MEAN_FAN), ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "glorot_uniform", glorot_uniform, cases, look, {"weights": 1.0},
    ("W",), MISTAKES, CONVENTIONS, VARIANTS, draws=True)
