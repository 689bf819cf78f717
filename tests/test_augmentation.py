"""Augmentation against PyTorch's grids and pads, and cases by hand."""
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nnlab.augmentation import flip, mixup, noise, rotate, shift
from tests.oracles import close, seeds

batches = st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 9))


def pixels(seed, shape):
    """Images without a 0, which is what comes in over the border."""
    return np.random.default_rng(seed).uniform(1, 2, shape)


@given(seed=seeds, shape=batches)
def test_shift_is_pytorchs_pad(seed, shape):
    """A pad on one side and a negative one on the other, by image."""
    N, H, W = shape
    rng = np.random.default_rng(seed)
    images = pixels(seed, shape)
    dy = rng.integers(-H + 1, H, N)
    dx = rng.integers(-W + 1, W, N)
    out = shift(images, dy, dx)
    for n in range(N):
        i, j = int(dy[n]), int(dx[n])
        assert (out[n] == torch.nn.functional.pad(
            torch.tensor(images[n]), (j, -j, i, -i)).numpy()).all()
        assert (shift(images, i, j)[n] == out[n]).all()


def test_shift_by_hand():
    """Down is positive, and right; beyond the border is 0."""
    images = np.arange(1, 13).reshape(2, 2, 3)
    assert shift(images, 1, 0).tolist() == [
        [[0, 0, 0], [1, 2, 3]], [[0, 0, 0], [7, 8, 9]]]
    assert shift(images, np.array([0, -1]), np.array([2, -1])).tolist() == [
        [[0, 0, 1], [0, 0, 4]], [[11, 12, 0], [0, 0, 0]]]
    assert (shift(images, 0, 0) == images).all()
    for far in (2, -3, 10**9):
        assert (shift(images, far, 0) == 0).all()
        assert (shift(images, 1, 2 * far) == 0).all()


def test_shift_in_narrow_dtypes():
    """-128 has no opposite in int8, and H = W = 200 no place."""
    images = pixels(0, (2, 200, 200))
    for kind, dy in ((np.int8, [-128, 127]), (np.uint8, [255, 3])):
        narrow = np.array(dy, kind)
        wide = narrow.astype(int)
        assert (shift(images, narrow, 0) == shift(images, wide, 0)).all()
        assert (shift(images, 0, narrow) == shift(images, 0, wide)).all()


def by_grid(images, degrees):
    """PyTorch's affine_grid and grid_sample, image by image.

    Its units are half an image each way, so the sines carry W / H.
    """
    N, H, W = images.shape
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    theta = np.stack([cos, -sin * H / W, 0 * cos,
                      sin * W / H, cos, 0 * cos], axis=1)
    grid = torch.nn.functional.affine_grid(
        torch.tensor(theta.reshape(N, 2, 3)), (N, 1, H, W),
        align_corners=False)
    return torch.nn.functional.grid_sample(
        torch.tensor(images[:, None]), grid, mode="bilinear",
        padding_mode="zeros", align_corners=False).numpy()[:, 0]


@given(seed=seeds, shape=batches, most=st.sampled_from([1, 15, 90, 400]))
def test_rotate_is_pytorchs_grid_sample(seed, shape, most):
    images = pixels(seed, shape)
    degrees = np.random.default_rng(seed).uniform(-most, most, shape[0])
    expected = by_grid(images, degrees)
    close(rotate(images, degrees), expected, atol=1e-10)
    close(rotate(images.astype(np.float32), degrees), expected, rtol=1e-4,
          atol=1e-4)
    close(rotate(images, degrees[0])[0], expected[0], atol=1e-10)


def test_rotate_in_many_blocks_and_of_a_large_image():
    images, degrees = pixels(0, (100, 28, 28)), np.linspace(-30, 30, 100)
    close(rotate(images, degrees), by_grid(images, degrees), atol=1e-10)
    images = pixels(0, (2, 120, 200))
    close(rotate(images, 7), by_grid(images, np.full(2, 7.0)), atol=1e-10)


@pytest.mark.parametrize("n", [4, 5])
def test_a_quarter_is_numpys(n):
    """Counter-clockwise as it is seen, row 0 at the top."""
    images = pixels(0, (3, n, n))
    for quarters in (-1, 0, 1, 2, 3):
        close(rotate(images, 90 * quarters), np.rot90(
            images, quarters, axes=(1, 2)), atol=1e-12)


def test_rotate_by_hand():
    """By 45 degrees the pixel above the middle goes to the top left.

    (-1, -1) comes from (0, -sqrt(2)): row 0 has weight 2 - sqrt(2).
    (0, -1) comes from (1, -1) / sqrt(2), its weights 1 - 1 / sqrt(2)
    by column and 1 / sqrt(2) by row.
    """
    images = np.zeros((1, 3, 3))
    images[0, 0, 1] = 1
    root = np.sqrt(2)
    beside = (1 - 1 / root) / root
    close(rotate(images, 45)[0], [[2 - root, beside, 0], [beside, 0, 0],
                                  [0, 0, 0]], atol=1e-12)


@given(seed=seeds, shape=batches, axis=st.sampled_from([1, 2]))
def test_flip_is_pytorchs(seed, shape, axis):
    images = pixels(seed, shape)
    assert (flip(images, axis)
            == torch.flip(torch.tensor(images), [axis]).numpy()).all()


def test_flip_by_hand():
    images = np.array([[[1, 2], [3, 4]]])
    assert flip(images).tolist() == [[[2, 1], [4, 3]]]
    assert flip(images, 1).tolist() == [[[3, 4], [1, 2]]]


@pytest.mark.parametrize("seed", range(20))
def test_mixup_mixes_labels_as_it_mixes_examples(seed):
    """With as many classes as examples the labels tell lam and other."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(7, 2, 3)), np.eye(7)
    mixed, labels = mixup(x, y, rng, alpha=1.0)
    close(mixed, np.einsum("nm,mhw->nhw", labels, x))
    close(labels.sum(axis=1), 1)
    close(labels.sum(axis=0), 1)        # each is the other of just one
    lam = np.diag(labels)[np.diag(labels) < 1]
    assert np.ptp(lam) < 1e-12 and ((labels >= 0) & (labels <= 1)).all()


def test_noise_by_hand():
    x = pixels(0, (4, 3))
    assert (noise(x, np.random.default_rng(0), sigma=0) == x).all()
    one, two = (noise(x, np.random.default_rng(0), s) - x for s in (1, 2))
    close(two, 2 * one)
