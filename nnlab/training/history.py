"""History: what fit recorded, epoch by epoch."""
import dataclasses


def _lists():
    return dataclasses.field(default_factory=list)


@dataclasses.dataclass(repr=False)
class History:
    """What fit recorded: one number in each list for each whole epoch.

    train_loss, train_accuracy : mean over the examples of the epoch,
    each taken when its batch came, before the update on that batch and
    without penalties.
    val_loss, val_accuracy : on the validation set after the epoch;
    empty without one.
    seconds : the time the epoch's updates took, without validation.
    updates : the number of updates made.
    diverged : None, or (epoch, updates): in that epoch, the first being
    1, after so many updates, something was no longer finite.
    lr : the rate of the epoch's last update (of the first parameter,
    if each has its own).
    stopped : None, or why training ended before its last epoch.
    extra : what callbacks recorded, a list by its name.
    Differs from PyTorch, which has none; Keras's has dicts of lists.
    """

    train_loss: list = _lists()
    train_accuracy: list = _lists()
    val_loss: list = _lists()
    val_accuracy: list = _lists()
    seconds: list = _lists()
    updates: int = 0
    diverged: tuple | None = None
    lr: list = _lists()
    stopped: str | None = None
    extra: dict = dataclasses.field(default_factory=dict)

    def __repr__(self):
        text = (f"History: epoch {len(self.train_loss)}, update "
                f"{self.updates}, {sum(self.seconds):.2f} s")
        for name, loss, share in (
                ("train", self.train_loss, self.train_accuracy),
                ("validation", self.val_loss, self.val_accuracy)):
            if loss:
                text += (f"; {name} loss {loss[-1]:.4f}, accuracy "
                         f"{share[-1]:.4f}")
        if self.diverged:
            text += "; diverged in epoch {}, after update {}".format(
                *self.diverged)
        return text + (f"; stopped: {self.stopped}" if self.stopped else "")

    def record(self, train, val, lr, seconds):
        """Append the numbers of one epoch."""
        for name, values in (("train", train), ("val", val)):
            for what, value in zip(("loss", "accuracy"), values):
                getattr(self, f"{name}_{what}").append(value)
        self.lr.append(lr)
        self.seconds.append(seconds)

    def note(self, name, value):
        """Append to extra[name], a list that is made when needed."""
        self.extra.setdefault(name, []).append(value)
