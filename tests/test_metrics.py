"""Scores of a classifier against scikit-learn, and by hand."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from nnlab.metrics import accuracy, confusion_matrix, precision_recall_f1
from tests.oracles import close, seeds, untouched

dtypes = st.sampled_from([np.int64, np.uint8, np.int32])
# With 1, 2, 3 examples and 4 classes most of the ratios are 0 / 0.
drawn = given(seed=seeds, n=st.integers(1, 40), K=st.integers(1, 5),
              dtype=dtypes)


def labels(seed, n, K, dtype=np.int64):
    """Two labels for each of n examples; they agree by half."""
    rng = np.random.default_rng(seed)
    pred, other = rng.integers(K, size=(2, n))
    y = np.where(rng.random(n) < 0.5, pred, other)
    return pred.astype(dtype), y.astype(dtype)


@drawn
def test_accuracy_is_scikit_learns(seed, n, K, dtype):
    pred, y = labels(seed, n, K, dtype)
    with untouched(pred, y):
        got = accuracy(pred, y)
    assert isinstance(got, float)
    close(got, theirs.accuracy_score(y, pred))


@pytest.mark.filterwarnings("ignore:A single label was found")
@drawn
def test_confusion_matrix_is_scikit_learns(seed, n, K, dtype):
    pred, y = labels(seed, n, K, dtype)
    with untouched(pred, y):
        C = confusion_matrix(pred, y, n_classes=K)
    assert C.dtype == np.int64
    assert (C == theirs.confusion_matrix(y, pred, labels=range(K))).all()
    fewer = max(pred.max(), y.max()) + 1
    assert (confusion_matrix(pred, y) == C[:fewer, :fewer]).all()


def test_many_classes_in_a_small_dtype():
    """200 * 200 does not fit into uint8."""
    pred, y = np.array([[199, 3], [198, 3]], np.uint8)
    C = confusion_matrix(pred, y)
    assert C.shape == (200, 200) and C.sum() == 2
    assert C[198, 199] == C[3, 3] == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64])
def test_the_largest_label_of_a_small_dtype(dtype):
    """255 + 1 does not fit into uint8, nor 127 + 1 into int8."""
    last = min(np.iinfo(dtype).max, 300)
    pred, y = np.array([[last, 0], [1, 0]], dtype)
    C = confusion_matrix(pred, y)
    assert C.shape == (last + 1, last + 1) and C.sum() == 2
    assert C[1, last] == C[0, 0] == 1 and C.dtype == np.int64


def test_scikit_learn_leaves_out_what_neither_has():
    """Class 1: not in its matrix, nor in its macro mean."""
    pred, y = np.array([0, 2, 2]), np.array([0, 2, 0])
    C = confusion_matrix(pred, y)
    assert (theirs.confusion_matrix(y, pred) == C[::2, ::2]).all()
    assert C.shape == (3, 3) and not C[1].any() and not C[:, 1].any()
    macro = theirs.precision_recall_fscore_support(y, pred, average="macro")
    close(precision_recall_f1(pred, y, "macro")[0], macro[0] * 2 / 3)


@drawn
def test_precision_recall_f1_are_scikit_learns(seed, n, K, dtype):
    pred, y = labels(seed, n, K, dtype)

    def scores(**options):
        return theirs.precision_recall_fscore_support(
            y, pred, zero_division=0, **options)[:3]

    with untouched(pred, y):
        got = precision_recall_f1(pred, y, n_classes=K)
    assert all(score.shape == (K,) for score in got)
    close(got, scores(labels=range(K)))
    close(precision_recall_f1(pred, y, "macro", n_classes=K),
          scores(labels=range(K), average="macro"))
    if K <= 2:
        got = precision_recall_f1(pred, y, "binary")
        assert all(isinstance(score, float) for score in got)
        # By name: scikit-learn has no class 1 where only 0 occurs.
        close(got, scores(labels=[1], average="macro"))


def test_by_hand():
    """Of 4 spam 3 are caught, with 1 false alarm; 2 ham pass."""
    y = np.array([1, 1, 1, 1, 0, 0, 0])
    pred = np.array([1, 1, 0, 1, 1, 0, 0])
    assert accuracy(pred, y) == 5 / 7
    assert confusion_matrix(pred, y).tolist() == [[2, 1], [1, 3]]
    precision, recall, f1 = precision_recall_f1(pred, y)
    close(precision, [2 / 3, 3 / 4])
    close(recall, [2 / 3, 3 / 4])
    y = y[:-1]      # precision 3/4, recall 3/4, then 2/3
    pred = np.array([1, 0, 0, 1, 1, 0])
    close(precision_recall_f1(pred, y, "binary"), [2 / 3, 1 / 2, 4 / 7])
    close(precision_recall_f1(pred, y, "macro"),
          [(1 / 3 + 2 / 3) / 2, 1 / 2, (2 / 5 + 4 / 7) / 2])


def test_nothing_over_nothing_is_nothing():
    """Class 1 never predicted, class 2 never true, class 3 neither."""
    y, pred = np.array([0, 1, 0]), np.array([0, 0, 2])
    precision, recall, f1 = precision_recall_f1(pred, y, n_classes=4)
    assert precision.tolist() == [0.5, 0, 0, 0]
    assert recall.tolist() == [0.5, 0, 0, 0]
    assert f1.tolist() == [0.5, 0, 0, 0]
    assert precision_recall_f1(pred, y, "macro", 4)[0] == 0.125
    zeros = np.zeros(3, int)
    assert precision_recall_f1(zeros, zeros, "binary") == (0, 0, 0)


Y = np.array([0, 1, 1])


@pytest.mark.parametrize("call, fault", [
    (lambda: accuracy(Y, Y[:2]), r"pred \(3,\) and y \(2,\)"),
    (lambda: accuracy(Y[:0], Y[:0]), r"pred must have shape \(N,\)"),
    (lambda: accuracy(Y * 0.5, Y), "pred must be .* float64. Take the arg"),
    (lambda: accuracy(np.eye(3, dtype=int), Y), r"pred .* got \(3, 3\)"),
    (lambda: accuracy(Y, list(Y)), "y must be .* got list"),
    (lambda: accuracy(Y == 1, Y), "pred must be .* got bool"),
    (lambda: accuracy(Y - 1, Y), "pred must hold labels from 0; got -1"),
    (lambda: confusion_matrix(Y, Y, 1), "n_classes = 1 .* to 0; got 1"),
    (lambda: confusion_matrix(Y, 2 * Y, 2), "n_classes = 2 .* got 2"),
    (lambda: confusion_matrix(Y, Y, 0), "n_classes must be"),
    (lambda: precision_recall_f1(Y, Y[:1]), "shapes differ"),
    (lambda: precision_recall_f1(Y, 2 * Y, "binary"), "n_classes = 2"),
    (lambda: precision_recall_f1(Y, Y, "binary", 3), "has 2 classes"),
    (lambda: precision_recall_f1(Y, Y, "micro"), "average must .* 'micro'"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
