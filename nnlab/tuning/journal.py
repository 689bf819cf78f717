"""The journal of a search: a file that loses no finished trial.

Each line is JSON: first a header that says which search it is, then a
line per finished trial.  A line is on the disk before the next trial
starts; one that was cut off in the middle of writing is dropped.  Its
last entry, "crc", is the CRC-32 of the line without it: no damage
passes for a trial.
"""
import itertools
import json
import os
import zlib
from pathlib import Path

try:
    import fcntl
except ImportError:     # not on Windows: there nothing locks the file
    fcntl = None

MARK = b', "crc": '
FORMAT = "nnlab.tuning 2"


class Journal:
    """An append-only file of JSON lines; with path None it forgets.

        with Journal(path, header) as journal:
            journal.records     what is there already
            journal.append(record)

    header : a dict; a file with another header is refused, so that no
    search goes on with the trials of another one.
    Raises ValueError for a file that is something else, is damaged
    in more than a torn last line, or is in use by another process: also
    by one that a search has started and that outlives it, if it was
    forked.  A file that is refused stays as it is.
    Raises OSError for one that cannot be written.
    """

    def __init__(self, path, header):
        self.path = None if path is None else Path(path)
        # As it reads back: JSON has no tuples.
        self.header = json.loads(text({"format": FORMAT} | header))
        self.records, self.file = [], None

    def __enter__(self):
        if self.path is not None:
            self.file = open(self.path, "a+b", buffering=0)
            try:
                self._lock()
                self._read()
            except BaseException:
                self.file.close()
                raise
        return self

    def __exit__(self, *error):
        if self.file is not None:
            self.file.close()

    def append(self, record):
        """Write a record, and return when the disk has it."""
        if self.file is None:
            return
        rest = line(record)
        try:
            while rest:
                rest = rest[self.file.write(rest):]
            os.fsync(self.file.fileno())
        except OSError as error:
            raise OSError(
                error.errno, f"{self.path} cannot be written: {error}. Make "
                "room on the disk, and run the search again: only this "
                "trial is lost") from error

    def _lock(self):
        """The kernel lets go of it when the process ends, however."""
        try:
            if fcntl:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"{self.path} is in use by another search. Wait for it, or "
                "give this one another file; several processes can share "
                "one bayesian_search.") from None

    def _read(self):
        self.file.seek(0)
        content = self.file.read()
        end = content.rfind(b"\n") + 1          # behind it: a torn line
        start = text({"format": FORMAT})[:-1]   # without the brace
        if not (content.startswith(start) if end
                else line(self.header).startswith(content)):
            raise ValueError(f"{self.path} is not the journal of a search. "
                             "Give another file.")
        if end:
            header, *self.records = map(self._parse, itertools.count(1),
                                        content[:end].split(b"\n")[:-1])
            self._compare(header)
        self.file.truncate(end)
        if not end:
            self.append(self.header)

    def _parse(self, i, content):
        record = content.rpartition(MARK)[0] + b"}"
        if sealed(record) != content:
            raise self.damaged(i)
        return json.loads(record)

    def damaged(self, i):
        """The error for line i."""
        remedy = ("Give another file." if i == 1 else "Delete that line: "
                  "its trial is then run again.")
        return ValueError(f"{self.path} is damaged in line {i}. {remedy}")

    def _compare(self, header):
        for name in header | self.header:
            there, here = header.get(name), self.header.get(name)
            if there != here:
                raise ValueError(
                    f"{self.path} is the journal of another search: its "
                    f"{name} is {there}, not {here}. Give another file.")


def text(record):
    """A record as JSON."""
    return json.dumps(record, ensure_ascii=True).encode()


def sealed(record):
    """The JSON of a record, with its checksum as the last entry."""
    return record[:-1] + MARK + b"%d}" % zlib.crc32(record)


def line(record):
    """A record as one line of the file."""
    return sealed(text(record)) + b"\n"
