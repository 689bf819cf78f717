"""The page of all claims is made from the registry."""
import re
import shutil
from html import unescape

import pytest

from nnlab.claims import CLAIMS

NEW = '''
from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, t_interval


def rule(numbers):
    effect = t_interval(numbers)
    return Verdict(effect.low > 0, "|x| > 0", effect, "The moon pulls.")


CLAIM = Claim(
    name="full-moon", title="Training at full moon",
    statement="Networks learn better at full moon.", said_by="Nobody.",
    cite=(), protocol="None.", measure="points", interval="95%",
    seeds=(0, 1), run=lambda seeds: [1.0, 1.1], rule=rule,
    rows=lambda numbers: [Row("moon", t_interval(numbers))],
    see="bp-wrong")
'''


@pytest.fixture(scope="module")
def html(root, make_book, tmp_path_factory):
    """A page with the ledger, in a world with one claim more."""
    world = tmp_path_factory.mktemp("world")
    shutil.copytree(root / "nnlab", world / "nnlab")
    (world / "nnlab" / "claims" / "full_moon.py").write_text(NEW)
    book = make_book(tmp_path_factory.mktemp("book"))
    book.path = world
    labels = sorted({c.see for c in CLAIMS.values()} | {"bp-wrong"})
    sections = "\n\n".join(f"({label})=\n## Label {label}"
                           for label in labels)
    book.write(f"# Page\n\n{sections}\n\n## All\n\n```{{ledger}}\n```\n\n"
               "```{bibliography}\n```\n")
    code, log = book.build()
    assert code == 0, log
    return book.html()


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def rows(html):
    """{title: verdict} of the table at the top."""
    table = re.search(r"<th[^>]*><p>verdict.*?</table>", html, re.S)[0]
    cells = [[words(c) for c in re.findall(r"<td.*?</td>", row, re.S)]
             for row in re.findall(r"<tr.*?</tr>", table, re.S)]
    return {c[0]: c[2] for c in cells if c}


def test_overview_has_every_claim_and_its_whole_verdict(html):
    expected = {claim.title: claim.result().verdict
                for claim in CLAIMS.values()}
    new = {"Training at full moon": "holds when |x| > 0"}
    typographic = {title.replace("'", "’"): verdict
                   for title, verdict in (expected | new).items()}
    assert rows(html) == typographic


def test_every_claim_has_a_section(html):
    for claim in (*CLAIMS.values(), None):
        name = claim.name if claim else "full-moon"
        assert f'id="claim-{name}"' in html
        assert f'href="#claim-{name}"' in html
    assert "The moon pulls." in words(html)


def test_page_of_the_book_types_no_claim(root):
    text = (root / "book" / "claims.md").read_text(encoding="utf-8")
    assert "```{ledger}\n```" in text
    for claim in CLAIMS.values():
        assert claim.statement not in text and claim.title not in text
