"""What a student's code may do with what a test hands over.

A function can be called, an iterator drawn from.  An object of a class
that the test defines has its public names and its special methods;
what is reached through anything else is the test's own affair.
"""
from nnlab.grading.engine.inside import wire
from nnlab.grading.engine.inside.given import special


def kind_of(x):
    """(kind, special methods) of what a student gets to use."""
    if is_own(x):
        return "own", special(type(x))
    if callable(x):         # a mock can do everything
        return "function", []
    if hasattr(type(x), "__next__"):
        return "iterator", ["__iter__", "__next__"]
    return "object", []


def is_own(x):
    """Is it an object of a class that the test defines?"""
    return type(x).__module__ == "__main__" and not isinstance(x, type)


def _public(x, name):
    if not is_own(x) or name.startswith("_"):
        raise AttributeError(name)
    return name


def _call(x, args, kwargs):
    return x(*args, **kwargs)


def _get(x, name):
    return getattr(x, _public(x, name))


def _set(x, name, value):
    """Plain data only: a function would run in the test kernel."""
    wire.Codec().dumps(value)
    setattr(x, _public(x, name), value)


def _special(x, name, args):
    if name not in kind_of(x)[1]:
        raise TypeError(name)
    return getattr(type(x), name)(x, *args)


USES = {"call": _call, "get": _get, "set": _set, "special": _special}
