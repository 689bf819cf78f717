"""What is let through, a browser builds as it is written."""
import re

import pytest
from bleach.html5lib_shim import HTMLParser
from hypothesis import assume, given
from hypothesis import strategies as st

from nnlab.grading.engine import markup

NAMES = sorted((markup.BLOCKS | markup.INLINE | set(markup.PARENTS)) - {""})
# The tags by which one that is left open closes another.
CLOSERS = "a b dd div dl h1 h2 li ol p table tbody td tr ul".split()


def element(names, inner):
    return st.builds(lambda name, parts: f"<{name}>" if name in markup.VOID
                     else f"<{name}>{''.join(parts)}</{name}>",
                     st.sampled_from(names), st.lists(inner, max_size=3))


PAGES = st.sampled_from([NAMES, CLOSERS]).flatmap(lambda names: st.recursive(
    st.sampled_from(["x", " ", ""]), lambda inner: element(names, inner),
    max_leaves=8))


def written(page):
    """[name, [what is in it]] of each element, taken literally."""
    stack = [[]]
    for end, name in re.findall(r"<(/?)(\w+)>", page):
        if end:
            stack.pop()
            continue
        stack[-1].append([name, []])
        if name not in markup.VOID:
            stack.append(stack[-1][-1][1])
    return without_tbody(stack[0])


def built(element):
    """The same of what a browser makes."""
    return without_tbody([[e.tag, built(e)] for e in element])


def without_tbody(nodes):
    """A browser puts it in where it is left out."""
    return [one for name, inner in nodes for one in (
        without_tbody(inner) if name == "tbody" else [
            [name, without_tbody(inner)]])]


def parsed(page):
    """The elements before, in and after it, as a browser sees them."""
    root = HTMLParser(namespaceHTMLElements=False).parse(
        f"<!DOCTYPE html><body><i></i><div>{page}</div><u></u></body>")
    return built(root.find("body"))


@given(PAGES)
def test_a_browser_builds_what_is_written(page):
    assume(markup.does_nothing(page))
    assert parsed(page) == [["i", []], ["div", written(page)], ["u", []]]


@pytest.mark.parametrize("page", [
    "<ul><li><div><li></li></div></li></ul>", "<p><div></div></p>",
    "<table><div><table></table></div></table>", "<a><b><a></a></b></a>",
    "<p><table></table></p>", "<dl><dd><p><dd></dd></p></dd></dl>",
    "<h1><div></div></h1>", "<td>x</td>", "<table><td>x</td></table>",
    "<b/>", "<b/></b>", "</b>", "<b>", "<b></i></b>", "<b></b x=\"y\">",
    "<div>" * 101 + "</div>" * 101, "<hr></hr>", "<x></x>", "<", "a<b",
    "<b\x0btitle=\"\">"])
def test_markup_that_is_refused(page):
    assert not markup.does_nothing(page)


@pytest.mark.parametrize("tag, name, value", [
    ("a", "href", "javascript:x"), ("a", "href", "evil.html"),
    ("a", "href", "//evil.example"), ("a", "href", "a\\b.csv"),
    ("a", "href", "%2e%2e/logout"), ("a", "href", "../logout"),
    ("a", "href", "a.html%20.csv?"), ("a", "href", "a\n.csv"),
    ("a", "href", "&#47;x.csv"), ("a", "href", "ftp://a.example"),
    ("img", "src", "../logout"), ("img", "src", "data:image/svg+xml,x"),
    ("img", "src", "/x.png"), ("b", "href", "#"), ("b", "src", "a.png"),
    ("b", "class", "n"), ("span", "class", "no-credit"),
    ("span", "class", "n score"), ("code", "class", "language-a&#10;b"),
    ("b", "id", "x"), ("a", "target", "_top"), ("b", "onclick", "x"),
    ("b", "style", "position:fixed"), ("b", "style", "color:red;top:0"),
    ("b", "style", "color:url(x:y)"), ("b", "style", "margin:0 -9em"),
    ("b", "style", "margin:calc(0px - 9em)"), ("b", "role", "group"),
    ("img", "width", "1 2")])
def test_attributes_that_are_refused(tag, name, value):
    assert not markup.allows(tag, name, value)
