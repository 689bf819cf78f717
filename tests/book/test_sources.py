"""Every paper that a docstring names is in the list of references."""
import ast
import re
from pathlib import Path

from pybtex.database import parse_file

ROOT = Path(__file__).parents[2]


def references():
    """(surname of the first author, year) of each reference."""
    entries = parse_file(ROOT / "book" / "references.bib").entries.values()
    for entry in entries:
        first = entry.persons["author"][0]
        surname = " ".join(first.prelast_names + first.last_names)
        yield surname.strip("{}"), entry.fields["year"]


def named(doc):
    """(the words before a year in brackets, the year), after Source:."""
    for part in re.findall(
            r"Source:\s(.*?)(?:Same as|Differs from|>>>|\Z)", doc, re.S):
        start = 0
        for year in re.finditer(r"\((\d{4})[^)]*\)", part):
            yield part[start:year.start()], year.group(1)
            start = year.end()


def missing(doc, known):
    """The sources in a docstring that no reference fits."""
    return [f"{' '.join(words.split())} ({year})"
            for words, year in named(doc)
            if not any(year == y and re.search(rf"\b{surname}\b", words)
                       for surname, y in known)]


def docstrings():
    """(place, docstring) of everything in nnlab that has one."""
    for path in sorted((ROOT / "nnlab").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef,
                                 ast.FunctionDef)):
                name = getattr(node, "name", "")
                yield f"{path.stem}.{name}", ast.get_docstring(node) or ""


def test_every_source_is_a_reference():
    known, found = list(references()), dict(docstrings())
    assert sum("Source:" in doc for doc in found.values()) > 80
    faults = {place: lacks for place, doc in found.items()
              if (lacks := missing(doc, known))}
    assert faults == {}


def test_a_source_without_a_reference_is_seen():
    known = [("Kingma", "2015"), ("van Rijsbergen", "1979")]
    good = "Source: Kingma and\nBa (2015), section 2; van Rijsbergen (1979)."
    assert missing(good, known) == []
    assert missing("Source: Kingma (2014).", known) == ["Kingma (2014)"]
    assert missing(good.replace("van", "von"), known) == [
        ", section 2; von Rijsbergen (1979)"]
    assert missing("Source: none. Same as x (2020).", known) == []
