"""fit, History and Optimizer: what is done, in which order, and when."""
import copy
import math
import sys
import warnings

import numpy as np
import pytest
import torch

from nnlab.data import minibatches
from nnlab.layers import Linear, ReLU, Sequential, Tanh, mlp
from nnlab.losses import mse, softmax_cross_entropy
from nnlab.optimizers import adam, momentum, nesterov, sgd
from nnlab.training import History, Optimizer, evaluate, fit

RULES = {sgd: {"lr": 0.1}, momentum: {"lr": 0.1, "mu": 0.5},
         nesterov: {"lr": 0.1, "mu": 0.5},
         adam: {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 0.05}}
each = pytest.mark.parametrize("rule", RULES)


def generator(seed=0):
    return np.random.default_rng(seed)


def network(seed=0, kind=Tanh):
    return Sequential(Linear(2, 5), kind(), Linear(5, 3),
                      rng=generator(seed))


def problem(n=10, seed=5):
    rng = generator(seed)
    return rng.normal(size=(n, 2)), rng.integers(3, size=n)


def run(net=None, data=None, seed=1, **options):
    """fit without a bar on a small problem; any warning is an error."""
    net = network() if net is None else net
    options = {"epochs": 2, "batch_size": 4, "progress": False} | options
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return fit(net, *(data or problem()), rng=generator(seed), **options)


@each
def test_fit_is_the_loop_in_pytorch(rule):
    """The same batches through PyTorch's layers, loss and optimiser."""
    X, y = problem()
    net = network()
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 5), torch.nn.Tanh(),
                                 torch.nn.Linear(5, 3)).double()
    with torch.no_grad():
        for t, w in zip(theirs.parameters(), (
                net.layers[0].W.T, net.layers[0].b,
                net.layers[2].W.T, net.layers[2].b)):
            t[:] = torch.tensor(w.copy())
    hyper, parameters = RULES[rule], theirs.parameters()
    other = (torch.optim.Adam(parameters, lr=0.1, betas=(0.8, 0.95),
                              eps=0.05) if rule is adam else
             torch.optim.SGD(parameters, lr=0.1, momentum=hyper.get("mu", 0),
                             nesterov=rule is nesterov))
    rng = generator(1)
    for _ in range(3):
        for i in minibatches(len(X), 4, rng):
            other.zero_grad()
            torch.nn.functional.cross_entropy(
                theirs(torch.tensor(X[i])), torch.tensor(y[i])).backward()
            other.step()
    run(net, (X, y), epochs=3, optimizer=Optimizer(rule, **hyper))
    logits = theirs(torch.tensor(X)).detach()
    np.testing.assert_allclose(net(X), logits, rtol=0, atol=1e-10)


def test_fit_calls_the_rule_it_was_given():
    calls = []

    def spy(w, grad, state=None, lr=0.5):
        calls.append((w.size, state, lr))
        return w - lr * grad, (state or 0) + 1

    h = run(optimizer=Optimizer(spy, lr=0.25))
    assert calls == [(33, state, 0.25) for state in [None, 1, 2, 3, 4, 5]]
    assert h.updates == 6


def test_default_is_sgd_at_a_tenth():
    net, other = network(), network()
    run(net)
    run(other, optimizer=Optimizer(sgd, lr=0.1))
    assert (net.params == other.params).all()


def test_the_same_rng_gives_the_same_parameters():
    nets = [network() for _ in range(3)]
    for net, seed in zip(nets, (1, 1, 2)):
        run(net, seed=seed)
    first, again, other = (net.params for net in nets)
    assert (first == again).all() and (first != other).any()


def test_nothing_but_the_net_is_changed():
    X, y = problem()
    copies = X.copy(), y.copy()
    run(data=(X, y), validation=(X, y))
    assert (X == copies[0]).all() and (y == copies[1]).all()


class Batches:
    """Pretends to be a net without effect; notes the batches."""

    params, grads, trainable = np.zeros(1), np.zeros(1), None

    def __init__(self, min_batch=1):
        self.min_batch, self.seen = min_batch, []

    def forward(self, x, training):
        self.seen.append(x[:, 0].tolist())
        return np.zeros((len(x), 3))

    def backward(self, dout, need_dx=True):
        pass


@pytest.mark.parametrize("min_batch, sizes", [(1, [4, 4, 1]), (2, [4, 5])])
def test_every_example_once_an_epoch(min_batch, sizes):
    X, y = np.arange(9.0)[:, None], np.zeros(9, int)
    net = Batches(min_batch)
    run(net, (X, y), epochs=2)
    assert [len(batch) for batch in net.seen] == 2 * sizes
    epochs = net.seen[:len(sizes)], net.seen[len(sizes):]
    orders = [sum(batches, []) for batches in epochs]
    assert [sorted(order) for order in orders] == 2 * [list(range(9))]
    assert orders[0] != orders[1]


def test_train_loss_is_the_mean_over_examples():
    """With lr = 0 no batch changes the net: 4, 4 and 2 are weighted."""
    net, (X, y) = network(), problem()
    h = run(net, (X, y), optimizer=Optimizer(sgd, lr=0.0))
    loss, _ = softmax_cross_entropy(net(X), y)
    share = (net(X).argmax(axis=1) == y).mean()
    assert 0 < share < 1
    assert h.train_loss == pytest.approx([loss, loss], rel=1e-12)
    assert h.train_accuracy == pytest.approx([share, share], rel=1e-12)


def test_train_loss_is_taken_before_the_update_and_val_loss_after():
    net, data, held_out = network(), problem(), problem(7, seed=6)
    before = copy.deepcopy(net)
    h = run(net, data, epochs=1, batch_size=10, validation=held_out)
    assert (h.train_loss[0], h.train_accuracy[0]) == pytest.approx(
        evaluate(before, *data))
    assert (h.val_loss[0], h.val_accuracy[0]) == evaluate(net, *held_out)
    assert h.train_loss[0] != pytest.approx(evaluate(net, *data)[0])


def test_validation_changes_nothing_in_training():
    net, other = network(), network()
    with_it = run(net, validation=problem(7))
    without = run(other)
    assert (net.params == other.params).all()
    assert with_it.train_loss == without.train_loss
    assert len(with_it.val_loss) == len(with_it.val_accuracy) == 2
    assert without.val_loss == without.val_accuracy == []


def test_regression_has_no_accuracy():
    X, _ = problem()
    h = run(Sequential(Linear(2, 1), rng=generator()), (X, X[:, :1]),
            loss=mse, validation=(X, X[:, :1]), epochs=30)
    assert h.train_loss[-1] < h.train_loss[0]
    assert math.isnan(h.train_accuracy[0]) and math.isnan(h.val_accuracy[0])


@pytest.mark.parametrize("lr", [1e100, 1e200, 1e308])
@pytest.mark.parametrize("kind", [ReLU, Tanh])
@pytest.mark.parametrize("rule", [sgd, adam])
def test_a_run_that_diverges_stops_in_silence(lr, kind, rule, capfd):
    X, y = problem()
    h = run(network(kind=kind), (1e10 * X, y), epochs=50,
            optimizer=Optimizer(rule, lr=lr), validation=(X, y))
    if lr == 1e308:
        assert h.diverged is not None
    if h.diverged:
        epoch, updates = h.diverged
        assert updates == h.updates < 150
        assert epoch == len(h.train_loss) + 1
    assert len(h.train_loss) == len(h.val_loss) == len(h.seconds)
    assert np.isfinite(h.train_loss).all()
    assert capfd.readouterr() == ("", "")


def test_parameters_lost_in_the_last_update_are_seen():
    h = run(epochs=1, batch_size=10, optimizer=Optimizer(
        lambda w, grad, state: (w + np.inf, None)))
    assert h.diverged == (1, 1) and h.train_loss == []


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_stops_the_run(bad):
    values = iter([1.0, 1.0, 1.0, 2.0, bad])
    h = run(loss=lambda out, y: (next(values), 0 * out))
    assert h.diverged == (2, 4) and h.train_loss == [1.0]
    assert repr(h).endswith("diverged in epoch 2, after update 4")


def test_progress_is_silent_on_stderr(capfd):
    run(progress=True)
    out, err = capfd.readouterr()
    assert "6/6" in out and err == ""
    run(progress=False)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("total, batch_norm", [(3, False), (2, True)])
def test_the_bar_counts_the_updates(total, batch_norm, capsys):
    """A last batch of one joins the one before where BatchNorm is."""
    net = mlp(2, 5, 3, rng=generator(), batch_norm=batch_norm)
    run(net, problem(9), epochs=1, progress=True)
    assert f"{total}/{total}" in capsys.readouterr().out


def test_progress_without_tqdm(monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert run(progress=True).updates == 6
    assert capfd.readouterr() == ("", "")


def test_history_says_its_last_values_in_one_line():
    h = History([1.0, 0.5], [0.5, 0.75], [1.0, 0.6], [0.5, 0.625],
                [0.25, 0.5], 6)
    assert repr(h) == (
        "History: epoch 2, update 6, 0.75 s; train loss 0.5000, accuracy "
        "0.7500; validation loss 0.6000, accuracy 0.6250")
    assert repr(History()) == "History: epoch 0, update 0, 0.00 s"


def test_seconds_count_each_epoch():
    h = run(epochs=3)
    assert len(h.seconds) == 3 and min(h.seconds) > 0


def stepped(n):
    optimizer = Optimizer(sgd)
    optimizer.step(np.zeros(2), np.zeros(2))
    optimizer.step(np.zeros(n), np.zeros(n))


X, Y = problem()


@pytest.mark.parametrize("call, fault", [
    (lambda: Optimizer(adam, momentum=0.9),
     "adam has no hyper-parameter 'momentum'; it takes lr, beta1, beta2, e"),
    (lambda: Optimizer(sgd, state=1), "sgd has no hyper-parameter 'state'"),
    (lambda: run(optimizer=Optimizer(sgd, lr=-1)), "lr must be .* got -1"),
    (lambda: stepped(3), "holds the state of 2 parameters; got 3"),
    (lambda: Optimizer(sgd).step(np.zeros(2), np.zeros(3)), "shapes differ"),
    (lambda: run(optimizer=adam), r"Optimizer\(sgd, lr=0.1\); got <func"),
    (lambda: run(data=(X[:0], Y[:0])), "X must hold at least one example"),
    (lambda: run(data=(X * np.nan, Y)), "X holds NaN"),
    (lambda: run(data=(X, Y[:9])), "X has 10 examples and y 9"),
    (lambda: run(data=(X, list(Y))), "y must be a NumPy array"),
    (lambda: run(data=(X, Y + 1)), "y must lie between 0 and 2"),
    (lambda: run(data=(X, Y * np.nan)), "y holds NaN"),
    (lambda: run(data=(X, Y * 1.0)), "y must be an array of integer labels"),
    (lambda: run(data=(X[:, :1], Y)), r"layer 0, Linear\(2, 5\): x must"),
    (lambda: run(epochs=0), "epochs must be"),
    (lambda: run(batch_size=0), "batch_size must be"),
    (lambda: run(validation=X), "validation must be a pair"),
    (lambda: run(validation=(X + np.inf, Y)), "X holds NaN or inf"),
    (lambda: fit(network(), X, Y, rng=0), "rng must be"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
