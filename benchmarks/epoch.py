"""An epoch of training against PyTorch and scikit-learn.

    python benchmarks/epoch.py [rounds]

60,000 examples of 784 numbers in float32 (random ones: the values do
not matter here), 784-256-128-10 with ReLU, Adam, cross-entropy, batch
64 and 1024.  Each contender checks what it is given, shuffles, gathers
its batches, and trains for two epochs; the time is that of both.
PyTorch with its default Adam and with the fused one.  The targets are
those of the project; exit status 1 if one is missed.
"""
import sys
import warnings

import _ratio
import numpy as np

from nnlab.layers import mlp
from nnlab.optimizers import adam
from nnlab.training import Optimizer, fit

torch = _ratio.torch()
SIZES, EPOCHS = (784, 256, 128, 10), 2
TARGETS = {64: {"fused": 0.95, "default": 1.5, "scikit-learn": 1.3},
           1024: {"fused": 1.0}}


def examples(n=60_000):
    """X : (n, 784) float32 in [0, 1), y : (n,) labels."""
    rng = np.random.default_rng(0)
    return rng.random((n, 784), dtype=np.float32), rng.integers(10, size=n)


def nnlab_epoch(X, y, batch_size):
    """fit, again and again on one network."""
    rng = np.random.default_rng(0)
    net = mlp(*SIZES, rng=rng, dtype=np.float32)
    optimizer = Optimizer(adam)
    return lambda: fit(net, X, y, rng=rng, optimizer=optimizer,
                       epochs=EPOCHS, batch_size=batch_size, progress=False)


def torch_epoch(X, y, batch_size, **settings):
    """The loop that PyTorch leaves to you."""
    layers = []
    for sizes in zip(SIZES, SIZES[1:]):
        layers += [torch.nn.Linear(*sizes), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    loss = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), **settings)
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def epoch():
        for _ in range(EPOCHS):
            for i in torch.randperm(len(X)).split(batch_size):
                optimizer.zero_grad()
                loss(net(X[i]), y[i]).backward()
                optimizer.step()
    return epoch


def sklearn_epoch(X, y, batch_size):
    """MLPClassifier, which keeps its weights from epoch to epoch."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    net = MLPClassifier(SIZES[1:-1], batch_size=batch_size, alpha=0.0,
                        max_iter=EPOCHS, warm_start=True)
    return lambda: net.fit(X, y)


def main(rounds=5):
    """Run both batch sizes; exit status 1 if a target is missed."""
    X, y = examples()
    met = True
    for batch_size, targets in TARGETS.items():
        times = _ratio.times({
            "nnlab": nnlab_epoch(X, y, batch_size),
            "fused": torch_epoch(X, y, batch_size, fused=True),
            "default": torch_epoch(X, y, batch_size),
            "scikit-learn": sklearn_epoch(X, y, batch_size),
        }, rounds, calls=1)
        met &= _ratio.report(f"{EPOCHS} epochs at batch {batch_size}, threads "
                             f"{_ratio.THREADS}", times, targets=targets)
    return int(not met)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
