"""Autoencoders: their shape and gradient, what pretraining minimises."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.gradcheck import gradcheck
from nnlab.layers import Dropout, Linear, Tanh, load, mlp, save
from nnlab.losses import mse
from nnlab.optimizers import sgd
from nnlab.training import Optimizer, fit
from nnlab.transfer import autoencoder, encoder, pretrain
from tests.oracles import seeds

widths = st.lists(st.integers(1, 6), min_size=2, max_size=4)


def generator(seed=0):
    return np.random.default_rng(seed)


def linear_sizes(net):
    return [(layer.fan_in, layer.fan_out) for layer in net.walk()
            if isinstance(layer, Linear)]


def test_the_decoder_mirrors_the_encoder():
    net = autoencoder(64, 32, 16, rng=generator())
    assert linear_sizes(net) == [(64, 32), (32, 16), (16, 32), (32, 64)]
    assert net.parameter_count == 2_080 + 528 + 544 + 2_112
    assert isinstance(net.layers[-1], Linear)


@given(seed=seeds, widths=widths, dropout=st.sampled_from([0, 0.4]),
       batch_norm=st.booleans())
def test_the_encoder_is_the_lower_half(seed, widths, dropout, batch_norm):
    net = autoencoder(*widths, rng=generator(seed), dropout=dropout,
                      batch_norm=batch_norm)
    half = encoder(net, Linear(widths[-1], 3), rng=generator(seed))
    sizes = linear_sizes(net)[:len(widths) - 1] + [(widths[-1], 3)]
    assert linear_sizes(half) == sizes
    assert isinstance(half.layers[-2], Dropout) == bool(dropout)
    x = generator(seed).normal(size=(4, widths[0]))
    code = np.asarray(x)
    for layer in net.layers[:len(half.layers) - 1]:
        code = layer.forward(code)
    assert code.shape == (4, widths[-1])
    np.testing.assert_array_equal(half.layers[-1].forward(code), half(x))


@given(seed=seeds, widths=widths)
def test_the_gradient_is_the_difference_quotient(seed, widths):
    """Through encoder and decoder, the target being the input."""
    rng = generator(seed)
    net = autoencoder(*widths, rng=rng, activation=Tanh)
    X = rng.normal(size=(5, widths[0]))

    def loss_of_params(params):
        net.params[:] = params
        return mse(net(X), X)[0]

    start = net.params.copy()
    net.backward(mse(net(X), X)[1])
    assert gradcheck(loss_of_params, start, net.grads.copy()) < 1e-7


def test_one_step_without_noise_by_hand():
    """A linear 1-1: out = w x + b, for x = 1 and 3."""
    net = mlp(1, 1, rng=generator())
    net.layers[0].W, net.layers[0].b = [[0.5]], [0.25]
    X = np.array([[1.0], [3.0]])
    history = pretrain(net, X, rng=generator(), epochs=1, batch_size=2,
                       optimizer=Optimizer(sgd, lr=0.1), progress=False)
    # Errors -0.25 and -1.25: dW = -0.25 - 3.75, db = -0.25 - 1.25.
    assert net.layers[0].W[0, 0] == pytest.approx(0.5 + 0.1 * 4)
    assert net.layers[0].b[0] == pytest.approx(0.25 + 0.1 * 1.5)
    assert history.train_loss == [pytest.approx((0.0625 + 1.5625) / 2)]


def test_noise_goes_into_the_input_and_not_into_the_target():
    """With W = 0 the output is b = 0: the loss sees the target alone."""
    rng = generator()
    X = rng.normal(size=(500, 3))
    net = mlp(3, 3, rng=rng)
    net.params[:] = 0
    seen = []
    forward = net.layers[0].forward
    net.layers[0].forward = lambda x, training=False: (
        seen.append(x), forward(x, training))[1]
    history = pretrain(net, X, rng=rng, noise=0.5, epochs=1, batch_size=500,
                       optimizer=Optimizer(sgd, lr=0.0), progress=False)
    assert history.train_loss == [pytest.approx((X**2).mean())]
    assert 1.1 < (seen[0]**2).mean() / (X**2).mean() < 1.4


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_the_user_s_augment_comes_before_the_noise(noise):
    rng = generator()
    X = rng.normal(size=(400, 3))
    net = mlp(3, 3, rng=rng)
    net.params[:] = 0
    seen = []
    forward = net.layers[0].forward
    net.layers[0].forward = lambda x, training=False: (
        seen.append(x), forward(x, training))[1]
    history = pretrain(net, X, rng=rng, noise=noise, epochs=1,
                       batch_size=400, augment=lambda x, y, rng: (
                           10 + x, 2 * y),
                       optimizer=Optimizer(sgd, lr=0.0), progress=False)
    assert seen[0].mean() == pytest.approx(10, abs=0.3)
    assert seen[0].var() == pytest.approx(X.var() + noise**2, rel=0.1)
    assert history.train_loss == [pytest.approx((4 * X**2).mean())]


def test_pretraining_is_fit_on_the_input_itself():
    X = generator(1).normal(size=(30, 4))
    nets = [autoencoder(4, 3, 2, rng=generator()) for _ in range(2)]
    settings = {"epochs": 3, "progress": False, "batch_size": 8}
    pretrain(nets[0], X, rng=generator(2), **settings)
    fit(nets[1], X, X, rng=generator(2), loss=mse, **settings)
    np.testing.assert_array_equal(nets[0].params, nets[1].params)


def test_float32_stays_float32():
    net = autoencoder(4, 2, rng=generator(), dtype=np.float32)
    pretrain(net, generator().normal(size=(9, 4)), rng=generator(),
             noise=0.1, epochs=1, progress=False)
    assert net.params.dtype == encoder(net, rng=generator()
                                       ).params.dtype == np.float32


def test_the_autoencoder_survives_a_file(tmp_path):
    one, two = (autoencoder(5, 4, 2, rng=generator(seed))
                for seed in (0, 1))
    save(one, tmp_path / "ae.npz")
    load(two, tmp_path / "ae.npz")
    x = generator(2).normal(size=(3, 5))
    np.testing.assert_array_equal(encoder(one, rng=generator())(x),
                                  encoder(two, rng=generator())(x))


@pytest.mark.parametrize("call, message", [
    (lambda: autoencoder(5, rng=generator()), "at least two sizes"),
    (lambda: encoder(mlp(5, 4, 3, 2, rng=generator()), rng=generator()),
     "got 3 in all"),
    (lambda: pretrain(autoencoder(2, 1, rng=generator()),
                      np.ones((2, 2)), rng=generator(), noise=-1.0),
     "noise must be"),
    (lambda: pretrain(autoencoder(2, 1, rng=generator()),
                      np.array([[np.nan, 1]]), rng=generator()),
     "X holds NaN"),
    (lambda: pretrain(autoencoder(3, 1, rng=generator()), np.ones((2, 2)),
                      rng=generator(), progress=False), "must have shape"),
])
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
