"""Images: digits, MNIST, Fashion-MNIST."""
import gzip
from pathlib import Path

import numpy as np

from nnlab.data.files import Source, read

MNIST = Source(
    name="MNIST", folder="mnist",
    base="https://ossci-datasets.s3.amazonaws.com/mnist/",
    files={
        "train-images-idx3-ubyte.gz":
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz":
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz":
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz":
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    })

FASHION_MNIST = Source(
    name="Fashion-MNIST", folder="fashion-mnist",
    base="https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
         "b2617bb6d3ffa2e429640350f613e3291e10b141/data/fashion/",
    files={
        "train-images-idx3-ubyte.gz":
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz":
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz":
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz":
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    })

FASHION_LABELS = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                  "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def load_digits():
    """1797 handwritten digits of 8x8 pixels, which come with nnlab.

    Returns X : (1797, 64) float64 in [0, 1], y : (1797,) int64.
    Source: Alpaydin and Kaynak (1998), the UCI test part, CC BY 4.0.
    Same as scikit-learn's ``load_digits``, but divided by 16.
    """
    with np.load(Path(__file__).parents[1] / "digits.npz") as file:
        return file["X"] / 16, file["y"].astype(np.int64)


def load_mnist(folder=None, base=None):
    """70,000 handwritten digits of 28x28 pixels.

    folder : it holds ``mnist/`` with the four original .gz files;
    without it, the folder that the variable NNLAB_DATA names; without
    that, pooch fetches them once (from base, if given: a mirror).
    Returns X_train : (60000, 784) and X_test : (10000, 784), float32
    in [0, 1], and the labels as int64: X_train, y_train, X_test, y_test.
    Raises ValueError if there is neither a folder nor pooch or the
    SHA-256 of a file is not that of the original, FileNotFoundError if
    a file is missing, OSError if it cannot be fetched.
    Source: LeCun, Cortes and Burges (1998).
    Same files as PyTorch's ``torchvision.datasets.MNIST``, flattened.
    """
    return _four(read(MNIST, folder, base))


def load_fashion_mnist(folder=None, base=None):
    """70,000 pictures of clothes, in the format of MNIST.

    The ten classes, 7,000 pictures each, are FASHION_LABELS.
    folder : it holds ``fashion-mnist/`` with the four original .gz
    files; for the rest, folder and base are as in load_mnist.
    Returns X_train : (60000, 784) and X_test : (10000, 784), float32
    in [0, 1], and the labels as int64: X_train, y_train, X_test, y_test.
    Raises ValueError, FileNotFoundError and OSError as load_mnist.
    Source: Xiao, Rasul and Vollgraf (2017), MIT licence.
    Same files as PyTorch's ``torchvision.datasets.FashionMNIST``.
    """
    return _four(read(FASHION_MNIST, folder, base))


def _four(contents):
    """Images, labels, test images, test labels out of four .gz files.

    One after the other, so that the bytes of only one are held.
    """
    return tuple(_rows(_read_idx(gzip.decompress(content)))
                 for content in contents)


def _read_idx(content):
    """The idx format: 2 zeros, type 8 (uint8), axes, sizes, data."""
    ndim = content[3]
    shape = np.frombuffer(content, ">u4", count=ndim, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * ndim
                         ).reshape(shape)


def _rows(array):
    """A row in [0, 1] for each image, an int64 for each label."""
    if array.ndim == 1:
        return array.astype(np.int64)
    return array.reshape(len(array), -1) / np.float32(255)
