"""The learning-rate range test."""
import numpy as np
import pytest

from nnlab.losses import softmax_cross_entropy
from nnlab.optimizers import sgd
from nnlab.training import Optimizer, lr_range_test, train_step
from tests.small import classifier as network
from tests.small import generator, problem


def test_range_test_gives_the_network_back():
    net = network(batch_norm=True)
    before = net.state()
    rates, found = lr_range_test(
        net, *problem(), rng=generator(2), optimizer=Optimizer(sgd),
        low=1e-4, high=1e-2, updates=10, batch_size=4)
    assert all((before[n] == net.state()[n]).all() for n in before)
    np.testing.assert_allclose(rates, 1e-4 * 100**(np.arange(11) / 10))
    assert len(found) == 11 and np.isfinite(found).all()


def test_range_test_takes_no_draw_from_dropout():
    masks = []
    for test in (False, True):
        net = network(dropout=0.5)
        if test:
            lr_range_test(net, *problem(), rng=generator(2),
                          optimizer=Optimizer(sgd), updates=3)
        net.forward(np.ones((5, 3)), training=True)
        masks.append(net.layers[2].mask)
    assert (masks[0] == masks[1]).all()


def test_range_test_losses_are_those_of_the_batches():
    net, other = network(), network()
    _, found = lr_range_test(
        net, *problem(8), rng=generator(2), optimizer=Optimizer(sgd),
        low=0.1, high=0.4, updates=2, batch_size=8)
    optimizer = Optimizer(sgd, lr=0.1)
    for rate, value in zip((0.1, 0.2, 0.4), found):
        optimizer.lr = rate
        expected, _ = train_step(other, *problem(8), softmax_cross_entropy,
                                 optimizer)
        assert value == pytest.approx(expected)


def test_range_test_ends_when_the_loss_runs_away():
    rates, found = lr_range_test(
        network(), *problem(), rng=generator(2), optimizer=Optimizer(sgd),
        low=1e-3, high=1e9, updates=200, batch_size=4)
    assert len(found) < 201
    assert not found[-1] < 4 * min(found) or rates[-1] > 1e3


@pytest.mark.parametrize("low, high", [(0.1, 0.1), (0, 1), (-1, 1)])
def test_bad_ranges_are_named(low, high):
    with pytest.raises(ValueError, match="low|rates"):
        lr_range_test(network(), *problem(), rng=generator(),
                      optimizer=Optimizer(sgd), low=low, high=high)
