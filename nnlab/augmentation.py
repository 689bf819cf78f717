"""Augmentation of images: new examples with the old labels.

images is (N, H, W): N images of H rows and W columns.  What comes in
over a border is 0: the paper where ink is 1, but the mean grey of
standardised images, so augment before you standardise.  Look at what
comes out: a label must still hold (a 6 upside down is a 9).
"""
import numpy as np

from nnlab._checks import (at_least, checked, fraction, generator, ndim,
                           no_wrap, real)


def _images(images):
    real(images=images)
    ndim(3, images=images)


def _whole(**pixels):
    for name, value in pixels.items():
        if np.asarray(value).dtype.kind not in "iu":
            raise ValueError(f"{name} must hold whole numbers of pixels; "
                             f"got {value!r:.40}.")


def _shift(images, dy, dx):
    _images(images)
    _whole(dy=dy, dx=dx)
    _each(images, dy=dy, dx=dx)


def _each(images, **values):
    for name, value in values.items():
        if np.shape(value) not in ((), (len(images),)):
            raise ValueError(
                f"{name} must be a number or an array of shape "
                f"({len(images)},), one for each image; got shape "
                f"{np.shape(value)}.")


def _random_shift(images, rng, most=2):
    _images(images)
    generator(rng)
    _whole(most=most)
    at_least(0, most=most)


def _rotate(images, degrees):
    _images(images)
    real(degrees=degrees)
    _each(images, degrees=degrees)


def _random_rotate(images, rng, degrees=10.0):
    _images(images)
    generator(rng)
    at_least(0, degrees=degrees)


def _flip(images, axis=2):
    _images(images)
    if axis not in (1, 2):
        raise ValueError("axis must be 1, upside down, or 2, left to "
                         f"right; got {axis!r}.")


def _random_flip(images, rng, p=0.5):
    _images(images)
    generator(rng)
    fraction(p=p)


def _noise(x, rng, sigma=0.1):
    real(x=x)
    generator(rng)
    at_least(0, sigma=sigma)


def _mixup(x, y, rng, alpha=0.2):
    real(x=x, y=y)
    no_wrap(x=x, y=y)
    if np.ndim(y) != 2:
        raise ValueError("y must be (N, K), a row of probabilities for "
                         f"each example; got shape {np.shape(y)}. From "
                         "labels: np.eye(K)[labels].")
    if np.shape(x)[:1] != np.shape(y)[:1]:
        raise ValueError("x and y must have a row for each example; got "
                         f"shapes {np.shape(x)} and {np.shape(y)}.")
    generator(rng)
    at_least(np.finfo(float).tiny, alpha=alpha)


@checked(_shift)
def shift(images, dy, dx):
    """Move each image dy pixels down and dx to the right.

        out[n, i, j] = images[n, i - dy, j - dx], 0 outside

    images : (N, H, W); dy, dx : whole pixels, negative for up and
    left, one number or (N,), one for each image.
    Returns an array in the shape and dtype of images.
    Raises ValueError for what is not (N, H, W) or not finite, and for
    shifts that are not whole or not one or N.
    Source: Simard, Steinkraus and Platt (2003), section 2.
    Differs from PyTorch, which has none; torchvision's
    ``functional.affine(translate=(dx, dy))`` is the same.

    >>> import numpy as np
    >>> from nnlab.augmentation import shift
    >>> shift(np.array([[[1, 2], [3, 4]]]), 0, 1)
    array([[[0, 1],
            [0, 3]]])
    """
    N, H, W = images.shape
    dy, dx = np.clip(np.int64(dy), -H, H), np.clip(np.int64(dx), -W, W)
    m = max(np.abs(dy).max(), np.abs(dx).max())
    framed = np.zeros((N, H + 2 * m, W + 2 * m), images.dtype)
    framed[:, m:m + H, m:m + W] = images
    # windows[n, i, j] is the (H, W) part of image n from i, j on.
    windows = np.lib.stride_tricks.sliding_window_view(
        framed, (H, W), axis=(1, 2))
    return windows[np.arange(N), m - dy, m - dx]


@checked(_random_shift)
def random_shift(images, rng, most=2):
    """Shift each image by up to ``most`` pixels, each way and its own.

        dy, dx uniform on -most, ..., most

    images : (N, H, W); most : whole pixels; rng draws.
    Returns an array in the shape and dtype of images.
    Raises ValueError for what is not (N, H, W) or not finite, a most
    that is not whole or negative, and anything but a Generator.
    Source: Simard, Steinkraus and Platt (2003), section 2.
    Differs from PyTorch, which has none; torchvision's ``RandomAffine``
    draws a fraction of the size.
    """
    most = int(most)
    dy, dx = rng.integers(-most, most, (2, len(images)), endpoint=True)
    return shift(images, dy, dx)


@checked(_rotate)
def rotate(images, degrees):
    """Turn each image counter-clockwise about its middle.

        x, y : a pixel of out, from the middle, y downwards
        x' = x cos(degrees) - y sin(degrees)
        y' = x sin(degrees) + y cos(degrees)
        out(x, y) = images(x', y'), 0 outside

    Between four pixels the value is bilinear: their mean, weighted by
    how near they are.
    images : (N, H, W); degrees : one number or (N,), one for each.
    Returns an array in the shape of images, of floats.
    Raises ValueError for what is not (N, H, W) or not finite, and for
    degrees that are not one or N.
    Source: Szeliski (2022), sections 2.1 and 3.6.
    Differs from PyTorch, which has none; its ``grid_sample`` of the
    grid of ``affine_grid`` does the same, in units of half an image.
    """
    N, H, W = images.shape
    angles = np.broadcast_to(np.radians(degrees), N)
    # So many images at a time that what is computed stays in the cache.
    some = 1 + 2**13 // (H * W)
    return np.concatenate([_turn(images[n:n + some], angles[n:n + some])
                           for n in range(0, N, some)])


def _turn(images, angles):
    _, H, W = images.shape
    kind = np.result_type(images, np.float32)
    cos = np.cos(angles).astype(kind)[:, None, None]
    sin = np.sin(angles).astype(kind)[:, None, None]
    y = np.arange(H, dtype=kind)[:, None] - (H - 1) / 2
    x = np.arange(W, dtype=kind) - (W - 1) / 2
    return _bilinear(images, x * sin + y * cos + (H - 1) / 2,
                     x * cos - y * sin + (W - 1) / 2)


def _bilinear(images, i, j):
    """images[n] at row i[n] and column j[n], in fractions of a pixel."""
    N, H, W = images.shape
    framed = np.zeros((N, H + 2, W + 2), i.dtype)
    framed[:, 1:-1, 1:-1] = images
    # Whatever lies further outside than the frame of zeros is 0 too.
    i, j = np.clip(i + 1, 0, H + 1), np.clip(j + 1, 0, W + 1)
    top, left = np.minimum(np.floor(i), H), np.minimum(np.floor(j), W)
    down, right = i - top, j - left
    # The place of pixel (top, left) of image n in all the numbers.
    at = (top * (W + 2) + left).astype(np.intp)
    at += np.arange(N)[:, None, None] * framed[0].size
    upper = _between(framed.take(at), framed.take(at + 1), right)
    at += W + 2
    lower = _between(framed.take(at), framed.take(at + 1), right)
    return _between(upper, lower, down)


def _between(a, b, share):
    return a + share * (b - a)


@checked(_random_rotate)
def random_rotate(images, rng, degrees=10.0):
    """Turn each image by up to ``degrees``, either way and its own.

        angle uniform between -degrees and degrees

    images : (N, H, W); degrees : the largest angle; rng draws.
    Returns an array in the shape of images, of floats.
    Raises ValueError for what is not (N, H, W) or not finite,
    degrees < 0, and anything but a Generator.
    Source: Simard, Steinkraus and Platt (2003), section 2.
    Differs from PyTorch, which has none; torchvision's
    ``RandomRotation`` takes the nearest pixel unless told.
    """
    return rotate(images, rng.uniform(-degrees, degrees, len(images)))


@checked(_flip)
def flip(images, axis=2):
    """Mirror each image: left to right, or upside down.

        out[n, i, j] = images[n, i, W - 1 - j]

    images : (N, H, W); axis : 2 for left to right, 1 for upside down,
    which reverses the rows.
    Returns an array in the shape and dtype of images.
    Raises ValueError for what is not (N, H, W) or not finite, and for
    another axis.
    Source: Krizhevsky, Sutskever and Hinton (2012), section 4.1.
    Same as PyTorch's ``torch.flip(images, [axis])``.
    """
    return np.flip(images, axis).copy()


@checked(_random_flip)
def random_flip(images, rng, p=0.5):
    """Mirror each image, left to right, with probability p.

        out[n] = flip(images[n]) with probability p, else images[n]

    images : (N, H, W); p : a probability; rng draws.
    Returns an array in the shape and dtype of images.
    Raises ValueError for what is not (N, H, W) or not finite, p
    outside [0, 1), and anything but a Generator.
    Source: Krizhevsky, Sutskever and Hinton (2012), section 4.1.
    Differs from PyTorch, which has none; torchvision's
    ``RandomHorizontalFlip`` is the same.
    """
    mirrored = rng.random((len(images), 1, 1)) < p
    return np.where(mirrored, images[:, :, ::-1], images)


@checked(_noise)
def noise(x, rng, sigma=0.1):
    """Add noise to each element.

        out = x + sigma e,  e from N(0, 1)

    x : array of any shape; sigma : the standard deviation, in units
    of x; rng draws.
    Returns an array in the shape of x, of floats.
    Raises ValueError unless x is finite, for sigma < 0, and for
    anything but a Generator.
    Source: Bishop (1995).
    Differs from PyTorch, which has none but
    ``x + sigma * torch.randn_like(x)``.
    """
    kind = np.result_type(x, np.float32)
    return x + sigma * rng.standard_normal(np.shape(x), dtype=kind)


@checked(_mixup)
def mixup(x, y, rng, alpha=0.2):
    """Mix each example, and its label, with another of the batch.

        lam from Beta(alpha, alpha)
        x_mixed[n] = lam x[n] + (1 - lam) x[other(n)]
        y_mixed[n] = lam y[n] + (1 - lam) y[other(n)]

    One lam for the batch, and ``other`` a random order of it.
    x : (N, ...); y : (N, K), each row the probabilities of K classes,
    as np.eye(K)[labels]; alpha : near 0 for hardly any mixing, 1 for a
    uniform lam; rng draws.
    Returns x_mixed and y_mixed, in the shapes of x and y.
    Raises ValueError for x and y of unequal length or not finite,
    integers that wrap, alpha <= 0, and anything but a Generator.
    Source: Zhang et al. (2018), section 2.
    Differs from PyTorch, which has none; torchvision's ``v2.MixUp`` is
    the same with the previous example as the other.
    """
    lam = rng.beta(alpha, alpha)
    other = rng.permutation(len(x))
    return (lam * x + (1 - lam) * x[other],
            lam * y + (1 - lam) * y[other])
