"""Optimizer: a rule, its hyper-parameters and its state."""
import inspect

import numpy as np

from nnlab._checks import same_shape, unchecked

SLICE = 32_768      # elements; the temporaries of a rule stay in cache


class Optimizer:
    """A rule of nnlab.optimizers, its hyper-parameters and its state.

        Optimizer(adam, lr=1e-3)

    rule : w, state = rule(w, grad, state, **hyper).  The rule sees the
    flat vector in slices of 32,768 elements, each with a state of its
    own: for a rule that works element by element the result is that
    of one call, but faster, because temporaries stay in the cache.
    The rule's argument checks are made once, on the whole vector.
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
                f"{rule.__name__} has no hyper-parameter {name!r}; it "
                f"takes {', '.join(known)}.")
        # The rate is there to be read and changed, given or not.
        rate = {"lr": known["lr"].default} if "lr" in known else {}
        self.rule, self.hyper = rule, rate | hyper
        self.states = self.size = None

    def step(self, params, grads, trainable=None):
        """One update, written into params (a flat vector).

        trainable : None, or True for each parameter that may change.
        """
        same_shape(params=params, grads=grads)
        self.allocate(params.size)
        if hasattr(self.rule, "check"):
            self.rule.check(params, grads, None, **self.hyper)
        rule = unchecked(self.rule)
        for i, part in enumerate(self.parts):
            if trainable is not None and not trainable[part].any():
                continue
            w, self.states[i] = rule(params[part], grads[part],
                                     self.states[i], **self._hyper(part))
            if trainable is not None:
                w = np.where(trainable[part], w, params[part])
            params[part] = w

    def allocate(self, size):
        """Cut a vector of this size into slices, if not done already."""
        if self.states is None:
            self.parts = [slice(start, start + SLICE)
                          for start in range(0, size, SLICE)]
            self.states, self.size = [None] * len(self.parts), size
        if self.size != size:
            raise ValueError(f"this Optimizer holds the state of "
                             f"{self.size} parameters; got {size}. Make "
                             "a new one for another net.")

    @property
    def lr(self):
        """The learning rate, hyper["lr"]."""
        return self.hyper["lr"]

    @lr.setter
    def lr(self, rate):
        self.hyper["lr"] = rate

    def _hyper(self, part):
        """The hyper-parameters of a slice."""
        return {name: value[part] if isinstance(value, np.ndarray)
                and value.ndim else value
                for name, value in self.hyper.items()}

    def __repr__(self):
        hyper = "".join(
            f", {name}={'array' if np.ndim(value) else repr(value)}"
            for name, value in self.hyper.items())
        return f"Optimizer({self.rule.__name__}{hyper})"
