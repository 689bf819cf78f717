"""Markdown with its maths as MathML: readable offline, without scripts.

Where latex2mathml does not know a command the TeX source stands there.
"""
import functools
import html
import re
from xml.etree import ElementTree

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer, MarkdownWithMath)

# Within a text latex2mathml would show the backslash too.
TEXT = re.compile(r"\\(?:text\w{0,2}|mbox|operatorname)\{[^{}]*\}")
LONG = 2000         # characters of one formula
LONGEST = 30_000    # of one cell; beyond that it is shown as it is
TAGS = {"math", "semantics", "annotation"} | {f"m{name}" for name in (
    "row", "i", "o", "n", "text", "space", "frac", "sqrt", "root", "sub",
    "sup", "subsup", "under", "over", "underover", "table", "tr", "td",
    "style", "padded", "phantom", "enclose", "fenced", "error", "s",
    "multiscripts", "prescripts", "none", "labeledtr")}


@functools.lru_cache(maxsize=1000)
def mathml(tex, block=False):
    """``tex`` as MathML, or as its source where that cannot be had.

    block : on a line of its own
    """
    with_end = f"<code>{html.escape(tex)}</code>"
    if len(tex) > LONG:
        return with_end
    try:
        plain = TEXT.sub(lambda m: m[0].replace(r"\_", "_"), tex)
        made = convert(plain, display="block" if block else "inline")
        return made if _good(made) else with_end
    except Exception:       # it raises a dozen kinds of its own
        return with_end


def _good(made):
    """Is it MathML only, and are all commands understood?"""
    for element in ElementTree.fromstring(made).iter():
        if element.tag.rpartition("}")[2] not in TAGS or (
                (element.text or "").startswith("\\")):
            return False
    return True


class _Renderer(IPythonRenderer):
    """nbconvert's, with MathML, and pictures only from the notebook."""

    def block_math(self, body):
        return f"<p>{mathml(body.strip(), True)}</p>\n"

    def inline_math(self, body):
        return mathml(body.strip())

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def image(self, text, url, title=None):
        name = url.removeprefix("attachment:")
        if name == url or name in self.attachments:
            return super().image(text, url, title)
        return html.escape(text)


def markdown(source, attachments=None):
    """HTML of Markdown ``source``.

    attachments : {name: {MIME type: base64}} of the cell's pictures
    """
    if len(source) > LONGEST:
        return f"<pre>{html.escape(source[:LONGEST])} ...</pre>"
    renderer = _Renderer(escape=False, exclude_anchor_links=True,
                         attachments=attachments or {})
    return MarkdownWithMath(renderer=renderer).render(_dollars(source))


def _dollars(source):
    r"""Write \( \) and \[ \] as $: nbconvert wants them doubled."""
    parts = re.split(r"(```.*?```|`[^`\n]*`)", source, flags=re.DOTALL)
    for i in range(0, len(parts), 2):
        parts[i] = re.sub(r"(?<!\\)\\\((.+?)(?<!\\)\\\)", r"$\1$", parts[i])
        parts[i] = re.sub(r"(?<!\\)\\\[(.+?)(?<!\\)\\\]", r"$$\1$$",
                          parts[i], flags=re.DOTALL)
    return "".join(parts)
