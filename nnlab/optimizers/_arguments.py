"""What every rule asks of its arguments."""
import numpy as np

from nnlab._checks import at_least, real_pair, same_shape


def update(w, grad, lr):
    """w and grad match; lr is a rate, or one for each element."""
    real_pair(w=w, grad=grad)
    at_least(0, w, lr=lr)


def past_array(state, w):
    """state is None or an array in the shape of w."""
    if state is None:
        return
    if isinstance(state, (tuple, list)):
        raise ValueError("state must be None at first, then the array that "
                         "the last call returned; got a "
                         f"{type(state).__name__}.")
    same_shape(w=w, state=state)


def past(state, w, names, unused=()):
    """state is None or holds what ``names`` says, such as "m v t".

    t and product are numbers, the others arrays in the shape of w;
    those in ``unused`` may be a number, 0.
    """
    if state is None:
        return
    names, shape = names.split(), np.shape(w)
    if not isinstance(state, (tuple, list)) or len(state) != len(names):
        raise ValueError(
            f"state must be None at first, then the ({', '.join(names)}) "
            "that the last call returned.")
    for name, x in zip(names, state):
        own = getattr(x, "shape", ())
        if name in ("t", "product"):
            at_least(0, **{name: x})
        elif own != shape and (own or name not in unused):
            same_shape(w=w, **{name: x})
