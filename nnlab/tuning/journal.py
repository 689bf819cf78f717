"""The journal of a search: a file that loses no finished trial.

Each line is JSON: first a header that says which search it is, then a
line per finished trial.  A line is on the disk before the next trial
starts; one that was cut off in the middle of writing is dropped.
"""
import itertools
import json
import os
from pathlib import Path

try:
    import fcntl
except ImportError:     # not on Windows: there nothing locks the file
    fcntl = None

FORMAT = "nnlab.tuning 1"


class Journal:
    """An append-only file of JSON lines; with path None it forgets.

        with Journal(path, header) as journal:
            journal.records     what is there already
            journal.append(record)

    header : a dict; a file with another header is refused, so that no
    search goes on with the trials of another one.
    Raises ValueError for a file that is something else, is damaged
    before its last line, or is in use by another process.
    """

    def __init__(self, path, header):
        self.path = None if path is None else Path(path)
        # As it reads back: JSON has no tuples.
        self.header = json.loads(line({"format": FORMAT} | header))
        self.records, self.file = [], None

    def __enter__(self):
        if self.path is not None:
            self.file = open(self.path, "a+b")
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
        if self.file is not None:
            self.file.write(line(record))
            self.file.flush()
            os.fsync(self.file.fileno())

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
        start = line({"format": FORMAT})[:-2]   # without the brace
        if not content.startswith(start) and not start.startswith(content):
            raise ValueError(f"{self.path} is not the journal of a search. "
                             "Give another file.")
        end = content.rfind(b"\n") + 1          # behind it: a torn line
        self.file.truncate(end)
        if end == 0:
            return self.append(self.header)
        header, *self.records = map(self._parse, itertools.count(1),
                                    content[:end].split(b"\n")[:-1])
        self._compare(header)

    def _parse(self, i, content):
        try:
            return json.loads(content)
        except ValueError:
            raise ValueError(
                f"{self.path} is damaged in line {i}. Delete that line: "
                "its trial is then run again.") from None

    def _compare(self, header):
        for name in header | self.header:
            there, here = header.get(name), self.header.get(name)
            if there != here:
                raise ValueError(
                    f"{self.path} is the journal of another search: its "
                    f"{name} is {there}, not {here}. Give another file.")


def line(record):
    """A record as one line of bytes."""
    return json.dumps(record, ensure_ascii=True).encode() + b"\n"
