"""Values to JSON and buffers: one function a type.

Each takes the exact base type's own view of a value, whatever a
subclass of the student's overrides.
"""
import builtins
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from .parcel import NotPlain

BITS = 1 << 16              # of an integer
KINDS = "biufcSUmM"         # dtypes that hold plain data
TYPES = {t.__name__: t for t in (
    bool, int, float, complex, str, bytes, list, tuple, dict, set)}


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
    items = {"d": [codec._all(pair, buffers) for pair in dict.items(x)]}
    if type(x) in (Counter, OrderedDict):
        return {"C": [type(x).__name__, items]}
    if type(x) is defaultdict:
        factory = TYPES.get(getattr(x.default_factory, "__name__", ""))
        return {"dd": [factory and factory.__name__, items]}
    return items


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


def is_tensor(x):
    """Of PyTorch, if that is imported."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def torch_thing(codec, x, buffers):
    """A tensor, a dtype, a size; anything else is foreign."""
    torch = sys.modules.get("torch")
    if is_tensor(x):
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
    if issubclass(x, BaseException) and getattr(
            builtins, x.__name__, None) is x:
        return {"ex": x.__name__}
    if issubclass(x, np.generic):
        return {"dt": [np.dtype(x).str, True]}
    return codec.foreign(x, buffers)


def _ufunc(codec, x, buffers):
    if getattr(np, x.__name__, None) is x:
        return {"uf": x.__name__}
    return codec.foreign(x, buffers)


def _deque(codec, x, buffers):
    if type(x) is not deque:
        return codec.foreign(x, buffers)
    return {"dq": [codec._all(deque.__iter__(x), buffers), x.maxlen]}


ENCODERS = [
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
    (deque, _deque), (Fraction, lambda c, x, b: {"fr": c._all(
        (Fraction.numerator.fget(x), Fraction.denominator.fget(x)), b)}),
    (Decimal, lambda c, x, b: {"dec": Decimal.__str__(x)}),
    # Its dict has no number: nobody writes it back.
    (SimpleNamespace, lambda c, x, b: {"ns": _dict(c, vars(x), b)}),
    (type(NotImplemented), lambda c, x, b: {"N": 0})]
