"""The question he_normal: initial weights, drawn."""
import numpy as np

from nnlab.exercises.compare import Within
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.initialisation._draws import (
    EQUAL_RNG, MEAN, SECOND, STD as SPREAD, Probes, Z, around, cases,
    draw_look, ratio)
from nnlab.exercises.source import define, edit
from nnlab.inits import he_normal

FAR = 1.8           # U(-a, a) ends at sqrt(3) = 1.73 of its own std
BEYOND = 0.0719     # share of a normal law beyond 1.8 std
TRUNCATED = 0.0711  # the same, cut at 2 std and scaled back
TAILS = "share of weights beyond 1.8 standard deviations"


def look(results, script):
    fan_in, fan_out, _ = script.calls[0][0]
    W, again, repeated = (np.asarray(r, dtype=float) for r in results)
    if W.ndim != 2:
        return {"weights": {"W": np.zeros(W.shape)}}
    n, std = fan_in * fan_out, np.sqrt(2 / fan_in)
    return {"weights": {
        "W": np.zeros(W.shape),         # its shape is what is compared
        SPREAD: Within(W.std(), *around(std, std / np.sqrt(2 * n))),
        MEAN: Within(ratio(W.mean(), W.std()),
                     *around(0, 1 / np.sqrt(n))),
        TAILS: Within(float((np.abs(W) > FAR * W.std()).mean()),
                      *_tails(n)),
        "kurtosis (3 for a normal law)": Within(
            ratio(((W - W.mean())**4).mean(), W.std()**4), 2.2, 3.2),
        **draw_look(W, again, repeated)}}


def _tails(n):
    error = Z * np.sqrt(BEYOND * (1 - BEYOND) / n)
    return TRUNCATED - error, BEYOND + error


SEEN = Probes("weights")


def _uniform(views):
    """He's spread, and nothing beyond 1.74 of it."""
    tails = SEEN.share(TAILS, 0, 0)
    spread = SEEN.std_is(lambda fan_in, fan_out: np.sqrt(2 / fan_in))
    return tails(views) and spread(views) and not SEEN.repeats(views)


STD = "np.sqrt(2 / fan_in)"
DRAW = "rng.normal(0, std, size=(fan_in, fan_out))"


def _edit(*changes):
    return edit(he_normal, *changes)


def _wrong_std(name, title, text, law, hints, see="bp-init"):
    return Mistake(name, title, _edit((STD, text)), hints, see,
                   SEEN.std_is(law))


MISTAKES = [
    Mistake(
        "transposed", "W has shape (fan_out, fan_in)",
        _edit((DRAW, "rng.normal(0, std, size=(fan_out, fan_in))")),
        ("Which shape lets you write x @ W?",
         "x has fan_in columns, so W has fan_in rows. PyTorch stores the "
         "transpose.", "Use size=(fan_in, fan_out)."), "bp-shapes",
        SEEN.has_shape("W", lambda fan_in, fan_out: (fan_out, fan_in))),
    Mistake(
        "all_equal", "all weights, or all columns, are the same",
        [_edit((DRAW, "np.full((fan_in, fan_out), rng.normal(0, std))")),
         _edit((DRAW, "np.tile(rng.normal(0, std, size=(fan_in, 1)), "
                "(1, fan_out))"))],
        ("What would make two equal units become different?",
         "Units with equal weights get equal gradients, so they stay "
         "equal. Each weight needs a draw of its own.",
         "Draw an array of size (fan_in, fan_out)."), "bp-init",
        SEEN.repeats),
    Mistake(
        "reseeded", "every call draws the same weights",
        _edit((DRAW, "np.random.default_rng(0)"
               ".normal(0, std, size=(fan_in, fan_out))")),
        ("What would two layers of one size start from?",
         "A seed inside the function makes all layers alike. The caller "
         "gives the generator.", "Draw from rng, and set no seed."),
        "bp-init",
        SEEN.share(SECOND, 0.5, 1)),
    Mistake(
        "ignores_rng", "the weights do not come from rng",
        _edit((DRAW, "np.random.normal(0, std, size=(fan_in, fan_out))")),
        ("Run it twice with equal generators: are the weights equal?",
         "np.random.normal draws from a hidden global state. Nobody can "
         "repeat your run.", "Call rng.normal."), "bp-init",
        SEEN.share(EQUAL_RNG, 0, 0.5)),
    Mistake(
        "positive", "all weights, or most of them, are positive",
        [_edit((DRAW, "rng.random(size=(fan_in, fan_out)) * std")),
         _edit((DRAW, "np.abs(rng.normal(0, std, "
                "size=(fan_in, fan_out)))"))],
        ("What is the mean of your weights?",
         "He's law has mean 0. rng.random draws from 0 to 1, rng.normal "
         "around 0.", "Use rng.normal with mean 0."), "bp-init",
        SEEN.off_centre),
    Mistake(
        "uniform", "the law is uniform, not normal",
        _edit((DRAW, "rng.uniform(-1, 1, size=(fan_in, fan_out)) "
               "* std * np.sqrt(3)")),
        ("Draw a histogram of your weights.",
         "The spread is right, the law is not: this is He's uniform "
         "form.", "Use rng.normal."), "bp-init", _uniform),
    _wrong_std(
        "not_scaled", "the standard deviation is 1", "1", lambda n, m: 1,
        ("Measure W.std() and compare it with the formula.",
         "A sum over fan_in inputs would grow like sqrt(fan_in).",
         "std = sqrt(2 / fan_in).")),
    _wrong_std(
        "lecun", "the variance is 1 / fan_in",
        "np.sqrt(1 / fan_in)", lambda n, m: np.sqrt(1 / n),
        ("What does ReLU do to the second moment?",
         "1 / fan_in (LeCun) keeps it in a linear layer. ReLU halves it; "
         "He makes up for that.", "The variance is 2 / fan_in.")),
    _wrong_std(
        "xavier", "the variance is 2 / (fan_in + fan_out)",
        "np.sqrt(2 / (fan_in + fan_out))",
        lambda n, m: np.sqrt(2 / (n + m)),
        ("How many fans does He's rule have?",
         "This is Xavier's (Glorot's). He uses one fan.",
         "The variance is 2 / fan_in.")),
    _wrong_std(
        "variance_as_std", "the standard deviation is 2 / fan_in",
        "2 / fan_in", lambda n, m: 2 / n,
        ("Does rng.normal take the variance or the standard deviation?",
         "2 / fan_in is the variance. rng.normal takes its root.",
         "Take the square root.")),
    _wrong_std(
        "root_twice", "the root is taken twice",
        "np.sqrt(np.sqrt(2 / fan_in))", lambda n, m: (2 / n)**0.25,
        ("Measure W.std() and compare it with the formula.",
         "rng.normal takes the standard deviation, the root of the "
         "variance. One root is enough.", "std = sqrt(2 / fan_in).")),
    _wrong_std(
        "root_of_two_only", "fan_in stands outside the root",
        "np.sqrt(2) / fan_in", lambda n, m: np.sqrt(2) / n,
        ("Measure W.std() and compare it with the formula.",
         "The root covers the whole fraction.",
         "std = sqrt(2 / fan_in).")),
    _wrong_std(
        "small_constant", "the spread does not depend on fan_in",
        "0.01", lambda n, m: 0.01,
        ("How does the sum over fan_in inputs grow with fan_in?",
         "0.01 suits one size of layer only; signals of others die or "
         "blow up.", "std = sqrt(2 / fan_in).")),
    Mistake(
        "pytorch_default", "this is PyTorch's default, not He",
        _edit((DRAW, "rng.uniform(-1, 1, size=(fan_in, fan_out)) "
               "/ np.sqrt(fan_in)")),
        ("What is the variance of U(-a, a)?",
         "It is a^2 / 3. With a = 1 / sqrt(fan_in) that is a sixth of "
         "He's.", "Use rng.normal(0, sqrt(2 / fan_in))."), "bp-init",
        SEEN.std_is(lambda n, m: np.sqrt(1 / (3 * n)))),
    Mistake(
        "uniform_with_he_std", "U(-a, a) with He's std as its bound",
        _edit((DRAW, "rng.uniform(-std, std, size=(fan_in, fan_out))")),
        ("What is the standard deviation of U(-a, a)?",
         "It is a / sqrt(3), so the spread is too small.",
         "Use rng.normal(0, std)."), "bp-init",
        SEEN.std_is(lambda n, m: np.sqrt(2 / (3 * n)))),
]

CONVENTIONS = [
    Convention(
        "fan_out", "the variance 2 / fan_out",
        _edit((STD, "np.sqrt(2 / fan_out)")), True,
        "He's other mode (fan_out)", "2 / fan_in",
        SEEN.std_is(lambda n, m: np.sqrt(2 / m))),
]

_STANDARD = '''def he_normal(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) * (2 / fan_in)**0.5
'''
_LOOPS = '''def he_normal(fan_in, fan_out, rng):
    W = np.empty((fan_in, fan_out))
    for j in range(fan_out):
        W[:, j] = rng.normal(scale=np.sqrt(2) / np.sqrt(fan_in),
                             size=fan_in)
    return W
'''
_TRUNCATED = '''def he_normal(fan_in, fan_out, rng):
    z = rng.standard_normal(8 * fan_in * fan_out)
    z = z[np.abs(z) < 2][:fan_in * fan_out] / 0.8796
    return z.reshape(fan_in, fan_out) * np.sqrt(2 / fan_in)
'''
_FLOAT32 = '''def he_normal(fan_in, fan_out, rng):
    z = rng.standard_normal((fan_in, fan_out), dtype=np.float32)
    return z * np.float32(np.sqrt(2 / fan_in))
'''
VARIANTS = {name: define(text, "he_normal", globals())
            for name, text in [
                ("standard normal", _STANDARD), ("loops", _LOOPS),
                ("truncated", _TRUNCATED), ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "he_normal", he_normal, cases, look, {"weights": 1.0},
    ("W",), MISTAKES, CONVENTIONS, VARIANTS, draws=True)
