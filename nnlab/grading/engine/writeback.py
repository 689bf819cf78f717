"""What a call changed in its arguments, changed here as well."""
import numpy as np

from nnlab.grading.engine.inside.changes import fill
from nnlab.grading.engine.pcg import steps_between

MOST_DRAWS = 1 << 40


def write_back(old, new):
    """Give ``old`` the content of ``new``, in place.

    What ``new`` holds of the caller's own objects is those themselves:
    each of them is written back on its own.
    """
    if fill(old, new):
        return
    if isinstance(old, np.random.Generator):
        _advance(old, new)
    elif type(old).__module__.split(".")[0] == "torch" and (
            type(new).__module__ == type(old).__module__):
        old.detach().copy_(new.detach())


def _advance(rng, new):
    """Take over the state of ``new`` if drawing can lead to it.

    Otherwise a student could choose what the test draws next.
    """
    if not (isinstance(new, np.random.Generator) and isinstance(
            new.bit_generator, np.random.PCG64) and isinstance(
            rng.bit_generator, np.random.PCG64)):
        return
    before, after = rng.bit_generator.state, new.bit_generator.state
    steps = steps_between(before["state"], after["state"])
    if steps is None or steps > MOST_DRAWS:
        raise ValueError("the generator was set to another state")
    rng.bit_generator.state = after
