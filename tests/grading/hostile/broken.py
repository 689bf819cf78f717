"""Broken files: whatever stands in them deserves its points.

All answers are right; where one is not there any more it deserves 0.
"""
import json
import random

from tests.grading.hostile.cases import case
from tests.grading.hostile.course import NAME, NONE


@case("broken")
def utf8_mark(s):
    """The file begins with a byte order mark."""
    s.all("right")
    s.path().write_bytes(b"\xef\xbb\xbf" + s.text().encode())
    s.notebook = None


@case("broken")
def utf16(s):
    """The file is in UTF-16."""
    s.all("right")
    s.path().write_bytes(s.text().encode("utf-16"))
    s.notebook = None


@case("broken")
def latin1(s):
    """The file is in Latin-1, with letters that are no UTF-8."""
    s.all("right")
    s.first("# Schöne Grüße")
    text = json.dumps(s.notebook, indent=1, ensure_ascii=False)
    s.path().write_bytes(text.encode("latin-1"))
    s.notebook = None


@case("broken")
def trailing_nuls(s):
    """A full disk has left a tail of zero bytes."""
    s.all("right")
    s.path().write_bytes(s.text().encode() + bytes(4096))
    s.notebook = None


@case("broken")
def trailing_text(s):
    """The end of an older, longer version follows the notebook."""
    s.all("right")
    s.path().write_text(s.text() + '\n "nbformat_minor": 5\n}\n')
    s.notebook = None


CONFLICT = """\
<<<<<<< HEAD
     "# mine\\n",
=======
     "# theirs\\n",
>>>>>>> origin/main
"""


@case("broken")
def conflict_markers(s):
    """A merge has left its markers in the file."""
    s.all("right")
    lines = json.dumps(_lines(s.notebook), indent=1).splitlines(True)
    at = next(n for n, line in enumerate(lines) if "def mean" in line)
    lines.insert(at, CONFLICT)
    s.path().write_text("".join(lines))
    s.notebook = None


def _lines(notebook):
    """The notebook with sources as lists of lines, as Jupyter saves."""
    found = json.loads(json.dumps(notebook))
    for cell in found["cells"]:
        cell["source"] = cell["source"].splitlines(True)
    return found


@case("broken")
def downloaded_twice(s):
    """The browser has named the file "little (1).ipynb"."""
    s.all("right")
    s.write(f"{NAME} (1).ipynb")


@case("broken")
def capital_letter(s):
    """The file is named with a capital letter."""
    s.all("right")
    s.write(f"{NAME.capitalize()}.ipynb")


@case("broken")
def in_a_folder(s):
    """The notebook lies one folder deeper."""
    s.all("right")
    s.path("my work").mkdir()
    s.write(f"my work/{NAME}.ipynb")


@case("broken", **NONE)
def nothing(s):
    """The folder is empty."""
    for path in s.folder.iterdir():
        path.unlink()
    s.notebook = None


@case("broken", **NONE)
def empty_file(s):
    """The notebook has no bytes."""
    s.path().write_bytes(b"")
    s.notebook = None


@case("broken", **NONE)
def no_json(s):
    """The file is a page of HTML that a login has sent."""
    s.path().write_text("<html><body>Please log in</body></html>")
    s.notebook = None


@case("broken", **NONE)
def a_list(s):
    """The file is JSON but no notebook."""
    s.path().write_text("[1, 2, 3]")
    s.notebook = None


@case("broken", **NONE)
def random_bytes(s):
    """The file holds random bytes."""
    s.path().write_bytes(random.Random(1).randbytes(5000))
    s.notebook = None


@case("broken", exact=False)
def cut_short(s):
    """The file ends in the middle."""
    s.all("right")
    text = s.text()
    s.path().write_text(text[:len(text) * 2 // 3])
    s.notebook = None


@case("broken", **NONE)
def a_folder(s):
    """In place of the notebook there is a folder of that name."""
    s.path().mkdir()
    s.notebook = None


@case("broken", **NONE)
def broken_link(s):
    """The notebook is a link to a file that is not there."""
    s.path().symlink_to("gone.ipynb")
    s.notebook = None
