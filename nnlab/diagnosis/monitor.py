"""Monitor: let fit record what a diagnosis needs."""
import copy
import dataclasses

import numpy as np

from nnlab._checks import NotFinite, real
from nnlab.diagnosis.layerwise import profile
from nnlab.diagnosis.loss_probe import probe_loss
from nnlab.losses import softmax_cross_entropy
from nnlab.training import Callback


class Monitor(Callback):
    """Record the profile by layer before training and after each epoch.

        fit(net, X, y, ..., callbacks=[Monitor(X[:256], y[:256])])

    x, y : a fixed batch to look at; a few hundred training examples.
    loss : the loss that fit gets.
    Writes into History.extra, as plain lists and dicts: ``loss``, what
    probe_loss says before the first update; ``profile``, a profile
    before it and one after each epoch.  Nothing is written where the
    net's outputs are no longer finite.
    It looks at copies: training goes as without it, bit for bit.  A
    look costs one forward and one backward pass on x.
    Raises ValueError for an x that is not finite and lengths that
    differ.
    """

    def __init__(self, x, y, loss=softmax_cross_entropy):
        real(x=x)
        if np.ndim(x) == 0 or np.ndim(y) == 0 or len(x) != len(y):
            raise ValueError("x and y must have as many rows; got shapes "
                             f"{np.shape(x)} and {np.shape(y)}.")
        self.x, self.y, self.loss = x, y, loss

    def before_update(self, run):
        """Look once, before anything has moved."""
        if not run.history.extra.get("profile"):
            self._look(run)

    def after_epoch(self, run):
        """Look again."""
        self._look(run)

    def _look(self, run):
        history = run.history
        try:
            found = profile(run.net, self.x, self.y, self.loss,
                            run.optimizer)
            if not history.extra.get("loss"):
                net = copy.deepcopy(run.net)
                out = net.forward(self.x, training=True)
                history.note("loss", probe_loss(self.loss, out, self.y))
        except NotFinite:
            return      # fit says it itself, in History.diverged
        history.note("profile", dataclasses.asdict(found))
