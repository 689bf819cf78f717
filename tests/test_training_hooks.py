"""What surrounds an update: schedule, penalty, clip, augment, Ctrl-C."""
import os
import signal
import threading

import numpy as np
import pytest

from nnlab.augmentation import mixup
from nnlab.layers import Tanh, mlp
from nnlab.losses import binary_cross_entropy, soft_cross_entropy
from nnlab.optimizers import adamw, sgd
from nnlab.regularization import clip_by_norm, l2, max_norm
from nnlab.schedules import cosine
from nnlab.training import (Average, Callback, EarlyStopping, Optimizer,
                            Project, ReduceOnPlateau, fit)
from tests.small import classifier as network
from tests.small import generator, problem


def run(net=None, data=None, **options):
    options = {"epochs": 2, "batch_size": 4, "progress": False} | options
    return fit(net or network(), *(data or problem()), rng=generator(1),
               **options)


class Notes(Callback):
    """Writes down what it is told, and the network's numbers then."""

    def __init__(self):
        self.calls, self.params, self.grads, self.rates = [], [], [], []

    def before_update(self, run):
        self.calls.append("before")
        self.grads.append(run.net.grads.copy())
        self.rates.append(run.optimizer.lr)

    def after_update(self, run):
        self.calls.append("after")
        self.params.append(run.net.params.copy())

    def after_epoch(self, run):
        self.calls.append(f"epoch {run.epoch}")

    def at_end(self, run):
        self.calls.append("end")


def test_callbacks_are_called_in_turn():
    notes = Notes()
    h = run(callbacks=[notes], epochs=2)
    updates = ["before", "after"] * 6
    assert notes.calls == [*updates, "epoch 1", *updates, "epoch 2", "end"]
    assert h.updates == 12 and h.extra == {} and h.stopped is None


def test_a_callback_ends_training_within_an_epoch_or_after_it():
    class Stop(Callback):
        def after_update(self, run):
            if run.history.updates == 8:
                run.stop = "enough"

    h = run(callbacks=[Stop()], epochs=5)
    assert (h.updates, len(h.train_loss)) == (8, 1)
    assert h.stopped == "enough" and "stopped: enough" in repr(h)


def test_schedule_sets_the_rate_of_each_update():
    notes, seen = Notes(), []

    def schedule(t):
        seen.append(t)
        return cosine(t, 0.3, 2)

    h = run(schedule=schedule, callbacks=[notes])
    np.testing.assert_allclose(seen, np.arange(12) / 6)
    assert notes.rates == [cosine(t, 0.3, 2) for t in seen]
    assert h.lr == [notes.rates[5], notes.rates[11]]


def test_penalty_adds_to_the_weights_gradient_only():
    """One update of plain SGD, with and without the penalty."""
    lam, lr = 0.05, 0.3
    nets = [network(batch_norm=True) for _ in range(2)]
    start = nets[0].state()
    histories = [run(net, epochs=1, batch_size=21,
                     optimizer=Optimizer(sgd, lr=lr), penalty=penalty)
                 for net, penalty in zip(nets, (None,
                                                lambda W: l2(W, lam)))]
    plain, shrunk = nets[0].state(), nets[1].state()
    for name in start:
        extra = 2 * lam * start[name] if name.endswith("W") else 0
        np.testing.assert_allclose(shrunk[name], plain[name] - lr * extra,
                                   atol=1e-14)
    assert histories[0].train_loss == histories[1].train_loss


def test_clip_bounds_what_the_optimiser_gets():
    notes, plain = Notes(), Notes()
    run(clip=lambda grads: clip_by_norm(grads, 0.01), callbacks=[notes])
    run(callbacks=[plain])
    norms = [np.linalg.norm(grads) for grads in notes.grads]
    np.testing.assert_allclose(norms, 0.01)
    np.testing.assert_allclose(
        notes.grads[0] / norms[0],
        plain.grads[0] / np.linalg.norm(plain.grads[0]))
    kept = Notes()
    run(clip=lambda grads: [0.5 * g for g in grads], callbacks=[kept])
    np.testing.assert_allclose(kept.grads[0], 0.5 * plain.grads[0])


def test_augment_sees_each_training_batch_and_no_other():
    seen = []

    def augment(x, y, rng):
        assert isinstance(rng, np.random.Generator)
        assert len(x) == len(y)
        seen.append(len(x))
        return x + 1, y

    X, y = problem()
    shifted, plain = network(), network()
    run(shifted, (X, y), augment=augment, validation=(X, y))
    run(plain, (X + 1, y))
    assert seen == 2 * [4, 4, 4, 4, 4, 1]
    np.testing.assert_allclose(shifted.params, plain.params, rtol=1e-12)


def test_project_moves_the_weights_after_each_update():
    net = network(batch_norm=True)
    biases = [net.layers[-1].b.copy(), net.layers[1].gamma.copy()]
    run(net, callbacks=[Project(lambda W, lr: 0 * W + lr)],
        optimizer=Optimizer(sgd, lr=0.25))
    assert all((W == 0.25).all() for W, _ in net.weights)
    assert (net.layers[-1].b != biases[0]).all()
    assert (net.layers[1].gamma != biases[1]).all()
    run(net, callbacks=[Project(lambda W, lr: max_norm(W, 0.125))])
    assert all((np.linalg.norm(W, axis=0) < 0.1251).all()
               for W, _ in net.weights)


@pytest.mark.parametrize("start", [0, 5])
@pytest.mark.parametrize("decay", [None, 0.75])
def test_averages_by_hand(start, decay):
    net, notes = network(), Notes()
    run(net, callbacks=[notes, Average(decay, start)])
    paths = notes.params[max(start - 1, 0):]
    expected = paths[0]
    for w in paths[1:]:
        expected = 0.75 * expected + 0.25 * w
    if decay is None:
        expected = np.mean(paths, axis=0)
    np.testing.assert_allclose(net.params, expected, atol=1e-14)


def test_a_rate_for_each_parameter():
    """Rate 0 for the first layer, and twice the rate for the last."""
    net, other = network(), network()
    rates = np.full(net.params.size, 0.1)
    rates[:24] = 0
    rates[-12:] = 0.2
    start = net.params.copy()
    run(net, epochs=1, batch_size=21, optimizer=Optimizer(sgd, lr=rates))
    run(other, epochs=1, batch_size=21, optimizer=Optimizer(sgd, lr=0.1))
    np.testing.assert_allclose((net.params - start) * 0.1,
                               rates * (other.params - start), atol=1e-15)


class Interrupt(Callback):
    """Sends SIGINT, as Ctrl-C does, in the update with this number."""

    def __init__(self, *updates):
        self.updates = updates

    def before_update(self, run):
        for _ in range(self.updates.count(run.history.updates + 1)):
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_keeps_what_was_learned():
    """The update is made whole; the run looks like a shorter one."""
    notes, before = Notes(), signal.getsignal(signal.SIGINT)
    net = network()
    h = run(net, epochs=9, callbacks=[Interrupt(8), notes])
    assert h.updates == 8 and len(h.train_loss) == 1
    assert h.stopped == "Ctrl-C in epoch 2, after update 8"
    assert notes.calls[-1] == "end"
    shorter = Notes()
    run(callbacks=[shorter])
    assert (net.params == shorter.params[7]).all()
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_after_the_last_update_is_not_lost():
    """In a callback after the last epoch, or after an earlier one."""
    class Late(Callback):
        def after_epoch(self, run):
            if run.epoch == 2:
                os.kill(os.getpid(), signal.SIGINT)

    for epochs in (2, 5):
        h = run(epochs=epochs, callbacks=[Late()])
        assert h.stopped == "Ctrl-C in epoch 2, after update 12"
        assert h.updates == 12 and len(h.train_loss) == 2


def test_the_second_ctrl_c_interrupts_at_once():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run(callbacks=[Interrupt(3, 3)])
    assert signal.getsignal(signal.SIGINT) is before


def test_fit_works_outside_of_the_main_thread():
    done = []
    thread = threading.Thread(target=lambda: done.append(run().updates))
    thread.start()
    thread.join()
    assert done == [12]


def test_a_network_with_one_output_learns_a_binary_task():
    """Its accuracy is the share of right signs."""
    X, y = problem(40)
    net = mlp(3, 6, 1, rng=generator(), activation=Tanh)
    h = run(net, (X, y), loss=binary_cross_entropy, validation=(X, y))
    right = (net(X)[:, 0] > 0) == (y == 1)
    assert h.val_accuracy[-1] == right.mean()
    value, _ = binary_cross_entropy(net(X), y)
    assert h.val_loss[-1] == pytest.approx(value)


def test_mixup_in_fit():
    X, y = problem()
    onehot, seen = np.eye(2)[y], []

    def augment(x, y, rng):
        mixed = mixup(x, y, rng, alpha=0.4)
        seen.append(mixed[1])
        return mixed

    h = run(data=(X, onehot), loss=soft_cross_entropy, augment=augment)
    assert np.isfinite(h.train_loss).all()
    assert any(((t > 0) & (t < 1)).any() for t in seen)


def test_a_decay_that_leaves_biases_out():
    net = network(batch_norm=True)
    decay = net.on_weights(0.5)
    assert decay.sum() == 0.5 * sum(W.size for W, _ in net.weights)
    before = net.state()
    net.grads[:] = 0
    Optimizer(adamw, lr=0.1, weight_decay=decay).step(net.params, net.grads)
    for name, array in net.state().items():
        factor = 0.95 if name.endswith("W") else 1
        np.testing.assert_allclose(array, factor * before[name])


def test_a_frozen_batch_norm_trains_on_batches_of_one():
    net = network(batch_norm=True)
    net.freeze(1, 4)
    run(net, batch_size=1, epochs=1)
    net.unfreeze(4)
    with pytest.raises(ValueError, match="min_size"):
        run(net, batch_size=1, epochs=1)


@pytest.mark.parametrize("options, fault", [
    ({"schedule": 0.1}, "schedule must be a function"),
    ({"clip": 1.0}, "clip must be a function"),
    ({"penalty": 1e-3}, "penalty must be a function"),
    ({"augment": True}, "augment must be a function"),
    ({"callbacks": [print]}, "callbacks must be a list of Callback"),
    ({"callbacks": Average()}, "callbacks must be a list of Callback"),
    ({"penalty": lambda W: 0.1 * W}, "must return the pair"),
    ({"penalty": lambda W: (0.0, W[1])}, "shapes differ"),
    ({"schedule": lambda t: 0.1, "callbacks": [ReduceOnPlateau()]},
     "choose one"),
    ({"callbacks": [EarlyStopping(), Average()]}, "choose one"),
    ({"schedule": lambda t: 0.1,
      "optimizer": Optimizer(sgd, lr=np.ones(71))}, "would replace"),
])
def test_bad_options_are_named(options, fault):
    with pytest.raises(ValueError, match=fault):
        run(**options)
