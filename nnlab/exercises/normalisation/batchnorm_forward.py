"""The question batchnorm_forward: BatchNorm in both of its modes."""
import numpy as np

from nnlab._checks import checked
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.normalisation._forward_cases import cases
from nnlab.exercises.normalisation._forward_variants import VARIANTS
from nnlab.exercises.source import edit
from nnlab.normalization import _arguments


def _check(x, gamma, beta, running_mean, running_var, training,
           momentum=0.1, eps=1e-5):
    running = running_mean, running_var
    if training:
        _arguments.batch_norm(x, gamma, beta, running, momentum, eps)
        _arguments.statistics(running, x.mean(axis=0), x.var(axis=0),
                              len(x), momentum)
    else:
        _arguments.inference(x, gamma, beta, running, eps)


@checked(_check)
def batchnorm_forward(x, gamma, beta, running_mean, running_var, training,
                      momentum=0.1, eps=1e-5):
    """BatchNorm: each column standardised, then scaled and shifted.

        xhat = (x - mean) / sqrt(var + eps)
        out = gamma xhat + beta

    In training mean and var (biased, divided by N) are those of the
    batch, and the running statistics move by the share momentum:

        running_mean <- (1 - momentum) running_mean + momentum mean
        running_var <- (1 - momentum) running_var
                       + momentum var N / (N - 1)

    At inference mean and var are the running ones, which stay.
    x : (N, D), N at least 2 in training; all others : (D,); training
    is True or False.
    Returns out : (N, D), running_mean and running_var : (D,).
    Raises ValueError for what does not fit, and N = 1 in training.
    Source: Ioffe and Szegedy (2015), algorithms 1 and 2.
    Same as PyTorch's ``nn.functional.batch_norm``.
    """
    N = len(x)
    if training:
        mean = x.mean(axis=0)
        var = x.var(axis=0)
        unbiased = var * N / (N - 1)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * unbiased
    else:
        mean, var = running_mean, running_var
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, running_mean, running_var


def look(results, script):
    parts = {}
    for k, ((args, _), result) in enumerate(zip(script.calls, results), 1):
        out, mean, var = result
        if not args[5]:
            return {"inference": {"out": out, "running_mean": mean,
                                  "running_var": var}}
        parts.setdefault("training", {})[f"out of batch {k}"] = out
        parts.setdefault("running statistics", {}).update({
            f"running_mean after batch {k}": mean,
            f"running_var after batch {k}": var})
    return parts


def _edit(*changes):
    return edit(batchnorm_forward, *changes)


FIRST = "N = len(x)"
MEAN, VAR = "mean = x.mean(axis=0)", "var = x.var(axis=0)"
UNBIASED = "var * N / (N - 1)"
R_MEAN = "(1 - momentum) * running_mean + momentum * mean"
R_VAR = "(1 - momentum) * running_var + momentum * unbiased"
FLIPPED = ((R_MEAN, "momentum * running_mean + (1 - momentum) * mean"),
           (R_VAR, "momentum * running_var + (1 - momentum) * unbiased"))
FROZEN = "mean, var = running_mean, running_var"
ROOT, AFFINE = "np.sqrt(var + eps)", "return gamma * xhat + beta"
_BOTH_MODES = ("What does the network do when it is used, not trained?",)

MISTAKES = [
    Mistake(
        "over_features", "the statistics are those of the rows",
        _edit((MEAN, "mean = x.mean(axis=1, keepdims=True)"),
              (VAR, "var = x.var(axis=1, keepdims=True)")),
        ("How many means does a batch of N examples of D features have?",
         "BatchNorm compares the examples within one feature. Over the "
         "features of one example it would be LayerNorm.",
         "Take mean and variance along axis 0."), "norm-forward"),
    Mistake(
        "one_for_all", "one mean and one variance for all features",
        _edit((MEAN, "mean = x.mean()"), (VAR, "var = x.var()")),
        ("What shape does your mean have?",
         "Each feature has statistics of its own; that is what makes "
         "features of different size comparable.",
         "Give mean and var an axis: D numbers each."), "norm-forward"),
    Mistake(
        "unbiased_to_normalise", "normalised by the unbiased variance",
        _edit((VAR, "var = x.var(axis=0, ddof=1)"),
              (UNBIASED, "var * 1.0")),
        ("With eps = 0, what is the mean of your xhat squared?",
         "Two variances are in use: one divides by N, to normalise, the "
         "other by N - 1, to estimate.",
         "Normalise with x.var(axis=0); use N - 1 in running_var only."),
        "norm-two-variances"),
    Mistake(
        "factor_upside_down", "running_var gets var (N - 1) / N",
        _edit((UNBIASED, "var * (N - 1) / N")),
        ("Is the unbiased variance larger or smaller than the biased one?",
         "The biased one divides by N and is too small on average.",
         "Multiply by N / (N - 1)."), "norm-two-variances"),
    Mistake(
        "stores_std", "running_var holds standard deviations",
        _edit((R_VAR, "(1 - momentum) * running_var "
               "+ momentum * np.sqrt(unbiased)")),
        ("What is averaged in running_var?",
         "A variance goes in, and the root is taken when it is used.",
         "Average the variance, without a root."), "norm-running"),
    Mistake(
        "not_updated", "the running statistics never move",
        _edit((R_MEAN, "running_mean * 1.0"), (R_VAR, "running_var * 1.0")),
        ("What will inference know of the training data?",
         "Each batch in training moves both running statistics.",
         "Return the updated ones, not those that came in."),
        "norm-running"),
    Mistake(
        "var_not_updated", "running_var never moves",
        _edit((R_VAR, "running_var * 1.0")),
        ("How many running statistics are there?",
         "The mean moves, the variance stays at its start.",
         "Update running_var as you update running_mean."),
        "norm-running"),
    Mistake(
        "overwritten", "the last batch replaces the running statistics",
        _edit((R_MEAN, "mean * 1.0"), (R_VAR, "unbiased * 1.0")),
        ("What do your running statistics remember of the first batch?",
         "They are a moving average: the old value fades by the factor "
         "1 - momentum.", "Mix the old value and the new one."),
        "norm-running"),
    Mistake(
        "old_not_faded", "the old value is kept in full",
        _edit((R_MEAN, "running_mean + momentum * mean"),
              (R_VAR, "running_var + momentum * unbiased")),
        ("If all batches were equal, where would running_mean settle?",
         "The two shares of an average sum to 1.",
         "Give the old value the share 1 - momentum."), "norm-running"),
    Mistake(
        "updated_at_inference", "the running statistics move at inference",
        [_edit((FROZEN, f"{FROZEN}\n"
                "        running_mean = (1 - momentum) * mean "
                "+ momentum * x.mean(axis=0)\n"
                "        running_var = (1 - momentum) * var "
                f"+ momentum * x.var(axis=0){factor}")
               ) for factor in ("", " * N / (N - 1)")],
        ("Should the answer for one image depend on the one before?",
         "At inference nothing is learned, the running statistics "
         "included.", "Move them only if training is true."),
        "norm-inference"),
    Mistake(
        "batch_at_inference", "inference uses the statistics of the batch",
        _edit((FROZEN, "mean, var = x.mean(axis=0), x.var(axis=0)")),
        (*_BOTH_MODES, "A single example has no variance, and its answer "
         "must not depend on its neighbours.",
         "If training is false, normalise with the running statistics."),
        "norm-inference"),
    Mistake(
        "running_in_training", "training normalises with running statistics",
        [_edit((R_VAR, f"{R_VAR}\n        {FROZEN} ")),
         _edit((R_MEAN, f"mean * momentum "
                "+ (1 - momentum) * running_mean"),
               ("if training:", "before = running_mean, running_var\n"
                "    if training:"),
               ("xhat =", "mean, var = before\n    xhat ="))],
        ("With gamma = 1 and beta = 0, what is the mean of your output?",
         "In training each batch is normalised by its own statistics; "
         "the running ones are only collected.",
         "Use the mean and the variance of the batch in training."),
        "norm-forward"),
    Mistake(
        "no_eps", "eps is missing",
        _edit((ROOT, "np.sqrt(var)")),
        ("What happens to a feature that never varies?",
         "0 / 0 is NaN. eps keeps the divisor above 0.",
         "Take the root of var + eps."), "norm-forward"),
    Mistake(
        "no_eps_at_inference", "eps is missing at inference",
        _edit((ROOT, "np.sqrt(var + eps * training)")),
        (*_BOTH_MODES, "Both modes divide by the same expression.",
         "Take the root of var + eps in both modes."), "norm-inference"),
    Mistake(
        "eps_outside", "eps stands outside the root",
        _edit((ROOT, "(np.sqrt(var) + eps)")),
        ("With a large eps your result is another one.",
         "eps is added to the variance, not to its root (Adam has it "
         "outside).", "Take the root of var + eps."), "norm-forward"),
    Mistake(
        "eps_outside_at_inference", "at inference eps is outside the root",
        _edit((ROOT, "np.where(training, np.sqrt(var + eps), "
               "np.sqrt(var) + eps)")),
        ("Compare the divisors of your two modes.",
         "A network that is trained with one divisor must be used with "
         "the same one.", "Take the root of var + eps in both modes."),
        "norm-inference"),
    Mistake(
        "eps_hard_coded", "the argument eps is not used",
        _edit((FIRST, f"{FIRST}\n    eps = 1e-5")),
        ("Does your function look at its argument eps?",
         "The caller chooses eps; 1e-5 is only its default.",
         "Use the argument."), "norm-forward"),
    Mistake(
        "momentum_hard_coded", "the argument momentum is not used",
        [_edit((FIRST, f"{FIRST}\n    momentum = {m}"))
         for m in (0.1, 0.9)],
        ("Does your function look at its argument momentum?",
         "The caller chooses it; 0.1 is only its default.",
         "Use the argument."), "norm-running"),
    Mistake(
        "no_root", "divided by the variance, not by its root",
        _edit((ROOT, "(var + eps)")),
        ("Double x: does your xhat stay the same?",
         "A variance has the unit of x squared.",
         "Take the root of var + eps."), "norm-forward"),
    Mistake(
        "affine_first", "gamma and beta come before the normalisation",
        _edit((FIRST, f"{FIRST}\n    x = gamma * x + beta"),
              (AFFINE, "return xhat")),
        ("Change beta: does your output change?",
         "What is scaled and shifted before it is standardised is "
         "standardised again.", "Normalise first, then gamma xhat + "
         "beta."), "norm-forward"),
    Mistake(
        "beta_scaled", "gamma multiplies beta too",
        _edit((AFFINE, "return gamma * (xhat + beta)")),
        ("By how much does your output move if beta grows by 1?",
         "gamma scales xhat only.", "gamma * xhat + beta."),
        "norm-forward"),
    Mistake(
        "gamma_beta_swapped", "gamma and beta are swapped",
        _edit((AFFINE, "return beta * xhat + gamma")),
        ("What is the mean of your output over the batch?",
         "beta is the mean of the output in training, and |gamma| its "
         "standard deviation.", "gamma * xhat + beta."), "norm-forward"),
    Mistake(
        "no_affine", "gamma and beta are not used",
        _edit((AFFINE, "return xhat")),
        ("Does your output depend on gamma?",
         "The layer has two parameters for each feature.",
         "gamma * xhat + beta."), "norm-forward"),
    Mistake(
        "no_affine_at_inference", "inference leaves out gamma and beta",
        _edit((AFFINE, "return np.where(training, gamma * xhat + beta, "
               "xhat)")),
        (*_BOTH_MODES, "gamma and beta are part of the function that was "
         "learned.", "gamma * xhat + beta in both modes."),
        "norm-inference"),
]

CONVENTIONS = [
    Convention(
        "momentum_flipped", "the momentum that is the share of the old "
        "average", _edit(*FLIPPED), True,
        "the lecture slides", "the share of the new batch"),
    Convention(
        "biased_running", "the biased variance (divided by N) in "
        "running_var", _edit((UNBIASED, "var")), True,
        "d2l", "var N / (N - 1) in running_var"),
    Convention(
        "keras", "the momentum that is the share of the old average, and "
        "the biased variance in running_var",
        _edit(*FLIPPED, (UNBIASED, "var")), True,
        "CS231n and Keras", "the share of the new batch, and var N / "
        "(N - 1) in running_var"),
]

EXERCISE = Exercise(
    "batchnorm_forward", batchnorm_forward, cases, look,
    {"training": 0.4, "running statistics": 0.3, "inference": 0.3},
    ("out", "running_mean", "running_var"), MISTAKES, CONVENTIONS,
    VARIANTS)
