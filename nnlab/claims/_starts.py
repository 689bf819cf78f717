"""Two starts of one net, each at its own rate: what two claims share."""
import numpy as np

from nnlab.claims._claim import Row
from nnlab.claims._verdict import Verdict, paired, said, t_interval
from nnlab.data import load_digits, split
from nnlab.layers import mlp
from nnlab.optimizers import sgd
from nnlab.training import Optimizer, accuracy, fit

RATES = [0.03, 0.1, 0.3, 1.0]
WIDTH, EPOCHS, BATCH = 64, 8, 32
SPLIT_SEED = 0
TUNING_SEEDS = (100, 101, 102)

# The rule.
POINTS = 0.5               # a smaller gain in accuracy does not count

PROTOCOL = (
    f"Digits, 60% / 20% / 20%, one stratified split, pixels from 0 to 1. "
    f"ReLU nets with {{depths}} hidden layers of {WIDTH}; {{starts}}. SGD "
    f"without momentum, {EPOCHS} epochs of batches of {BATCH}. Each start "
    f"has its own rate at each depth: the best of {len(RATES)} from "
    f"{RATES[0]:g} to {RATES[-1]:g} by validation accuracy, mean of "
    f"{len(TUNING_SEEDS)} seeds. Then 10 fresh seeds (start and order of "
    f"batches), measured on the test part.")


def race(inits, depths, seeds):
    """Test accuracies: {case: {init: its rate, one number per seed}}.

    inits : {name: a function of nnlab.inits};  depths : {the case in
    words: the number of hidden layers}
    """
    parts = split(*load_digits(), np.random.default_rng(SPLIT_SEED))
    return {case: {name: _tuned(init, depth, parts, seeds)
                   for name, init in inits.items()}
            for case, depth in depths.items()}


def _tuned(init, depth, parts, seeds):
    """Choose the rate on validation, then measure on test."""
    train, validation, test = parts
    mean = [np.mean([one(init, lr, depth, train, validation, seed)
                     for seed in TUNING_SEEDS]) for lr in RATES]
    lr = RATES[int(np.argmax(mean))]
    return {"lr": lr, "accuracy": [
        one(init, lr, depth, train, test, seed) for seed in seeds]}


def one(init, lr, depth, train, held_out, seed):
    """Accuracy of one run in percent; 0 for a run that diverged."""
    rng = np.random.default_rng(seed)
    net = mlp(64, *[WIDTH] * depth, 10, rng=rng, init=init)
    with np.errstate(all="ignore"):
        history = fit(net, *train, rng=rng, epochs=EPOCHS,
                      batch_size=BATCH, optimizer=Optimizer(sgd, lr=lr),
                      progress=False)
    return 0.0 if history.diverged else 100 * accuracy(net, *held_out)


def gains(results):
    """The first start minus the second, in points, one per seed."""
    first, second = (np.array(r["accuracy"]) for r in results.values())
    return first - second


def judge(numbers, first, second):
    """Holds at a depth if the first's gain there is above 0 and counts.

    The gain is paired: both starts have the same seeds.  It is above 0
    if its 95% t interval is, and counts from POINTS on.
    first, second : the names of the starts, for the words.
    """
    where, effect, each = paired(
        {case: gains(r) for case, r in numbers.items()}, POINTS)
    return Verdict(*where, effect, (
        f"The gain of {first} over {second}, in points of test accuracy "
        f"with its 95% paired t interval over {effect.n} seeds: "
        f"{said(each)}. A gain counts from {POINTS} points on, with the "
        f"interval above 0."))


def rows(numbers):
    """Test accuracy of each start at its own rate, at each depth."""
    return [Row(f"{case.split(' ', 2)[2]}: {name}, lr {r['lr']:g}",
                t_interval(r["accuracy"]))
            for case, results in numbers.items()
            for name, r in results.items()]
