"""Data files that a test and an answer leave for each other.

A test writes t.txt and calls a function that reads it, or reads what
a function has written.  The two kernels have a folder each, so new and
changed files go along with the calls.  Only kinds of files that nobody
runs when he reads them: no modules, no pickles.
"""
import contextlib
import os
import re

KINDS = (".txt", ".csv", ".tsv", ".json", ".md", ".log", ".dat", ".out",
         ".html", ".xml", ".svg", ".png", ".jpg", ".bin")
NAME = re.compile(r"\w[\w .-]{0,99}\Z")
MOST, LARGEST = 50, 4 << 20
ROOM = 32 << 20         # bytes in all that are taken from the other side


class Shelf:
    """The data files of this process's folder, as last seen.

    keeps : True if those that are there now stay as they are, and are
    not handed on (the release's own, which both have)
    """

    def __init__(self, keeps=False):
        self.seen, self.kept, self.room = {}, (), ROOM
        if keeps:
            self.changed()
            self.kept = tuple(self.seen)

    def changed(self):
        """{name: bytes} of those that are new or changed."""
        found = {}
        with contextlib.suppress(OSError), os.scandir(".") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if self._is_new(entry):
                        with open(entry.name, "rb") as file:
                            found[entry.name] = file.read(LARGEST)
                if len(found) == MOST:
                    break
        return found

    def _is_new(self, entry):
        if not is_data(entry.name) or not entry.is_file(
                follow_symlinks=False) or entry.name in self.kept:
            return False
        stat = entry.stat(follow_symlinks=False)
        look = stat.st_mtime_ns, stat.st_size
        if self.seen.get(entry.name) == look or stat.st_size > LARGEST:
            return False
        self.seen[entry.name] = look
        return True

    def put(self, files):
        """Write what the other side has found."""
        for name, data in list(files.items())[:MOST]:
            if not is_data(name) or name in self.kept or (
                    os.path.islink(name) or len(data) > self.room):
                continue
            self.room -= len(data)
            with contextlib.suppress(OSError), open(name, "wb") as file:
                file.write(data[:LARGEST])
                file.flush()
                stat = os.fstat(file.fileno())
                self.seen[name] = stat.st_mtime_ns, stat.st_size


def is_data(name):
    """A plain name of a kind that is only read."""
    return bool(isinstance(name, str) and NAME.match(name)
                and name.lower().endswith(KINDS))
