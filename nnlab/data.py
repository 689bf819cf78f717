"""Data sets, splits, standardising and mini-batches."""
import gzip
import hashlib
import math
import os
from pathlib import Path

import numpy as np

from nnlab._checks import checked, count, generator, real

MNIST = {
    "train-images-idx3-ubyte.gz":
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz":
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz":
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz":
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}


def load_digits():
    """1797 handwritten digits of 8x8 pixels, which come with nnlab.

    Returns X : (1797, 64) float64 in [0, 1], y : (1797,) int64.
    Source: Alpaydin and Kaynak (1998), the UCI test part, CC BY 4.0.
    Same as scikit-learn's ``load_digits``, but divided by 16.
    """
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        return file["X"] / 16, file["y"].astype(np.int64)


def load_mnist(folder=None):
    """70,000 handwritten digits of 28x28 pixels, from a folder.

    folder : it holds ``mnist/`` with the four original .gz files;
    without it, the folder that the variable NNLAB_DATA names.
    Returns X_train : (60000, 784) and X_test : (10000, 784), float32
    in [0, 1], and the labels as int64: X_train, y_train, X_test, y_test.
    Raises ValueError if no folder is named or the SHA-256 of a file is
    not that of the original, FileNotFoundError if a file is missing.
    Source: LeCun, Cortes and Burges (1998).
    """
    folder = _mnist_folder(folder)
    images, labels, test_images, test_labels = (
        _read_idx(_read(folder / name, sha256))
        for name, sha256 in MNIST.items())
    return (_rows(images), labels.astype(np.int64),
            _rows(test_images), test_labels.astype(np.int64))


def _mnist_folder(folder):
    folder = folder or os.environ.get("NNLAB_DATA")
    if not folder:
        raise ValueError(
            "no data folder: set NNLAB_DATA to the folder that holds "
            "mnist/, or give it: load_mnist(folder), --data FOLDER.")
    return Path(folder) / "mnist"


def _read(path, sha256):
    """The bytes of a file, if they are the ones we know."""
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: put the four original MNIST files "
            f"({', '.join(MNIST)}) there.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(
            f"{path} is damaged or another file: its SHA-256 is not that "
            f"of the original ({sha256[:8]}...). Fetch it again.")
    return gzip.decompress(content)


def _read_idx(content):
    """The idx format: 2 zeros, type 8 (uint8), axes, sizes, data."""
    ndim = content[3]
    shape = np.frombuffer(content, ">u4", count=ndim, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * ndim
                         ).reshape(shape)


def _rows(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def _split(X, y, rng, sizes=(0.6, 0.2, 0.2)):
    examples(X=X)
    if np.ndim(y) != 1 or np.asarray(y).dtype.kind not in "iu":
        raise ValueError(
            "y must be an array (N,) of integer labels; got shape "
            f"{np.shape(y)}, dtype {np.asarray(y).dtype}. Convert it with "
            ".astype(int).")
    same_length(X, y)
    generator(rng)
    if not sizes or min(sizes) <= 0 or not math.isclose(sum(sizes), 1):
        raise ValueError("sizes must be positive and sum to 1; got "
                         f"{tuple(sizes)}.")


@checked(_split)
def split(X, y, rng, sizes=(0.6, 0.2, 0.2)):
    """Shuffle and divide, each class in the same proportions.

    The examples are walked through class by class, in random order
    within a class; each goes to the part that lags most behind its
    share.  So every part is within one example of its size, and nearly
    so within each class.
    X : (N, ...), y : (N,) integer labels.
    Returns a list of pairs (X, y), one for each size, each shuffled.
    Raises ValueError for N = 0, NaN in X, labels that are not
    integers, sizes that do not sum to 1, or a part that gets nothing.
    Same purpose as scikit-learn's ``train_test_split(stratify=y)``.
    """
    order = rng.permutation(len(y))
    by_class = order[np.argsort(y[order], kind="stable")]
    parts = _deal(by_class, sizes)
    if not all(parts):
        raise ValueError(f"{len(y)} examples are too few for sizes "
                         f"{tuple(sizes)}: a part is empty.")
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
    constant on train is only centred.
    train, others : (N, ...) arrays with the same features.
    Returns a tuple of as many arrays as were given, in the dtype of
    train (float64 if it holds integers).
    Raises ValueError for N = 0, NaN, or features that differ.
    Same as scikit-learn's ``StandardScaler`` fitted on train.
    """
    mean = train.mean(axis=0, dtype=np.float64)
    std = train.std(axis=0, dtype=np.float64)
    std[train.max(axis=0) == train.min(axis=0)] = 1
    dtype = np.result_type(train, np.float32)
    return tuple(((x - mean) / std).astype(dtype)
                 for x in (train, *others))


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

    Each index comes exactly once.  The last batch holds what remains
    if n is not a multiple of batch_size; a remainder smaller than
    min_size joins the batch before.
    Returns a list of index arrays: ``for i in minibatches(...): X[i]``.
    Raises ValueError unless n, batch_size and min_size are whole
    numbers of at least 1, and min_size at most n and batch_size.
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
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} examples and y {len(y)} labels. "
                         "They must be as many.")
