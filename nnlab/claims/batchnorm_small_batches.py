"""Does BatchNorm lose its accuracy when the batch is small?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, over_cases, t_interval
from nnlab.data import load_digits, split, standardize
from nnlab.layers import mlp
from nnlab.optimizers import sgd
from nnlab.training import Optimizer, accuracy, fit

WIDTHS, EPOCHS = (64, 32, 10), 4
SIZES = (0.3, 0.2, 0.5)         # training, validation, test
RATES = (0.01, 0.03, 0.1, 0.3)
SMALL, LARGE = (2, 4, 8), 32
SIDES = {"without": False, "with": True}

# The rule.
POINTS = 1.0        # a smaller loss of accuracy does not count


def run(seeds):
    """Test accuracies: {batch size: {side: one number per seed}}.

    Each run has the rate that was best on validation, for its side, its
    batch size and its seed.
    """
    return {str(batch): {side: [_tuned(batch, norm, seed)
                                for seed in seeds]
                         for side, norm in SIDES.items()}
            for batch in (*SMALL, LARGE)}


def _tuned(batch, norm, seed):
    """Test accuracy in percent at the rate that validation prefers."""
    found = [_one(batch, norm, lr, seed) for lr in RATES]
    return max(found, key=lambda pair: pair[0])[1]


def _one(batch, norm, lr, seed):
    """(validation, test) accuracy of one run; 0 if it diverged."""
    rng = np.random.default_rng(seed)
    (X, y), *others = split(*load_digits(), rng, SIZES)
    X, *held_out = standardize(X, *(x for x, _ in others))
    net = mlp(*WIDTHS, rng=rng, batch_norm=norm)
    history = fit(net, X, y, rng=rng, epochs=EPOCHS, batch_size=batch,
                  optimizer=Optimizer(sgd, lr=lr), progress=False)
    if history.diverged:
        return 0.0, 0.0
    return tuple(100 * accuracy(net, x, labels)
                 for x, (_, labels) in zip(held_out, others))


def losses(numbers, batch):
    """What BatchNorm gains at this batch, less what it gains at LARGE.

    A number per seed.  Below 0, small batches cost a net with
    BatchNorm more than they cost the net without it.
    """
    def gain(size):
        sides = numbers[str(size)]
        return np.array(sides["with"]) - np.array(sides["without"])
    return gain(batch) - gain(LARGE)


def rule(numbers):
    """Holds at a batch size where BatchNorm loses, and it counts.

    The change is paired by seed; it is a loss if its 95% t interval
    lies below 0, and counts from POINTS on.
    """
    small = [b for b in numbers if b != str(LARGE)]
    per_size = {b: losses(numbers, b) for b in small}
    intervals = {b: t_interval(x) for b, x in per_size.items()}
    held = {f"a batch holds {b} examples":
            bool(i.high < 0 and i.mean <= -POINTS)
            for b, i in intervals.items()}
    effect = t_interval(np.mean(list(per_size.values()), axis=0))
    return Verdict(*over_cases(held), effect, _found(effect, intervals))


def _found(effect, intervals):
    each = "; ".join(f"with {b} examples in a batch, {i.mean:+.2f} "
                     f"({i.low:+.2f} to {i.high:+.2f})"
                     for b, i in intervals.items())
    return (f"What BatchNorm gains in points of test accuracy, less what "
            f"it gains with batches of {LARGE}: {each}; mean and 95% "
            f"paired t interval over {effect.n} seeds. A loss counts from "
            f"{POINTS:g} point on, with the interval below 0.")


def rows(numbers):
    """Test accuracy at each batch size, with and without."""
    return [Row(f"batches of {batch}, {side} BatchNorm",
                t_interval(seeds))
            for batch, sides in numbers.items()
            for side, seeds in sides.items()]


CLAIM = Claim(
    name="batchnorm-small-batches",
    title="BatchNorm and small batches",
    statement="Batch normalisation works less well when the batches are "
              "small.",
    said_by="Wu and He, as the reason for group normalisation.",
    cite=("wu2018",),
    protocol=f"Digits, 30% for training, 20% for validation, 50% for "
             f"testing, standardised. A ReLU net 64-32-10, He's start, "
             f"with BatchNorm before the ReLU or without; SGD, {EPOCHS} "
             f"epochs of batches of 2, 4, 8 or 32. Each run has the rate "
             f"of {RATES[0]:g}, {RATES[1]:g}, {RATES[2]:g} and "
             f"{RATES[3]:g} that is best on validation for its side, its "
             f"batch size and its seed. 5 seeds (split, start, order of "
             f"batches), the same for all.",
    measure="test accuracy, %",
    interval="95% t interval",
    seeds=(0, 1, 2, 3, 4),
    run=run, rule=rule, rows=rows,
    stored=True,
    see="norm-claims",
    form=".2f",
)
