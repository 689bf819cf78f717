"""Layers and Sequential: gradients, the PyTorch twin, and the views."""
import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from nnlab import inits
from nnlab.gradcheck import numerical_gradient
from nnlab.layers import Linear, ReLU, Sequential, Sigmoid, Tanh
from nnlab.losses import softmax_cross_entropy
from nnlab.optimizers import adam
from nnlab.training import Optimizer

seeds = st.integers(0, 2**32 - 1)
widths = st.lists(st.integers(1, 5), min_size=2, max_size=4)
kinds = st.sampled_from([ReLU, Sigmoid, Tanh])
TORCH = {ReLU: torch.nn.ReLU, Sigmoid: torch.nn.Sigmoid,
         Tanh: torch.nn.Tanh}


def generator(seed=0):
    return np.random.default_rng(seed)


def network(widths, kind, seed, bias=True, **kwargs):
    """Linear layers of random weights and biases, kind between them."""
    found = [kind()] if seed % 2 else []    # first an activation, or not
    for fan_in, fan_out in zip(widths, widths[1:]):
        found += [Linear(fan_in, fan_out, inits.pytorch_default, bias),
                  kind()]
    return Sequential(*found, rng=generator(seed), **kwargs)


def batch(net, widths, seed, n=3):
    """x and a random upstream gradient, with no kink of ReLU near."""
    rng = generator(seed + 1)
    x = rng.normal(size=(n, widths[0]))
    upstream = rng.normal(size=(n, widths[-1]))
    net(x)
    assume(all(abs(layer.x).min() > 1e-4 for layer in net.layers
               if isinstance(layer, ReLU)))
    return x, upstream


@given(seed=seeds, widths=widths, kind=kinds, bias=st.booleans())
def test_gradients_are_the_difference_quotient(seed, widths, kind, bias):
    net = network(widths, kind, seed, bias)
    x, upstream = batch(net, widths, seed)

    def loss_of_params(params):
        net.params[:] = params
        return (upstream * net(x)).sum()

    start = net.params.copy()
    dx = net.backward(upstream)
    grads = net.grads.copy()
    for exact, differ in (
            (dx, numerical_gradient(lambda x: (upstream * net(x)).sum(), x)),
            (grads, numerical_gradient(loss_of_params, start))):
        np.testing.assert_allclose(exact, differ, rtol=1e-6, atol=1e-8)


def twin(net):
    """The same network in PyTorch, with the same parameters."""
    theirs = []
    for layer in net.layers:
        if isinstance(layer, Linear):
            linear = torch.nn.Linear(layer.fan_in, layer.fan_out,
                                     layer.bias, dtype=torch.float64)
            with torch.no_grad():
                linear.weight[:] = torch.tensor(layer.W.T.copy())
                if layer.bias:
                    linear.bias[:] = torch.tensor(layer.b.copy())
            theirs.append(linear)
        else:
            theirs.append(TORCH[type(layer)]())
    return torch.nn.Sequential(*theirs)


def flat(theirs, what):
    """Their parameters or gradients in the order of ours."""
    tensors = [p if what == "params" else p.grad
               for p in theirs.parameters()]
    return np.concatenate([t.detach().numpy().T.ravel() for t in tensors])


@given(seed=seeds, widths=widths, kind=kinds, bias=st.booleans())
def test_training_is_pytorchs(seed, widths, kind, bias):
    """Forward, gradients and parameters over five updates by Adam."""
    net = network(widths, kind, seed, bias)
    theirs, rng = twin(net), generator(seed)
    ours = Optimizer(adam, lr=0.1, eps=0.05)
    other = torch.optim.Adam(theirs.parameters(), lr=0.1, eps=0.05)
    for _ in range(5):
        x = rng.normal(size=(4, widths[0]))
        y = rng.integers(widths[-1], size=4)
        t = torch.tensor(x, requires_grad=True)
        logits = theirs(t)
        other.zero_grad()
        torch.nn.functional.cross_entropy(logits, torch.tensor(y)).backward()
        out = net(x)
        dx = net.backward(softmax_cross_entropy(out, y)[1])
        np.testing.assert_allclose(out, logits.detach(), atol=1e-10)
        np.testing.assert_allclose(dx, t.grad, atol=1e-10)
        np.testing.assert_allclose(net.grads, flat(theirs, "grads"),
                                   atol=1e-10)
        ours.step(net.params, net.grads)
        other.step()
        np.testing.assert_allclose(net.params, flat(theirs, "params"),
                                   atol=1e-10)


def small():
    """A net of 2 inputs and 1 output with round numbers."""
    linear = Linear(2, 1)
    net = Sequential(linear, ReLU(), rng=generator())
    net.params[:] = [2, -1, 0.5]
    return net, linear


def test_by_hand():
    """z = 2 x0 - x1 + 1/2, of two examples; the second is cut off."""
    net, linear = small()
    assert net([[1.0, 1], [0, 3]]).tolist() == [[1.5], [0]]
    dx = net.backward(np.array([[3.0], [5.0]]))
    assert dx.tolist() == [[6, -3], [0, 0]]
    assert linear.dW.tolist() == [[3], [3]] and linear.db.tolist() == [3]
    assert net.grads.tolist() == [3, 3, 3]


def test_gradients_are_overwritten():
    net, _ = small()
    for dout in (5.0, 1.0):
        net(np.ones((1, 2)))
        net.backward(np.array([[dout]]))
    assert net.grads.tolist() == [1, 1, 1]


def test_the_first_dx_can_be_left_out():
    net, _ = small()
    net(np.ones((1, 2)))
    net.backward(np.ones((1, 1)))
    grads = net.grads.copy()
    net.grads[:] = 0
    assert net.backward(np.ones((1, 1)), need_dx=False) is None
    assert (net.grads == grads).all()
    assert net.layers[0].backward(np.ones((1, 1)), need_dx=False) is None


def test_parameters_are_views_into_one_vector():
    a, b = Linear(2, 3), Linear(3, 1)
    net = Sequential(a, Tanh(), b, rng=generator())
    assert net.parameter_count == 2 * 3 + 3 + 3 * 1 + 1
    net.params[:] = np.arange(13)
    assert a.W.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert a.b.tolist() == [6, 7, 8]
    assert b.W.ravel().tolist() == [9, 10, 11] and b.b.tolist() == [12]
    b.W = np.zeros((3, 1))      # copies: the vector keeps its place
    a.b[1], net.grads[:] = -7, 2
    assert net.params[9:12].tolist() == [0, 0, 0] and net.params[7] == -7
    assert (a.dW == 2).all() and (b.db == 2).all()


@pytest.mark.parametrize("clone", [
    copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_stands_on_its_own_vector(clone):
    net, linear = small()
    other = clone(net)
    other.params[:] = 0
    assert not other.layers[0].W.any() and linear.W.all()
    x = np.ones((1, 2))
    assert other(x) == 0 and net(x) == 1.5
    other.backward(np.ones((1, 1)))
    assert not net.grads.any()


def test_params_cannot_be_replaced_unseen():
    net, _ = small()
    with pytest.raises(AttributeError):
        net.params = np.zeros(3)


def test_inits():
    linear = Linear(300, 200)
    Sequential(linear, rng=generator())
    assert not linear.b.any()
    # Six sigma of a variance estimated from 60,000 normals.
    assert abs(linear.W.var() * 300 / 2 - 1) < 6 * (2 / 60_000)**0.5
    default = Linear(4, 50, inits.pytorch_default)
    Sequential(default, rng=generator())
    assert default.b.any() and abs(default.b).max() <= 0.5
    own = Linear(2, 2, lambda i, o, rng: np.arange(4.0).reshape(i, o))
    Sequential(own, rng=generator())
    assert own.W.tolist() == [[0, 1], [2, 3]] and not own.b.any()


def test_each_layer_draws_its_own_and_the_rng_decides():
    nets = [Sequential(Linear(3, 3), Linear(3, 3), rng=generator(seed))
            for seed in (0, 0, 1)]
    first, again, other = (net.params.copy() for net in nets)
    assert (first == again).all()
    weights = first[:9], first[12:21], other[:9]
    assert all((a != b).all() for a, b in
               [weights[:2], weights[1:], weights[::2]])


def test_no_bias():
    linear = Linear(2, 3, inits.pytorch_default, bias=False)
    net = Sequential(linear, rng=generator())
    assert linear.b is None and linear.db is None
    assert net.parameter_count == 6
    assert (net(np.ones((1, 2))) == linear.W.sum(axis=0)).all()


@pytest.mark.parametrize("kind", [ReLU, Sigmoid, Tanh])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, "float32"])
def test_dtype(kind, dtype):
    """x and dout are converted; float32 stays float32 all through."""
    net = network([2, 3, 2], kind, 0, dtype=dtype)
    for x in (np.ones((1, 2)), np.ones((1, 2), int), [[1.0, 1.0]]):
        assert net(x).dtype == dtype
        assert net.backward([[1.0, 2.0]]).dtype == dtype
    assert net.params.dtype == net.grads.dtype == dtype
    assert all(layer.x.dtype == dtype for layer in net.layers)


def test_nothing_is_changed_in_place():
    net = network([3, 4, 2], ReLU, 1)
    x, dout = generator().normal(size=(5, 3)), np.ones((5, 2))
    copies = x.copy(), dout.copy(), net.params.copy()
    net(x)
    net.backward(dout)
    assert all((a == b).all()
               for a, b in zip((x, dout, net.params), copies))


def test_min_batch_is_the_largest_of_the_layers():
    net = Sequential(Linear(2, 2), ReLU(), rng=generator())
    assert net.min_batch == 1
    net.layers[0].min_batch = 2
    assert net.min_batch == 2


def make(*layers, rng=generator(), **kwargs):
    return Sequential(*layers, rng=rng, **kwargs)


def forward(x):
    return make(Linear(3, 4), ReLU(), Linear(4, 2)).forward(x)


def backward(dout, x=np.zeros((5, 3))):
    net = make(Linear(3, 4), ReLU())
    if x is not None:
        net(x)
    return net.backward(dout)


SHARED = Linear(2, 2)


@pytest.mark.parametrize("call, fault", [
    (lambda: forward(np.zeros((5, 4))),
     r"layer 0, Linear\(3, 4\): x must have shape \(N, 3\); got \(5, 4\)"),
    (lambda: forward(np.zeros(3)), r"layer 0, .*\(N, 3\); got \(3,\)"),
    (lambda: make(Linear(2, 3), Linear(2, 1))(np.zeros((1, 2))),
     r"layer 1, Linear\(2, 1\): x must have shape \(N, 2\)"),
    (lambda: backward(np.zeros((5, 3))),
     r"layer 1, ReLU\(\): dout must have shape \(5, 4\); got \(5, 3\)"),
    (lambda: make(Linear(3, 4)).layers[0].backward(np.zeros((5, 3))),
     "layer 0, .*backward before forward"),
    (lambda: backward(np.zeros((5, 4)), None),
     r"layer 1, ReLU\(\): backward before forward. Call forward"),
    (lambda: Linear(2, 3).W, r"Linear\(2, 3\) has no W yet: put it into"),
    (lambda: Linear(2, 3).forward(np.zeros((1, 2))), "has no W yet"),
    (lambda: make(SHARED, SHARED), "layer 1, .* already in use"),
    (lambda: [make(layer) for layer in 2 * [Linear(1, 1)]], "already in"),
    (lambda: make(ReLU), "layer 0 must be a layer such as ReLU()"),
    (lambda: make(), "at least one layer"),
    (lambda: make(ReLU(), dtype=int), "dtype must be float64 or float32"),
    (lambda: make(ReLU(), rng=7), "rng must be a numpy.random.Generator"),
    (lambda: Linear(0, 3), "fan_in must be"),
    (lambda: Linear(3, 2.5), "fan_out must be"),
    (lambda: make(Linear(2, 3, lambda i, o, rng: np.zeros((o, i)))),
     r"W of Linear\(2, 3\) has shape \(2, 3\); got \(3, 2\)"),
])
def test_faults_are_named(call, fault):
    with pytest.raises((ValueError, RuntimeError), match=fault) as error:
        call()
    assert "\n" not in str(error.value)


def test_repr():
    net = make(Linear(2, 3), ReLU())
    assert repr(net) == "Sequential(Linear(2, 3), ReLU())"
