"""Each optimiser's step against PyTorch's, per call.

    python benchmarks/optimizers.py [rounds]

Our side is training.Optimizer on a flat float32 vector, as fit uses it:
the functions that the book prints, called on slices.  PyTorch's side is
its optimiser with its default settings, on the same vector as one
parameter.  1,000 and 1,000,000 parameters.  No target.
"""
import sys

import _ratio  # isort: skip
import numpy as np

from nnlab import optimizers
from nnlab.training import Optimizer

SIZES = (1_000, 1_000_000)
# Our rule and its settings; PyTorch's class and its settings.
PAIRS = {
    "SGD": ("sgd", {}, "SGD", {}),
    "momentum": ("momentum", {"mu": 0.9}, "SGD", {"momentum": 0.9}),
    "Nesterov": ("nesterov", {"mu": 0.9},
                 "SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": ("adagrad", {}, "Adagrad", {}),
    "RMSprop": ("rmsprop", {}, "RMSprop", {}),
    "RMSprop, centred": ("rmsprop", {"centered": True, "mu": 0.9},
                         "RMSprop", {"centered": True, "momentum": 0.9}),
    "AdaDelta": ("adadelta", {}, "Adadelta", {}),
    "Adam": ("adam", {}, "Adam", {}),
    "Adam, fused": ("adam", {}, "Adam", {"fused": True}),
    "AMSGrad": ("amsgrad", {}, "Adam", {"amsgrad": True}),
    "NAdam": ("nadam", {}, "NAdam", {}),
    "AdamW": ("adamw", {}, "AdamW", {}),
}
LR = 1e-6           # the vector stays where it is, run after run


def ours(rule, hyper, w, grad):
    """A step of training.Optimizer."""
    optimizer = Optimizer(getattr(optimizers, rule), lr=LR, **hyper)
    w = w.copy()
    return lambda: optimizer.step(w, grad)


def by_torch(torch, name, hyper, w, grad):
    """A step of PyTorch's optimiser."""
    parameter = torch.nn.Parameter(torch.tensor(w))
    parameter.grad = torch.tensor(grad)
    return getattr(torch.optim, name)([parameter], lr=LR, **hyper).step


def main(rounds=5):
    """Print the ratio of each rule at each size."""
    torch, rng = _ratio.torch(), np.random.default_rng(0)
    for size in SIZES:
        w, grad = rng.normal(size=(2, size)).astype(np.float32)
        for label, (rule, hyper, theirs, settings) in PAIRS.items():
            _ratio.report(
                f"{label}, {size:,} parameters",
                _ratio.times({
                    "nnlab": ours(rule, hyper, w, grad),
                    "PyTorch": by_torch(torch, theirs, settings, w, grad)},
                    rounds))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
