"""Every item of the lectures has its place in the chapter it belongs to."""
import csv
import re
from pathlib import Path

import pytest
import yaml

BOOK = Path(__file__).parents[2] / "book"
ITEMS = 259
SOURCES = {"S0": (1, 21), "S1": (22, 62), "S2": (63, 186),
           "S3": (187, 220), "S4": (221, 259)}
CHAPTERS = """training forward backpropagation descent gradients
    initialisation normalisation momentum adaptive schedules
    generalisation penalties transfer tuning""".split()
NOT_SO = {"wrong", "misleading", "unsupported", "disputed"}
VERDICTS = NOT_SO | {
    "garbled", "holds", "holds with conditions", "a convention",
    "a rule of thumb", "a lost figure", "a question", "a pointer"}
# A place where something is taught, and not only asked or summed up.
SHOWN = re.compile(r"^```{code-cell}|{glue:|^\||^\$\$", re.M)
QUIZ = re.compile(r"^(`{3,}){quiz}.*?^\1$", re.M | re.S)


def items():
    path = BOOK / "_data" / "provenance.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written():
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    return {entry["file"] for part in toc["parts"]
            for entry in part["chapters"]}


def sections(text):
    """{label: what stands under its heading}, without the quiz

    Up to the next label, or to a heading that is not below its own.
    """
    found, label, level, fence = {}, None, 0, ""
    for line in QUIZ.sub("", text).splitlines(keepends=True):
        ticks = re.match(r"`{3,}|", line)[0]
        heading = re.match(r"#+ ", line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif ticks:
            fence = ticks
        elif mark := re.fullmatch(r"\(([\w-]+)\)=\s*", line):
            label, level = mark[1], 0
        elif heading:
            depth = len(heading[0])
            label = None if level and depth <= level else label
            level = level or depth
        found[label] = found.get(label, "") + line
    return found


def plain(text):
    """To compare words, whatever the line breaks and the capitals."""
    return " ".join(text.split()).lower()


def faults(rows, texts):
    """What is wrong with the places of these items in these chapters."""
    places = {name: sections(text) for name, text in texts.items()}
    for row in rows:
        name = f"item {row['number']} in {row['chapter']}: "
        if row["chapter"] not in places:
            continue
        part = places[row["chapter"]].get(row["label"])
        if not row["label"]:
            yield name + "no place"
        elif part is None:
            yield name + f"no label {row['label']}"
        elif row["verdict"] in NOT_SO | {"garbled"}:
            if not row["key"] or plain(row["key"]) not in plain(part):
                yield name + f"{row['label']} lacks {row['key']!r}"
            if row["verdict"] in NOT_SO and not SHOWN.search(part):
                yield name + f"{row['label']} shows nothing"


def texts():
    return {name: (BOOK / f"{name}.md").read_text(encoding="utf-8")
            for name in CHAPTERS if name in written()}


def test_every_item_is_there_once_in_each_of_its_chapters():
    rows = items()
    pairs = [(int(row["number"]), row["chapter"]) for row in rows]
    assert {number for number, _ in pairs} == set(range(1, ITEMS + 1))
    assert len(pairs) == len(set(pairs))
    assert pairs == sorted(pairs, key=lambda p: (p[0], CHAPTERS.index(p[1])))


def test_the_columns_are_filled():
    said = {}
    for row in items():
        first, last = SOURCES[row["source"]]
        assert first <= int(row["number"]) <= last, row
        assert row["chapter"] in CHAPTERS and row["verdict"] in VERDICTS, row
        assert row["says"].endswith((".", "?")), row
        same = row["source"], row["says"], row["verdict"]
        assert said.setdefault(row["number"], same) == same, row


def test_every_item_of_a_written_chapter_has_its_place():
    assert len(texts()) >= 5
    assert list(faults(items(), texts())) == []


def test_the_page_leads_to_every_place(site):
    page = (site / "provenance.html").read_text(encoding="utf-8")
    links = {}
    for row in re.findall(r"<tr.*?</tr>", page, re.S):
        if item := re.search(r"<p>(\d+), S\d</p>", row):
            chapter, label = re.search(r'href="(\w+).html#([\w-]+)"', row)\
                .groups()
            links[item[1], chapter] = label
    assert links == {(row["number"], row["chapter"]): row["label"]
                     for row in items() if row["chapter"] in texts()}
    for name in set(CHAPTERS) - set(texts()):
        count = sum(row["chapter"] == name for row in items())
        assert re.search(rf"<p>{count}</p>", page), name


SMALL = """(a)=
# A chapter

Often said: unit\nGaussian.

(b)=
## Said

| Unit Gaussian | no |

### More

Under b too.

(c)=
## Quiz

````{quiz}
- question: unit Gaussian?
  options: {glue:text}`x`
````
"""


@pytest.mark.parametrize("label, verdict, key, fault", [
    ("a", "holds", "", None), ("b", "wrong", "unit gaussian", None),
    ("", "holds", "", "no place"), ("d", "holds", "", "no label d"),
    ("a", "wrong", "unit Gaussian", "a shows nothing"),
    ("b", "wrong", "", "b lacks ''"), ("b", "wrong", "x", "b lacks 'x'"),
    ("c", "wrong", "unit Gaussian", "c lacks 'unit Gaussian'")])
def test_a_missing_place_is_found(label, verdict, key, fault):
    row = {"number": "1", "chapter": "small", "label": label,
           "verdict": verdict, "key": key}
    found = list(faults([row], {"small": SMALL}))
    assert found[:1] == ([f"item 1 in small: {fault}"] if fault else [])
    assert not list(faults([row], {}))


def test_sections_end_where_the_next_one_begins():
    found = sections(SMALL)
    assert "unit\nGaussian" in found["a"] and "|" not in found["a"]
    assert "no |" in found["b"] and "question" not in found["c"]
    assert "Under b too" in found["b"]
    cell = ("(x)=\n## X\n```{code-cell}\n# a comment\n(y)=\n```\nend\n"
            "### Y\nbelow\n## Z\nbeyond")
    assert "below" in sections(cell)["x"]
    assert "beyond" not in sections(cell)["x"] and "y" not in sections(cell)
