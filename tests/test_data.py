"""Data sets, splits, standardising and mini-batches."""
import gzip
import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import data
from nnlab.data import minibatches, split, standardize

seeds = st.integers(0, 2**32 - 1)


def generator(seed=0):
    return np.random.default_rng(seed)


def test_digits_are_scikit_learns():
    from sklearn import datasets
    theirs = datasets.load_digits()
    X, y = data.load_digits()
    assert X.shape == (1797, 64) and X.dtype == np.float64
    assert y.shape == (1797,) and y.dtype == np.int64
    assert (X * 16 == theirs.data).all() and (y == theirs.target).all()


def test_digits_come_with_licence_and_stay_small(root):
    text = (root / "nnlab" / "digits.LICENSE.txt").read_text()
    assert "CC BY 4.0" in text and "load_digits" in text
    assert (root / "nnlab" / "digits.npz").stat().st_size < 50_000
    with np.load(root / "nnlab" / "digits.npz") as file:
        assert file["X"].dtype == file["y"].dtype == np.uint8


def idx(array):
    """The bytes of an idx file: type 8 is uint8, sizes big-endian."""
    head = bytes([0, 0, 8, array.ndim])
    return gzip.compress(head + np.array(array.shape, ">u4").tobytes()
                         + array.tobytes(), mtime=0)


ARRAYS = [np.arange(5 * 784, dtype=np.uint8).reshape(5, 28, 28),
          np.array([4, 0, 9, 1, 4], np.uint8),
          np.full((2, 28, 28), 255, np.uint8), np.array([7, 3], np.uint8)]


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder with four small files in MNIST's format and names."""
    (tmp_path / "mnist").mkdir()
    for name, array in zip(list(data.MNIST), ARRAYS):
        content = idx(array)
        (tmp_path / "mnist" / name).write_bytes(content)
        monkeypatch.setitem(data.MNIST, name,
                            hashlib.sha256(content).hexdigest())
    monkeypatch.delenv("NNLAB_DATA", raising=False)
    return tmp_path


def check_tiny(X, y, X_test, y_test):
    assert X.shape == (5, 784) and X_test.shape == (2, 784)
    assert X.dtype == X_test.dtype == np.float32
    assert (X == ARRAYS[0].reshape(5, 784) / np.float32(255)).all()
    assert (X_test == 1).all()
    assert y.tolist() == [4, 0, 9, 1, 4] and y_test.tolist() == [7, 3]
    assert y.dtype == y_test.dtype == np.int64


def test_mnist_format_and_both_ways_to_name_the_folder(tiny, monkeypatch):
    check_tiny(*data.load_mnist(tiny))
    check_tiny(*data.load_mnist(str(tiny)))
    monkeypatch.setenv("NNLAB_DATA", str(tiny))
    check_tiny(*data.load_mnist())


def test_mnist_without_a_folder(tiny):
    with pytest.raises(ValueError, match="set NNLAB_DATA"):
        data.load_mnist()


@pytest.mark.parametrize("name", data.MNIST)
def test_mnist_with_a_file_missing(tiny, name):
    (tiny / "mnist" / name).unlink()
    with pytest.raises(FileNotFoundError, match=name) as error:
        data.load_mnist(tiny)
    assert "is missing: put the four" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", data.MNIST)
@pytest.mark.parametrize("damage", [
    lambda content: content[:-1], lambda content: content[:20],
    lambda content: b"", lambda content: b"<html>404</html>",
    lambda content: content[:15] + bytes([content[15] ^ 1]) + content[16:],
])
def test_mnist_with_a_damaged_file(tiny, name, damage):
    path = tiny / "mnist" / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=f"{name} is damaged") as error:
        data.load_mnist(tiny)
    assert "Fetch it again" in str(error.value)
    assert "\n" not in str(error.value)


def test_mnist_itself(data_folder):
    X, y, X_test, y_test = data.load_mnist(data_folder)
    assert X.shape == (60_000, 784) and X_test.shape == (10_000, 784)
    assert X.min() == X_test.min() == 0 and X.max() == X_test.max() == 1
    assert y[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(y_test).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


@given(seed=seeds, n=st.integers(20, 200), classes=st.integers(1, 6),
       sizes=st.sampled_from([(0.6, 0.2, 0.2), (0.5, 0.5), (1.0,),
                              (5 / 6, 1 / 6), (0.1, 0.2, 0.3, 0.4)]))
def test_split_deals_each_example_once_and_each_class_alike(
        seed, n, classes, sizes):
    rng = generator(seed)
    y = rng.integers(classes, size=n)
    X = np.stack([np.arange(n), 10 * y], axis=1)
    before = X.copy(), y.copy()
    parts = split(X, y, rng, sizes)
    assert (X == before[0]).all() and (y == before[1]).all()
    rows = np.concatenate([part[0][:, 0] for part in parts])
    assert sorted(rows) == list(range(n))
    for (X_part, y_part), size in zip(parts, sizes, strict=True):
        assert (X_part[:, 1] == 10 * y_part).all()
        assert abs(len(y_part) - n * size) <= 1
        found = np.bincount(y_part, minlength=classes)
        assert abs(found - size * np.bincount(y, minlength=classes)
                   ).max() <= 2


def test_split_is_shuffled_and_the_rng_decides():
    X, y = np.arange(300), np.repeat([0, 1, 2], 100)
    first, again, other = (
        [part[0] for part in split(X, y, generator(seed))]
        for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(first, again))
    assert all(set(a) != set(b) for a, b in zip(first, other))
    # Not in the order of the file, nor of the classes: a run of 20 equal
    # labels among 180 shuffled ones has a probability under 1e-7.
    labels = "".join(map(str, split(X, y, generator())[0][1]))
    assert not any(str(c) * 20 in labels for c in range(3))


def test_split_of_the_digits():
    parts = split(*data.load_digits(), generator())
    assert [len(y) for _, y in parts] == [1078, 360, 359]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_standardize_is_scikit_learns(dtype):
    from sklearn.preprocessing import StandardScaler
    X, _ = data.load_digits()
    train, test = X[:1000].astype(dtype), X[1000:].astype(dtype)
    scaler = StandardScaler().fit(train.astype(np.float64))
    ours = standardize(train, test)
    for x, z in zip((train, test), ours, strict=True):
        assert z.dtype == dtype
        np.testing.assert_allclose(z, scaler.transform(x), rtol=1e-4,
                                   atol=1e-4 if dtype == np.float32
                                   else 1e-10)


def test_standardize_by_hand():
    train, other = np.array([[1.0, 5], [3, 5]]), np.array([[5.0, 6]])
    z, z_other = standardize(train, other)
    assert z.tolist() == [[-1, 0], [1, 0]]
    assert z_other.tolist() == [[3, 1]]
    assert standardize(np.array([[1], [3]], np.uint8))[0].tolist() == [
        [-1], [1]]


@given(seed=seeds)
def test_standardize_does_not_leak(seed):
    """Whatever the test part holds, the train part comes out the same."""
    rng = generator(seed)
    train, test, other = rng.normal(size=(3, 8, 2))
    copies = train.copy(), test.copy()
    z, z_test = standardize(train, test)
    assert (standardize(train, 1e6 * other)[0] == z).all()
    assert (standardize(train)[0] == z).all()
    # and each test example is transformed by itself
    assert (standardize(train, test[:1])[1] == z_test[:1]).all()
    assert (train == copies[0]).all() and (test == copies[1]).all()


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-300])
def test_a_constant_feature_stays_finite(value):
    """0.1 three times has a computed deviation of 1e-17, not 0."""
    z, z_test = standardize(np.full((3, 1), value), np.full((1, 1), 2.0))
    assert abs(z).max() <= 1e-6
    assert z_test[0, 0] == pytest.approx(2 - value)


@given(seed=seeds, n=st.integers(2, 100), batch_size=st.integers(2, 40),
       min_size=st.integers(1, 2))
def test_minibatches(seed, n, batch_size, min_size):
    batches = list(minibatches(n, batch_size, generator(seed), min_size))
    assert sorted(np.concatenate(batches)) == list(range(n))
    sizes = [len(batch) for batch in batches]
    assert set(sizes[:-1]) <= {batch_size}
    remainder = n % batch_size
    joined = 0 < remainder < min_size and n > batch_size
    assert sizes[-1] == (batch_size + remainder if joined
                         else remainder or batch_size)


def test_minibatches_by_hand():
    def sizes(*arguments):
        n, batch_size, *min_size = arguments
        return [len(i) for i in minibatches(n, batch_size, generator(),
                                            *min_size)]

    assert sizes(10, 4) == [4, 4, 2]
    assert sizes(9, 4) == [4, 4, 1] and sizes(9, 4, 2) == [4, 5]
    assert sizes(3, 8) == [3] and sizes(8, 8) == [8] and sizes(1, 1) == [1]


def test_minibatches_are_shuffled_anew():
    rng = generator()
    first, second = (np.concatenate(minibatches(100, 7, rng))
                     for _ in range(2))
    assert (first != np.arange(100)).any() and (first != second).any()
    again = np.concatenate(minibatches(100, 7, generator()))
    assert (first == again).all()


X, Y = np.zeros((10, 2)), np.arange(10) % 2


@pytest.mark.parametrize("call, fault", [
    (lambda: split(X[:0], Y[:0], generator()), "X must hold at least one"),
    (lambda: split(X * np.nan, Y, generator()), "X holds NaN"),
    (lambda: split(X, Y[:9], generator()), "X has 10 examples and y 9"),
    (lambda: split(X, Y * 1.0, generator()), "y must .* dtype float64"),
    (lambda: split(X, Y.astype(str), generator()), "y must .* integer"),
    (lambda: split(X, Y[:, None], generator()), r"shape \(10, 1\)"),
    (lambda: split(X, list(Y), generator()), "y must be a NumPy array"),
    (lambda: split(X, Y, 0), "rng must be"),
    (lambda: split(X, Y, generator(), (0.5, 0.4)), "sizes .* sum to 1"),
    (lambda: split(X, Y, generator(), (1.5, -0.5)), "sizes must be pos"),
    (lambda: split(X, Y, generator(), ()), "sizes must"),
    (lambda: split(X[:2], Y[:2], generator()), "2 examples are too few"),
    (lambda: standardize(X[:0]), "train must hold at least one"),
    (lambda: standardize(X, X[:0]), "array 1 after train must hold"),
    (lambda: standardize(X, X, X + np.inf), "array 2 after train holds"),
    (lambda: standardize(X, X[:, :1]), r"shape \(1,\), train of \(2,\)"),
    (lambda: standardize([[1.0]]), "train must be a NumPy array"),
    (lambda: minibatches(0, 4, generator()), "n must be"),
    (lambda: minibatches(4, 0, generator()), "batch_size must be"),
    (lambda: minibatches(4, 2.0, generator()), "batch_size must be"),
    (lambda: minibatches(4, 2, generator(), 0), "min_size must be"),
    (lambda: minibatches(4, 1, generator(), 2), "at least min_size = 2"),
    (lambda: minibatches(1, 4, generator(), 2), "n = 1 .*BatchNorm"),
    (lambda: minibatches(4, 2, None), "rng must be"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
