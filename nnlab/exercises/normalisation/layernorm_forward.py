"""The question layernorm_forward: each row by itself."""
import numpy as np

from nnlab._checks import checked
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.scripts import Script, sixty_fourths
from nnlab.exercises.source import define, edit
from nnlab.normalization import _arguments


@checked(_arguments.layer_norm)
def layernorm_forward(x, gamma, beta, eps=1e-5):
    """LayerNorm: each row standardised, then scaled and shifted.

        xhat = (x - mean) / sqrt(var + eps)
        out = gamma xhat + beta

    mean and biased variance are those of the row, in training and at
    inference; gamma and beta belong to the features.
    x : (N, D); gamma, beta : (D,).
    Returns out : (N, D).
    Raises ValueError for what does not fit.
    Source: Ba, Kiros and Hinton (2016), section 3.
    Same as PyTorch's ``nn.LayerNorm(D)``.
    """
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta


def cases(rng):
    N, D, wide = (int(rng.integers(*ends))
                  for ends in ((4, 7), (7, 10), (3, 5)))
    constant = _script(rng, 3, D, 1e-5, "a constant row")
    constant.calls[0][0][0][1] = 0.75
    constant.special = True
    return [_script(rng, N, D, 1e-5, "several examples"),
            _script(rng, N + wide, wide, 0.5, "a large eps"),
            _script(rng, 1, D, 0.25, "one example"), constant]


def _script(rng, N, D, eps, label):
    x = sixty_fourths(rng, N, D)
    x = x * 2.0**rng.integers(-1, 3, size=(N, 1)) + 1.5
    args = x, sixty_fourths(rng, D) + 3, sixty_fourths(rng, D) - 2
    return Script([(args, {"eps": eps})], label)


def look(results, script):
    return {"out": {"out": results[0]}}


def _edit(*changes):
    return edit(layernorm_forward, *changes)


MEAN = "mean = x.mean(axis=1, keepdims=True)"
VAR = "var = x.var(axis=1, keepdims=True)"
ROOT, AFFINE = "np.sqrt(var + eps)", "gamma * xhat + beta"

MISTAKES = [
    Mistake(
        "over_batch", "the statistics are those of the columns",
        _edit((MEAN, "mean = x.mean(axis=0)"), (VAR, "var = x.var(axis=0)")),
        ("Change the second row: does your first row of output change?",
         "In LayerNorm each example is by itself. Over the batch it would "
         "be BatchNorm.", "Take mean and variance along axis 1."),
        "norm-layer"),
    Mistake(
        "whole_array", "one mean and one variance for the whole batch",
        _edit((MEAN, "mean = x.mean()"), (VAR, "var = x.var()")),
        ("Change the second row: does your first row of output change?",
         "Each example has a mean and a variance of its own.",
         "Take them along axis 1, with keepdims."), "norm-layer"),
    Mistake(
        "not_centred", "the mean is not taken off",
        _edit(("(x - mean)", "x")),
        ("What is the mean of each row of your xhat?",
         "xhat has mean 0 and variance 1.", "Take off the mean first."),
        "norm-layer"),
    Mistake(
        "mean_square", "the mean square stands for the variance",
        _edit((VAR, "var = (x**2).mean(axis=1, keepdims=True)")),
        ("Add 100 to a row: does your variance change?",
         "A variance is taken about the mean.",
         "Average the squares of x - mean."), "norm-layer"),
    Mistake(
        "unbiased", "the variance is the unbiased one",
        _edit((VAR, "var = x.var(axis=1, ddof=1, keepdims=True)")),
        ("With eps = 0, what is the mean of your xhat squared?",
         "Nothing is estimated here: the variance is that of the row as "
         "it is.", "Divide by D, not by D - 1."), "norm-layer"),
    Mistake(
        "no_root", "divided by the variance, not by its root",
        _edit((ROOT, "(var + eps)")),
        ("Double x: does your xhat stay the same?",
         "A variance has the unit of x squared.",
         "Take the root of var + eps."), "norm-layer"),
    Mistake(
        "no_eps", "eps is missing",
        _edit((ROOT, "np.sqrt(var)")),
        ("What happens to a row whose entries are all equal?",
         "0 / 0 is NaN. eps keeps the divisor above 0.",
         "Take the root of var + eps."), "norm-layer"),
    Mistake(
        "eps_outside", "eps stands outside the root",
        _edit((ROOT, "(np.sqrt(var) + eps)")),
        ("With a large eps your result is another one.",
         "eps is added to the variance.", "Take the root of var + eps."),
        "norm-layer"),
    Mistake(
        "eps_hard_coded", "the argument eps is not used",
        _edit((ROOT, "np.sqrt(var + 1e-5)")),
        ("Does your function look at its argument eps?",
         "The caller chooses eps; 1e-5 is only its default.",
         "Use the argument."), "norm-layer"),
    Mistake(
        "affine_first", "gamma and beta come before the normalisation",
        _edit((MEAN, f"x = gamma * x + beta\n    {MEAN}"),
              ("return " + AFFINE, "return xhat")),
        ("Add 1 to every beta: does your output change?",
         "Normalise first; gamma and beta may then undo it.",
         "gamma * xhat + beta is the last line."), "norm-layer"),
    Mistake(
        "beta_scaled", "gamma multiplies beta too",
        _edit((AFFINE, "gamma * (xhat + beta)")),
        ("By how much does your output move if beta grows by 1?",
         "gamma scales xhat only.", "gamma * xhat + beta."), "norm-layer"),
    Mistake(
        "gamma_beta_swapped", "gamma and beta are swapped",
        _edit((AFFINE, "beta * xhat + gamma")),
        ("Where xhat is 0, what is your output?",
         "gamma is the scale, beta the shift.", "gamma * xhat + beta."),
        "norm-layer"),
    Mistake(
        "no_affine", "gamma and beta are not used",
        _edit((AFFINE, "xhat")),
        ("Does your output depend on gamma?",
         "The layer has two parameters for each feature.",
         "gamma * xhat + beta."), "norm-layer"),
]

CONVENTIONS = [
    Convention(
        "annotated_transformer", "the unbiased standard deviation, with "
        "eps added to it", _edit(
            (VAR, "std = x.std(axis=1, ddof=1, keepdims=True)"),
            (ROOT, "(std + eps)")), True,
        "The Annotated Transformer", "the root of the biased variance "
        "plus eps"),
]

_LOOPS = '''def layernorm_forward(x, gamma, beta, eps=1e-5):
    out = np.zeros(x.shape)
    for n, row in enumerate(x):
        mean = sum(row) / len(row)
        var = sum((v - mean)**2 for v in row) / len(row)
        for d, v in enumerate(row):
            out[n, d] = gamma[d] * (v - mean) / (var + eps)**0.5 + beta[d]
    return out
'''
_TRANSPOSED = '''def layernorm_forward(x, gamma, beta, eps=1e-5):
    xT = x.T
    xT = (xT - xT.mean(axis=0)) / np.sqrt(xT.var(axis=0) + eps)
    return xT.T * gamma + beta
'''
_MOMENTS = '''def layernorm_forward(x, gamma, beta, eps=1e-5):
    D = x.shape[1]
    mean = (x.sum(axis=1) / D)[:, None]
    var = np.maximum((x * x).sum(axis=1)[:, None] / D - mean**2, 0)
    scale = gamma / np.sqrt(var + eps)
    return x * scale + (beta - mean * scale)
'''
_FLOAT32 = '''def layernorm_forward(x, gamma, beta, eps=1e-5):
    x = x.astype(np.float32)
    x = x - x.mean(axis=-1, keepdims=True)
    root = np.sqrt((x**2).mean(axis=-1, keepdims=True) + np.float32(eps))
    return (gamma * (x / root) + beta).astype(np.float32)
'''
VARIANTS = {name: define(text, "layernorm_forward", globals())
            for name, text in [
                ("loops", _LOOPS), ("transposed", _TRANSPOSED),
                ("moments", _MOMENTS), ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "layernorm_forward", layernorm_forward, cases, look, {"out": 1.0},
    ("out",), MISTAKES, CONVENTIONS, VARIANTS)
