"""Tuning: searches for good hyper-parameters.

A space says what each hyper-parameter may be; an objective takes the
settings of one trial and returns its value.  Every search takes both,
and returns a Study:

>>> from nnlab.tuning import Choice, Float, grid_search, random_search
>>> space = {"lr": Float(1e-4, 1, log=True), "batch_size": Choice(32, 64)}
>>> def objective(settings, trial):
...     return abs(settings["lr"] - 0.01) + 1 / settings["batch_size"]
>>> grid_search(objective, space, direction="minimize", seed=0,
...             points=3, progress=False)
Grid search, minimize: 6 of 6 trials (6 finished)
trial    value      lr  batch_size  seconds  state
    4  0.01562    0.01          64      0.0  finished
    3  0.02552  0.0001          64      0.0  finished
    1  0.03125    0.01          32      0.0  finished
    0  0.04115  0.0001          32      0.0  finished
    5    1.006       1          64      0.0  finished
    2    1.021       1          32      0.0  finished
>>> study = random_search(objective, space, direction="minimize", seed=0,
...                       trials=60, progress=False)
>>> study.best.settings["batch_size"]
64

An objective that trains a network draws its randomness from trial.seed
and lets the search see each epoch:

    def objective(settings, trial):
        rng = np.random.default_rng(trial.seed)
        net = Sequential(Linear(64, 32), ReLU(), Linear(32, 10), rng=rng)
        history = fit(net, *train, rng=rng, validation=validation,
                      optimizer=Optimizer(adam, lr=settings["lr"]),
                      batch_size=settings["batch_size"], progress=False,
                      callbacks=[Report(trial)])
        return history.val_loss[-1]

The value must be one of the validation set.  The test set is for the
end, once.
"""
from nnlab.tuning.bayesian import bayesian_search
from nnlab.tuning.callback import Report
from nnlab.tuning.halving import halving_rungs, successive_halving
from nnlab.tuning.pruning import HyperbandPruner, MedianPruner
from nnlab.tuning.sampling import grid_search, random_search
from nnlab.tuning.space import Choice, Float, Int
from nnlab.tuning.study import Pruned, Study, Trial

__all__ = [
    "Choice", "Float", "HyperbandPruner", "Int", "MedianPruner", "Pruned",
    "Report", "Study", "Trial", "bayesian_search", "grid_search",
    "halving_rungs", "random_search", "successive_halving",
]
