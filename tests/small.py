"""A small network with every kind of layer, trained for a little."""
import numpy as np

from nnlab.layers import (BatchNorm, Dropout, LayerNorm, Linear, Residual,
                          Sequential, Tanh, mlp)
from nnlab.losses import softmax_cross_entropy
from nnlab.optimizers import adamw
from nnlab.training import Optimizer, train_step


def generator(seed=0):
    return np.random.default_rng(seed)


def network(seed=0, H=4):
    return Sequential(
        Linear(3, H), BatchNorm(H), Residual(Linear(H, H), Tanh()),
        LayerNorm(H), Dropout(0.2), Linear(H, 2), rng=generator(seed))


def train(net, updates=4, optimizer=None):
    rng = generator(9)
    optimizer = optimizer or Optimizer(adamw, lr=0.1, weight_decay=0.5)
    for _ in range(updates):
        train_step(net, rng.normal(size=(6, 3)), rng.integers(2, size=6),
                   softmax_cross_entropy, optimizer)


def same(a, b):
    return all((a[name] == b[name]).all() for name in a | b)


def classifier(**settings):
    """An MLP for problem()."""
    return mlp(3, 6, 5, 2, rng=generator(), activation=Tanh, **settings)


def problem(n=21):
    """n examples of 3 numbers, labelled 0 and 1 at random."""
    rng = generator(5)
    return rng.normal(size=(n, 3)), rng.integers(2, size=n)
