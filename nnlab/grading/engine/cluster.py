"""The same work on a Dask cluster that is there already.

Its workers need the same Python packages.  Each of their threads keeps
a process of its own that grades, as a Pool of one; so a submission
that kills or hangs it costs the cluster nothing.
"""
import itertools
import threading

from nnlab.grading.engine.model import packed
from nnlab.grading.engine.pool import Failure, Pool
from nnlab.grading.engine.store import version

AHEAD = 2       # submissions under way for each thread of the cluster
MISSING = ("--scheduler needs the package distributed. Type: pip install "
           "distributed")
OTHER = ("a worker of the cluster has another version of nnlab than this "
         "machine: install the same one on all")
LOST = "the cluster lost it: {}"
_own = threading.local()


def grade_there(task, submission):
    """On the cluster: grade in this thread's own process."""
    function, release, options, deadline, key, engine = task
    if engine != version():
        raise RuntimeError(OTHER)
    if getattr(_own, "key", None) != key:
        if getattr(_own, "pool", None):
            _own.pool.__exit__()
        _own.pool = Pool(function, release, options, 1, deadline)
        _own.pool.__enter__()
        _own.key = key
    [(_, result, why)] = _own.pool.results([submission])
    return result, why


class Cluster:
    """``results`` as a Pool's, from the cluster at ``scheduler``.

    function, release, options, deadline : as for a Pool
    """

    def __init__(self, function, release, options, scheduler, deadline):
        self.scheduler, self.client = scheduler, None
        self.task = (function, release, options, deadline,
                     f"{release.key} {options}", version())

    def __enter__(self):
        """Connect; ValueError if nothing answers."""
        try:
            from distributed import Client
        except ImportError:
            raise ValueError(MISSING) from None
        try:
            self.client = Client(self.scheduler, timeout=10,
                                 set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise ValueError(f"No Dask scheduler answers at "
                             f"{self.scheduler}: {error}") from None
        return self

    def __exit__(self, *exception):
        self.client.close()

    def results(self, submissions):
        """What becomes of each, as they are done."""
        from distributed import as_completed
        source, sent = iter(submissions), {}
        # A part of the graph of each: it is sent once to each worker
        # that asks, and made anew if that worker dies.
        task = self.client.submit(_same, self.task, pure=False)
        waiting = as_completed(loop=self.client.loop)
        for _ in range(self._most()):
            self._send(source, sent, task, waiting)
        for future in waiting:
            yield sent.pop(future.key), *_outcome(future)
            future.release()
            for _ in range(self._most() - len(sent)):
                self._send(source, sent, task, waiting)

    def _most(self):
        return AHEAD * max(1, sum(self.client.nthreads().values()))

    def _send(self, source, sent, task, waiting):
        for submission in itertools.islice(source, 1):
            try:
                future = self.client.submit(
                    grade_there, task, packed(submission), pure=False)
            except Exception as error:      # its bytes cannot be had
                future = self.client.submit(_unread, str(error), pure=False)
            sent[future.key] = submission
            waiting.add(future)


def _same(task):
    return task


def _unread(why):
    return None, Failure(f"it cannot be read: {why}", True)


def _outcome(future):
    error = future.exception()
    if error is None:
        return future.result()
    words = str(error) if str(error) == OTHER else LOST.format(
        f"{type(error).__name__}: {error}"[:300])
    return None, Failure(words, True)
