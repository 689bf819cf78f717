"""Does Adam generalise better with decay beside its gradient?"""
import itertools

import numpy as np

from nnlab.claims import dropout_helps
from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, paired, said, t_interval
from nnlab.data import load_digits, split, standardize
from nnlab.layers import mlp
from nnlab.optimizers import adam, adamw
from nnlab.training import Optimizer, accuracy, fit

RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
DECAYS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
TUNING_SEEDS = (100, 101)
EPOCHS, BATCH = 60, 32
# The case in words: examples, share of wrong labels, ill-scaled inputs.
CASES = {"a fifth of the labels are wrong": (300, 0.2, False),
         "the inputs are badly scaled": (300, 0.0, True)}

# The rule.
POINTS = 0.5            # a smaller gain in accuracy does not count


def adam_l2(w, grad, state, lr, weight_decay):
    """Adam with the decay in its gradient."""
    return adam(w, grad + weight_decay * w, state, lr=lr)


RULES = {"AdamW": adamw, "Adam with L2": adam_l2}


def run(seeds):
    """Test accuracies: {case: {rule: its settings, one per seed}}."""
    return {case: {name: _tuned(name, setting, seeds) for name in RULES}
            for case, setting in CASES.items()}


def _tuned(name, setting, seeds):
    """Choose rate and decay on validation, then measure on test."""
    def on_validation(pair):
        return np.mean([one(name, *pair, setting, seed)[0]
                        for seed in TUNING_SEEDS])
    lr, decay = max(itertools.product(RATES, DECAYS), key=on_validation)
    return {"lr": lr, "decay": decay, "accuracy": [
        one(name, lr, decay, setting, seed)[1] for seed in seeds]}


def one(name, lr, decay, setting, seed):
    """Accuracy on validation and test, in percent; 0 if it diverged."""
    n, wrong, ill_scaled = setting
    rng = np.random.default_rng(seed)
    (X, y), *held_out = split(*load_digits(), rng)
    y = dropout_helps.noisy(y[:n], wrong, rng)
    X, *others = standardize(X[:n], *(x for x, _ in held_out))
    scale = rng.permutation(np.logspace(0, -2, 64)) if ill_scaled else 1
    net = mlp(64, 64, 10, rng=rng)
    optimizer = Optimizer(RULES[name], lr=lr,
                          weight_decay=net.on_weights(decay))
    with np.errstate(all="ignore"):
        history = fit(net, X * scale, y, rng=rng, epochs=EPOCHS,
                      batch_size=BATCH, optimizer=optimizer,
                      progress=False)
    if history.diverged:
        return [0.0, 0.0]
    return [100 * accuracy(net, x * scale, labels)
            for x, (_, labels) in zip(others, held_out)]


def gains(results):
    """AdamW minus Adam with L2, a number per seed."""
    beside, inside = (results[name]["accuracy"] for name in RULES)
    return np.subtract(beside, inside)


def rule(numbers):
    """Holds in a case if AdamW's gain there is above 0 and counts.

    The gain is paired: both sides have the same seeds.  It is above 0
    if its 95% t interval is, and counts from POINTS on.
    """
    where, effect, each = paired(
        {case: gains(r) for case, r in numbers.items()}, POINTS)
    return Verdict(*where, effect, (
        f"Gain of AdamW over Adam with L2 in points of test accuracy, with "
        f"its 95% paired t interval over {effect.n} seeds: {said(each)}. A "
        f"gain counts from {POINTS:g} points on, with the interval above "
        f"0."))


def rows(numbers):
    """Test accuracy of both, each with its own rate and decay."""
    return [Row(f"{case.removeprefix('the ')}: {name}, lr {r['lr']:g}, "
                f"decay {r['decay']:g}", t_interval(r["accuracy"]))
            for case, results in numbers.items()
            for name, r in results.items()]


CLAIM = Claim(
    name="adamw-over-l2",
    title="Decay beside Adam's gradient, or in it",
    statement="With Adam, decoupled weight decay generalizes better than "
              "an L2 penalty.",
    said_by="The paper finds it on two sets of small images, with rate and "
            "decay tuned for both sides.",
    cite=("loshchilov2019",),
    protocol=f"Digits, 60% / 20% / 20%, stratified; the first 300 training "
             f"examples, standardised; a fifth of their labels replaced by "
             f"others, or all labels right and inputs multiplied by "
             f"factors from 1 to 1/100. Net 64-64-10 of ReLU units, He's "
             f"start, {EPOCHS} epochs of batches of {BATCH}; biases do not "
             f"decay. Each side has its own rate and decay: the best pair "
             f"of {len(RATES)} rates from {RATES[0]:g} to {RATES[-1]:g} "
             f"and {len(DECAYS)} decays from 0 to {DECAYS[-1]:g} by "
             f"validation accuracy over {len(TUNING_SEEDS)} seeds. Then 20 "
             f"fresh seeds (split, wrong labels, start, order), measured "
             f"on the test part.",
    measure="test accuracy, %",
    interval="95% t interval",
    seeds=tuple(range(20)),
    run=run, rule=rule, rows=rows,
    stored=True,
    see="ada-adamw",
    form=".2f",
)
