"""The peak memory of training on MNIST, by what has to be in memory.

    NNLAB_DATA=FOLDER python benchmarks/memory.py [epochs]

The peak is the resident set at its highest, loading included, less what
it was with everything imported and one matrix product done.  It is
divided by the bytes of the data, the parameters, their gradients, the
optimiser's state and the activations of one batch.  Exit status 1 if
the peak is more than 1.5 times that.  Linux: it reads /proc.
"""
import re
import sys

import _ratio  # isort: skip
import numpy as np

from nnlab import cli
from nnlab.layers import mlp
from nnlab.optimizers import adam
from nnlab.training import Optimizer, accuracy, fit

LIMIT = 1.5


def resident(name):
    """Bytes of the resident set: VmRSS is now, VmHWM the highest."""
    with open("/proc/self/status") as status:
        return 1024 * int(re.search(rf"{name}:\s+(\d+) kB",
                                    status.read()).group(1))


def activations(net, x):
    """Bytes of a batch and of what each layer makes of it."""
    total = x.nbytes
    for layer in net.layers:
        x = layer.forward(x)
        total += x.nbytes
    return total


def states(optimizer):
    """Bytes of the arrays in the optimiser's state."""
    return sum(np.asarray(item).nbytes
               for state in optimizer.states for item in state)


def main(epochs=1):
    """Train, then print the peak, its parts, and their ratio."""
    square = np.ones((256, 256), np.float32)
    square @ square
    before = resident("VmRSS")
    rng = np.random.default_rng(0)
    setting = cli.SETTINGS["mnist"]
    data = cli.load("mnist", None, rng)
    net = mlp(784, *setting["hidden"], 10, rng=rng, dtype=np.float32)
    optimizer = Optimizer(adam, lr=setting["lr"]["adam"])
    fit(net, *data[:2], rng=rng, optimizer=optimizer, epochs=epochs,
        batch_size=setting["batch_size"], progress=False)
    accuracy(net, *data[2:])
    peak = resident("VmHWM") - before
    parts = {"data": sum(array.nbytes for array in data),
             "parameters": net.params.nbytes, "gradients": net.grads.nbytes,
             "state": states(optimizer),
             "activations": activations(net, data[0][:setting["batch_size"]])}
    for name, size in parts.items():
        print(f"{name:12} {size / 1e6:8.2f} MB")
    ratio = peak / sum(parts.values())
    print(f"peak         {peak / 1e6:8.2f} MB, {ratio:.2f}x, limit "
          f"{LIMIT:.1f}x: {'MISSED' if ratio > LIMIT else 'met'}")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
