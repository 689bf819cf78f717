"""The rows on schedules and patience of the page Conventions."""
import math

import numpy as np
import pytest
import torch

from nnlab import schedules, training
from nnlab.layers import Linear, Sequential
from nnlab.optimizers import sgd
from tests.book.conversions import close


def torch_rates(make, steps, lr=0.5):
    """The rate before each step of a scheduler of PyTorch."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return rates


def test_exponential_decay():
    gamma, epochs = 0.9, 12
    theirs = torch_rates(lambda o: torch.optim.lr_scheduler.ExponentialLR(
        o, gamma), epochs)
    k = -math.log(gamma)
    mine = [schedules.exponential(t, 0.5, k) for t in range(epochs)]
    assert close(mine, theirs) and close(gamma, math.exp(-k))
    halves = [0.5 * 0.5 ** (t / 4) for t in range(epochs)]      # half-life 4
    assert close(halves, [schedules.exponential(t, 0.5, math.log(2) / 4)
                          for t in range(epochs)])


def test_schedule_time():
    """Within an epoch ours falls; PyTorch's waits for the next step()."""
    gamma, epochs, updates = 0.8, 5, 4
    k = -math.log(gamma)

    def theirs(gamma, steps):
        return torch_rates(lambda o: torch.optim.lr_scheduler
                           .ExponentialLR(o, gamma), steps)
    times = [n / updates for n in range(epochs * updates)]
    ours = [schedules.exponential(t, 0.5, k) for t in times]
    by_epoch = np.repeat(theirs(gamma, epochs), updates)
    assert close([schedules.exponential(math.floor(t), 0.5, k)
                  for t in times], by_epoch)
    assert close(ours[::updates], by_epoch[::updates])
    assert not close(ours, by_epoch, rtol=1e-2)
    assert close(ours, theirs(gamma ** (1 / updates), epochs * updates))


def first_cut(patience, values):
    """The epoch in which plateau cuts the rate, the first being 1."""
    lr, state = 1.0, None
    for epoch, value in enumerate(values, 1):
        lr, state = schedules.plateau(value, state, lr, patience=patience)
        if lr < 1:
            return epoch


def keras_stop(patience, values):
    """The epoch in which bad epochs reach the patience."""
    best, bad = math.inf, 0
    for epoch, value in enumerate(values, 1):
        best, bad = (value, 0) if value < best else (best, bad + 1)
        if bad >= patience:
            return epoch


def ours_stop(patience, values):
    """The epoch in which EarlyStopping ends a training."""
    net = Sequential(Linear(1, 1), rng=np.random.default_rng(0))
    run = training.Run(net, training.Optimizer(sgd, lr=0.1))
    stopping = training.EarlyStopping(patience)
    for run.epoch, value in enumerate(values, 1):
        run.history.val_loss.append(value)
        stopping.after_epoch(run)
        if run.stop:
            return run.epoch


@pytest.mark.parametrize("patience", [1, 2, 5])
def test_patience(patience):
    values = [0.9, 0.5, 0.6, 0.4] + 9 * [0.7]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, patience=patience)
    for epoch, value in enumerate(values, 1):
        plateau.step(value)
        if optimizer.param_groups[0]["lr"] < 1:
            break
    assert epoch == first_cut(patience, values) == 5 + patience
    assert ours_stop(patience, values) == epoch
    assert keras_stop(patience + 1, values) == epoch
    assert keras_stop(patience, values) < epoch


def test_threshold():
    """A share of the best value, or an amount below it."""
    best, amount, lr = 0.5, 0.01, 1.0
    for value in (0.489, 0.491):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
        theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, patience=0, threshold=amount, threshold_mode="abs")
        for loss in (best, value):
            theirs.step(loss)
        cut = schedules.plateau(value, (best, 0), lr, patience=0,
                                threshold=amount / best)[0]
        assert close(cut, optimizer.param_groups[0]["lr"])
        assert (cut < lr) == (value > best - amount)
