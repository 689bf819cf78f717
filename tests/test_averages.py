"""Averages of weights: PyTorch's AveragedModel, and means by hand."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nnlab.optimizers import ema, swa
from tests.oracles import close, seeds
from tests.updates import shape_lists


def compare(average, theirs, make, shapes, seed, updates):
    """Several arrays that change; average(old, w, n) against PyTorch's."""
    rng = np.random.default_rng(seed)
    model = torch.nn.ParameterList(
        torch.zeros(shape, dtype=torch.double) for shape in shapes)
    theirs = AveragedModel(model, **make)
    ours = [None] * len(shapes)
    for n in range(updates):
        for i, p in enumerate(model):
            w = np.asarray(rng.normal(size=tuple(p.shape)))
            p.data = torch.tensor(w)
            ours[i] = average(ours[i], w, n)
        theirs.update_parameters(model)
        for a, t in zip(ours, theirs.module):
            close(a, t.detach())


@given(seed=seeds, shapes=shape_lists, updates=st.integers(1, 6),
       decay=st.sampled_from([0.0, 0.5, 0.9, 0.999]))
def test_ema_is_pytorchs(seed, shapes, updates, decay):
    compare(lambda old, w, n: ema(old, w, decay=decay), ema,
            {"multi_avg_fn": get_ema_multi_avg_fn(decay)}, shapes, seed,
            updates)


@given(seed=seeds, shapes=shape_lists, updates=st.integers(1, 6))
def test_swa_is_pytorchs(seed, shapes, updates):
    compare(swa, swa, {}, shapes, seed, updates)


def test_ema_has_pytorchs_default():
    compare(lambda old, w, n: ema(old, w), ema,
            {"multi_avg_fn": get_ema_multi_avg_fn()}, [(3,)], 0, 4)


def test_by_hand():
    """1, 2 and 6: means 1, 3/2, 3, and with decay 1/2 1, 3/2, 15/4."""
    plain = moving = None
    for n, w in enumerate([1.0, 2.0, 6.0]):
        plain = swa(plain, np.array([w]), n)
        moving = ema(moving, np.array([w]), decay=0.5)
    assert (plain, moving) == (3.0, 3.75)


@given(seed=seeds, n=st.integers(1, 20))
def test_swa_is_the_mean(seed, n):
    ws = np.random.default_rng(seed).normal(size=(n, 3))
    average = None
    for k, w in enumerate(ws):
        average = swa(average, w, k)
    close(average, ws.mean(axis=0))


@pytest.mark.parametrize("average", [
    lambda old, w: ema(old, w, decay=0.75), lambda old, w: swa(old, w, 3)])
def test_nothing_is_changed_in_place_and_float32_stays(average):
    old, w = np.float32([1, 2]), np.float32([3, 5])
    new = average(old, w)
    assert (old == [1, 2]).all() and (w == [3, 5]).all()
    assert new.dtype == np.float32
    assert not np.shares_memory(new, old) and not np.shares_memory(new, w)


@pytest.mark.parametrize("start", [lambda w: ema(None, w),
                                   lambda w: swa(None, w, 0)])
def test_an_average_starts_at_w_and_apart_from_it(start):
    w = np.float32([3, 5])
    new = start(w)
    close(new, w, rtol=1e-6)
    assert new.dtype == np.float32 and not np.shares_memory(new, w)


W = np.zeros(3)


@pytest.mark.parametrize("call, fault", [
    (lambda: ema(W, np.zeros(2)), r"average \(3,\) and w \(2,\)"),
    (lambda: ema(W, W + np.nan), "w holds NaN"),
    (lambda: ema(None, W + np.inf), "w holds NaN"),
    (lambda: ema(W, W, decay=1.0), r"decay must lie in \[0, 1\)"),
    (lambda: swa([0.0], np.zeros(1), 1), "average must be a NumPy array"),
    (lambda: swa(W, W, -1), "n must be"),
    (lambda: swa(W, W, 1.5), "n must be the number of weights"),
    (lambda: swa(None, W, 1), "n must be the number of weights"),
    (lambda: swa(W, W, 0), "0 only if that is None; got 0"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
