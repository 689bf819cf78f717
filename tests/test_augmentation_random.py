"""Augmentation at random: its laws, what it keeps, what it refuses.

Counts lie within exact binomial intervals, which a right law leaves
less than once in 10^8 times each.
"""
import numpy as np
import pytest

from nnlab import augmentation
from nnlab.augmentation import (
    mixup, noise, random_flip, random_rotate, random_shift, rotate)
from tests.oracles import binomial_interval, untouched


def is_binomial(hits, p):
    """The number of hits is what probability p may give."""
    low, high = binomial_interval(hits.size, p)
    return low <= hits.sum() <= high


def test_each_shift_is_as_likely_as_the_others():
    """One bright pixel shows by how much; dy and dx are independent."""
    images = np.zeros((5000, 7, 7))
    images[:, 3, 3] = 1
    out = random_shift(images, np.random.default_rng(), most=2)
    n, i, j = np.nonzero(out)
    assert n.size == 5000
    for dy in range(-3, 4):
        for dx in range(-3, 4):
            hits = (i - 3 == dy) & (j - 3 == dx)
            if max(abs(dy), abs(dx)) <= 2:
                assert is_binomial(hits, 1 / 25)
            else:
                assert not hits.any()
    same = (i[1:] == i[:-1]) & (j[1:] == j[:-1])
    assert is_binomial(same[::2], 1 / 25)


def test_the_most_may_be_of_a_dtype_without_negatives():
    most = random_shift(IMAGES, np.random.default_rng(0), np.uint8(2))
    assert (most == random_shift(IMAGES, np.random.default_rng(0), 2)).all()


def angles(out):
    """The angles by which images of the row i and column j were turned.

    Bilinear is exact on what is linear: next to the middle, i and j
    tell sine and cosine.
    """
    rows, columns = out
    sine = rows[:, 3, 4] - rows[:, 3, 3]
    cosine = columns[:, 3, 4] - columns[:, 3, 3]
    return np.degrees(np.arctan2(sine, cosine))


def test_angles_are_uniform():
    ramps = np.broadcast_to(np.indices((7, 7))[:, None], (2, 5000, 7, 7))
    np.testing.assert_allclose(angles([rotate(a, 20.0) for a in ramps]), 20)
    seed = np.random.default_rng().integers(2**32)
    turned = angles([random_rotate(a, np.random.default_rng(seed), 30.0)
                     for a in ramps])
    assert np.abs(turned).max() < 30.001
    for low in range(-30, 30, 10):
        assert is_binomial((turned >= low) & (turned < low + 10), 1 / 6)
    assert is_binomial(turned[1::2] > turned[::2], 1 / 2)


@pytest.mark.parametrize("p", [0.3, 0.8])
def test_each_image_is_mirrored_with_probability_p(p):
    images = np.arange(1, 7.0).reshape(1, 2, 3).repeat(5000, axis=0)
    out = random_flip(images, np.random.default_rng(), p)
    mirrored = (out == images[:, :, ::-1]).all(axis=(1, 2))
    assert (mirrored | (out == images).all(axis=(1, 2))).all()
    assert is_binomial(mirrored, p)
    assert is_binomial(mirrored[1::2] & mirrored[::2], p * p)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_noise_is_normal_of_deviation_sigma(kind):
    """Shares below 0, within one sigma and within two."""
    x = np.full((100, 50, 2), 5, kind)
    e = (noise(x, np.random.default_rng(), sigma=0.3).astype(float) - 5) / .3
    assert is_binomial(e < 0, 0.5)
    assert is_binomial(np.abs(e) < 1, 0.6826894921370859)
    assert is_binomial(np.abs(e) < 2, 0.9544997361036416)
    assert is_binomial(e[1::2] < e[::2], 0.5)


@pytest.mark.parametrize("alpha, law", [
    (1.0, lambda t: t), (0.5, lambda t: 2 / np.pi * np.arcsin(np.sqrt(t))),
    (2.0, lambda t: t * t * (3 - 2 * t))])
def test_lam_is_of_the_beta_law(alpha, law):
    """The share of lam below t: the identity, arcsine, a cubic."""
    rng, x, y = np.random.default_rng(), np.zeros((2, 1)), np.eye(2)
    draws = [mixup(x, y, rng, alpha)[1][0, 0] for _ in range(4000)]
    lam = np.array([d for d in draws if d < 1])     # other(n) is not n
    assert is_binomial(np.array(draws) == 1, 0.5)
    for t in (0.1, 0.3, 0.5, 0.9):
        assert is_binomial(lam < t, law(t))


IMAGES = np.random.default_rng(0).uniform(1, 2, (4, 5, 6))
Y = np.eye(4)
CALLS = {"shift": (IMAGES, 1, -1), "random_shift": (IMAGES, "rng"),
         "rotate": (IMAGES, 5.0), "random_rotate": (IMAGES, "rng"),
         "flip": (IMAGES,), "random_flip": (IMAGES, "rng"),
         "noise": (IMAGES, "rng"), "mixup": (IMAGES, Y, "rng")}
RANDOM = {"random_shift": 1, "random_rotate": 1, "random_flip": 1,
          "noise": 1, "mixup": 2}       # the place of rng


def call(name, *arguments, seed=0):
    """The function with a Generator where the arguments say rng."""
    return getattr(augmentation, name)(*(
        np.random.default_rng(seed) if isinstance(a, str) else a
        for a in arguments))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_dtype_stays_and_nothing_is_changed_or_shared(name, kind):
    arguments = [a.astype(kind) if isinstance(a, np.ndarray) else a
                 for a in CALLS[name]]
    arrays = [a for a in arguments if isinstance(a, np.ndarray)]
    with untouched(*arrays):
        made = call(name, *arguments)
        again = call(name, *arguments)
    for a, b, x in zip(*((made, again) if name == "mixup"
                         else ([made], [again])), arrays):
        assert a.dtype == kind and a.shape == x.shape
        assert (a == b).all() and not np.shares_memory(a, x)


@pytest.mark.parametrize("name", RANDOM)
def test_the_rng_decides(name):
    outs = [np.asarray(call(name, *CALLS[name], seed=s)[0])
            for s in range(8)]
    assert any((out != outs[0]).any() for out in outs)


def test_whole_numbers_keep_their_dtype_where_they_can():
    images = (100 * IMAGES).astype(np.uint8)
    for name in ("shift", "random_shift", "flip", "random_flip"):
        assert call(name, images, *CALLS[name][1:]).dtype == np.uint8
    assert rotate(images, 5.0).dtype == np.float32
    np.testing.assert_allclose(rotate(images, 5.0), rotate(
        images.astype(float), 5.0), atol=1e-3)


def test_nothing_to_do_is_nothing_done():
    rng = np.random.default_rng(0)
    for out in (random_shift(IMAGES, rng, 0), random_rotate(IMAGES, rng, 0),
                random_flip(IMAGES, rng, 0)):
        np.testing.assert_allclose(out, IMAGES, rtol=1e-12)


BAD = [(name, 0, a, fault) for name in CALLS if name not in ("noise", "mixup")
       for a, fault in ((IMAGES[0], "images must have 3 axes"),
                        (IMAGES[:0], "images is empty"),
                        (IMAGES + np.nan, "images holds NaN"),
                        (IMAGES.tolist(), "images must be a NumPy array"))]
BAD += [(name, place, 0, "rng must be a numpy.random.Generator")
        for name, place in RANDOM.items()]
BAD += [(name, 2, -0.1, f"{what} must") for name, what in (
    ("random_rotate", "degrees"),
    ("random_flip", "p"), ("noise", "sigma"))]
BAD += [("random_shift", 2, -1, "most must be a finite number, at least 0"),
        ("shift", 1, 0.5, "dy must hold whole numbers"),
        ("shift", 2, np.ones(4), "dx must hold whole numbers"),
        ("shift", 2, np.ones(3, int), r"dx must be a number.*\(4,\).*\(3,\)"),
        ("random_shift", 2, 1.5, "most must hold whole numbers"),
        ("rotate", 1, np.ones(5), r"degrees must be a number.*\(4,\)"),
        ("rotate", 1, np.inf, "degrees holds NaN"),
        ("flip", 1, 0, "axis must be 1, upside down, or 2"),
        ("random_flip", 2, 1.5, "p must lie"),
        ("noise", 0, IMAGES + np.inf, "x holds NaN"),
        ("mixup", 0, IMAGES[:3], r"got shapes \(3, 5, 6\) and \(4, 4\)"),
        ("mixup", 1, np.arange(4), r"y must be \(N, K\).*np.eye"),
        ("mixup", 0, IMAGES.astype(np.uint8), "x has dtype uint8"),
        ("mixup", 1, Y + np.nan, "y holds NaN"),
        ("mixup", 3, 0, "alpha must be")]


@pytest.mark.parametrize("name, place, value, fault", BAD)
def test_bad_input_is_named(name, place, value, fault):
    arguments = [*CALLS[name], None][:max(len(CALLS[name]), place + 1)]
    arguments[place] = value
    with pytest.raises(ValueError, match=fault) as error:
        call(name, *arguments)
    assert "\n" not in str(error.value)
