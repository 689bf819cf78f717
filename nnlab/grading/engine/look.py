"""What lies in the folder of a submission, read with care.

Links are not followed; pipes, sockets and devices are not opened;
number and size are bounded.  What was left out is said in a remark.
"""
import os
import stat
from pathlib import Path

MOST_FILES = 1000
MOST_FOLDERS = 1000
DEEPEST = 20
NOTEBOOK_SIZE, FILE_SIZE, TOTAL_SIZE = 512 << 20, 64 << 20, 1 << 30

LINK = "{path} is a link to somewhere else; links are not followed."
ODD = "{path} is not an ordinary file; it was not opened."
LARGE = "{path} is too large ({size} MB); it was left out."
UNREAD = "{path} could not be read; it was left out."
MANY = "There are too many files; only the first {most} were read."
DEEP = "{path} lies too deep in folders; it was left out."
FULL = "The files are too large together; {path} was left out."


class Files(dict):
    """{path: bytes}, and ``remarks`` about what is not among them."""

    def __init__(self, files=(), remarks=()):
        super().__init__(files)
        self.remarks = list(remarks)


def files_of(folder):
    """The regular files below a folder: {relative posix path: bytes}.

    What cannot or must not be read is in the ``remarks`` of what comes
    back.  A folder that is not there has no files.
    """
    files, total = Files(), 0
    for path, entry in _entries(Path(folder), files.remarks):
        if len(files) >= MOST_FILES:
            files.remarks.append(MANY.format(most=MOST_FILES))
            break
        data, words = _read(path, entry, TOTAL_SIZE - total)
        if words:
            files.remarks.append(words)
        else:
            files[path] = data
            total += len(data)
    return files


def _entries(folder, remarks):
    """(path, entry) of all that is no folder, notebooks' folder first."""
    waiting, seen = [(folder, "", 0)], 0
    while waiting and seen < MOST_FOLDERS:
        where, before, depth = waiting.pop(0)
        seen += 1
        try:
            with os.scandir(where) as found:
                entries = sorted(found, key=lambda e: e.name)
        except OSError:
            remarks.append(UNREAD.format(path=before or "The folder"))
            continue
        for entry in entries:
            path = before + clean_name(entry.name)
            if not entry.is_dir(follow_symlinks=False):
                yield path, entry
            elif depth >= DEEPEST:
                remarks.append(DEEP.format(path=path))
            else:
                waiting.append((entry.path, path + "/", depth + 1))
    if waiting:
        remarks.append(MANY.format(most=MOST_FILES))


def clean_name(name):
    """A file's name as text that can be written anywhere."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _read(path, entry, left):
    """(bytes, "") or (None, why not)."""
    if entry.is_symlink():
        return None, LINK.format(path=path)
    if not entry.is_file(follow_symlinks=False):
        return None, ODD.format(path=path)
    most = NOTEBOOK_SIZE if ".ipynb" in path.lower() else FILE_SIZE
    try:
        return _bytes(entry.path, path, most, left)
    except (OSError, MemoryError):
        return None, UNREAD.format(path=path)


def _bytes(where, path, most, left):
    # Between the listing and here the file may have become another.
    handle = os.open(where, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None, ODD.format(path=path)
        if status.st_size > most:
            return None, LARGE.format(path=path, size=status.st_size >> 20)
        if status.st_size > left:
            return None, FULL.format(path=path)
        return file.read(min(most, left)), ""
