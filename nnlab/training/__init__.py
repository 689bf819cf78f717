"""Training: fit, its History, callbacks, and the optimiser's state."""
from nnlab.training.callbacks import (
    Average, Callback, EarlyStopping, Project, ReduceOnPlateau, Run)
from nnlab.training.evaluation import accuracy, evaluate
from nnlab.training.history import History
from nnlab.training.loop import fit, train_step
from nnlab.training.optimizer import SLICE, Optimizer
from nnlab.training.range_test import lr_range_test

__all__ = ["Average", "Callback", "EarlyStopping", "History", "Optimizer",
           "Project", "ReduceOnPlateau", "Run", "SLICE", "accuracy",
           "evaluate", "fit", "lr_range_test", "train_step"]
