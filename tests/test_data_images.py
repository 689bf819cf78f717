"""Images: the digits that come along, and the two MNISTs in a folder."""
import gzip
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from nnlab import data
from nnlab.data import images


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


LOADERS = {"mnist": (data.load_mnist, "MNIST"),
           "fashion-mnist": (data.load_fashion_mnist, "FASHION_MNIST")}
NAMES = list(images.MNIST.files)
each = pytest.mark.parametrize("folder", LOADERS)


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder with four small files for each set, in its format."""
    contents = [idx(array) for array in ARRAYS]
    files = {name: hashlib.sha256(content).hexdigest()
             for name, content in zip(NAMES, contents, strict=True)}
    for folder, (_, source) in LOADERS.items():
        monkeypatch.setattr(images, source,
                            replace(getattr(images, source), files=files))
        (tmp_path / folder).mkdir()
        for name, content in zip(NAMES, contents):
            (tmp_path / folder / name).write_bytes(content)
    monkeypatch.delenv("NNLAB_DATA", raising=False)
    return tmp_path


def check_tiny(X, y, X_test, y_test):
    assert X.shape == (5, 784) and X_test.shape == (2, 784)
    assert X.dtype == X_test.dtype == np.float32
    assert (X == ARRAYS[0].reshape(5, 784) / np.float32(255)).all()
    assert (X_test == 1).all()
    assert y.tolist() == [4, 0, 9, 1, 4] and y_test.tolist() == [7, 3]
    assert y.dtype == y_test.dtype == np.int64


@each
def test_format_and_both_ways_to_name_the_folder(tiny, folder, monkeypatch):
    load, _ = LOADERS[folder]
    other = {"mnist": "fashion-mnist", "fashion-mnist": "mnist"}[folder]
    for name in NAMES:      # each reads its own folder
        (tiny / other / name).unlink()
    check_tiny(*load(tiny))
    check_tiny(*load(str(tiny)))
    monkeypatch.setenv("NNLAB_DATA", str(tiny))
    check_tiny(*load())


@pytest.mark.parametrize("name", NAMES)
@each
def test_a_file_is_missing(tiny, folder, name):
    (tiny / folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{folder}/{name}") as error:
        LOADERS[folder][0](tiny)
    assert "is missing: put the original" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", [
    lambda content: content[:-1], lambda content: content[:20],
    lambda content: b"", lambda content: b"<html>404</html>",
    lambda content: content[:15] + bytes([content[15] ^ 1]) + content[16:],
])
def test_a_file_is_damaged(tiny, name, damage):
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


def test_fashion_mnist_itself(data_folder):
    X, y, X_test, y_test = data.load_fashion_mnist(data_folder)
    assert X.shape == (60_000, 784) and X_test.shape == (10_000, 784)
    assert np.bincount(y).tolist() == [6000] * 10
    assert np.bincount(y_test).tolist() == [1000] * 10
    # Trousers are narrow: their outer columns are empty, a shirt's not.
    width = (X_test.reshape(-1, 28, 28).mean(axis=1) > 0.1).sum(axis=1)
    names = images.FASHION_LABELS
    mean = {name: width[y_test == k].mean() for k, name in enumerate(names)}
    assert len(names) == 10 and min(mean, key=mean.get) == "Trouser"
