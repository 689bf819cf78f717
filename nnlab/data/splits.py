"""Splits, standardising and mini-batches."""
import math

import numpy as np

from nnlab._checks import checked, count, generator, real


def _split(X, y, rng, sizes=(0.6, 0.2, 0.2), stratify=True):
    if getattr(X, "dtype", np.dtype(float)).kind not in "OU":   # texts
        examples(X=X)
    same_length(X, y)
    if stratify and (y.ndim != 1 or y.dtype.kind not in "iu"):
        raise ValueError(
            "y must be an array (N,) of integer labels; got shape "
            f"{y.shape}, dtype {y.dtype}. Convert it with .astype(int), or "
            "give stratify=False where y holds no classes.")
    generator(rng)
    shares = np.asarray(sizes)
    if (shares.ndim != 1 or shares.dtype.kind not in "fi" or not shares.size
            or not shares.min() > 0 or not math.isclose(shares.sum(), 1)):
        raise ValueError("sizes must be positive and sum to 1, as "
                         f"(0.8, 0.2); got {sizes}.")


@checked(_split)
def split(X, y, rng, sizes=(0.6, 0.2, 0.2), stratify=True):
    """Shuffle and divide, each class in the same proportions.

    The examples are walked through class by class, in random order
    within a class; each goes to the part that lags most behind its
    share.  So every part is within one example of its size, and nearly
    so within each class.
    X : (N, ...), also an array of texts; y : (N,) integer labels; rng
    decides which example goes where.
    stratify : False if y holds no classes but, say, the targets of a
    regression, (N, ...); then they are walked through in random order.
    Returns a list of pairs (X, y), one for each size, each shuffled.
    Raises ValueError for N = 0, NaN in X, labels that are not
    integers (if stratify), sizes that do not sum to 1, or a part that
    gets nothing.
    Same purpose as scikit-learn's ``train_test_split(stratify=y)``.
    """
    order = rng.permutation(len(y))
    if stratify:
        order = order[np.argsort(y[order], kind="stable")]
    parts = _deal(order, sizes)
    if not all(parts):
        raise ValueError(f"{len(y)} examples are too few for sizes "
                         f"{sizes}: a part is empty.")
    return [(X[i], y[i]) for i in map(rng.permutation, parts)]


def _deal(items, sizes):
    """Deal items out one by one, always to the part furthest behind."""
    parts = [[] for _ in sizes]
    for n, item in enumerate(items, 1):
        behind = [n * size - len(part) for part, size in zip(parts, sizes)]
        parts[behind.index(max(behind))].append(item)
    return parts


def _standardize(train, *others):
    examples(train=train)
    for i, other in enumerate(others, 1):
        examples(**{f"array {i} after train": other})
        if other.shape[1:] != train.shape[1:]:
            raise ValueError(
                f"array {i} after train has examples of shape "
                f"{other.shape[1:]}, train of {train.shape[1:]}. They "
                "must have the same features.")


@checked(_standardize)
def standardize(train, *others):
    """Each feature to mean 0 and standard deviation 1 on train.

        x <- (x - mean) / std

    mean and std are those of train alone, for the others too: nothing
    may be learnt from validation or test examples.  A feature that is
    constant on train, but for rounding, is only centred.
    train, others : (N, ...) arrays with the same features.
    Returns a tuple of as many arrays as were given, in the dtype of
    train (float64 if it holds integers).
    Raises ValueError for N = 0, NaN, or features that differ.
    Source: LeCun, Bottou, Orr and Müller (1998), section 4.3.
    Same as scikit-learn's ``StandardScaler`` fitted on train.
    """
    mean = train.mean(axis=0, dtype=np.float64)
    std = train.std(axis=0, dtype=np.float64)
    std = np.where(std <= _rounding(train) * abs(mean), 1, std)
    # In the dtype of the result: float64 copies of MNIST need 0.8 GB.
    dtype = train.dtype if train.dtype.kind == "f" else np.float64
    mean, std = mean.astype(dtype), std.astype(dtype)
    return tuple(((x - mean) / std).astype(dtype, copy=False)
                 for x in (train, *others))


def _rounding(x):
    """What std / mean may be for a feature that is meant to be constant.

    One step of its dtype, or what the mean of N numbers is off.
    """
    step = np.finfo(x.dtype).eps if x.dtype.kind == "f" else 0
    return max(step, len(x) * np.finfo(np.float64).eps)


def _minibatches(n, batch_size, rng, min_size=1):
    count(n=n, batch_size=batch_size, min_size=min_size)
    generator(rng)
    if min_size > min(n, batch_size):
        raise ValueError(
            f"n = {n} and batch_size = {batch_size} must both be at least "
            f"min_size = {min_size} (2 if the net has a BatchNorm).")


@checked(_minibatches)
def minibatches(n, batch_size, rng, min_size=1):
    """The indices 0 .. n - 1, shuffled and cut into batches.

    rng decides the order; each index comes exactly once.  The last
    batch holds what remains if n is not a multiple of batch_size; a
    remainder smaller than min_size joins the batch before.
    Returns a list of index arrays: ``for i in minibatches(...): X[i]``.
    Raises ValueError unless n, batch_size and min_size are whole
    numbers of at least 1, and min_size at most n and batch_size.
    Source: LeCun, Bottou, Orr and Müller (1998), sections 4.1 and 4.2.
    Same as PyTorch's ``DataLoader(shuffle=True)``, but for min_size.
    """
    starts = list(range(0, n, batch_size))
    if n - starts[-1] < min_size:
        starts.pop()
    return np.split(rng.permutation(n), starts[1:])


def examples(**arrays):
    """Each one is a finite array with at least one row."""
    for name, X in arrays.items():
        real(**{name: X})
        if np.ndim(X) == 0 or len(X) == 0:
            raise ValueError(f"{name} must hold at least one example; "
                             f"its shape is {np.shape(X)}.")


def same_length(X, y):
    """X and y are arrays, with one label for each example."""
    for name, array in (("X", X), ("y", y)):
        if not isinstance(array, np.ndarray):
            raise ValueError(f"{name} must be a NumPy array; got "
                             f"{type(array).__name__}. Convert it with "
                             "np.asarray.")
        if array.ndim == 0:
            raise ValueError(f"{name} is a single number: give an array "
                             "with a row for each example.")
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} examples and y {len(y)} labels. "
                         "They must be of equal length.")
