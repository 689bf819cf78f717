"""Work in a copy of this process, which ends with all it remembers."""
import contextlib
import os
import signal


def apart(work):
    """Do ``work``, which says itself what came of it, in a copy.

    A copy that dies takes this process with it: whoever waits for its
    answer learns from that.
    """
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            work()
            os._exit(0)
        os._exit(1)
    try:
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    if status:
        os._exit(1)
