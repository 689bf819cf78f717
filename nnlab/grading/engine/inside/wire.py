"""Plain data as JSON, with arrays as raw bytes behind it.

Both kernels run this file.  What comes in is never unpickled, and
comes back as exact built-in types, whatever the other side says.
"""
import json
import sys
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from .parcel import Parcel

BITS = 1 << 16              # of an integer
KINDS = "biufcSUmM"         # dtypes that hold plain data
STATES = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937,
          "Philox": np.random.Philox, "SFC64": np.random.SFC64,
          "PCG64DXSM": np.random.PCG64DXSM}
TYPES = {t.__name__: t for t in (
    bool, int, float, complex, str, bytes, list, tuple, dict, set)}
MUTABLE = list, dict, set, bytearray, np.ndarray, np.random.Generator


class NotPlain(TypeError):
    """A value that cannot cross as plain data."""


class Codec:
    """Values to JSON and buffers, and back.

    ``foreign(x, buffers)`` encodes what is not plain data,
    ``resolve(tag, body, buffers)`` decodes it; both raise NotPlain by
    default.  The buffers are a Parcel.
    """

    def foreign(self, x, buffers):
        raise NotPlain(f"{type(x).__name__} is not plain data")

    def resolve(self, tag, body, buffers):
        raise NotPlain(f"there is no {tag!r}")

    def dumps(self, value):
        """(JSON text, buffers) of ``value``."""
        buffers = Parcel()
        try:
            return json.dumps(self._enc(value, buffers)), buffers
        except RecursionError:
            raise NotPlain("it is nested too deeply") from None

    def loads(self, text, buffers):
        """The value; raises NotPlain for what is malformed."""
        try:
            return self._dec(json.loads(text), buffers)
        except NotPlain:
            raise
        except Exception as error:
            raise NotPlain(f"malformed: {type(error).__name__}") from None

    def _enc(self, x, buffers):
        if x is None or type(x) in (bool, float, str):
            return x
        if (buffers.names or buffers.numbers) and (
                isinstance(x, MUTABLE) or _is_tensor(x)):
            known = buffers.numbers.get(id(x))
            if known is not None:
                return {"=": known}
            if buffers.names:
                return {"#": [buffers.name(x), self._content(x, buffers)]}
        return self._content(x, buffers)

    def _content(self, x, buffers):
        """``x`` itself, not a reference to it."""
        for base, encode in _ENCODERS:
            if isinstance(x, base):
                return encode(self, x, buffers)
        if type(x).__module__.split(".")[0] == "torch":
            return _torch(self, x, buffers)
        return self.foreign(x, buffers)

    def _all(self, items, buffers):
        return [self._enc(i, buffers) for i in items]

    def _dec(self, x, buffers):
        if x is None or type(x) in (bool, int, float, str):
            return x
        (tag, body), = x.items()
        decode = _DECODERS.get(tag)
        if decode is None:
            return self.resolve(tag, body, buffers)
        return decode(self, body, buffers)

    def _items(self, body, buffers):
        return [self._dec(i, buffers) for i in body]


# One function a type; exact base types, whatever a subclass overrides.

def _int(codec, x, buffers):
    x = int.__index__(x) if not isinstance(x, bool) else bool(x)
    if x.bit_length() > BITS:
        raise NotPlain("an integer of so many digits cannot cross")
    return x if x.bit_length() < 1000 else {"i": hex(x)}


def _sequence(codec, x, buffers):
    fields = getattr(type(x), "_fields", None)
    if isinstance(x, tuple) and fields:
        return {"nt": [type(x).__name__, list(fields),
                       codec._all(tuple.__iter__(x), buffers)]}
    base = tuple if isinstance(x, tuple) else list
    return {base.__name__[0]: codec._all(base.__iter__(x), buffers)}


def _dict(codec, x, buffers):
    return {"d": [codec._all(pair, buffers) for pair in dict.items(x)]}


def _set(codec, x, buffers):
    tag, base = ("s", set) if isinstance(x, set) else ("fs", frozenset)
    return {tag: codec._all(base.__iter__(x), buffers)}


def _array(codec, x, buffers):
    x = np.asarray(x)
    if x.dtype.kind == "O":
        return {"ao": [list(x.shape), codec._all(x.ravel(), buffers)]}
    if x.dtype.kind not in KINDS:
        raise NotPlain(f"an array of dtype {x.dtype} is not plain data")
    buffers.append(np.ascontiguousarray(x).tobytes())
    locked = [] if x.flags.writeable else [True]
    return {"a": [x.dtype.str, list(x.shape), len(buffers) - 1, *locked]}


def _scalar(codec, x, buffers):
    return {"g": _array(codec, x, buffers)}


def _generator(codec, x, buffers):
    state = x.bit_generator.state
    return {"R": codec._enc(state, buffers)}


def _buffer(codec, x, buffers):
    buffers.append(bytes(x))
    return {"b": [len(buffers) - 1, isinstance(x, bytearray)]}


def _is_tensor(x):
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def _torch(codec, x, buffers):
    torch = sys.modules.get("torch")
    if _is_tensor(x):
        try:
            array = x.detach().cpu().numpy()
        except (TypeError, RuntimeError):
            raise NotPlain(f"a tensor of {x.dtype} cannot cross") from None
        return {"T": [_array(codec, array, buffers),
                      bool(x.requires_grad)]}
    if torch is not None and isinstance(x, torch.dtype):
        return {"Td": str(x).removeprefix("torch.")}
    if torch is not None and isinstance(x, torch.Size):
        return {"t": [int(i) for i in x]}
    return codec.foreign(x, buffers)


def _type(codec, x, buffers):
    if TYPES.get(x.__name__) is x:
        return {"ty": x.__name__}
    if issubclass(x, np.generic):
        return {"dt": [np.dtype(x).str, True]}
    return codec.foreign(x, buffers)


def _ufunc(codec, x, buffers):
    if getattr(np, x.__name__, None) is x:
        return {"uf": x.__name__}
    return codec.foreign(x, buffers)


_ENCODERS = [
    (int, _int), (np.generic, _scalar), (float, lambda c, x, b: (
        float.__float__(x))), (str, lambda c, x, b: str.__str__(x)),
    ((list, tuple), _sequence), (dict, _dict), ((set, frozenset), _set),
    (np.ndarray, _array),
    (complex, lambda c, x, b: {"c": [x.real, x.imag]}),
    ((bytes, bytearray), _buffer),
    (range, lambda c, x, b: {"r": [x.start, x.stop, x.step]}),
    (slice, lambda c, x, b: {"sl": c._all(
        (x.start, x.stop, x.step), b)}),
    (type(...), lambda c, x, b: {"E": 0}),
    (np.random.Generator, _generator),
    (np.dtype, lambda c, x, b: {"dt": [x.str, False]}),
    (np.ufunc, _ufunc), (type, _type),
    (Fraction, lambda c, x, b: {"fr": c._all(
        (Fraction.numerator.fget(x), Fraction.denominator.fget(x)), b)}),
    (Decimal, lambda c, x, b: {"dec": Decimal.__str__(x)}),
    (SimpleNamespace, lambda c, x, b: {"ns": c._enc(vars(x), b)})]


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


_DECODERS = {
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
    "fr": lambda c, x, b: Fraction(*map(int, c._items(x, b))),
    "dec": lambda c, x, b: Decimal(str(x)),
    "ns": lambda c, x, b: SimpleNamespace(**c._dec(x, b)),
}
