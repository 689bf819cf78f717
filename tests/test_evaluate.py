"""evaluate and accuracy: the mean over all examples, piece by piece."""
import numpy as np
import pytest

from nnlab.layers import Linear, Sequential
from nnlab.losses import mse, softmax_cross_entropy
from nnlab.training import accuracy, evaluate


def identity():
    """A net whose logits are its inputs."""
    net = Sequential(Linear(2, 2), rng=np.random.default_rng(0))
    net.params[:] = [1, 0, 0, 1, 0, 0]
    return net


def test_by_hand():
    X = np.array([[1.0, 0], [0, 1], [3, 2], [2, 3]])
    y = np.array([0, 1, 0, 0])
    assert accuracy(identity(), X, y) == 0.75
    loss = (3 * np.log(1 + np.exp(-1)) + np.log(1 + np.e)) / 4
    assert evaluate(identity(), X, y) == (pytest.approx(loss), 0.75)
    loss, share = evaluate(identity(), X, X + 2, mse)
    assert loss == 4 and np.isnan(share)


def test_one_output_is_the_logit_of_class_1():
    net = Sequential(Linear(1, 1), rng=np.random.default_rng(0))
    net.params[:] = [1, 0]
    X = np.array([[0.3], [-2.0], [4.0], [-0.1]])
    assert accuracy_with(net, X, np.array([1, 0, 0, 1])) == 0.5
    assert accuracy_with(net, X, np.array([1, 0, 1, 0])) == 1.0
    assert np.isnan(accuracy_with(net, X, np.array([1, 0, 2, 0])))


def accuracy_with(net, X, y):
    """The accuracy, with a loss that takes any y."""
    return evaluate(net, X, y, lambda out, y: (0.0, out))[1]


@pytest.mark.parametrize("n", [1, 1023, 1024, 1025, 2500])
def test_pieces_weigh_by_their_size(n):
    rng = np.random.default_rng(n)
    X, y = rng.normal(size=(n, 2)), rng.integers(2, size=n)
    X[-n // 3:] *= 5        # so that the pieces are unlike
    assert evaluate(identity(), X, y) == pytest.approx(
        (softmax_cross_entropy(X, y)[0], (X.argmax(axis=1) == y).mean()))


X, Y = np.zeros((3, 2)), np.zeros(3, int)


@pytest.mark.parametrize("X, y, fault", [
    (X[:0], Y[:0], "X must hold at least one example"),
    (X, Y[:2], "X has 3 examples and y 2"),
    (X, Y * 1.0, "y must be an array of integer labels"),
    (X, Y + 2, "y must lie between 0 and 1"),
    (X + np.nan, Y, "X holds NaN"),
    (X[:, :1], Y, r"layer 0, Linear\(2, 2\)"),
])
def test_bad_input_is_named(X, y, fault):
    with pytest.raises(ValueError, match=fault):
        accuracy(identity(), X, y)
