"""What the metrics refuse."""
import numbers

import numpy as np

from nnlab._checks import same_shape


def classes(**labels):
    for name, y in labels.items():
        if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu":
            what = getattr(y, "dtype", type(y).__name__)
            raise ValueError(f"{name} must be an array of integer labels; "
                             f"got {what}. Take the argmax of logits, or "
                             "convert it with .astype(int).")
        if y.ndim != 1 or not len(y):
            raise ValueError(f"{name} must have shape (N,), N at least 1; "
                             f"got {y.shape}.")
        if y.min() < 0:
            raise ValueError(f"{name} must hold labels from 0; got "
                             f"{y.min()}.")
    same_shape(**labels)


def probability(**values):
    """Each number lies between 0 and 1, neither included."""
    for name, p in values.items():
        if not isinstance(p, numbers.Real) or not 0 < p < 1:
            raise ValueError(f"{name} must lie between 0 and 1, as 0.95; "
                             f"got {p!r}.")
