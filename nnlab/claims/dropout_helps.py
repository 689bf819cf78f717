"""Does dropout lead to better performance on unseen data?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, paired, said, t_interval
from nnlab.data import load_digits, split
from nnlab.layers import Dropout, Linear, ReLU, Sequential
from nnlab.optimizers import sgd
from nnlab.training import Optimizer, accuracy, fit

DROP, BATCH = 0.5, 32
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
TUNING_SEEDS = (100, 101)
FEW_NOISY = "examples are few and a fifth of the labels are wrong"
SMALL_CLEAN = "the net is small and the labels are clean"
# The case in words: hidden units, examples, share of wrong labels, epochs.
CASES = {FEW_NOISY: (128, 200, 0.2, 150), SMALL_CLEAN: (8, 1000, 0.0, 20)}

# The rule.
POINTS = 1.0            # a smaller gain in accuracy does not count


def run(seeds):
    """Test accuracies: {case: {p: its rate, one number per seed}}."""
    return {case: {str(p): _tuned(p, setting, seeds) for p in (0.0, DROP)}
            for case, setting in CASES.items()}


def _tuned(p, setting, seeds):
    """Choose the rate on validation, then measure on test."""
    mean = [np.mean([one(p, lr, setting, seed)[0]
                     for seed in TUNING_SEEDS]) for lr in RATES]
    lr = RATES[int(np.argmax(mean))]
    return {"lr": lr, "accuracy": [one(p, lr, setting, seed)[1]
                                   for seed in seeds]}


def one(p, lr, setting, seed):
    """Accuracy on validation and test, in percent, after one run."""
    hidden, n, wrong, epochs = setting
    rng = np.random.default_rng(seed)
    (X, y), validation, test = split(*load_digits(), rng)
    X, y = X[:n], noisy(y[:n], wrong, rng)
    net = Sequential(Linear(64, hidden), ReLU(), Dropout(p),
                     Linear(hidden, 10), rng=rng)
    fit(net, X, y, rng=rng, epochs=epochs, batch_size=BATCH,
        optimizer=Optimizer(sgd, lr=lr), progress=False)
    return [100 * accuracy(net, *part) for part in (validation, test)]


def noisy(y, share, rng):
    """Labels, a share of them replaced by another class."""
    y = y.copy()
    wrong = rng.permutation(len(y))[:round(share * len(y))]
    y[wrong] = (y[wrong] + rng.integers(1, 10, len(wrong))) % 10
    return y


def gains(results):
    """With dropout minus without, a number per seed."""
    with_it, without = (results[str(p)]["accuracy"] for p in (DROP, 0.0))
    return np.subtract(with_it, without)


def rule(numbers):
    """Holds in a case if dropout's gain there is above 0 and counts.

    The gain is paired: both sides have the same seeds.  It is above 0
    if its 95% t interval is, and counts from POINTS on.
    """
    where, effect, each = paired(
        {case: gains(r) for case, r in numbers.items()}, POINTS)
    return Verdict(*where, effect, (
        f"Gain by dropout in points of test accuracy, with its 95% paired "
        f"t interval over {effect.n} seeds: {said(each)}. A gain counts "
        f"from {POINTS:g} point on, with the interval above 0."))


def rows(numbers):
    """Test accuracy without and with dropout, in each case."""
    return [Row(f"{case}: p = {float(p):g}, lr {r['lr']:g}",
                t_interval(r["accuracy"]))
            for case, results in numbers.items()
            for p, r in results.items()]


CLAIM = Claim(
    name="dropout-helps",
    title="Dropout and unseen data",
    statement="Dropout improves generalization and leads to better "
              "performance on unseen data.",
    said_by="Lecture 'Additional Techniques for Training Neural "
            "Networks', slide 'Dropout'; the paper reports such gains on "
            "every data set that it tries.",
    cite=("srivastava2014",),
    protocol=f"Digits, 60% / 20% / 20%, stratified; one hidden ReLU layer "
             f"with dropout of p = {DROP:g} after it, or without; SGD, "
             f"batches of {BATCH}. "
             + " ".join(f"Where {case}: {hidden} hidden units, the first "
                        f"{n} training examples, {epochs} epochs."
                        for case, (hidden, n, _, epochs) in CASES.items())
             + f" Each side has its own rate, the best of "
             f"{', '.join(f'{lr:g}' for lr in RATES)} by validation "
             f"accuracy over {len(TUNING_SEEDS)} seeds. Then 10 fresh "
             f"seeds (split, wrong labels, start, order, masks), measured "
             f"on the test part.",
    measure="test accuracy, %",
    interval="95% t interval",
    seeds=tuple(range(10)),
    run=run, rule=rule, rows=rows,
    stored=True,
    see="drop-measured",
    form=".2f",
)
