"""The page Notation: each name in code is one that nnlab uses there."""
import ast
import importlib
import inspect
import re
import textwrap
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "book" / "notation.md"


def tables():
    """(header cells, row cells) of each table row of the page."""
    head = None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [c.strip() for c in line.split("|")[1:-1]]
        if not cells:
            head = None
        elif head is None:
            head = cells
        elif not set("".join(cells)) <= set(":-"):
            yield head, cells


def places():
    """(name in code, dotted address) of the tables with both."""
    return [(row[2].strip("`"), "nnlab." + row[4].strip("`"))
            for head, row in tables() if head[-1] == "used in"]


def find(address):
    """The object at a dotted address."""
    parts = address.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for part in parts[n:]:
            found = getattr(found, part)
        return found
    raise LookupError(address)


def names(thing):
    """All identifiers in the source of an object."""
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))
    found = set()
    for node in ast.walk(ast.parse(source)):
        for field in ("id", "attr", "arg", "name"):
            found.add(getattr(node, field, None))
    return found


def documented(name, thing):
    """Is it an identifier of the source, or a word of the docstring?"""
    return name in names(thing) or re.search(
        rf"\b{name}\b", inspect.getdoc(thing) or "")


def test_there_are_places():
    assert len(places()) > 30


@pytest.mark.parametrize("name, address", places())
def test_name_is_used_there(name, address):
    assert documented(name, find(address))


def test_every_row_is_complete():
    for head, row in tables():
        assert len(row) == len(head) and all(row), row


def test_a_name_that_is_not_there_is_found_out():
    assert not documented("beta3", find("nnlab.optimizers.adam"))
    with pytest.raises((AttributeError, LookupError)):
        find("nnlab.optimizers.adamw2")
