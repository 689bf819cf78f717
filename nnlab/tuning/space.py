"""The space of a search: what each hyper-parameter may be."""
import copy
import dataclasses
import math
import numbers

import numpy as np


@dataclasses.dataclass(frozen=True)
class Float:
    """A real number from low to high; with log=True even by its log.

        value = low + (high - low) u,  u ~ U(0, 1)
        value = exp(log low + (log high - log low) u)   with log=True

    With log=True each decade is as likely as any other: right for
    learning rates and penalties, whose scale is not known.
    Raises ValueError unless low < high are finite, and 0 < low if log.
    Source: Bergstra and Bengio (2012), section 2.
    Differs from PyTorch, which has none; same as Optuna's
    ``FloatDistribution``.

    >>> Float(1e-4, 1, log=True).grid(3)
    [0.0001, 0.01, 1.0]
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self):
        _bounds(self, numbers.Real, float, "finite numbers")

    def draw(self, rng):
        """One value, by the Generator rng."""
        low, high = self.low, self.high
        if self.log:
            value = math.exp(rng.uniform(math.log(low), math.log(high)))
        else:
            value = rng.uniform(low, high)
        return min(max(float(value), low), high)    # exp rounds

    def grid(self, points):
        """So many values from low to high, evenly, by the log if log."""
        space = np.geomspace if self.log else np.linspace
        return space(self.low, self.high, points).tolist()

    def encode(self, value):
        """The value as JSON holds it."""
        return float(value)

    def decode(self, value):
        """What encode was given."""
        return float(value)


@dataclasses.dataclass(frozen=True)
class Int:
    """A whole number from low to high, both included.

    With log=True it is a Float from low - 0.5 to high + 0.5, even by
    its log, rounded: 1 is drawn as often as 2 to 4 together.
    Raises ValueError unless low < high are whole, and 0 < low if log.
    Source: Bergstra and Bengio (2012), section 2.
    Differs from PyTorch, which has none; same as Optuna's
    ``IntDistribution``.

    >>> Int(1, 100, log=True).grid(3)
    [1, 10, 100]
    """

    low: int
    high: int
    log: bool = False

    def __post_init__(self):
        _bounds(self, numbers.Integral, int, "whole numbers")

    def draw(self, rng):
        """One value, by the Generator rng."""
        if not self.log:
            return int(rng.integers(self.low, self.high, endpoint=True))
        wide = Float(self.low - 0.5, self.high + 0.5, log=True)
        return min(max(round(wide.draw(rng)), self.low), self.high)

    def grid(self, points):
        """At most so many values from low to high, as those of Float."""
        values = Float(self.low, self.high, self.log).grid(points)
        return sorted({round(value) for value in values})

    def encode(self, value):
        """The value as JSON holds it."""
        return int(value)

    def decode(self, value):
        """What encode was given."""
        return int(value)


class Choice:
    """One of several values, each as likely: numbers, text, functions.

        Choice(sgd, adam)       Choice(32, 64, 128)

    A value is known in files and tables by its label: a function's or
    class's name, text as it is, anything else as Python prints it.
    Raises ValueError without a value, for two with one label, and for
    one whose label would not be the same in the next run.
    Source: Bergstra and Bengio (2012), section 2.
    Differs from PyTorch, which has none; same as Optuna's
    ``CategoricalDistribution``, but values may be of any kind.
    """

    def __init__(self, *values):
        if not values:
            raise ValueError("Choice needs at least one value: "
                             "Choice(32, 64).")
        labels = [label(value) for value in values]
        for text in labels:
            if labels.count(text) > 1:
                raise ValueError(f"Choice has {text!r} twice. Values need "
                                 "labels that differ.")
        self.values, self.labels = values, labels

    def draw(self, rng):
        """One value, by the Generator rng."""
        return self.values[rng.integers(len(self.values))]

    def grid(self, points=None):
        """All values."""
        return list(self.values)

    def encode(self, value):
        """The label of a value."""
        return label(value)

    def decode(self, text):
        """The value of a label."""
        return self.values[self.labels.index(text)]

    def __eq__(self, other):
        return isinstance(other, Choice) and self.labels == other.labels

    def __hash__(self):
        return hash(tuple(self.labels))

    def __repr__(self):
        return f"Choice({', '.join(self.labels)})"


def label(value):
    """The text that stands for a value of a Choice."""
    if isinstance(value, str):
        return value
    text = getattr(value, "__name__", None) or repr(value)
    if " at 0x" in text or text == "<lambda>":
        raise ValueError(
            f"Choice cannot know {text} again in another run. Choose among "
            "names, and let the objective look the value up.")
    return text


def draw(space, rng):
    """One value of each hyper-parameter, independent of the others.

    Drawn by the sorted names: the order of the dict changes nothing.
    """
    drawn = {name: space[name].draw(rng) for name in sorted(space)}
    return {name: drawn[name] for name in space}


def copied(settings):
    """Settings to hand out: who changes a list changes no Choice."""
    return {name: copy.deepcopy(value)
            if isinstance(value, (list, dict, set)) else value
            for name, value in settings.items()}


def encode(space, settings):
    """Settings as JSON holds them."""
    return {name: space[name].encode(value)
            for name, value in settings.items()}


def decode(space, settings):
    """What encode was given."""
    return {name: kind.decode(settings[name])
            for name, kind in space.items()}


def check_space(space):
    """A dict of at least one name to a Float, an Int or a Choice."""
    if not isinstance(space, dict) or not space:
        raise ValueError('space must be a dict such as {"lr": Float(1e-4, '
                         f"1, log=True)}}; got {space!r}.")
    for name, kind in space.items():
        if not isinstance(name, str) or not name:
            raise ValueError("the names in a space must be text; got "
                             f"{name!r}.")
        if not isinstance(kind, (Float, Int, Choice)):
            raise ValueError(f"{name} must be a Float, an Int or a Choice; "
                             f"got {kind!r}. Choice({kind!r}) is a value "
                             "that does not vary.")


def _bounds(kind, number, plain, what):
    name = type(kind).__name__
    for bound in (kind.low, kind.high):
        if (not isinstance(bound, number) or isinstance(bound, bool)
                or not math.isfinite(bound)):
            raise ValueError(f"{name}: low and high must be {what}; got "
                             f"{bound!r}.")
    if not kind.low < kind.high:
        raise ValueError(f"{name}: low must be below high; got "
                         f"{kind.low!r} and {kind.high!r}.")
    if not isinstance(kind.log, bool):
        raise ValueError(f"{name}: log must be True or False; got "
                         f"{kind.log!r}.")
    if kind.log and kind.low <= 0:
        raise ValueError(f"{name}: low must be above 0 with log=True; got "
                         f"{kind.low!r}.")
    # 0 and 0.0 and NumPy's 0.0 make one and the same space.
    object.__setattr__(kind, "low", plain(kind.low))
    object.__setattr__(kind, "high", plain(kind.high))
