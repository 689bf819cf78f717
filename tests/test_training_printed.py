"""No second implementation: what the book prints is what trains."""
import sys

import numpy as np
import pytest

from nnlab import (activations, dropout, layers, losses, normalization,
                   optimizers)
from nnlab.layers import (BatchNorm, Dropout, LayerNorm, Linear, ReLU,
                          Sequential)
from nnlab.training import Optimizer, fit


def generator(seed=0):
    return np.random.default_rng(seed)


def problem(n=21):
    rng = generator(5)
    return rng.normal(size=(n, 3)), rng.integers(2, size=n)


PRINTED = [optimizers.adam, activations.relu, activations.relu_derivative,
           normalization.batch_norm_forward, losses.softmax_cross_entropy,
           normalization.batch_norm_backward, dropout.dropout,
           dropout.dropout_backward, normalization.layer_norm_forward,
           normalization.layer_norm_backward,
           normalization.batch_norm_inference]


@pytest.mark.parametrize("function", PRINTED, ids=lambda f: f.__name__)
def test_fit_calls_the_very_function_that_the_book_prints(function):
    """The body that inspect shows is the code object that runs."""
    net = Sequential(Linear(3, 4), BatchNorm(4), ReLU(), Dropout(0.3),
                     LayerNorm(4), Linear(4, 2), rng=generator())
    printed, called = function.__wrapped__.__code__, []

    def watch(frame, event, argument):
        if event == "call" and frame.f_code is printed:
            called.append(frame.f_code)

    sys.setprofile(watch)
    try:
        fit(net, *problem(), rng=generator(), epochs=1, batch_size=4,
            validation=problem(5), optimizer=Optimizer(optimizers.adam),
            progress=False)
    finally:
        sys.setprofile(None)
    # One call for each of five batches, or one for the validation.
    assert len(called) >= (1 if "inference" in function.__name__ else 5)


@pytest.mark.parametrize("Layer, name", [
    ("ReLU", "relu"), ("LeakyReLU", "leaky_relu"), ("ELU", "elu"),
    ("GELU", "gelu"), ("Softplus", "softplus"), ("Sigmoid", "sigmoid"),
    ("Tanh", "tanh"), ("Identity", "identity")])
def test_activation_layers_run_the_printed_bodies(Layer, name):
    layer = getattr(layers, Layer)
    for role, end in (("function", ""), ("derivative", "_derivative")):
        printed = getattr(activations, name + end)
        assert getattr(layer, role) is printed.__wrapped__
