"""Outputs of cells, as far as they can do nothing in a browser."""
import base64
import re

from nbconvert.filters import strip_ansi
from nbconvert.preprocessors.sanitize import SanitizeHTML

from nnlab.grading.engine.markup import (
    BLOCKS, INLINE, PARENTS, STYLES, allows, does_nothing, is_plain_maths)

LONG = 1_000_000        # characters of a page
# The time to clean a page can grow by the square of these.
TAGS, ALL_TAGS = 3000, 10_000   # "<" in one page, and in all
STEPS = 10 ** 9         # nbconvert copies a text for each of its colours

NOT_SHOWN = "An output of the kind {} is not shown: {}."
TOO_LONG = "it is longer than 1 MB"
TOO_MANY = "it holds too many tags"
UNSAFE = "it could act in the browser of the person who reads it"
EMPTY = "nothing is left of it without what could act in a browser"
DAMAGED = "it is damaged"

PICTURES = ("image/png", "image/jpeg", "image/gif")
OURS = "application/vnd.nnlab.result+json"
BASE64 = re.compile("[A-Za-z0-9+/]+={0,2}")
HIDDEN = re.compile(r"<(/?)(style|script)\b[^<>]*>", re.IGNORECASE)
VISIBLE = re.compile(r"<img\b[^<>]*\bsrc=|(?:\A|>)[^<]*[^\s<]")
SAYS_NOTHING = re.compile(r"<[\w.]+ object(?: at 0x[0-9a-fA-F]+)?>")
SANITIZER = SanitizeHTML(
    tags=sorted((BLOCKS | INLINE | set(PARENTS)) - {""}), strip=True,
    # Of a style it keeps those below, and what it kept is looked at.
    attributes=lambda tag, name, value: name == "style" or (
        name != "id" and allows(tag, name, value)),
    styles=list(STYLES))


class Shown:
    """The outputs of one notebook.

    markdown : function that makes Markdown harmless
    """

    def __init__(self, markdown):
        self.tags = ALL_TAGS
        self.ways = {
            OURS: lambda value: value, "text/plain": printed,
            "text/html": self._html, "text/markdown": markdown,
            "text/latex": _latex, "image/svg+xml": _drawing,
            **dict.fromkeys(PICTURES, _picture)}

    def outputs(self, found):
        """Those that a notebook can have, each made harmless."""
        return [made for output in found
                if (made := self._output(output)) is not None]

    def _output(self, output):
        kind = output.get("output_type")
        if kind == "stream":
            return {"output_type": kind, "text": printed(output.get("text")),
                    "name": "stderr" if output.get("name") == "stderr"
                    else "stdout"}
        if kind == "error":
            return _error(output)
        if kind not in ("display_data", "execute_result"):
            return None
        made = {"output_type": kind, "data": self._data(output.get("data")),
                "metadata": _sizes(output.get("metadata"))}
        return made | {"execution_count": None} if (
            kind == "execute_result") else made

    def _data(self, data):
        """Each kind of it that does nothing; words if none is left."""
        kept, words = {}, []
        for kind, value in (data.items() if isinstance(data, dict) else ()):
            try:
                kept[kind] = self._value(kind, value)
            except ValueError as why:
                words.append(NOT_SHOWN.format(kind[:60], why))
        if picture := kept.pop("image/svg+xml", None):
            kept.setdefault("text/html", picture)
        said = kept.get("text/plain", "")
        if words and set(kept) <= {"text/plain"} and (
                not said or SAYS_NOTHING.fullmatch(said)):
            kept["text/plain"] = "\n".join(words)
        return kept

    def _value(self, kind, value):
        """The value of one kind; ValueError says why it is not shown."""
        if kind not in self.ways:
            raise ValueError(UNSAFE)
        if kind != OURS and not isinstance(value, str):
            raise ValueError(DAMAGED)
        if kind not in (OURS, "text/plain", *PICTURES) and len(value) > LONG:
            raise ValueError(TOO_LONG)
        return self.ways[kind](value)

    def _html(self, page):
        page = without_styles(page)
        if not does_nothing(page):
            page = self._cleaned(page)
        if not VISIBLE.search(page):
            raise ValueError(EMPTY)
        return page

    def _cleaned(self, page):
        count = page.count("<")
        self.tags -= count
        if count > TAGS or self.tags < 0:
            raise ValueError(TOO_MANY)
        page = SANITIZER.sanitize_html_tags(page)
        if not does_nothing(page):
            raise ValueError(UNSAFE)
        return page


def _error(output):
    lines = output.get("traceback")
    return {"output_type": "error", "ename": _word(output.get("ename")),
            "evalue": _word(output.get("evalue")),
            "traceback": [printed(line) for line in lines]
            if isinstance(lines, list) else []}


def _word(value):
    return value if isinstance(value, str) else ""


def printed(text):
    """A text in a terminal's colours, if these are not too many."""
    text = _word(text)
    many = text.count("\x1b") * len(text) > STEPS
    return strip_ansi(text) if many else text


def without_styles(page):
    """``page`` without the text of its styles and scripts."""
    kept, at, until = [], 0, ""
    for tag in HIDDEN.finditer(page):
        name = tag[2].lower()
        if until and tag[1] and name == until:
            at, until = tag.end(), ""
        elif not until and not tag[1]:
            kept.append(page[at:tag.start()])
            until = name
    return "".join(kept) + ("" if until else page[at:])


def is_base64(text):
    """Are these bytes in base 64, in lines or not?"""
    text = "".join(text.split())
    return len(text) % 4 == 0 and bool(BASE64.fullmatch(text))


def _picture(text):
    if not is_base64(text):
        raise ValueError(DAMAGED)
    return text


def _drawing(text):
    """SVG as a picture, in which no script runs."""
    data = base64.b64encode(text.encode("utf-8", "replace")).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="A drawing">'


def _latex(text):
    if not is_plain_maths(text):
        raise ValueError(UNSAFE)
    return text


def _sizes(given):
    """Of an output's metadata what says how large a picture is shown."""
    kept = {}
    for key, value in (given.items() if isinstance(given, dict) else ()):
        if key in PICTURES and isinstance(value, dict):
            kept[key] = _sizes(value)
        elif key in ("width", "height"):
            if type(value) is int and 0 < value < 10_000:
                kept[key] = value
        elif key == "needs_background" and value in ("light", "dark"):
            kept[key] = value
    return kept
