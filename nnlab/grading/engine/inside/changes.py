"""What a call changed in what it was given."""
import sys

import numpy as np

from . import wire


class Before:
    """How objects look before a call.

    objects : {number: object}; each is looked at on its own, not at
        what the objects inside it hold, which have their own numbers
    """

    def __init__(self, objects):
        self.objects = dict(objects)
        self.looks = {k: _look(x) for k, x in self.objects.items()}

    def changed(self):
        """[(number, object)] of those that look different now."""
        return [(k, x) for k, x in self.objects.items()
                if not _same(self.looks[k], _look(x))]

    def answer(self, codec, result, out):
        """(result, what it changed: [[number, content]]), encoded.

        An array of another shape or dtype is a new one: the caller's
        own stays as it was.
        """
        for number, x in self.objects.items():
            if isinstance(x, np.ndarray) and (
                    self.looks[number][:2] != _look(x)[:2]):
                del out.numbers[id(x)]
        fragment = codec._enc(result, out)
        return fragment, {"l": [{"l": [number, codec._content(x, out)]}
                                for number, x in self.changed()]}


def _look(x):
    if isinstance(x, np.ndarray):
        return x.dtype.str, x.shape, (
            list(x.ravel()) if x.dtype.kind == "O" else x.tobytes())
    if isinstance(x, dict):
        return "dict", 0, [*dict.keys(x), *dict.values(x)]
    if isinstance(x, bytearray):
        return "bytes", 0, bytes(x)
    if isinstance(x, np.random.Generator):
        return "generator", 0, wire.Codec().dumps(x.bit_generator.state)[0]
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(x, torch.Tensor):
        return "tensor", 0, x.detach().cpu().numpy().tobytes()
    return "items", 0, list(x)


def _same(a, b):
    """By identity: what a student's class says of == does not count."""
    if a[:2] != b[:2]:
        return False
    if not isinstance(a[2], list):
        return a[2] == b[2]
    return len(a[2]) == len(b[2]) and all(
        p is q for p, q in zip(a[2], b[2]))


def fill(old, new):
    """Give ``old`` the content of ``new``, in place; False if it cannot.

    What ``new`` holds stays itself.  No dict gets special names: it
    may be that of an object, and NumPy would read any address there.
    """
    if isinstance(new, dict) and any(
            isinstance(k, str) and k.startswith("__") for k in new):
        raise wire.NotPlain("a dict with special names is not written")
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape == new.shape and old.dtype == new.dtype:
            old[...] = new
    elif isinstance(old, (list, bytearray)) and isinstance(old, type(new)):
        old[:] = new
    elif isinstance(old, (dict, set)) and isinstance(old, type(new)):
        old.clear()
        old.update(new)
    else:
        return False
    return True
