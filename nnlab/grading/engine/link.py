"""What ``check`` may ask about a student's function."""
from nnlab.grading.engine.remote import Placeholder


class Link:
    """What ``check`` may ask about a student's function.

    data : names of notebook data that the function reads
    """

    def __init__(self, peer, target, facts):
        self._peer, self._target = peer, target
        self.data = [str(n) for n in facts.get("data", ())]

    def isolated(self):
        """The function without that data, a proxy as well."""
        return self._peer.ask("isolated", self._target)

    def script(self, calls):
        """Run calls [(args, kwargs)] in one message.

        Returns (results, keys of what was changed in place, error).
        """
        results, changed, error = self._peer.ask(
            "script", self._target, calls)
        return results, changed, (
            None if error is None else self._peer.exception(error))

    def apart(self):
        """Within it the function runs in a copy of its kernel.

        So what it remembers ends there.
        """
        return self._peer.apart()

    def source(self):
        """Its source, as the notebook has it."""
        return str(self._peer.ask("source", self._target))

    @staticmethod
    def item(call, item):
        """Stands for an item of an earlier result, in ``script``."""
        return Placeholder("item", call, item)

    @staticmethod
    def draws(seed, copy=0):
        """Stands for a generator that lasts for the script."""
        return Placeholder("draws", seed, copy)


class Gone(RuntimeError):
    """The student's kernel was stopped, or has ended, in words."""
    stopped = True
