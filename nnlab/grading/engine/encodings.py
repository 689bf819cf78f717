"""Bytes to text: whatever an editor or a mail programme made of them."""
import codecs
import re

# UTF-32 before UTF-16: the mark of one begins with the other's.
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"),
         (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE,
                                              "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))
# Without a mark: a notebook begins with two ASCII characters.
ZEROS = {(0, 0, 0, 1): "utf-32-be", (1, 0, 0, 0): "utf-32-le",
         (0, 1, 0, 1): "utf-16-be", (1, 0, 1, 0): "utf-16-le"}
UNSAFE = re.compile("[\0\ud800-\udfff]")

MARK = "The file begins with a byte order mark, which was taken off."
OTHER = "The file is saved as {name} instead of UTF-8; it was converted."
BROKEN = "Some characters in the file were damaged and were replaced."
NULS = "The file holds zero bytes, which were taken out."


def text_of(data):
    """(text, remarks) of the bytes of a notebook."""
    text, remarks = _decoded(data)
    if "\0" in text:
        text = text.replace("\0", "")
        remarks.append(NULS)
    return text, remarks


def _decoded(data):
    for mark, name in MARKS:
        if data.startswith(mark):
            text = data[len(mark):].decode(name, "replace")
            return text, [MARK if name == "utf-8" else _other(name)]
    name = ZEROS.get(tuple(int(byte > 0) for byte in data[:4]))
    if name:
        return data.decode(name, "replace"), [_other(name)]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        return _not_utf8(data)


def _other(name):
    return OTHER.format(name=name[:6].upper())


def _not_utf8(data):
    """A damaged UTF-8 file, or one from an old Windows or Mac."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(ord(c) > 127 for c in text[:1 << 20]) - text[
        :1 << 20].count("\ufffd")
    if bad <= good:
        return text, [BROKEN]
    try:
        return data.decode("cp1252"), [OTHER.format(name="Windows-1252")]
    except UnicodeDecodeError:
        return data.decode("latin-1"), [OTHER.format(name="Latin-1")]


def clean(text):
    """``text`` without what neither JSON nor a database can hold."""
    if not UNSAFE.search(text):
        return text
    text = text.replace("\0", "").encode("utf-16-le", "surrogatepass")
    return text.decode("utf-16-le", "replace")
