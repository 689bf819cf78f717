"""Monitor: let fit record what a diagnosis needs."""
import copy
import dataclasses

import numpy as np

from nnlab._checks import NotFinite, real
from nnlab.diagnosis.layerwise import profile
from nnlab.diagnosis.loss_probe import probe_loss
from nnlab.diagnosis.signals import LOSS, PROFILE, records
from nnlab.training import Callback


class Monitor(Callback):
    """Record the profile by layer before training and after each epoch.

        fit(net, X, y, ..., callbacks=[Monitor(X[:256], y[:256])])

    x, y : a fixed batch to look at; a few hundred training examples.
    loss : the loss to look at; None: the one that fit gets.
    Writes into History.extra, as plain lists and dicts: "monitor loss",
    what probe_loss says before the first update; "monitor profile", a
    profile before it and one after each epoch.  Nothing is written
    where the net's outputs are no longer finite.
    It looks at copies: training goes as without it, bit for bit.  A
    look costs one forward and one backward pass on x.
    Raises ValueError for an x that is not finite and lengths that
    differ.
    """

    def __init__(self, x, y, loss=None):
        real(x=x)
        if np.ndim(x) == 0 or np.ndim(y) == 0 or len(x) != len(y):
            raise ValueError("x and y must have as many rows; got shapes "
                             f"{np.shape(x)} and {np.shape(y)}.")
        self.x, self.y, self.loss = x, y, loss

    def at_start(self, run):
        """Look once, before anything has moved."""
        if not records(run.history, PROFILE):
            self._look(run)

    def after_epoch(self, run):
        """Look again."""
        self._look(run)

    def _look(self, run):
        try:
            with np.errstate(all="ignore"):
                self._note(run, self.loss or run.loss_function)
        except NotFinite:
            return      # fit says it itself, in History.diverged

    def _note(self, run, loss):
        found = profile(run.net, self.x, self.y, loss, run.optimizer)
        if not records(run.history, LOSS):
            net = copy.deepcopy(run.net)
            out = net.forward(self.x, training=True)
            run.history.note(LOSS, probe_loss(loss, out, self.y))
        run.history.note(PROFILE, dataclasses.asdict(found))
