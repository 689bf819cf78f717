"""Does BatchNorm allow much larger learning rates?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, over_cases, t_interval
from nnlab.data import load_digits, split, standardize
from nnlab.layers import mlp
from nnlab.training import Optimizer, accuracy, fit
from nnlab.optimizers import sgd

RATES = [float(f"{10**(k / 2):.2g}") for k in range(-3, 4)]
EPOCHS, BATCH = 5, 32
SIDES = {"without": False, "with": True}
NETS = {  # the case in words: widths of the net
    "the net has one hidden layer": (64, 32, 10),
    "the net has six hidden layers": (64, 32, 32, 32, 32, 32, 32, 10)}

# The rule.
SLACK = 5.0         # points of accuracy below the best that still count
FACTOR = 2.0        # "much larger": more than this many times


def run(seeds):
    """Accuracies: {case: {side: {rate: one number per seed}}}."""
    return {case: {side: {f"{lr:g}": [_one(widths, norm, lr, seed)
                                      for seed in seeds]
                          for lr in RATES}
                   for side, norm in SIDES.items()}
            for case, widths in NETS.items()}


def _one(widths, norm, lr, seed):
    """Validation accuracy in percent; 0 for a run that diverged."""
    rng = np.random.default_rng(seed)
    (X, y), (X_val, y_val), _ = split(*load_digits(), rng)
    X, X_val = standardize(X, X_val)
    net = mlp(*widths, rng=rng, batch_norm=norm)
    history = fit(net, X, y, rng=rng, epochs=EPOCHS, batch_size=BATCH,
                  optimizer=Optimizer(sgd, lr=lr), progress=False)
    if history.diverged:
        return 0.0
    with np.errstate(all="ignore"):     # a net on the way to diverging
        return 100 * accuracy(net, X_val, y_val)


def usable(by_rate, best):
    """For each seed the largest rate that comes within SLACK of best.

    Where none does, the smallest rate that was tried.
    """
    rates = sorted(by_rate, key=float)
    return [max([float(r) for r, seed in zip(rates, seeds)
                 if seed >= best - SLACK], default=float(rates[0]))
            for seeds in zip(*(by_rate[r] for r in rates))]


def ratios(sides):
    """log10 of the usable rate with over that without, per seed.

    Both are held to one mark: the best mean accuracy of either side.
    """
    best = max(np.mean(seeds) for by_rate in sides.values()
               for seeds in by_rate.values())
    with_, without = (usable(sides[s], best) for s in ("with", "without"))
    return np.log10(with_) - np.log10(without)


def rule(numbers):
    """Holds for a net if its usable rate grows by more than FACTOR.

    Effect: the factor between the largest usable rates, as a power of
    ten, paired by seed; its 95% t interval must lie above FACTOR.
    """
    per_net = {case: ratios(sides) for case, sides in numbers.items()}
    intervals = {case: t_interval(r) for case, r in per_net.items()}
    held = {case: bool(i.low > np.log10(FACTOR))
            for case, i in intervals.items()}
    effect = t_interval(np.mean(list(per_net.values()), axis=0))
    return Verdict(*over_cases(held), effect, _found(effect, intervals))


def _found(effect, intervals):
    each = "; ".join(
        f"where {case}, {10**i.mean:.3g} times ({10**i.low:.3g} to "
        f"{10**i.high:.3g})" for case, i in intervals.items())
    return (f"The largest rate that comes within {SLACK:g} points of the "
            f"best accuracy is larger with BatchNorm: {each}; geometric "
            f"mean and 95% paired t interval over {effect.n} seeds. More "
            f"than {FACTOR:g} times counts.")


def rows(numbers):
    """Accuracy at each rate, with and without."""
    return [Row(f"{case.removeprefix('the net has ')}, {side} BatchNorm, "
                f"lr {lr}", t_interval(seeds))
            for case, sides in numbers.items()
            for side, by_rate in sides.items()
            for lr, seeds in by_rate.items()]


CLAIM = Claim(
    name="batchnorm-larger-rates",
    title="BatchNorm and the learning rate",
    statement="Batch normalisation lets you train with much larger "
              "learning rates.",
    said_by="Ioffe and Szegedy, who introduced it, in their abstract.",
    cite=("ioffe2015",),
    protocol=f"Digits, 60% for training, 20% for validation, standardised. "
             f"ReLU nets 64-32-10 and 64-32 (six times)-10, He's start, "
             f"with BatchNorm before each ReLU or without; SGD with "
             f"{len(RATES)} rates from {RATES[0]:g} to {RATES[-1]:g}, "
             f"{EPOCHS} epochs of batches of {BATCH}. 5 seeds (split, start, "
             f"order of batches), the same for both sides. A rate is usable "
             f"if the accuracy is within {SLACK:g} points of the best mean "
             f"accuracy of either side.",
    measure="validation accuracy, %",
    interval="95% t interval",
    seeds=(0, 1, 2, 3, 4),
    run=run, rule=rule, rows=rows,
    stored=True,
    see="norm-claims",
    form=".1f",
)
