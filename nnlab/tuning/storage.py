"""The SQLite file of a Bayesian search, looked at before Optuna is.

SQLite has whole transactions, and locks that die with a process.
Optuna's journal file has a lock that outlives a killed process, and a
line cut off by a power failure would spoil it for good.
"""
import contextlib
import os
import sqlite3
import time
from pathlib import Path
from urllib.parse import unquote

MAGIC = b"SQLite format 3"
# What Optuna's tables are called, or begin with.
TABLES = ("studies", "study_", "trial", "version_info", "alembic_version")
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
LASTING = DAMAGED | {sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
                     sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
                     sqlite3.SQLITE_CANTOPEN}


@contextlib.contextmanager
def opened(file):
    """Optuna's storage in a file, made if it is not there.

    For None it is None: Optuna keeps the trials in memory.
    Raises ValueError for a file that is something else or damaged,
    OSError for one that cannot be written, from here to the end of the
    with; each names the file.
    """
    if file is None:
        yield None
        return
    path = Path(file)
    with _named(path):
        check_file(path)
        storage = _storage(path)
        try:
            yield storage
        finally:
            storage.remove_session()
            storage.engine.dispose()


def check_file(path):
    """A file that Optuna may use, or a place where one can be made."""
    folder = path.resolve().parent
    if unquote(str(folder / path.name).partition("?")[0]) != str(
            folder / path.name):
        raise ValueError(f"{path}: a ? or a % before digits means something "
                         "else to SQLAlchemy. Give another file.")
    if not folder.is_dir():
        raise FileNotFoundError(f"{path}: its folder is not there. Make "
                                "it, or give another file.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(
            f"{path}: its folder may not be written to, and SQLite needs "
            "that. Change its permissions, or give another file.")
    if not path.exists():
        return
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder. Give a file in it.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(
            f"{path} may not be read and written. Change its permissions, "
            "or give another file.")
    _check_content(path)


def _check_content(path):
    with open(path, "rb") as file:
        start = file.read(len(MAGIC))
    if start not in (b"", MAGIC):
        raise ValueError(f"{path} is no SQLite data base. Give another "
                         "file.")
    # mode=rw: never made; a half transaction of a killed process is
    # taken back, which SQLite can only do if it may write.
    with contextlib.closing(sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw", uri=True,
            timeout=60)) as base:
        tables = _column(base, "SELECT name FROM sqlite_master "
                               "WHERE type = 'table'")
        # Another process may have made some of them only.
        if "version_info" not in tables and not all(
                name.startswith(TABLES) for name in tables):
            raise ValueError(f"{path} is a data base of something else "
                             f"(table {tables[0]}). Give another file.")
        [page] = _column(base, "PRAGMA page_size")
        if (path.stat().st_size % page
                or _column(base, "PRAGMA quick_check(1)") != ["ok"]):
            raise ValueError(_damaged(path))


def _column(base, query):
    return [row[0] for row in base.execute(query)]


def _damaged(path):
    return (f"{path} is damaged, maybe cut off. Put back a copy of it, or "
            "give another file.")


def _storage(path):
    from optuna.storages import RDBStorage

    for wait in (0.1, 0.2, 0.4, 0.8, 1.6, None):
        try:
            return RDBStorage(f"sqlite:///{path.resolve()}", engine_kwargs={
                "connect_args": {"timeout": 60}})
        except Exception as error:
            # Two processes that make the tables at once disturb each
            # other; a moment later they are there.
            if wait is None or _code(_sqlite(error)) in LASTING:
                raise
            time.sleep(wait)


@contextlib.contextmanager
def _named(path):
    """SQLite's errors say what, but not where."""
    try:
        yield
    except Exception as error:
        fault = _sqlite(error)
        if fault is None:
            raise
        if _code(fault) in DAMAGED:
            raise ValueError(_damaged(path)) from error
        raise OSError(
            f"{path} cannot be used: {fault}. The trials that have ended "
            "are in it: make sure that the disk has room, and run the "
            "search again.") from error


def _sqlite(error):
    """SQLite's error behind SQLAlchemy's and Optuna's, or None."""
    chain = (error, error.__cause__)
    for one in (*chain, *(getattr(e, "orig", None) for e in chain)):
        if isinstance(one, sqlite3.Error):
            return one
    return None


def _code(fault):
    """The error's kind, without what SQLite adds in the higher bits."""
    return getattr(fault, "sqlite_errorcode", 0) & 0xff
