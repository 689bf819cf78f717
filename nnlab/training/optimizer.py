"""Optimizer: a rule, its hyper-parameters and its state."""
import inspect

import numpy as np

from nnlab._checks import real, same_shape, unchecked

SLICE = 32_768      # elements; the temporaries of a rule stay in cache


class Optimizer:
    """A rule of nnlab.optimizers, its hyper-parameters and its state.

        Optimizer(adam, lr=1e-3)

    rule : w, state = rule(w, grad, state, **hyper).  The rule sees the
    flat vector in slices of 32,768 elements, each with a state of its
    own: for a rule that works element by element the result is that
    of one call, but faster, because temporaries stay in the cache.
    The rule's argument checks are made once for all slices.
    hyper may be changed between steps: ``optimizer.hyper["lr"] = 0.01``.
    A hyper-parameter may be an array in the shape of params: a rate or
    a decay for each parameter.
    Raises ValueError for a hyper-parameter that the rule has not.
    Differs from PyTorch: it is given the parameters at each step.
    """

    def __init__(self, rule, **hyper):
        known = dict(list(inspect.signature(rule).parameters.items())[3:])
        for name in set(hyper) - set(known):
            raise ValueError(
                f"{named(rule)} has no hyper-parameter {name!r}; it "
                f"takes {', '.join(known)}.")
        # The rate is there to be read and changed, given or not.
        rate = {"lr": known["lr"].default} if "lr" in known else {}
        self.rule, self.hyper = rule, rate | hyper
        self.states = self.size = self.trainable = None
        self._check(np.zeros(1), np.zeros(1), {
            name: value for name, value in self.hyper.items()
            if not isinstance(value, np.ndarray)})

    def step(self, params, grads, trainable=None):
        """One update, written into params (a flat vector).

        trainable : None, or True for each parameter that may change.
        When it is another one than before, all state starts anew.
        """
        same_shape(params=params, grads=grads)
        self.allocate(params.size, trainable)
        hyper = self._in(params.dtype)
        self._check(params, grads, hyper)
        real(grads=grads)
        rule = unchecked(self.rule)
        arrays = [name for name in hyper
                  if isinstance(hyper[name], np.ndarray)]
        for i, part in enumerate(self.parts):
            if arrays:
                here = hyper | {name: hyper[name][part] for name in arrays}
            else:
                here = hyper
            params[part], self.states[i] = rule(
                params[part], grads[part], self.states[i], **here)

    def allocate(self, size, trainable=None):
        """Cut a vector of this size into slices, if not done already.

        No slice holds parameters of both kinds, and those that may not
        change are in none.
        """
        if self.size not in (None, size):
            raise ValueError(f"this Optimizer holds the state of "
                             f"{self.size} parameters; got {size}. Make "
                             "a new one for another net.")
        if self.size is None or not (
                trainable is self.trainable
                or np.array_equal(trainable, self.trainable)):
            self.parts = list(_slices(size, trainable))
            self.states = [None] * len(self.parts)
        self.size, self.trainable = size, trainable

    def _check(self, params, grads, hyper):
        """The rule's own checks, of the settings and the first element.

        With finite gradients finite parameters stay so, or fit sees it.
        """
        if hasattr(self.rule, "check"):
            if not any(isinstance(v, np.ndarray) for v in hyper.values()):
                params, grads = params[:1], grads[:1]
            self.rule.check(params, grads, None, **hyper)

    def _in(self, dtype):
        """The hyper-parameters, such that float32 stays float32."""
        return {name: (value.astype(dtype, copy=False)
                       if isinstance(value, np.ndarray) else
                       float(value) if isinstance(value, np.floating)
                       else value)
                for name, value in self.hyper.items()}

    @property
    def lr(self):
        """The learning rate, hyper["lr"]."""
        return self.hyper["lr"]

    @lr.setter
    def lr(self, rate):
        self.hyper["lr"] = rate

    def __repr__(self):
        hyper = "".join(
            f", {name}={'array' if np.ndim(value) else repr(value)}"
            for name, value in self.hyper.items())
        return f"Optimizer({named(self.rule)}{hyper})"


def _slices(size, trainable):
    """Slices of at most SLICE elements, of those that may change."""
    edges = [0, size]
    if trainable is not None:
        changes = np.flatnonzero(np.diff(trainable)) + 1
        edges = [0, *changes.tolist(), size]
    for start, end in zip(edges, edges[1:]):
        if trainable is None or trainable[start]:
            for i in range(start, end, SLICE):
                yield slice(i, min(i + SLICE, end))


def named(function):
    """The name of a function, or of the one inside of a partial."""
    return getattr(getattr(function, "func", function), "__name__",
                   repr(function))
