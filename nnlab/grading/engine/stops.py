"""What stops a whole run: a gradebook or a disk that cannot be written."""
import contextlib
import errno

from sqlalchemy.exc import OperationalError

from nnlab.grading.engine.courses import first_line

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@contextlib.contextmanager
def one_reason():
    """What stops everything, as a ValueError that says what to do."""
    try:
        yield
    except OperationalError as error:
        raise ValueError(
            f"The gradebook cannot be written ({first_line(error.orig)}). "
            "End other programs that use it (Formgrader, nbgrader) and type "
            "the same again: nothing is lost.") from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise ValueError(
            f"The disk cannot be written ({error.strerror}). Make room and "
            "type the same again: nothing is lost.") from None
