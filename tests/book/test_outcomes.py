"""The page on grading shows what the hostile suite has stored."""
import json
import re
import shutil
import sys
from html import unescape

import pytest


@pytest.fixture(scope="module")
def stored(root):
    path = root / "book" / "_data" / "grading.json"
    return json.loads(path.read_text(encoding="utf-8"))["cases"]


@pytest.fixture(scope="module")
def outcomes(root):
    """The module that makes the tables."""
    sys.path.insert(0, str(root / "book" / "_ext"))
    try:
        from nnbook import outcomes
    finally:
        sys.path.pop(0)
    return outcomes


@pytest.fixture(scope="module")
def html(root, make_book, tmp_path_factory):
    book = make_book(tmp_path_factory.mktemp("book"))
    shutil.copytree(root / "book" / "_data", book.folder / "book" / "_data")
    book.write("# Page\n\n```{outcomes}\n```\n")
    code, log = book.build()
    assert code == 0, log
    return book.html()


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_every_case_has_a_row(html, stored, outcomes):
    rows = {words(cells[0]): [words(c) for c in cells[1:]]
            for row in re.findall(r"<tr.*?</tr>", html, re.S)
            if (cells := re.findall(r"<td.*?</td>", row, re.S))}
    assert len(rows) == len(stored) + len(outcomes.HARMS)
    found = [cells for cells in rows.values()]
    expected = [[outcomes.said(case[side]) for side in ("stock", "ours")]
                for family in outcomes.FAMILIES
                for case in stored.values() if case["family"] == family]
    assert found[len(outcomes.HARMS):] == expected


def test_the_counts_are_counted(outcomes):
    def case(stock, ours=()):
        return {"stock": {"harms": stock}, "ours": {"harms": list(ours)}}
    cases = [case(["points", "files"]), case(["secrets"]), case([]),
             case(["lost"], ["lost"])]
    assert "Of 4 submissions 2 did" in outcomes.overview(cases)
    assert "sandbox 1 did" in outcomes.overview(cases)
    assert "none did" in outcomes.overview(cases[:3])
    assert "| undeserved points | 1 | 0 |" in outcomes.counts(cases)
    assert outcomes.said(cases[0]["stock"]) == (
        "undeserved points; files changed")


def test_the_page_types_no_number(root):
    text = (root / "book" / "grading.md").read_text(encoding="utf-8")
    assert "```{outcomes}\n```" in text
    assert not re.search(r"\d{2,}", text.replace("0.9.6", ""))
