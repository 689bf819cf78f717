"""The question batchnorm_backward: through the statistics as well."""
import numpy as np

from nnlab._checks import checked, real_pair
from nnlab.exercises.exercise import Exercise, Mistake
from nnlab.exercises.scripts import Script, sixty_fourths
from nnlab.exercises.source import define, edit
from nnlab.normalization import _arguments


def _check(dout, x, gamma, eps=1e-5):
    real_pair(dout=dout, x=x)
    _arguments.batch_norm(x, gamma, gamma, eps=eps)


@checked(_check)
def batchnorm_backward(dout, x, gamma, eps=1e-5):
    """The gradients of BatchNorm in training.

        sigma = sqrt(var + eps),   xhat = (x - mean) / sigma
        dbeta = sum_n dout_n
        dgamma = sum_n dout_n xhat_n
        dxhat = gamma dout
        dx = (dxhat - mean_n dxhat_n - xhat mean_n dxhat_n xhat_n) / sigma

    Mean and biased variance of each column depend on x too.
    dout : dL/dout, (N, D); x : (N, D), N at least 2; gamma : (D,).
    Returns dx : (N, D), dgamma : (D,), dbeta : (D,).
    Raises ValueError for what does not fit, and N = 1.
    Source: Ioffe and Szegedy (2015), section 3.
    Same as PyTorch's autograd of ``nn.BatchNorm1d``.
    """
    sigma = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / sigma
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    through_mean = dxhat.mean(axis=0)
    through_var = xhat * (dxhat * xhat).mean(axis=0)
    dx = (dxhat - through_mean - through_var) / sigma
    return dx, dgamma, dbeta


NAMES = ("dx", "dgamma", "dbeta")


def cases(rng):
    N, D, wide = (int(rng.integers(*ends))
                  for ends in ((6, 9), (2, 4), (4, 6)))
    return [_script(rng, N, D, 1e-5, "several examples"),
            _script(rng, 3, wide, 0.5, "a large eps"),
            _script(rng, 2, D + 1, 0.25, "two examples")]


def _script(rng, N, D, eps, label):
    x = sixty_fourths(rng, N, D) * 2.0**rng.integers(-1, 3, D) + 1.5
    gamma = sixty_fourths(rng, D) * 2
    args = sixty_fourths(rng, N, D) + 0.5, x, gamma
    return Script([(args, {"eps": eps})], label)


def look(results, script):
    gradients = dict(zip(NAMES, results[0], strict=True))
    return {name: {name: gradients[name]} for name in NAMES}


def _edit(*changes):
    return edit(batchnorm_backward, *changes)


SIGMA = "np.sqrt(x.var(axis=0) + eps)"
DX = "(dxhat - through_mean - through_var) / sigma"
DGAMMA, DBETA = "(dout * xhat).sum(axis=0)", "dout.sum(axis=0)"
BY_MEAN = "dxhat.mean(axis=0)"
BY_VAR = "xhat * (dxhat * xhat).mean(axis=0)"
_SHIFT = "Add a constant to a whole column of x: does the loss change?"
_SCALE = "Stretch a column of x about its mean: how far does xhat move?"

MISTAKES = [
    Mistake(
        "constants", "mean and variance are treated as constants",
        _edit((DX, "dxhat / sigma")),
        (_SHIFT, "It does not, so each column of dx sums to 0. x reaches "
         "the loss by three ways: directly, through the mean, and through "
         "the variance.", "Take two more terms off dxhat."),
        "norm-backward"),
    Mistake(
        "no_variance_path", "the path through the variance is missing",
        _edit((DX, "(dxhat - through_mean) / sigma")),
        (_SCALE, "With a tiny eps it hardly moves, so dx has almost no "
         "part along xhat.", "Take off xhat times the mean of dxhat * "
         "xhat."), "norm-backward"),
    Mistake(
        "no_mean_path", "the path through the mean is missing",
        _edit((DX, "(dxhat - through_var) / sigma")),
        (_SHIFT, "It does not, so each column of dx sums to 0.",
         "Take off the mean of dxhat over the batch."), "norm-backward"),
    Mistake(
        "sums_for_means", "sums over the batch where means belong",
        _edit((BY_MEAN, "dxhat.sum(axis=0)"),
              (BY_VAR, "xhat * (dxhat * xhat).sum(axis=0)")),
        ("What does each column of dx sum to?",
         "mean and var have a 1/N each; so have the ways through them.",
         "Divide both sums by N."), "norm-backward"),
    Mistake(
        "n_minus_1", "the paths are divided by N - 1",
        _edit((BY_MEAN, "dxhat.sum(axis=0) / (len(x) - 1)"),
              (BY_VAR, "xhat * (dxhat * xhat).sum(axis=0) "
               "/ (len(x) - 1)")),
        ("Which variance normalises in the forward pass?",
         "The biased one, with 1/N; the mean has 1/N as well.",
         "Divide both sums by N."), "norm-backward"),
    Mistake(
        "gamma_missing", "gamma is missing in dx",
        _edit(("dout * gamma", "dout * 1.0")),
        ("Double gamma: what happens to dL/dx?",
         "out = gamma xhat + beta, so the message is multiplied by gamma "
         "on its way to xhat.", "dxhat is dout * gamma."),
        "norm-backward"),
    Mistake(
        "gamma_in_dgamma", "dgamma is made from dxhat, not from dout",
        _edit((DGAMMA, "(dout * gamma * xhat).sum(axis=0)")),
        ("Does out = gamma xhat + beta depend on gamma squared?",
         "The gradient of a factor is the message times the *other* "
         "factor.", "Use dout * xhat in dgamma."), "norm-affine"),
    Mistake(
        "dgamma_from_x", "dgamma uses x, not xhat",
        [_edit((DGAMMA, f"(dout * {x}).sum(axis=0)"))
         for x in ("x", "(x - x.mean(axis=0))")],
        ("What does gamma multiply in the forward pass?",
         "gamma meets the standardised input.",
         "Use xhat in dgamma."), "norm-affine"),
    Mistake(
        "parameters_mean", "dgamma and dbeta are means, not sums",
        _edit((DGAMMA, "(dout * xhat).mean(axis=0)"),
              (DBETA, "dout.mean(axis=0)")),
        ("Where is the 1/N of the mean loss already?",
         "dout holds it. Each example adds its share.",
         "Sum over the batch."), "norm-affine"),
    Mistake(
        "keepdims", "dgamma and dbeta have shape (1, D)",
        _edit((DGAMMA, "(dout * xhat).sum(axis=0, keepdims=True)"),
              (DBETA, "dout.sum(axis=0, keepdims=True)")),
        ("Compare the shape of dgamma with that of gamma.",
         "The values are right. A gradient has the shape of its "
         "parameter.", "Leave out keepdims."), "norm-affine"),
    Mistake(
        "over_everything", "the means are taken over all features",
        _edit((BY_MEAN, "dxhat.mean()"),
              (BY_VAR, "xhat * (dxhat * xhat).mean()")),
        ("Change one column of x: which columns of out change?",
         "The features of BatchNorm have nothing to do with each other.",
         "Take the means along axis 0."), "norm-backward"),
    Mistake(
        "over_features", "the means are taken along the rows",
        _edit((BY_MEAN, "dxhat.mean(axis=1, keepdims=True)"),
              (BY_VAR, "xhat * (dxhat * xhat).mean(axis=1, "
               "keepdims=True)")),
        ("Which numbers share one mean in the forward pass?",
         "The examples of a batch, within one feature. Along the rows it "
         "would be LayerNorm.", "Take the means along axis 0."),
        "norm-backward"),
    Mistake(
        "sigma_squared", "dx is divided by the variance",
        _edit((DX, "(dxhat - through_mean - through_var) / sigma**2")),
        ("Measure x in other units, 10 times as large: what does dx do?",
         "x is divided by sigma once, so the message is too.",
         "Divide by sigma, not by its square."), "norm-backward"),
    Mistake(
        "not_divided", "dx is not divided by sigma",
        _edit((DX, "dxhat - through_mean - through_var")),
        ("Measure x in other units, 10 times as large: what does dx do?",
         "x is divided by sigma on its way to xhat.",
         "Divide the three terms by sigma."), "norm-backward"),
    Mistake(
        "sign_of_variance", "the path through the variance has the wrong "
        "sign", _edit((DX, "(dxhat - through_mean + through_var) / sigma")),
        (_SCALE, "A larger variance makes xhat smaller: this path works "
         "against the direct one.", "Subtract it."), "norm-backward"),
    Mistake(
        "no_eps", "eps is missing in sigma",
        _edit((SIGMA, "np.sqrt(x.var(axis=0))")),
        ("With a large eps your gradient is that of another function.",
         "The backward pass belongs to the forward pass, eps included.",
         "sigma is the root of var + eps."), "norm-backward"),
    Mistake(
        "eps_outside", "eps stands outside the root",
        _edit((SIGMA, "(np.sqrt(x.var(axis=0)) + eps)")),
        ("With a large eps your gradient is that of another function.",
         "The backward pass belongs to the forward pass, and there eps is "
         "added to the variance.", "sigma is the root of var + eps."),
        "norm-backward"),
    Mistake(
        "unbiased", "sigma is made from the unbiased variance",
        _edit((SIGMA, "np.sqrt(x.var(axis=0, ddof=1) + eps)")),
        ("Which variance normalises in the forward pass?",
         "The one divided by N; the unbiased one is only for the running "
         "estimate.", "Use x.var(axis=0)."), "norm-two-variances"),
    Mistake(
        "wrong_order", "dgamma and dbeta come in the wrong order",
        _edit(("return dx, dgamma, dbeta", "return dx, dbeta, dgamma")),
        ("Read the last line of the statement.",
         "Each gradient is right, but the caller takes the second for "
         "dgamma.", "Return dx, dgamma, dbeta."), "norm-affine"),
]

_GRAPH = '''def batchnorm_backward(dout, x, gamma, eps=1e-5):
    N, D = x.shape
    mean = 1 / N * np.sum(x, axis=0)
    centred = x - mean
    var = 1 / N * np.sum(centred**2, axis=0)
    root = np.sqrt(var + eps)
    inverse = 1 / root
    xhat = centred * inverse
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dinverse = np.sum(dxhat * centred, axis=0)
    dcentred = dxhat * inverse
    droot = -1 / root**2 * dinverse
    dvar = 0.5 / root * droot
    dcentred += 2 * centred * dvar / N * np.ones((N, D))
    dmean = -np.sum(dcentred, axis=0)
    return dcentred + 1 / N * np.ones((N, D)) * dmean, dgamma, dbeta
'''
_JACOBIAN = '''def batchnorm_backward(dout, x, gamma, eps=1e-5):
    N, D = x.shape
    dx, dgamma, dbeta = np.zeros((N, D)), [], []
    for j in range(D):
        sigma = (np.var(x[:, j]) + eps)**0.5
        h = (x[:, j] - np.mean(x[:, j])) / sigma
        J = (np.eye(N) - 1 / N - np.outer(h, h) / N) / sigma
        dx[:, j] = gamma[j] * (J @ dout[:, j])
        dgamma.append(dout[:, j] @ h)
        dbeta.append(sum(dout[:, j]))
    return dx, np.array(dgamma), np.array(dbeta)
'''
_FLOAT32 = '''def batchnorm_backward(dout, x, gamma, eps=1e-5):
    dout, x, gamma = (a.astype(np.float32) for a in (dout, x, gamma))
    N = len(x)
    sigma = np.sqrt(x.var(0) + np.float32(eps))
    xhat = (x - x.mean(0)) / sigma
    dbeta, dgamma = dout.sum(0), (dout * xhat).sum(0)
    dx = gamma / (N * sigma) * (N * dout - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta
'''
VARIANTS = {name: define(text, "batchnorm_backward", globals())
            for name, text in [("graph", _GRAPH), ("jacobian", _JACOBIAN),
                               ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "batchnorm_backward", batchnorm_backward, cases, look,
    {"dx": 0.6, "dgamma": 0.2, "dbeta": 0.2}, NAMES, MISTAKES,
    variants=VARIANTS)
