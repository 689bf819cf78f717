"""Small searches that the tests of tuning share."""
import numpy as np

from nnlab.data import load_digits
from nnlab.layers import Linear, Sequential
from nnlab.optimizers import adam, sgd
from nnlab.training import Optimizer, fit
from nnlab.tuning import (Choice, Float, Int, grid_search, random_search,
                          successive_halving)

SPACE = {"lr": Float(1e-4, 1, log=True), "n": Int(1, 9),
         "rule": Choice(sgd, adam)}
SEARCHES = {grid_search: {"points": 2}, random_search: {"trials": 9},
            successive_halving: {"trials": 9}}
X, Y = load_digits()


def run(search, objective=None, space=SPACE, **options):
    """A search of about nine trials, without a bar."""
    options = {"direction": "minimize", "seed": 0, "progress": False
               } | SEARCHES.get(search, {"trials": 9}) | options
    return search(objective or value, space, **options)


def value(settings, trial):
    """An objective that reports thrice, and fails in trial 2."""
    if trial.number == 2:
        raise RuntimeError("no")
    for step in range(3):
        trial.report(step, settings["n"] + step)
    return settings["lr"] + settings["n"] * (settings["rule"] is sgd)


def never(settings, trial):
    """For searches whose trials have all ended."""
    raise AssertionError("run again")


def content(study):
    """All of the trials but their time."""
    return [(t.number, t.settings, t.seed, t.budget, t.state, t.value,
             t.reports, t.reason) for t in study.trials]


def train(settings, trial, callbacks, **options):
    """Some epochs on a few digits."""
    rng = np.random.default_rng(trial.seed)
    net = Sequential(Linear(64, 10), rng=rng)
    options = {"epochs": trial.budget or 3, "progress": False,
               "validation": (X[96:192], Y[96:192])} | options
    return fit(net, X[:96], Y[:96], rng=rng, callbacks=callbacks,
               optimizer=Optimizer(settings["rule"], lr=settings["lr"]),
               **options)
