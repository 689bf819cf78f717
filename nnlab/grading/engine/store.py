"""Results on disk: one file for each submission, whole or not there.

    course/.grading/<assignment>/<student>.result     what came of it
    course/.grading/<assignment>/<student>.recorded   its key, once the
                                                      gradebook has it,
                                                      and what that holds
    course/.grading/<assignment>/told.json            who was said to
                                                      need a look
"""
import base64
import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import stat
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import nnlab
from nnlab.grading.engine.model import Graded, Result, Score, checksum

FOLDER, TOLD = ".grading", "told.json"
BUSY = ("Another run is grading in {}. Wait until it has ended, or stop it "
        "first.")


@cache
def version():
    """A checksum of the engine: what an older one found is not reused."""
    folder = Path(__file__).parent
    digest = hashlib.sha256(nnlab.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Key(NamedTuple):
    """What decides a Result: the files, the release with the engine,
    and the limits.  Each a checksum."""
    files: str
    release: str
    options: str


def key_of(folder, release_key, options_key):
    """The Key of a submission; OSError if it cannot be read."""
    return Key(checksum(_files(Path(folder))),
               checksum(release_key, version()), options_key)


def _files(folder):
    """Checksums of all files; a link counts as where it points to."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            found.append((name, os.readlink(path)))
        elif stat.S_ISREG(mode):
            with open(path, "rb") as file:
                found.append((name, hashlib.file_digest(
                    file, "sha256").hexdigest()))
    return found


class Store:
    """The results of one assignment, and the lock of its course.

    root : the course folder;  assignment : its name
    """

    def __init__(self, root, assignment):
        self.home = Path(root) / FOLDER
        self.folder = self.home / quote(assignment, safe=" ")
        self.locked = None

    def __enter__(self):
        """Take the lock; ValueError if another run has it."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        self.folder.mkdir(exist_ok=True)
        self.locked = open(self.home / "lock", "w")
        try:
            fcntl.flock(self.locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.locked.close()
            raise ValueError(BUSY.format(self.home.parent)) from None
        for left in self.folder.glob("*.part"):
            left.unlink()
        return self

    def __exit__(self, *exception):
        self.locked.close()

    def path(self, student, ending):
        """Where a file about ``student`` is."""
        name = quote(student, safe=" ")
        if len(name) > 200:
            name = hashlib.sha256(student.encode()).hexdigest()
        return self.folder / f"{name}.{ending}"

    def load(self, student, key):
        """(Result, its Key), or (None, the Key of an older one or None).

        Limits that changed make nothing older: what ended within the
        old ones is as right as it was.
        """
        found = None
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            data = json.loads(self.path(student, "result").read_bytes())
            found = Key(*data["key"])
            if found[:2] == key[:2]:
                return decoded(data["result"]), found
        return None, found

    def forget(self, student):
        """Grade anew, also if this run does not come to it."""
        self.path(student, "result").unlink(missing_ok=True)

    def save(self, result, key):
        """Write a Result in one step."""
        self._write(self.path(result.student, "result"), json.dumps(
            {"key": key, "result": encoded(result)}).encode())

    def recorded(self, student, key):
        """Does the gradebook have the Result with this key?"""
        with contextlib.suppress(OSError):
            return self.path(student, "recorded").read_text().split(
                "\n")[0] == " ".join(key)
        return False

    def state(self, student):
        """What the gradebook had when the page was made; see anew.py."""
        with contextlib.suppress(OSError):
            return self.path(student, "recorded").read_text().split(
                "\n")[-1]
        return None

    def mark(self, student, key, state):
        """Say that the gradebook has it, and the page shows it."""
        self._write(self.path(student, "recorded"),
                    f"{' '.join(key)}\n{state}".encode())

    def told(self):
        """{student: what an earlier run's table said}."""
        with contextlib.suppress(OSError, ValueError):
            found = json.loads((self.folder / TOLD).read_bytes())
            return found if isinstance(found, dict) else {}
        return {}

    def tell(self, told):
        """Keep that for the next run."""
        self._write(self.folder / TOLD, json.dumps(told).encode())

    def _write(self, path, data):
        with tempfile.NamedTemporaryFile(
                dir=self.folder, suffix=".part", delete=False) as part:
            try:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
                os.replace(part.name, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(part.name)
                raise


def encoded(result):
    """A Result as JSON holds it."""
    data = dataclasses.asdict(result)
    data["files"] = {name: base64.b64encode(content).decode()
                     for name, content in result.files.items()}
    return data


def decoded(data):
    """The Result that ``encoded`` made ``data`` of."""
    data = dict(data)
    notebooks = {
        name: Graded(**{**one, "scores": {
            i: Score(**s) for i, s in one["scores"].items()}})
        for name, one in data.pop("notebooks").items()}
    files = {name: base64.b64decode(content)
             for name, content in data.pop("files").items()}
    return Result(notebooks=notebooks, files=files, **data)
