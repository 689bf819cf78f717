"""JSON and buffers to values: one function a tag.

Nothing here runs what the other side sent, and each makes an exact
built-in type.
"""
import builtins
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from .pack import KINDS, TYPES
from .parcel import NotPlain

COLLECTIONS = {"Counter": Counter, "OrderedDict": OrderedDict}
STATES = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937,
          "Philox": np.random.Philox, "SFC64": np.random.SFC64,
          "PCG64DXSM": np.random.PCG64DXSM}


def _from_array(codec, body, buffers):
    dtype, shape, k, *locked = body
    dtype = np.dtype(str(dtype))
    if dtype.kind not in KINDS:
        raise NotPlain(f"no arrays of {dtype}")
    flat = np.frombuffer(buffers[k], dtype)
    found = flat.reshape([int(n) for n in shape]).copy()
    found.flags.writeable = not locked
    return found


def _from_objects(codec, body, buffers):
    shape, items = body
    out = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):
        out[i] = codec._dec(item, buffers)
    return out.reshape([int(n) for n in shape])


def _from_named(codec, body, buffers):
    name, fields, items = body
    kind = namedtuple(str(name), [str(f) for f in fields])
    return kind(*codec._items(items, buffers))


def _from_generator(codec, body, buffers):
    state = codec._dec(body, buffers)
    bits = STATES[state["bit_generator"]]()
    bits.state = state
    return np.random.Generator(bits)


def _from_torch(codec, body, buffers):
    import torch
    array, grad = body
    tensor = torch.from_numpy(codec._dec(array, buffers))
    return tensor.requires_grad_(bool(grad)) if grad else tensor


def _from_dtype(codec, body, buffers):
    dtype = np.dtype(str(body[0]))
    return dtype.type if body[1] else dtype


def _from_torch_dtype(codec, body, buffers):
    import torch
    dtype = getattr(torch, str(body))
    if not isinstance(dtype, torch.dtype):
        raise NotPlain("no dtype")
    return dtype


def _from_ufunc(codec, body, buffers):
    function = getattr(np, str(body))
    if not isinstance(function, np.ufunc):
        raise NotPlain("no ufunc")
    return function


def _from_named_object(codec, body, buffers):
    number, content = body
    found = buffers.objects[int(number)] = codec._dec(content, buffers)
    return found


def _from_namespace(codec, body, buffers):
    """Data only.

    NumPy looks for __array_interface__, a bare address, in any object,
    and calls what is named like a function of its own.
    """
    held = codec._dec(body, buffers)
    if any(name.startswith("__") or callable(x)
           for name, x in held.items()):
        raise NotPlain("a namespace holds data only")
    return SimpleNamespace(**held)


def _exception(name):
    kind = getattr(builtins, str(name))
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        raise NotPlain("no exception")
    return kind


DECODERS = {
    "#": _from_named_object, "=": lambda c, x, b: b.objects[x],
    "i": lambda c, x, b: int(x, 16),
    "l": lambda c, x, b: c._items(x, b),
    "t": lambda c, x, b: tuple(c._items(x, b)),
    "nt": _from_named,
    "d": lambda c, x, b: {k: v for k, v in (c._items(p, b) for p in x)},
    "s": lambda c, x, b: set(c._items(x, b)),
    "fs": lambda c, x, b: frozenset(c._items(x, b)),
    "a": _from_array, "ao": _from_objects,
    "g": lambda c, x, b: c._dec(x, b)[()],
    "c": lambda c, x, b: complex(*x),
    "b": lambda c, x, b: (bytearray if x[1] else bytes)(b[x[0]]),
    "r": lambda c, x, b: range(*x),
    "sl": lambda c, x, b: slice(*c._items(x, b)),
    "E": lambda c, x, b: ...,
    "R": _from_generator, "T": _from_torch, "Td": _from_torch_dtype,
    "dt": _from_dtype, "uf": _from_ufunc,
    "ty": lambda c, x, b: TYPES[x],
    "C": lambda c, x, b: COLLECTIONS[x[0]](c._dec(x[1], b)),
    "dd": lambda c, x, b: defaultdict(
        x[0] and TYPES[x[0]], c._dec(x[1], b)),
    "dq": lambda c, x, b: deque(c._items(x[0], b), x[1]),
    "fr": lambda c, x, b: Fraction(*map(int, c._items(x, b))),
    "dec": lambda c, x, b: Decimal(str(x)),
    "ns": _from_namespace, "N": lambda c, x, b: NotImplemented,
    "ex": lambda c, x, b: _exception(x),
}
