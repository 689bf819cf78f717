"""Penalties, decay, norms and clipping against differences and PyTorch."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab import regularization
from nnlab.regularization import (
    clip_by_norm, clip_by_value, coupled_weight_decay,
    decoupled_weight_decay, elastic_net, l1, l2, max_norm, prox_l1)
from tests.oracles import (by_differences, by_torch, close, draw, matrices,
                           seeds, shapes, untouched)

lams = st.sampled_from([0.0, 1e-3, 0.3, 2.0])
limits = st.sampled_from([0.1, 0.7, 3.0, 50.0])
ONE = np.float64(1)
lists = st.lists(shapes, min_size=1, max_size=4)


def arrays(seed, shapes, scale=1.0):
    """One array of each shape, none like the other."""
    return [draw(seed + i, shape, scale) for i, shape in enumerate(shapes)]


PENALTIES = {
    "l1": (l1, [0.3], lambda w: 0.3 * w.abs().sum()),
    "l2": (l2, [0.3], lambda w: 0.3 * (w**2).sum()),
    "elastic_net": (elastic_net, [0.3, 0.05],
                    lambda w: 0.3 * w.abs().sum() + 0.05 * (w**2).sum())}


@pytest.mark.parametrize("name", PENALTIES)
@given(seed=seeds, shape=shapes)
def test_penalties_are_pytorchs_autograd_and_the_differences(
        name, seed, shape):
    penalty, lams, by = PENALTIES[name]
    w = draw(seed, shape)
    w = np.asarray(w + 0.01 * np.sign(w))       # away from the kink at 0
    value, gradient = penalty(w, *lams)
    expected, theirs = by_torch(by, 1.0, w)
    close(value, expected)
    close(gradient, theirs)
    close(gradient, by_differences(lambda w: penalty(w, *lams)[0], ONE, w),
          atol=1e-8)
    assert type(value) is float


def test_penalties_by_hand():
    w = np.array([[3.0, -4.0], [0.0, 1.0]])
    value, gradient = l1(w, 0.5)
    assert value == 4 and gradient.tolist() == [[0.5, -0.5], [0, 0.5]]
    value, gradient = l2(w, 0.5)
    assert value == 13 and gradient.tolist() == [[3, -4], [0, 1]]
    value, gradient = elastic_net(w, 0.5, 1.0)
    assert value == 30 and gradient.tolist() == [[6.5, -8.5], [0, 2.5]]
    assert l1(0.0, 2.0) == (0, 0) and l2(-2.0, 3.0) == (12, -12)


def torch_steps(make, w, grads):
    """The w after each step of an optimiser of PyTorch."""
    t = torch.tensor(w, requires_grad=True)
    theirs = make([t])
    for grad in grads:
        t.grad = torch.tensor(grad)
        theirs.step()
        yield t.detach().numpy().copy()


@given(seed=seeds, shape=shapes, lam=lams, lr=limits)
def test_pytorchs_weight_decay_is_2_lam(seed, shape, lam, lr):
    """Four steps: by the gradient of the penalty, and coupled."""
    w, *grads = map(np.asarray, draw(seed, (5, *shape)))
    mine, coupled = w, w
    path = torch_steps(lambda p: torch.optim.SGD(
        p, lr=lr, weight_decay=2 * lam), w, grads)
    for grad, theirs in zip(grads, path):
        mine = mine - lr * (grad + l2(mine, lam)[1])
        coupled = coupled - lr * coupled_weight_decay(
            coupled, grad, 2 * lam)
        close(mine, theirs)
        close(coupled, theirs)


@given(seed=seeds, shape=shapes, lam=lams, n=st.sampled_from([7, 60_000]))
def test_other_texts_lambda(seed, shape, lam, n):
    """lam / n (the slides), lam / 2 and lam / (2 n) are our lam."""
    w = draw(seed, shape)
    for ours in (lam / n, lam / 2, lam / (2 * n)):
        value, gradient = by_torch(lambda w: ours * (w**2).sum(), 1.0, w)
        close(l2(w, ours)[0], value)
        close(l2(w, ours)[1], gradient)
    close(l2(w, lam / n)[1], 2 * lam / n * w)
    close(l2(w, lam / 2)[1], lam * w)


@given(seed=seeds, shape=shapes, lam=lams,
       lr=st.sampled_from([1e-3, 0.1, 2.0]))
def test_decoupled_decay_is_adamws(seed, shape, lam, lr):
    """AdamW is the decay, then Adam's step, which depends on grads only."""
    w, *grads = map(np.asarray, draw(seed, (5, *shape)))
    bare = [0 * w, *torch_steps(lambda p: torch.optim.Adam(p, lr=lr),
                                0 * w, grads)]
    path = torch_steps(lambda p: torch.optim.AdamW(
        p, lr=lr, weight_decay=lam), w, grads)
    for before, after, theirs in zip(bare, bare[1:], path):
        w = decoupled_weight_decay(w, lr, lam) + (after - before)
        close(w, theirs)


def test_decay_by_hand():
    w, grad = np.array([2.0, -4.0]), np.array([1.0, 1.0])
    assert coupled_weight_decay(w, grad, 0.5).tolist() == [2, -1]
    assert decoupled_weight_decay(w, 0.5, 0.5).tolist() == [1.5, -3]


@given(seed=seeds, shape=matrices, c=limits,
       scale=st.sampled_from([0.1, 1.0, 30.0]))
def test_max_norm_is_pytorchs_renorm(seed, shape, c, scale):
    """But for the 1e-7 that renorm adds to the norm."""
    W = draw(seed, shape, scale)
    norm = np.linalg.norm(W, axis=0)
    theirs = torch.renorm(torch.tensor(W), 2, 1, c).numpy()
    close(max_norm(W, c), theirs * np.where(norm > c, 1 + 1e-7 / norm, 1))


def test_max_norm_by_hand():
    """Columns of norm 5, 1 and 0; rows are of other norms."""
    W = np.array([[3.0, 1.0, 0.0], [4.0, 0.0, 0.0]])
    close(max_norm(W, 2.5), [[1.5, 1, 0], [2, 0, 0]])
    close(max_norm(W, 5.0), W)


@given(seed=seeds, shape=shapes, t=st.sampled_from([0.0, 0.3, 1.0, 9.0]))
def test_prox_l1_is_pytorchs_softshrink(seed, shape, t):
    w = draw(seed, shape)
    close(prox_l1(w, t), torch.nn.functional.softshrink(
        torch.tensor(w), t))


@given(w=st.floats(-3, 3), t=st.floats(0, 2))
def test_prox_l1_is_the_smallest_by_brute_force(w, t):
    """(z - w)^2 / 2 + t |z| on a grid; the sum is strongly convex."""
    z = np.linspace(-3, 3, 6001)
    least = z[np.argmin((z - w)**2 / 2 + t * np.abs(z))]
    assert abs(prox_l1(w, t) - least) <= 0.0011


def test_prox_l1_by_hand():
    w = np.array([3.0, -3.0, 0.5, -0.5, 1.0])
    assert prox_l1(w, 1.0).tolist() == [2, -2, 0, 0, 0]


def test_prox_l1_makes_zeros_where_the_penalty_does_not():
    """On (w - 0.2)^2 / 2 + 0.5 |w| the smallest is at 0."""
    by_gradient, by_prox = np.ones(1), np.ones(1)
    for _ in range(50):
        by_gradient = by_gradient - 0.3 * (
            by_gradient - 0.2 + l1(by_gradient, 0.5)[1])
        by_prox = prox_l1(by_prox - 0.3 * (by_prox - 0.2), 0.3 * 0.5)
    assert by_prox == 0 and by_gradient != 0


def by_clip_grad(clip, grads, limit):
    """What a clip of PyTorch makes of these gradients, and its result."""
    ts = [torch.zeros(g.shape, dtype=torch.float64) for g in grads]
    for t, g in zip(ts, grads):
        t.grad = torch.tensor(g)
    result = clip(ts, limit)
    return [t.grad.numpy() for t in ts], result


@given(seed=seeds, shapes=lists, limit=limits)
def test_clip_by_value_is_pytorchs(seed, shapes, limit):
    grads = arrays(seed, shapes)
    theirs, _ = by_clip_grad(torch.nn.utils.clip_grad_value_, grads, limit)
    mine = clip_by_value(grads, limit)
    assert isinstance(mine, list) and len(mine) == len(grads)
    for a, b in zip(mine, theirs):
        close(a, b)


@given(seed=seeds, shapes=lists, limit=limits,
       scale=st.sampled_from([1e-3, 1.0, 1e4]))
def test_clip_by_norm_is_pytorchs(seed, shapes, limit, scale):
    """But for the 1e-6 that PyTorch adds to the norm."""
    grads = arrays(seed, shapes, scale)
    theirs, norm = by_clip_grad(torch.nn.utils.clip_grad_norm_, grads,
                                limit)
    mine, mine_norm = clip_by_norm(grads, limit)
    close(mine_norm, norm)
    factor = (min(1, limit / mine_norm)
              / min(1, limit / (mine_norm + 1e-6)))
    assert isinstance(mine, list) and len(mine) == len(grads)
    for a, b in zip(mine, theirs):
        close(a, factor * b)


def test_clipping_by_hand():
    """Norms 3 and 4 are 5 together."""
    grads = [np.array([3.0]), np.array([[0.0, -4.0]])]
    assert [g.tolist() for g in clip_by_value(grads, 1)] == [[1], [[0, -1]]]
    mine, norm = clip_by_norm(grads, 2.5)
    assert norm == 5 and type(norm) is float
    close(mine[0], [1.5])
    close(mine[1], [[0, -2]])
    for limit in (5, 6.0):
        same, norm = clip_by_norm(grads, limit)
        assert norm == 5
        assert [g.tolist() for g in same] == [[3], [[0, -4]]]
    nothing, norm = clip_by_norm([np.zeros(2)], 1.0)
    assert norm == 0 and nothing[0].tolist() == [0, 0]


@pytest.mark.filterwarnings("error")
def test_a_norm_that_overflows_clips_to_0_as_pytorchs():
    g = np.array([1e30, -1.0], np.float32)
    t = torch.zeros(2)
    t.grad = torch.tensor(g)
    assert torch.nn.utils.clip_grad_norm_([t], 1.0) == np.inf
    mine, norm = clip_by_norm([g], 1.0)
    assert norm == np.inf and (mine[0] == 0).all() and (t.grad == 0).all()


W = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, -0.1]])
CALLS = {"l1": [W, 0.3], "l2": [W, 0.3], "elastic_net": [W, 0.3, 0.2],
         "coupled_weight_decay": [W, W[::-1], 0.1],
         "decoupled_weight_decay": [W, 0.5, 0.1], "max_norm": [W, 0.7],
         "prox_l1": [W, 0.3], "clip_by_value": [[W, W[0]], 0.7],
         "clip_by_norm": [[W, W[0]], 0.7]}


def found(result):
    """The arrays in what a function returned."""
    if isinstance(result, np.ndarray):
        return [result]
    return ([a for part in result for a in found(part)]
            if isinstance(result, (tuple, list)) else [])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("size", [1.0, 1e-3])
def test_dtype_stays_and_nothing_is_changed_or_shared(name, dtype, size):
    """At a small size no limit is reached: still new arrays."""
    first, *others = CALLS[name]
    first = ([(size * g).astype(dtype) for g in first]
             if isinstance(first, list) else (size * first).astype(dtype))
    others = [x.astype(dtype) if isinstance(x, np.ndarray) else x
              for x in others]
    given_arrays = found([first, others])
    with untouched(*given_arrays):
        made = found(getattr(regularization, name)(first, *others))
    assert made and all(a.dtype == dtype for a in made)
    assert not any(np.shares_memory(a, b)
                   for a in made for b in given_arrays)


BAD = [(name, {0: W * np.nan}, " holds NaN") for name in list(CALLS)[:7]]
BAD += [(name, {0: W.astype(np.uint8)}, " has dtype uint8")
        for name in list(CALLS)[:7]]
BAD += [(name, {i: -0.1}, f"{what} must be a finite number, at least 0")
        for name, i, what in (
            ("l1", 1, "lam"), ("l2", 1, "lam"), ("elastic_net", 1, "lam1"),
            ("elastic_net", 2, "lam2"), ("prox_l1", 1, "t"),
            ("coupled_weight_decay", 2, "weight_decay"),
            ("decoupled_weight_decay", 1, "lr"),
            ("decoupled_weight_decay", 2, "weight_decay"),
            ("max_norm", 1, "c"), ("clip_by_value", 1, "limit"),
            ("clip_by_norm", 1, "max_norm"))]
BAD += [(name, {1: 0}, f"{what} must be above 0") for name, what in (
    ("max_norm", "c"), ("clip_by_value", "limit"),
    ("clip_by_norm", "max_norm"))]
BAD += [(name, {0: grads}, fault)
        for name in ("clip_by_value", "clip_by_norm")
        for grads, fault in (
            (W, r"must be a list of arrays.*ndarray.*give \[g\]"),
            ([], "must be a list of arrays, one at least"),
            ([W, W + np.inf], r"grads\[1\] holds NaN"),
            ([W, W.astype(np.int8)], r"grads\[1\] has dtype int8"))]
BAD += [("coupled_weight_decay", {1: W[0]}, r"w \(2, 3\) and grad \(3,\)"),
        ("max_norm", {0: W[0]}, "W must have 2 axes")]


@pytest.mark.parametrize("name, change, fault", BAD)
def test_bad_input_is_named(name, change, fault):
    arguments = [change.get(i, x) for i, x in enumerate(CALLS[name])]
    with pytest.raises(ValueError, match=fault) as error:
        getattr(regularization, name)(*arguments)
    assert "\n" not in str(error.value)
