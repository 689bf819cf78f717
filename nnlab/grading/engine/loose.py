"""The cells of a value that JSON gave, whatever its shape."""
import dataclasses
import re

from nnlab.grading.engine.encodings import clean

KINDS = ("code", "markdown", "raw")
DEFINES = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)", re.M)
CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.M)

NOT_ONE = "The file is not a notebook."
NO_CELLS = "The notebook has no cells."
OLD = "The notebook has an old format, which was converted."
UNKNOWN = ("The notebook has a format that is not known; it was read as "
           "far as possible.")
ODD_CELLS = "Parts of the notebook were not cells and were left out."
ODD_KIND = "A cell had an unknown type; it was kept as plain text."
ODD_SOURCE = "A cell had no readable text; it was taken as empty."


class Unread(Exception):
    """Says in plain words why a value is no notebook."""


@dataclasses.dataclass
class Loose:
    """A student's cell: only what grading needs of it."""
    kind: str
    source: str
    id: str = ""
    grade_id: str = ""
    attachments: dict = None

    @property
    def defines(self):
        """Names of the functions and classes at its top level."""
        return set(DEFINES.findall(self.source))


def cells_in(value):
    """(list of Loose, remarks);  Unread if it is no notebook at all."""
    if not isinstance(value, dict):
        raise Unread(NOT_ONE)
    remarks = _format(value)
    raw = value.get("cells")
    if not isinstance(raw, list):
        raw = _of_worksheets(value)
    cells = [_cell(one, remarks) for one in raw if isinstance(one, dict)]
    if len(cells) < len(raw):
        remarks.append(ODD_CELLS)
    if not cells:
        remarks.append(NO_CELLS)
    return cells, list(dict.fromkeys(remarks))


def _format(value):
    major = value.get("nbformat")
    if major == 4:
        return []
    return [OLD] if isinstance(major, int) and 0 < major < 4 else [UNKNOWN]


def _of_worksheets(value):
    """Before format 4 a notebook had sheets, and they had the cells."""
    sheets = value.get("worksheets")
    if not isinstance(sheets, list):
        if "nbformat" in value or "metadata" in value:
            return []
        raise Unread(NOT_ONE)
    return [cell for sheet in sheets if isinstance(sheet, dict)
            for cell in (sheet.get("cells") if isinstance(
                sheet.get("cells"), list) else [])]


def _cell(raw, remarks):
    kind = raw.get("cell_type")
    if kind in ("heading", "html"):
        kind = "markdown"
    if not (isinstance(kind, str) and kind in KINDS):
        remarks.append(ODD_KIND)
        kind = "raw"
    source = raw.get("source", raw.get("input"))
    if not isinstance(source, (str, list)):
        remarks.append(ODD_SOURCE)
    meta = raw.get("metadata")
    meta = meta.get("nbgrader") if isinstance(meta, dict) else None
    grade_id = meta.get("grade_id") if isinstance(meta, dict) else None
    return Loose(kind, joined(source), _word(raw.get("id")),
                 _word(grade_id), _attachments(raw.get("attachments")))


def _word(value):
    return value if isinstance(value, str) else ""


def joined(source):
    """The text of a source: a string, lines, or lists of lines."""
    parts, waiting = [], [source]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            parts.append(value)
        elif isinstance(value, list):
            waiting.extend(reversed(value))
    return clean("".join(parts)).replace("\r\n", "\n").replace("\r", "\n")


def _attachments(value):
    """Pictures in a text, as far as they have the shape they should."""
    if not isinstance(value, dict):
        return None
    return {clean(name): {clean(kind): clean(data)
                          for kind, data in one.items()
                          if isinstance(data, str) and "/" in kind}
            for name, one in value.items() if isinstance(one, dict)}
