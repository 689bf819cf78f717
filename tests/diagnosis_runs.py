"""Runs on the digits: healthy ones, and ones with exactly one fault.

Each is a function from a seed to the History, watched by a Monitor.
The faults are strong ones: no verdict rests on the luck of a seed.
"""
import functools

import numpy as np

from nnlab import inits
from nnlab.activations import softmax
from nnlab.data import load_digits, split
from nnlab.diagnosis import Monitor
from nnlab.layers import (
    BatchNorm, Layer, Linear, ReLU, Residual, Sequential, Sigmoid, Tanh,
    mlp)
from nnlab.losses import mse, softmax_cross_entropy
from nnlab.optimizers import adam, momentum, sgd
from nnlab.training import Optimizer, fit


def train(net, rng, rule=sgd, lr=0.1, n=None, noise=0.0, scale=1.0,
          loss=softmax_cross_entropy, **settings):
    """Train on n digits, a share of them with a random label."""
    X, y = load_digits()
    X = scale * X
    (X, y), validation, _ = split(X, y, rng)
    X, y = X[:n], y[:n].copy()
    wrong = rng.random(len(y)) < noise
    y[wrong] = rng.integers(0, 10, wrong.sum())
    return fit(net, X, y, rng=rng, loss=loss,
               optimizer=Optimizer(rule, lr=lr), validation=validation,
               callbacks=[Monitor(X[:256], y[:256])],
               progress=False, **{"epochs": 12} | settings)


def run(*hidden, settings=(), **training):
    """A run of an MLP, as a function of the seed."""
    @functools.cache
    def of(seed):
        rng = np.random.default_rng(seed)
        net = mlp(64, *hidden, 10, rng=rng, **dict(settings))
        return train(net, rng, **training)
    return of


def residual(seed):
    rng = np.random.default_rng(seed)
    blocks = [Residual(BatchNorm(32), ReLU(), Linear(32, 32))
              for _ in range(4)]
    net = Sequential(Linear(64, 32), *blocks, Linear(32, 10), rng=rng)
    return train(net, rng)


def fine_tuned(seed):
    """The lower half is frozen, so that no gradient goes there."""
    rng = np.random.default_rng(seed)
    net = mlp(64, 64, 32, 10, rng=rng)
    net.freeze(0, 1)
    return train(net, rng, epochs=20)


HEALTHY = {
    "softmax regression": run(lr=0.5),
    "ReLU, SGD": run(64),
    "ReLU, momentum": run(64, 64, rule=momentum, lr=0.02),
    "ReLU, Adam": run(64, 64, rule=adam, lr=3e-3),
    "wide": run(256, rule=adam, lr=1e-3),
    "6 ReLU layers": run(*[64] * 6, lr=0.02, epochs=15),
    "8 tanh layers": run(*[64] * 8, settings={
        "activation": Tanh, "init": inits.xavier_normal}, batch_size=64),
    "2 sigmoid layers": run(64, 64, settings={"activation": Sigmoid},
                            rule=adam, lr=0.01),
    "BatchNorm": run(64, 64, settings={"batch_norm": True}),
    "4 layers, BatchNorm, small weights": run(*[64] * 4, settings={
        "batch_norm": True, "init": inits.normal}),
    "dropout": run(128, settings={"dropout": 0.5}, rule=adam, lr=3e-3),
    "BatchNorm, dropout": run(
        75, 45, settings={"batch_norm": True, "dropout": (0.5, 0.3)},
        rule=momentum, lr=0.02, batch_size=64, epochs=20),
    "float32": run(64, settings={"dtype": np.float32}),
    "batches of 256": run(64, rule=adam, lr=0.01, batch_size=256),
    "residual": residual,
    "lower half frozen": fine_tuned,
}


class Softmax(Layer):
    """Probabilities as the last layer: what the loss does itself."""

    def forward(self, x, training=False):
        self.x = x
        return softmax(x)

    def backward(self, dout, need_dx=True):
        p = softmax(self.x)
        return p * (dout - (dout * p).sum(axis=1, keepdims=True))


def summed(logits, y):
    loss, dlogits = softmax_cross_entropy(logits, y)
    return len(y) * loss, len(y) * dlogits


def softmax_inside(logits, y):
    p = softmax(logits)
    loss, dp = softmax_cross_entropy(p, y)
    return loss, p * (dp - (dp * p).sum(axis=1, keepdims=True))


def softmax_layer(seed):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(64, 64), ReLU(), Linear(64, 10), Softmax(),
                     rng=rng)
    return train(net, rng, rule=adam, lr=1e-2)


def noisy_regression(seed):
    """The target is noise: there is nothing to learn but the examples."""
    rng = np.random.default_rng(seed)
    X, _ = load_digits()
    y = 3 * rng.normal(size=(len(X), 1))
    net = mlp(64, 256, 1, rng=rng)
    return fit(net, X[:60], y[:60], rng=rng, loss=mse, epochs=80,
               optimizer=Optimizer(adam, lr=3e-3), progress=False,
               validation=(X[500:], y[500:]),
               callbacks=[Monitor(X[:60], y[:60])])


def dead(seed):
    """Biases far below 0: no ReLU ever gives out anything."""
    rng = np.random.default_rng(seed)
    net = mlp(64, 64, 64, 10, rng=rng)
    net.layers[2].b = np.full(64, -10.0)
    return train(net, rng)


def wide_weights(a, b, rng):
    return inits.normal(a, b, rng, std=0.5)


def very_wide_weights(a, b, rng):
    return inits.normal(a, b, rng, std=0.7)


def no_numbers(x, y, rng):
    return np.nan * x, y


FAULTY = {
    "8 sigmoid layers": run(*[64] * 8, settings={"activation": Sigmoid}),
    "weights of std 0.01": run(*[64] * 6, settings={"init": inits.normal}),
    "weights of std 0.5": run(*[64] * 6, settings={"init": wide_weights}),
    "10 tanh layers, weights of std 0.7": run(*[64] * 10, settings={
        "activation": Tanh, "init": very_wide_weights}, lr=0.01),
    "rate of 10": run(64, 64, lr=10.0),
    "augmentation gives NaN": run(64, augment=no_numbers),
    "labels drawn at random": run(256, rule=adam, lr=3e-3, noise=1.0,
                                  epochs=40, n=1000),
    "biases of -10": dead,
    "40 examples": run(256, n=40, epochs=60),
    "noisy labels": run(256, rule=adam, lr=3e-3, n=200, noise=0.3,
                        epochs=60),
    "noisy regression": noisy_regression,
    "2 units": run(2, settings={"activation": Tanh}, epochs=40),
    "rate of 1e-5": run(64, lr=1e-5),
    "summed loss": run(64, loss=summed, lr=0.1 / 32),
    "softmax layer": softmax_layer,
    "softmax in the loss": run(64, loss=softmax_inside, rule=adam, lr=0.01),
    "pixels to 255": run(64, scale=255.0, rule=adam, lr=1e-3),
}
