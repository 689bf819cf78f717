"""What the tests of algorithms share: draws, PyTorch, differences.

Import what you need: ``from tests.oracles import close, seeds``.
"""
import contextlib
import math

import numpy as np
import torch
from hypothesis import strategies as st

from nnlab.gradcheck import numerical_gradient

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 7)
shapes = st.lists(st.integers(1, 5), max_size=3).map(tuple)
matrices = st.tuples(st.integers(1, 6), st.integers(1, 6))


def draw(seed, shape, scale=1.0):
    """Normal numbers; an array of 0 axes where the shape is ()."""
    rng = np.random.default_rng(seed)
    return np.asarray(scale * rng.normal(size=shape))


def close(a, b, rtol=1e-10, atol=1e-12):
    np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


def by_torch(f, upstream, *arrays):
    """f in PyTorch at the arrays, and sum(upstream f) by each of them."""
    ts = [torch.tensor(x, requires_grad=True) for x in arrays]
    out = f(*ts)
    out.backward(torch.as_tensor(upstream, dtype=out.dtype))
    return out.detach().numpy(), *(t.grad.numpy() for t in ts)


def by_differences(f, upstream, x):
    """The difference quotient of sum(upstream f(x)), by x."""
    return numerical_gradient(lambda x: (upstream * f(x)).sum(), x)


@contextlib.contextmanager
def untouched(*arrays):
    """Nothing in here changes one of the arrays."""
    before = [x.copy() for x in arrays]
    yield
    for x, y in zip(arrays, before):
        np.testing.assert_array_equal(x, y)


def binomial_interval(n, p, false_alarm=1e-8):
    """Least and largest count that n draws of probability p may give.

    Exact: on either side outside of it with at most half false_alarm.
    """
    k = np.arange(n + 1)
    log = [math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
           for i in k]
    pmf = np.exp(log + k * math.log(p) + (n - k) * math.log(1 - p))
    low = np.searchsorted(np.cumsum(pmf), false_alarm / 2)
    high = n - np.searchsorted(np.cumsum(pmf[::-1]), false_alarm / 2)
    return low, high
