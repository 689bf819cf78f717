"""Reduce on a plateau: PyTorch's, value by value, and by hand."""
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.lr_scheduler import ReduceLROnPlateau

from nnlab.schedules import plateau
from tests.oracles import close


def run(values, lr, **settings):
    """The rate after each value."""
    state, path = None, []
    for value in values:
        lr, state = plateau(value, state, lr, **settings)
        path.append(lr)
    return path


def torchs(values, lr, low=0.0, **settings):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    theirs = ReduceLROnPlateau(optimizer, min_lr=low, eps=0, **settings)
    path = []
    for value in values:
        theirs.step(value)
        path.append(optimizer.param_groups[0]["lr"])
    return path


@given(values=st.lists(st.integers(-30, 30), min_size=1, max_size=40),
       lr=st.floats(1e-3, 10), factor=st.floats(0.1, 0.9),
       patience=st.integers(0, 4), share=st.floats(0, 1),
       threshold=st.sampled_from([0.0, 1e-4, 0.1]))
def test_plateau_is_pytorchs(values, lr, factor, patience, share, threshold):
    settings = {"factor": factor, "patience": patience,
                "threshold": threshold, "low": share * lr}
    close(run(values, lr, **settings), torchs(values, lr, **settings))


@given(values=st.lists(st.floats(-5, 5), min_size=1, max_size=40))
def test_plateau_has_pytorchs_defaults(values):
    values = values + [6.0] * 25
    close(run(values, 0.1), torchs(values, 0.1))


def test_plateau_by_hand():
    """Patience 1: the second bad value in a row reduces."""
    values = [5, 6, 4, 4, 4, 4, 4, 3, 3]
    close(run(values, 8.0, factor=0.5, patience=1),
          [8, 8, 8, 8, 4, 4, 2, 2, 2])
    assert plateau(5.0, None, 1.0) == (1.0, (5.0, 0))
    assert plateau(6.0, (5.0, 3), 1.0) == (1.0, (5.0, 4))


def test_better_means_better_by_the_threshold():
    assert plateau(0.95, (1.0, 2), 1.0, threshold=0.1)[1] == (1.0, 3)
    assert plateau(0.85, (1.0, 2), 1.0, threshold=0.1)[1] == (0.85, 0)
    assert plateau(1.0, (1.0, 2), 1.0, threshold=0.0)[1] == (1.0, 3)
    # A share of a negative best makes no sense, and is PyTorch's too.
    assert plateau(-9.5, (-10.0, 2), 1.0, threshold=0.1)[1] == (-9.5, 0)


def test_the_threshold_is_a_ten_thousandth_unless_told():
    assert plateau(0.9998, (1.0, 2), 1.0)[1] == (0.9998, 0)
    assert plateau(0.99995, (1.0, 2), 1.0)[1] == (1.0, 3)


def test_the_rate_does_not_fall_below_low():
    close(run([1] * 4, 1.0, factor=0.1, patience=0, low=0.05),
          [1, 0.1, 0.05, 0.05])


def test_keras_reduces_one_epoch_earlier():
    """Its bad >= patience is ours with a patience smaller by 1."""
    keras, ours = run([1] * 4, 1.0, patience=1), run([1] * 4, 1.0, patience=2)
    assert keras.index(0.1) == 2 and ours.index(0.1) == 3


@pytest.mark.parametrize("change, fault", [
    ({"value": math.nan}, "value holds NaN"),
    ({"value": np.array([0.9, 0.8])}, r"value must be one number.*\(2,\)"),
    ({"lr": -1}, "lr must be"),
    ({"factor": 1}, r"factor must lie in \[0, 1\)"),
    ({"patience": -1}, "patience must be"),
    ({"threshold": 1.0}, "threshold must lie"),
    ({"low": -1}, "low must be"), ({"low": 2}, "low must be at most lr"),
    ({"state": (1.0, 2, 3)}, r"state must be None .* \(best, bad\)"),
    ({"state": 0.1}, r"state must be None .* \(best, bad\)"),
])
def test_bad_input_is_named(change, fault):
    with pytest.raises(ValueError, match=fault) as error:
        plateau(**({"value": 1.0, "state": None, "lr": 1.0} | change))
    assert "\n" not in str(error.value)
