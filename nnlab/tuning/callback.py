"""From fit to the search: the value after each epoch."""
from nnlab.training import Callback


class Report(Callback):
    """Tell a trial of a validation value after each epoch of fit.

        fit(net, X, y, ..., validation=..., callbacks=[Report(trial)])

    what : "val_loss" or another list of the History; minimise a loss,
    maximise an accuracy.  If the search gives the trial up, Pruned goes
    through fit and out of the objective.
    The step is the epoch; a later fit of the trial, as after training
    beforehand or for the next fold, goes on counting.  So give a fit
    one Report only.
    Raises ValueError if the History has no such value.
    Differs from PyTorch, which has none.
    """

    def __init__(self, trial, what="val_loss"):
        self.trial, self.what = trial, what

    def after_epoch(self, run):
        """Report the epoch's value; see above for the step."""
        values = getattr(run.history, self.what, None)
        if not values:
            raise ValueError(f"the History has no {self.what}. Give fit "
                             "validation=(X, y).")
        last = max(self.trial.reports, default=0)
        self.trial.report(max(len(values), last + 1), values[-1])
