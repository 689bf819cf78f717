"""What a script of calls refers to: results before, and generators."""
import numpy as np


class Item:
    """Item ``item`` of what call ``call`` of a script returned."""

    def __init__(self, call, item):
        self.call, self.item = call, item


class Draws:
    """A generator; equal ones in a script are one and the same."""

    def __init__(self, seed, copy):
        self.key, self.seed = (seed, copy), seed


def resolved(value, live, rngs):
    """An argument of a script's call, as the function gets it."""
    if isinstance(value, Item):
        return live[value.call][value.item]
    if isinstance(value, Draws):
        return rngs.setdefault(value.key,
                               np.random.default_rng(value.seed))
    return value


def same(a, b):
    """Do two arrays hold the same?"""
    return a.shape == b.shape and np.array_equal(
        a, b, equal_nan=a.dtype.kind == "f")
