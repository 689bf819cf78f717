"""What a test hands over, as the student's code sees it.

Functions can be called, iterators drawn from, and objects of the
test's own classes used through their public names; all of it is
answered by the test kernel.
"""
import functools

import numpy as np

from .changes import fill

SPECIAL = [f"__{n}__" for n in (
    "len getitem setitem delitem contains iter next call repr str bool "
    "float int enter exit eq ne lt le gt ge add radd sub rsub mul rmul "
    "truediv rtruediv matmul rmatmul pow rpow floordiv rfloordiv mod rmod "
    "neg pos abs iadd isub imul itruediv hash").split()]


def special(kind):
    """The special methods that a class brings, not those of object."""
    mine = {n for k in kind.__mro__[:-1] for n in vars(k)}
    return [n for n in SPECIAL if n in mine
            and getattr(kind, n, None) is not None]


class Callback:
    """A function of the test."""

    def __init__(self, handle):
        self._handle = handle
        self.__name__ = handle._facts["name"]

    def __call__(self, *args, **kwargs):
        objects = {}
        result, changed = self._handle._peer.ask(
            "call", self._handle, args, kwargs, objects=objects)
        for number, new in changed:
            _write_back(objects[number], new)
        return result


def _write_back(old, new):
    """What the test's function changed, changed here as well."""
    if isinstance(old, np.random.Generator):
        old.bit_generator.state = new.bit_generator.state
    else:
        fill(old, new)


class Given:
    """An object of the test."""

    def __init__(self, handle):
        object.__setattr__(self, "_handle", handle)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._handle._peer.ask("get", self._handle, name)

    def __setattr__(self, name, value):
        self._handle._peer.ask("set", self._handle, name, value)


def given(handle):
    """What stands for ``handle``, by its kind."""
    if handle._kind == "function":
        return Callback(handle)
    facts = handle._facts
    return _class(str(facts["name"]), tuple(facts.get("special", ())))(
        handle)


@functools.cache
def _class(name, names):
    return type(name, (Given,), {
        n: _method(n) for n in names if n in SPECIAL})


def _method(name):
    def method(self, *args):
        return self._handle._peer.ask("special", self._handle, name, args)
    method.__name__ = name
    return method
