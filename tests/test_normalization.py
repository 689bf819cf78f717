"""BatchNorm and LayerNorm against differences, PyTorch, and by hand."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.normalization import (
    batch_norm_backward, batch_norm_forward, batch_norm_inference,
    batch_norm_inference_backward, layer_norm_backward, layer_norm_forward,
    running_keras, running_pytorch)
from tests.oracles import by_differences, close, draw, seeds

batches = st.tuples(st.integers(2, 9), st.integers(1, 6))
rows = st.tuples(st.integers(1, 9), st.integers(2, 6))
epsilons = st.sampled_from([1e-5, 0.1, 2.0])
momenta = st.sampled_from([0.0, 0.1, 0.35, 1.0])


def parameters(seed, n):
    """gamma and beta: not 1 and 0, which would hide mistakes."""
    return draw(seed + 1, (2, n)) + [[0.5], [-0.5]]


def examples(seed, shape):
    """x of another mean and scale in each column, and dL/dout."""
    x, dout = draw(seed, (2, *shape))
    return 3 * x * (1 + np.arange(shape[1])) + np.arange(shape[1]), dout


def torch_pass(layer, x, dout):
    """out, dx, dgamma and dbeta of a layer of PyTorch."""
    t = torch.tensor(x, requires_grad=True)
    layer.zero_grad()
    out = layer(t)
    out.backward(torch.tensor(dout))
    return [a.detach().numpy() for a in (
        out, t.grad, layer.weight.grad, layer.bias.grad)]


def torch_layer(make, n, gamma, beta, **settings):
    layer = make(n, dtype=torch.float64, **settings)
    with torch.no_grad():
        layer.weight[:] = torch.tensor(gamma)
        layer.bias[:] = torch.tensor(beta)
    return layer


@given(seed=seeds, shape=batches, eps=epsilons, momentum=momenta)
def test_batch_norm_is_pytorchs_in_training_and_after(
        seed, shape, eps, momentum):
    """Four batches of different lengths, then one at inference."""
    N, D = shape
    gamma, beta = parameters(seed, D)
    theirs = torch_layer(torch.nn.BatchNorm1d, D, gamma, beta, eps=eps,
                         momentum=momentum)
    running = None
    for k in range(4):
        x, dout = examples(seed + k, (N + k, D))
        out, cache, running = batch_norm_forward(
            x, gamma, beta, running, momentum, eps)
        mine = out, *batch_norm_backward(dout, cache)
        for a, b in zip(mine, torch_pass(theirs, x, dout)):
            close(a, b, atol=1e-10)
        close(running[0], theirs.running_mean)
        close(running[1], theirs.running_var)
    theirs.eval()
    x, dout = examples(seed + 9, (N - 1, D))
    out, cache = batch_norm_inference(x, gamma, beta, running, eps)
    mine = out, *batch_norm_inference_backward(dout, cache)
    for a, b in zip(mine, torch_pass(theirs, x, dout)):
        close(a, b, atol=1e-10)


@given(seed=seeds, shape=rows, eps=epsilons)
def test_layer_norm_is_pytorchs(seed, shape, eps):
    gamma, beta = parameters(seed, shape[1])
    theirs = torch_layer(torch.nn.LayerNorm, shape[1], gamma, beta, eps=eps)
    x, dout = examples(seed, shape)
    out, cache = layer_norm_forward(x, gamma, beta, eps)
    mine = out, *layer_norm_backward(dout, cache)
    for a, b in zip(mine, torch_pass(theirs, x, dout)):
        close(a, b, atol=1e-10)


def test_defaults_are_pytorchs():
    x, dout = examples(0, (5, 3))
    gamma, beta = parameters(0, 3)
    theirs = torch_layer(torch.nn.BatchNorm1d, 3, gamma, beta)
    for _ in range(2):
        expected = torch_pass(theirs, x, dout)[0]
    running = batch_norm_forward(x, gamma, beta)[2]
    out, _, running = batch_norm_forward(x, gamma, beta, running)
    close(out, expected)
    close(running[0], theirs.running_mean)
    close(running[1], theirs.running_var)
    close(batch_norm_inference(x, gamma, beta, running)[0],
          torch_pass(theirs.eval(), x, dout)[0])
    theirs = torch_layer(torch.nn.LayerNorm, 3, gamma, beta)
    close(layer_norm_forward(x, gamma, beta)[0],
          torch_pass(theirs, x, dout)[0])
    mean, var = x.mean(axis=0), x.var(axis=0)
    close(running_keras(None, mean, var)[1], 0.9 + 0.1 * var)
    close(running_pytorch(None, mean, var, 5)[0], 0.1 * mean)


RULES = {
    "training": (batch_norm_forward, batch_norm_backward, ()),
    "inference": (batch_norm_inference, batch_norm_inference_backward,
                  ((np.array([0.3, -1.0, 0, 2]), np.array([4.0, 1, 2, 9])),)),
    "layer": (layer_norm_forward, layer_norm_backward, ())}


@pytest.mark.parametrize("name", RULES)
@given(seed=seeds, N=st.integers(2, 5), eps=epsilons)
def test_backward_is_the_difference_quotient(name, seed, N, eps):
    """By x, gamma and beta in turn; the batch's statistics move with x."""
    forward, backward, rest = RULES[name]
    x, dout = draw(seed, (2, N, 4))
    gamma, beta = parameters(seed, 4)
    # In a batch of two the slope runs through many scales: eps tames it.
    eps = max(eps, 0.1)
    mine = backward(dout, forward(x, gamma, beta, *rest, eps=eps)[1])
    for i, gradient in enumerate(mine):
        def out(a, i=i):
            given = [x, gamma, beta]
            given[i] = a
            return forward(*given, *rest, eps=eps)[0]

        differ = by_differences(out, dout, [x, gamma, beta][i])
        close(gradient, differ, atol=1e-6, rtol=1e-6)


def step_by_step(x, gamma, dout, eps, axis):
    """dx node by node through the graph of the forward pass."""
    n = x.shape[axis]
    centred = x - x.mean(axis, keepdims=True)
    var = (centred**2).mean(axis, keepdims=True)
    sigma = np.sqrt(var + eps)
    inverse = 1 / sigma
    dxhat = dout * gamma
    dcentred = dxhat * inverse                          # xhat = c / sigma
    dinverse = (dxhat * centred).sum(axis, keepdims=True)
    dsigma = -dinverse / sigma**2
    dvar = dsigma / (2 * sigma)
    dsquare = np.ones_like(x) * dvar / n                # mean of squares
    dcentred = dcentred + 2 * centred * dsquare         # c used twice
    dmean = -dcentred.sum(axis, keepdims=True)          # c = x - mean
    return dcentred + np.ones_like(x) * dmean / n


@given(seed=seeds, shape=st.tuples(st.integers(2, 9), st.integers(2, 6)),
       eps=epsilons)
def test_the_closed_form_is_the_graph_step_by_step(seed, shape, eps):
    x, dout = examples(seed, shape)
    gamma, beta = parameters(seed, shape[1])
    cache = batch_norm_forward(x, gamma, beta, eps=eps)[1]
    close(batch_norm_backward(dout, cache)[0],
          step_by_step(x, gamma, dout, eps, 0), atol=1e-10)
    cache = layer_norm_forward(x, gamma, beta, eps)[1]
    close(layer_norm_backward(dout, cache)[0],
          step_by_step(x, gamma, dout, eps, 1), atol=1e-10)


@given(seed=seeds, shape=batches, eps=epsilons)
def test_what_normalising_means(seed, shape, eps):
    """Mean 0; variance var / (var + eps); a shift of x changes nothing,
    so dx sums to 0."""
    x, dout = examples(seed, shape)
    ones, zeros = np.ones(shape[1]), np.zeros(shape[1])
    out, cache, _ = batch_norm_forward(x, ones, zeros, eps=eps)
    var = x.var(axis=0)
    close(out.mean(axis=0), 0, atol=1e-10)
    close(out.var(axis=0), var / (var + eps))
    close(batch_norm_forward(x + 5, ones, zeros, eps=eps)[0], out,
          atol=1e-8)
    dx = batch_norm_backward(dout, cache)[0]
    close(dx.sum(axis=0), 0, atol=1e-10)


def test_batch_norm_by_hand():
    """Columns (1, 3, 5) and (4, 4, 4): variances 8/3 and 0, eps 1/3."""
    x = np.array([[1.0, 4.0], [3.0, 4.0], [5.0, 4.0]])
    gamma, beta = np.array([3.0, 2.0]), np.array([1.0, -1.0])
    out, cache, running = batch_norm_forward(
        x, gamma, beta, (np.array([1.0, 2]), np.array([2.0, 4])), 0.25,
        1 / 3)
    root = np.sqrt(3)
    close(out, [[1 - 2 * root, -1], [1, -1], [1 + 2 * root, -1]])
    # The unbiased variance of 1, 3, 5 is 4.
    close(running[0], [0.75 * 1 + 0.25 * 3, 0.75 * 2 + 0.25 * 4])
    close(running[1], [0.75 * 2 + 0.25 * 4, 0.75 * 4])
    dout = np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    dx, dgamma, dbeta = batch_norm_backward(dout, cache)
    close(dgamma, [-2 / root, 0])
    close(dbeta, [1, 1])
    # sigma = sqrt(3): gamma / sigma (1 - 1/3 - xhat dgamma / 3)
    close(dx[:, 0], root * np.array([2 / 3 - 4 / 9, -1 / 3, -1 / 3 + 4 / 9]))
    close(dx[:, 1], 2 * root * np.array([2 / 3, -1 / 3, -1 / 3]))


def test_inference_and_layer_norm_by_hand():
    """One row, (4, 10); running means 2, 4 and variances 4, 9."""
    x, gamma, beta = np.array([[4.0, 10]]), np.array([3.0, 5]), np.ones(2)
    out, cache = batch_norm_inference(
        x, gamma, beta, (np.array([2.0, 4]), np.array([4.0, 9])), 0)
    close(out, [[4, 11]])
    dx, dgamma, dbeta = batch_norm_inference_backward(
        np.array([[2.0, 3]]), cache)
    close(dx, [[3, 5]])
    close(dgamma, [2, 6])
    close(dbeta, [2, 3])
    out, cache = layer_norm_forward(x, gamma, beta, 7)     # sigma = 4
    close(out, [[1 - 9 / 4, 1 + 15 / 4]])
    dx, dgamma, dbeta = layer_norm_backward(np.array([[2.0, 0]]), cache)
    # dxhat (6, 0), its mean 3, along xhat -4.5 / 2
    close(dx, [[(6 - 3 - 27 / 16) / 4, (-3 + 27 / 16) / 4]])
    close(dgamma, [-3 / 2, 0])
    close(dbeta, [2, 0])


def test_running_conventions():
    """One is the other with 1 - momentum, but for the variance."""
    running = np.array([1.0, 2]), np.array([3.0, 4])
    mean, var = np.array([5.0, -6]), np.array([8.0, 2])
    ours = running_pytorch(running, mean, var, 5, 0.25)
    close(ours[0], [2, 0])
    close(ours[1], [0.75 * 3 + 0.25 * 10, 0.75 * 4 + 0.25 * 2.5])
    keras = running_keras(running, mean, var, 0.75)
    close(keras[0], [2, 0])
    close(keras[1], [0.75 * 3 + 0.25 * 8, 0.75 * 4 + 0.25 * 2])
    close(running_keras(None, mean, var, 0.5), [[2.5, -3], [4.5, 1.5]])
