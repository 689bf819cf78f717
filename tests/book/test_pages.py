"""The pages of the built book, read as files."""
import re
from html.parser import HTMLParser

import pytest
import yaml
from nnlab.exercises import EXERCISES
from nnlab.exercises.exercise import Exercise
from sphinx.util.inventory import InventoryFile

TITLES = {
    "backpropagation": "Backpropagation",
    "initialisation": "Weight initialisation",
    "normalisation": "Normalisation: inputs, BatchNorm, LayerNorm",
    "penalties": "Weight penalties and dropout",
    "adaptive": "Adaptive optimisers: from AdaGrad to AdamW",
    "notation": "Notation",
    "conventions": "Conventions",
    "claims": "Claims, measured",
    "provenance": "What the lectures say, and where it is taught",
    "bibliography": "References",
    "grading": "Grading what you do not trust",
}
# Attributes through which a browser fetches something by itself.
FETCHED = {("script", "src"), ("link", "href"), ("img", "src"),
           ("img", "srcset"), ("iframe", "src"), ("source", "src"),
           ("video", "src"), ("audio", "src"), ("object", "data"),
           ("embed", "src"), ("use", "href"), ("image", "href")}


class Tags(HTMLParser):
    """All tags of a page as (name, attributes)."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def named(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def fetched(text):
    """What a browser would fetch from the net for this page."""
    links = [value for tag, attributes in Tags(text).tags
             for name, value in attributes.items()
             if (tag, name) in FETCHED and value]
    styles = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", text)
    return [link for link in links + styles
            if re.match(r"(?:https?:)?//", link)]


@pytest.fixture(scope="module")
def pages(site):
    return {page.stem: page.read_text(encoding="utf-8")
            for page in sorted(site.glob("*.html"))}


def test_fetched_sees_what_it_should():
    assert fetched('<img src="//a.b/c.png">') == ["//a.b/c.png"]
    assert fetched("<style>a{background:url(https://a/b)}</style>")
    assert fetched('<script src="http://a/b.js"></script>')
    assert not fetched('<a href="https://a/b">text</a><img src="x.png">')


def test_every_page_of_the_contents_is_built(root, pages):
    toc = yaml.safe_load((root / "book" / "_toc.yml").read_text())
    listed = [chapter["file"] for part in toc["parts"]
              for chapter in part["chapters"]]
    assert sorted(listed) == sorted(TITLES)
    assert {*listed, "index", "search"} <= set(pages)


@pytest.mark.parametrize("name", TITLES)
def test_titles(pages, name):
    article = pages[name].split("<article")[1]
    [heading] = re.findall(r"<h1>(.*?)<a class", article, re.S)
    title = re.sub(r"<span.*?</span>|<[^>]+>", "", heading).strip()
    assert title == TITLES[name]


def test_nothing_is_fetched_from_the_net(site, pages):
    for name, text in pages.items():
        assert not fetched(text), name
    for style in site.rglob("*.css"):
        assert not fetched(style.read_text(encoding="utf-8")), style


def test_every_picture_tells_what_is_seen(pages):
    for name, text in pages.items():
        _, _, article = text.partition("<article")
        for image in Tags(article).named("img"):
            assert len(image.get("alt") or "") > 20, (name, image)


def test_ids_are_unique(pages):
    for name, text in pages.items():
        ids = [attributes["id"] for _, attributes in Tags(text).tags
               if "id" in attributes]
        assert len(ids) == len(set(ids)), name


def test_every_mistake_refers_to_a_label_of_the_book(site):
    with (site / "objects.inv").open("rb") as file:
        labels = InventoryFile.load(file, "", lambda base, path: path)
    known = set(labels["std:label"])
    exercises = [e for e in EXERCISES.values() if isinstance(e, Exercise)]
    assert len(exercises) >= 4
    for exercise in exercises:
        for mistake in exercise.mistakes:
            assert mistake.see in known, (exercise.name, mistake.name)


def test_mathjax_is_local(site):
    folder = site / "_static" / "mathjax"
    assert (folder / "tex-chtml-full.js").is_file()
    fonts = folder / "output" / "chtml" / "fonts" / "woff-v2"
    assert len(list(fonts.glob("*.woff"))) > 20
