"""Does the L1 penalty make weights exactly zero?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, over_cases, t_interval
from nnlab.optimizers import adam, sgd
from nnlab.regularization import l1, l2, prox_l1

N, FEATURES, RELEVANT, NOISE = 100, 50, 5, 0.5
LAM, UPDATES, ADAM_LR = 0.15, 2000, 0.01
ADAM = "the optimiser is Adam, on the subgradient"
PLAIN = "the steps follow the subgradient"
PROXIMAL = "each step ends with the soft threshold"
CONTROL = "L2 in the place of L1"

# The rule.
MOST = 0.5      # share of the irrelevant weights that must be exactly 0


def run(seeds):
    """Share of exact zeros: {method: {"irrelevant", "relevant": ...}}.

    Each a list with a number per seed.
    """
    found = {method: {"irrelevant": [], "relevant": []}
             for method in METHODS}
    for seed in seeds:
        X, y, relevant = problem(seed)
        for method, solve in METHODS.items():
            zero = solve(X, y) == 0
            found[method]["irrelevant"].append(float(zero[~relevant].mean()))
            found[method]["relevant"].append(float(zero[relevant].mean()))
    return found


def problem(seed):
    """A linear problem: X, y, and which weights are not 0 in truth."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, FEATURES))
    w = np.zeros(FEATURES)
    w[:RELEVANT] = rng.choice([-1, 1], RELEVANT) * rng.uniform(
        1, 3, RELEVANT)
    return X, X @ w + NOISE * rng.normal(size=N), w != 0


def slope(X, y, w):
    """The gradient of the mean squared error."""
    return 2 / len(y) * X.T @ (X @ w - y)


def rate(X):
    """1 / L, half of the largest stable rate."""
    return 1 / (2 / len(X) * np.linalg.eigvalsh(X.T @ X)[-1])


def descend(X, y, rule, penalty, lr):
    """UPDATES steps on the loss plus the penalty."""
    w, state = np.zeros(X.shape[1]), None
    for _ in range(UPDATES):
        grad = slope(X, y, w) + penalty(w, LAM)[1]
        w, state = rule(w, grad, state, lr=lr)
    return w


def proximal(X, y):
    """UPDATES steps on the loss alone, each with the soft threshold."""
    w, lr = np.zeros(X.shape[1]), rate(X)
    for _ in range(UPDATES):
        w = prox_l1(w - lr * slope(X, y, w), lr * LAM)
    return w


METHODS = {
    PLAIN: lambda X, y: descend(X, y, sgd, l1, rate(X)),
    ADAM: lambda X, y: descend(X, y, adam, l1, ADAM_LR),
    PROXIMAL: proximal,
    CONTROL: lambda X, y: descend(X, y, sgd, l2, rate(X)),
}


def rule(numbers):
    """Holds for a method with which most irrelevant weights are 0.

    "Most": the 95% t interval of their share lies above MOST.  Where L2
    makes them 0 as well, or L1 the relevant ones too, nothing is shown
    of L1.  Effect: the share with the soft threshold minus that with
    the subgradient.
    """
    shares = {method: t_interval(found["irrelevant"])
              for method, found in numbers.items()}
    good = {method: shares[method].low > MOST
            and np.mean(numbers[method]["relevant"]) < MOST
            for method in (PLAIN, ADAM, PROXIMAL)}
    if shares[CONTROL].high > MOST:
        good = dict.fromkeys(good, False)
    effect = t_interval(
        np.subtract(numbers[PROXIMAL]["irrelevant"],
                    numbers[PLAIN]["irrelevant"]))
    return Verdict(*over_cases(good), effect, _found(shares))


def _found(shares):
    each = "; ".join(f"where {method}, {share.mean:.0%}"
                     if method != CONTROL else f"{method}, {share.mean:.0%}"
                     for method, share in shares.items())
    return (f"Share of the {FEATURES - RELEVANT} irrelevant weights that "
            f"are exactly 0, mean over {shares[PLAIN].n} seeds: {each}. "
            f"It counts from {MOST:.0%} on, with the 95% t interval above "
            "it.")


def rows(numbers):
    """Exact zeros, of the irrelevant and of the relevant weights."""
    return [Row(f"{method}: {kind}", t_interval(found[kind]))
            for method, found in numbers.items() for kind in found]


CLAIM = Claim(
    name="l1-gives-zeros",
    title="L1 and weights that are exactly zero",
    statement="With L1 regularization the weights of linear models are "
              "pushed towards exactly zero, so that only the significant "
              "weights survive.",
    said_by="Lecture 'Training Neural Networks' (basics), slide "
            "'Regularization'. The lasso was proposed for this.",
    cite=("tibshirani1996",),
    protocol=f"Linear regression, {N} examples, {FEATURES} standard "
             f"normal features; {RELEVANT} of the true weights are 1 to 3 "
             f"in size, the other {FEATURES - RELEVANT} are 0; noise with "
             f"standard deviation {NOISE:g}. Mean squared error plus "
             f"{LAM:g} sum |w|, from 0, {UPDATES} updates on all "
             f"examples at once; the rate is 1 / L, with L the largest "
             f"curvature of the loss, and {ADAM_LR:g} for Adam. The "
             f"control has {LAM:g} sum w^2. 10 seeds draw the problem.",
    measure="share of exact zeros",
    interval="95% t interval",
    seeds=tuple(range(10)),
    run=run, rule=rule, rows=rows,
    see="pen-zeros",
    form=".3f",
)
