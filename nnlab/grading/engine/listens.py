"""Warnings of the answer, for a test that listens to them."""
import warnings


class Listens:
    """Called, says whether the running cell records or filters them."""

    def __init__(self):
        self.filters = list(warnings.filters)
        self.show = warnings._showwarnmsg_impl

    def __call__(self):
        return warnings._showwarnmsg_impl is not self.show or (
            list(warnings.filters) != self.filters)

    @staticmethod
    def tell(warned):
        """Warn of what the answer warned of."""
        for words, kind in warned:
            if not (isinstance(kind, type) and issubclass(kind, Warning)):
                kind = UserWarning
            warnings.warn_explicit(str(words), kind, "answer", 1)
