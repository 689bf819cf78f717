"""How good a classifier is, and whether another one is better.

pred and y are labels, integers from 0: the argmax of the logits, and
what is true.
"""
from nnlab.metrics.comparison import (Interval, McNemar, mcnemar,
                                      paired_seeds, t_interval, t_quantile,
                                      wilson_interval)
from nnlab.metrics.scores import (accuracy, confusion_matrix,
                                  precision_recall_f1)

# Interval and McNemar are what functions return, not for use themselves.
__all__ = [
    "accuracy", "confusion_matrix", "mcnemar", "paired_seeds",
    "precision_recall_f1", "t_interval", "t_quantile", "wilson_interval",
]
