"""How good a classifier is: accuracy, confusion, precision and recall."""
import numpy as np

from nnlab._checks import checked, count
from nnlab.metrics._arguments import classes


def _accuracy(pred, y):
    classes(pred=pred, y=y)


@checked(_accuracy)
def accuracy(pred, y):
    """The share of examples whose predicted label is the true one.

        accuracy = #{i : pred_i = y_i} / N

    pred, y : (N,) labels.  Returns a number from 0 to 1.
    Raises ValueError unless both are integer labels of equal length.
    Source: Goodfellow, Bengio and Courville (2016), section 5.1.2.
    Differs from PyTorch, which has none; same as scikit-learn's
    ``accuracy_score``.

    >>> import numpy as np
    >>> accuracy(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    0.75
    """
    return float(np.mean(pred == y))


def _confusion_matrix(pred, y, n_classes=None):
    classes(pred=pred, y=y)
    if n_classes is not None:
        count(n_classes=n_classes)
        if max(pred.max(), y.max()) >= n_classes:
            raise ValueError(
                f"with n_classes = {n_classes} labels go to "
                f"{n_classes - 1}; got {max(pred.max(), y.max())}.")


@checked(_confusion_matrix)
def confusion_matrix(pred, y, n_classes=None):
    """How often class k was taken for class j.

        C[k, j] = #{i : y_i = k, pred_i = j}

    Rows are the true classes, columns the predicted ones; what is
    right stands on the diagonal.
    pred, y : (N,) labels.  Returns C : (K, K) integers; K is n_classes
    or else one more than the largest label.
    Raises ValueError unless both are integer labels below n_classes
    and of equal length.
    Source: Murphy (2022), section 5.1.3.
    Differs from PyTorch, which has none; same as scikit-learn's, whose
    arguments come in the other order, y first, and which leaves out
    classes that neither has (unless ``labels`` names them).
    """
    K = n_classes or int(max(pred.max(), y.max())) + 1
    cell = y.astype(np.int64) * K + pred.astype(np.int64)
    return np.bincount(cell, minlength=K * K).reshape(K, K)


def _precision_recall_f1(pred, y, average=None, n_classes=None):
    if average not in (None, "macro", "binary"):
        raise ValueError('average must be None, "macro" or "binary"; got '
                         f"{average!r}.")
    if average == "binary" and n_classes not in (None, 2):
        raise ValueError(f'average="binary" has 2 classes; got n_classes '
                         f"= {n_classes}.")


@checked(_precision_recall_f1)
def precision_recall_f1(pred, y, average=None, n_classes=None):
    """Precision, recall and F1 of each class, or one of each.

        precision_k = C[k, k] / sum_j C[j, k]
        recall_k    = C[k, k] / sum_j C[k, j]
        F1_k = 2 precision_k recall_k / (precision_k + recall_k)
             = 2 C[k, k] / (sum_j C[j, k] + sum_j C[k, j])

    C is the confusion matrix.  0 / 0 is taken as 0: the precision of a
    class that was never predicted, the recall of one that never comes.
    pred, y : (N,) labels.
    average : None for an array (K,) of each; "macro" for the mean over
    the K classes; "binary" for class 1 alone, of the classes 0 and 1.
    Returns precision, recall, F1: arrays (K,), or numbers.
    Raises ValueError unless both are integer labels below n_classes
    and of equal length, and average is one of the three.
    Source: van Rijsbergen (1979), chapter 7.
    Differs from PyTorch, which has none; same as scikit-learn's
    ``precision_recall_fscore_support(zero_division=0)``, whose
    arguments come in the other order, y first, and which leaves out
    classes that neither has: its macro mean divides by fewer than K.
    """
    n_classes = 2 if average == "binary" else n_classes
    C = confusion_matrix(pred, y, n_classes)
    hits, predicted, true = np.diag(C), C.sum(axis=0), C.sum(axis=1)
    scores = (_share(hits, predicted), _share(hits, true),
              _share(2 * hits, predicted + true))
    if average == "macro":
        return tuple(float(score.mean()) for score in scores)
    if average == "binary":
        return tuple(float(score[1]) for score in scores)
    return scores


def _share(part, whole):
    """part / whole, with 0 / 0 = 0."""
    return part / np.where(whole == 0, 1, whole)
