"""What a call changed in its arguments, changed here as well."""
import numpy as np

from nnlab.grading.engine.pcg import steps_between

MOST_DRAWS = 1 << 40


def write_back(old, new):
    """Give ``old`` the content of ``new``, in place and in depth."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape == new.shape and old.dtype == new.dtype:
            old[...] = new
    elif isinstance(old, np.random.Generator):
        _advance(old, new)
    elif isinstance(old, (list, dict)) and type(new) is type(old):
        _write_items(old, new)
    elif isinstance(old, (set, bytearray)) and type(new) is type(old):
        old.clear()
        old.update(new) if isinstance(old, set) else old.extend(new)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for a, b in zip(old, new):
            write_back(a, b)
    elif type(old).__module__.split(".")[0] == "torch" and (
            type(new).__module__ == type(old).__module__):
        old.detach().copy_(new.detach())


def _write_items(old, new):
    keys = range(len(old)) if isinstance(old, list) else list(old)
    if isinstance(old, list) and len(old) != len(new) or (
            isinstance(old, dict) and list(old) != list(new)):
        old.clear()
        old.extend(new) if isinstance(old, list) else old.update(new)
        return
    for key in keys:
        if isinstance(old[key], (np.ndarray, list, dict, set)):
            write_back(old[key], new[key])
        else:
            old[key] = new[key]


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
