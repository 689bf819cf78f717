"""HTML that can do nothing: is a page of a student's only that?

A page is let through, never mended: each of its tags and attributes
must be known, and they must be nested as HTML wants it.  Then a browser
builds what is written there, and no tag closes one that is not its own.
"""
import html
import re

from pygments.token import STANDARD_TYPES

DEPTH = 100
HEADINGS = {f"h{level}" for level in range(1, 7)}
FLOW = {"", "blockquote", "center", "dd", "details", "div", "li", "td", "th"}
BLOCKS = HEADINGS | FLOW | {"dl", "hr", "ol", "p", "pre", "table", "ul"}
INLINE = set("a abbr b big br cite code del em font i img ins kbd mark q s "
             "samp small span strong sub sup tt u var".split())
VOID = {"br", "hr", "img"}
ROWS = {"table", "tbody", "tfoot", "thead"}
# What these may hold; an end of theirs is left out easily, and a browser
# then closes what is open around them.
PARENTS = {"dd": {"dl"}, "dt": {"dl"}, "li": {"ol", "ul"},
           "summary": {"details"}, "td": {"tr"}, "th": {"tr"}, "tr": ROWS,
           "tbody": {"table"}, "tfoot": {"table"}, "thead": {"table"}}
NO_TEXT = ROWS | {"dl", "ol", "tr", "ul"}

VALUE = r"""(?:"[^"<>]*"|'[^'"<>]*'|\d+%?)"""
ATTRIBUTE = re.compile(rf"[ \t\n]+([a-zA-Z]+)[ \t\n]*=[ \t\n]*({VALUE})")
TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)"
    rf"(?P<given>(?:[ \t\n]+[a-zA-Z]+[ \t\n]*=[ \t\n]*{VALUE})*+)"
    r"[ \t\n]*(?P<closed>/?)>"
    r"|(?P<comment><!--(?:[^<>-]|-(?!-))*+-->)"
    r'|<input class="task-list-item-checkbox" type="checkbox" disabled'
    "(?: checked)?/>")
# Formgrader serves the files that were handed in, and a page or an SVG
# among them could run a script: a link leads only to what cannot.
PLACE = r"(?!/)(?:[\w.~@+,()=!' /-]|%20|%[89A-Fa-f]\w)*"
FILE = (rf"{PLACE}\.(?:csv|gif|ipynb|jpe?g|json|md|npz|pdf|png|py|txt|"
        r"tsv|zip)(?:#[\w-]*)?|(?!/)[\w-]+(?:/[\w-]+)*")
WEB = r'https?://[^\s"<>\\]+'
DATA = r"data:image/(?:png|jpeg|gif);base64,[\w+/=%]*"
# No length below 0, which would put one thing over another.
STYLES = ("text-align", "color", "background-color", "font-weight",
          "font-style", "margin", "padding", "border-left", "max-width")
LOOKS = (rf"(?: *+(?:{'|'.join(STYLES)}) *+: *+(?:[\w#%.! ]|-(?=[a-z])|"
         r"rgba?\([\d,.% ]+\))++(?:;|\Z))*+ *+")
# The classes of highlighted code; the letters alone would let through
# "no-credit", a button of Formgrader's.
KINDS = "|".join(sorted(filter(None, STANDARD_TYPES.values())))
NUMBER, SIDE = r"\d{1,4}(?:px|%)?", "left|center|right|justify|top|middle"
RULES = {name: re.compile(rule, re.A | re.S) for name, rule in {
    "a href": rf'{WEB}|mailto:[^\s"<>]*|#[^"<>]*|{FILE}',
    "img src": rf'{WEB}|{DATA}|attachment:[^:"<>]*|{PLACE}\.(?:png|jpe?g|'
               "gif|svg|webp)",
    "alt": ".*", "title": ".*", "width": NUMBER, "height": NUMBER,
    "align": SIDE, "valign": SIDE, "border": NUMBER, "colspan": NUMBER,
    "rowspan": NUMBER, "ol start": NUMBER, "style": LOOKS,
    "font color": r"#?\w+", "font size": "[+-]?[1-7]",
    "a class": "anchor-link", "code class": r"language-[^\s]*",
    "div class": "highlight|jp-Mermaid", "div role": "status",
    "li class": "task-list-item",
    "pre class": "mermaid", "table class": "dataframe",
    "span class": rf"(?:{KINDS})?(?:-[A-Z]\w*)*",
    **{f"{name} id": ".*" for name in HEADINGS}}.items()}
# In Formgrader MathJax sets what stands outside of code.
CODE = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
COMMANDS = "href|cssId|class|style|mmlToken|require|bbox"
ACTIVE = re.compile(
    r"\\(?:href(?![a-zA-Z])(?!\s*\{\s*https?://)|(?:cssId|class|style|"
    r"mmlToken)(?![a-zA-Z])|require(?!\s*\{\w+\})|"
    r"bbox\s*\[[^\]\\]*[:\\])")


def does_nothing(page, ids=None):
    """Is all of it text, or tags that can do nothing?

    page : HTML to be shown within a page of Formgrader's;  ids : those
    that its headings must not have, None if they must have none
    """
    tags = list(TAG.finditer(page))
    return (page.count("<") == len(tags) and _nested(tags)
            and all(_harmless(tag, ids) for tag in tags if tag["given"])
            and is_plain_maths(html.unescape(CODE.sub("", page))))


def is_plain_maths(text):
    """Does no command of TeX in it do more than to set maths?"""
    return not ACTIVE.search(text)


def allows(name, attribute, value):
    """May the tag ``name`` have this attribute?"""
    rule = RULES.get(f"{name} {attribute}") or RULES.get(attribute)
    # Two programs read it, and they differ in what "&amp" means.
    return bool(rule and all(rule.fullmatch(one) for one in {
        value, html.unescape(value)}))


def _harmless(tag, ids):
    return not tag["end"] and all(
        allows(tag["name"].lower(), name.lower(), _inner(value))
        and not (name.lower() == "id" and _is_taken(value, ids))
        for name, value in ATTRIBUTE.findall(tag["given"]))


def _inner(value):
    return value if value[0].isdigit() else value[1:-1]


def _is_taken(value, ids):
    return ids is None or html.unescape(_inner(value)) in ids


def _nested(tags):
    """Is each tag where HTML allows it, and closed by its own end?"""
    around = [""]
    for tag in tags:
        name = (tag["name"] or "").lower()
        if not name:
            continue
        if tag["end"]:
            if around.pop() != name:
                return False
        elif len(around) > DEPTH or not _fits(name, around) or (
                tag["closed"] and name not in VOID):
            return False
        elif name not in VOID:
            around.append(name)
    return around == [""]


def _fits(name, around):
    if name in PARENTS:
        return around[-1] in PARENTS[name]
    if name in INLINE:
        return around[-1] not in NO_TEXT and not (
            name == "a" and "a" in around)
    return name in BLOCKS and around[-1] in FLOW
