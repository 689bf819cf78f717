"""Does Adam generally work better than most other optimisers?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, paired, said, t_interval
from nnlab.data import load_digits, split, standardize
from nnlab.layers import Linear, ReLU, Sequential
from nnlab.optimizers import (
    adagrad, adam, momentum, nesterov, rmsprop, sgd)
from nnlab.training import Optimizer, accuracy, fit

RULES = {"sgd": sgd, "momentum": momentum, "nesterov": nesterov,
         "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}
RATES = [float(f"{10**(k / 2):.2g}") for k in range(-8, 2)]
EPOCHS, BATCH = 5, 32
SPLIT_SEED = 0
TUNING_SEEDS = (100, 101, 102)
TASKS = {  # the case in words: widths of the net, are inputs ill-scaled
    "the task is plain": ((64, 32, 10), False),
    "the inputs are badly scaled": ((64, 32, 10), True),
    "the net is deep": ((64, 32, 32, 32, 32, 32, 32, 10), False)}

# The rule.
POINTS = 0.5               # a smaller gain in accuracy does not count


def run(seeds):
    """Test accuracies: {task: {rule: its rate, one number per seed}}."""
    return {task: {name: _tuned(name, widths, ill_scaled, seeds)
                   for name in RULES}
            for task, (widths, ill_scaled) in TASKS.items()}


def _tuned(name, widths, ill_scaled, seeds):
    """Choose the rate on validation, then measure on test."""
    train, validation, test = _data(ill_scaled)
    mean = [np.mean([_one(name, lr, widths, train, validation, seed)
                     for seed in TUNING_SEEDS]) for lr in RATES]
    lr = RATES[int(np.argmax(mean))]
    return {"lr": lr, "accuracy": [
        _one(name, lr, widths, train, test, seed) for seed in seeds]}


def _data(ill_scaled):
    """Digits, standardised; ill-scaled, from full size to 1/100."""
    rng = np.random.default_rng(SPLIT_SEED)
    (X, y), *others = split(*load_digits(), rng)
    arrays = standardize(X, *(x for x, _ in others))
    scale = rng.permutation(np.logspace(0, -2, X.shape[1]))
    scale = scale if ill_scaled else np.ones(X.shape[1])
    return [(x * scale, labels) for x, labels in
            zip(arrays, (y, *(labels for _, labels in others)))]


def _one(name, lr, widths, train, held_out, seed):
    """Accuracy of one run in percent; 0 for a run that diverged."""
    rng = np.random.default_rng(seed)
    layers = [layer for fans in zip(widths, widths[1:])
              for layer in (Linear(*fans), ReLU())]
    net = Sequential(*layers[:-1], rng=rng)
    history = fit(net, *train, rng=rng, epochs=EPOCHS, batch_size=BATCH,
                  optimizer=Optimizer(RULES[name], lr=lr), progress=False)
    return 0.0 if history.diverged else 100 * accuracy(net, *held_out)


def gains(results):
    """Adam minus the middle one of its rivals, a number per seed.

    Adam is better than most others where it beats their median.
    """
    rivals = [r["accuracy"] for name, r in results.items()
              if name != "adam"]
    return np.array(results["adam"]["accuracy"]) - np.median(rivals, 0)


def rule(numbers):
    """Holds in a task if Adam's gain there is above 0 and counts.

    The gain is paired: Adam and its rivals have the same seeds.  It is
    above 0 if its 95% t interval is, and counts from POINTS on.
    """
    where, effect, each = paired(
        {task: gains(r) for task, r in numbers.items()}, POINTS)
    return Verdict(*where, effect, (
        f"Adam's gain over the middle one of its rivals, in points of "
        f"test accuracy with its 95% paired t interval over {effect.n} "
        f"seeds: {said(each)}; over all, {effect.mean:+.2f} "
        f"({effect.low:+.2f} to {effect.high:+.2f}). A gain counts from "
        f"{POINTS} points on, with the interval above 0."))


def rows(numbers):
    """Test accuracy of each optimiser at its own rate, in each task."""
    return [Row(f"{task.removeprefix('the ')}: {name}, lr {r['lr']:g}",
                t_interval(r["accuracy"]))
            for task, results in numbers.items()
            for name, r in results.items()]


CLAIM = Claim(
    name="adam-usually-best",
    title="Adam against other optimisers",
    statement="The Adam optimiser generally works better than most other "
              "optimisers.",
    said_by="Lecture 'Training Neural Networks', slide 'Faster "
            "Optimization'. A benchmark of fifteen optimisers found no "
            "clear winner.",
    cite=("schmidt2021",),
    protocol=f"Digits, 60% / 20% / 20%, one stratified split, "
             f"standardised. Nets of ReLU layers, He's start: 64-32-10, "
             f"the same on inputs multiplied by factors from 1 to 1/100, "
             f"and 64-32 (six times)-10. Budget of each run: {EPOCHS} "
             f"epochs of batches of {BATCH}. Each optimiser has its own "
             f"rate: the best of {len(RATES)} from {RATES[0]:g} to "
             f"{RATES[-1]:g} by validation accuracy, mean of "
             f"{len(TUNING_SEEDS)} seeds; all else at its default. Then "
             f"10 fresh seeds (start and order of batches), measured on "
             f"the test part.",
    measure="test accuracy, %",
    interval="95% t interval",
    seeds=tuple(range(10)),
    run=run, rule=rule, rows=rows,
    stored=True,
    see="adam-claims",
    form=".2f",
)
