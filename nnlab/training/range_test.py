"""The learning-rate range test."""
import math

from nnlab._checks import at_least, count
from nnlab.losses import softmax_cross_entropy
from nnlab.schedules import range_test
from nnlab.training.callbacks import Callback
from nnlab.training.checkpoint import generators
from nnlab.training.loop import fit

WORSE = 4           # times the lowest loss ends it: a convention


class _Sweep(Callback):
    """A growing rate; stops when the loss has become far too large."""

    def __init__(self, low, high, total):
        self.low, self.high, self.total = low, high, total
        self.rates, self.losses = [], []

    def before_update(self, run):
        run.optimizer.lr = range_test(run.history.updates, self.low,
                                      self.high, self.total)

    def after_update(self, run):
        self.rates.append(run.optimizer.lr)
        self.losses.append(float(run.loss))
        if (run.loss > WORSE * min(self.losses)
                or len(self.rates) > self.total):
            run.stop = "end of the range test"


def lr_range_test(net, X, y, *, rng, optimizer, low=1e-5, high=10.0,
                  updates=100, batch_size=32, loss=softmax_cross_entropy):
    """The loss of each batch while the rate grows from low to high.

        rate = low (high / low)^(k / updates),    k = 0 .. updates

    A good rate lies where the loss falls steeply, well below the one
    where it begins to rise.  It ends early when the loss is 4 times its
    lowest, or no longer finite.
    X : (N, D), y : (N,) integer labels, or what loss wants; optimizer :
    a new Optimizer, which is used up; rng, batch_size : as in fit.
    net gets its parameters, running statistics and Dropouts' generators
    back.
    Returns two lists, the rates and the losses.
    Raises ValueError unless 0 < low < high; and see fit.
    Source: Smith (2017), section 3.3.
    Differs from PyTorch, which has none.
    """
    at_least(0, low=low, high=high)
    count(updates=updates, batch_size=batch_size)
    if not 0 < low < high:
        raise ValueError("the rates must be 0 < low < high; got "
                         f"{low} and {high}.")
    before, sweep = net.state(), _Sweep(low, high, updates)
    kept = [g.bit_generator.state for g in generators(net, rng)][1:]
    # Enough of them: a small last batch may have joined another.
    epochs = math.ceil((updates + 1) / max(len(X) // batch_size, 1))
    try:
        fit(net, X, y, rng=rng, loss=loss, optimizer=optimizer,
            epochs=epochs, batch_size=batch_size, callbacks=[sweep],
            progress=False)
    finally:
        net.load_state(before)
        for g, state in zip(generators(net, rng)[1:], kept):
            g.bit_generator.state = state
    return sweep.rates, sweep.losses
