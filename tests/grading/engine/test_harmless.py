"""What a student hands in can do nothing in Formgrader's page."""
import copy
import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.grading.engine import grade, harmless
from nnlab.grading.engine.graft import graft
from nnlab.grading.engine.model import Template
from tests.grading.engine.disturbed import (
    PANDAS, PIXEL, RELEASED, TEMPLATE, attacked, display, made, texts)
from tests.grading.engine.takes import cell
from tests.grading.hostile import vectors
from tests.grading.hostile.formgrader import faults, page

KEPT = [
    "a < b and $a<b$, `x<y>` and 1 <2; x<3 > y & z", "**b** _i_ ~~s~~",
    "# Title, \u00fcber $x$\n\n## Why `f(x)` <b>is</b> wrong",
    "Setext\n===\n\nand\n---",
    "[l](https://a.example/b?c=1&d=2 \"t\") <https://a.example> <a@b.example>",
    "![p](plots/loss.png \"the 'loss'\") ![q](../img/a%20b.svg)",
    "[a](data.csv) [b](#Title) [c](notes.ipynb#End) [d](LICENSE)",
    "[r]: https://a.example 'title'\n\n[r] and [text][r]",
    "x<br>y <b>b</b> H<sub>2</sub>O<br/>10<sup>3</sup> <u>u</u> <kbd>k</kbd>",
    "| a | b |\n|:-:|--:|\n| 1 | $x<y$ |", "- [ ] a\n- [x] b\n\n1. x\n   - y",
    "```python\nx = '<script>'\n```\n\n~~~\n</div>\n~~~\n\n    <i>\n",
    "```no such language\nx\n```", "```mermaid\ngraph LR\n```",
    "<div>\n\n**x**\n\n</div>", "<!-- a note -->\ntext",
    "<details>\n<summary>More</summary>\n\ntext\n\n</details>",
    "<img src='a.png' width=300>", "<center><img src=\"a.png\"></center>",
    "<font color='red'>r</font> <span style=\"color: #f00\">s</span>",
    "$$\\begin{pmatrix}a & b\\\\ c & d\\end{pmatrix}$$ \\\\(x\\\\)",
    "$\\href{https://a.example}{x}$ $\\require{cancel}\\cancel{x}$",
    "\\begin{align}a &= b \\\\ &< c\\end{align}", "It costs \\$5.",
    "Apple\n: fruit", "> q\n> > r", "&lt;b&gt; &amp; &nbsp; &copy;",
    f"![x](data:image/png;base64,{PIXEL})", "<p align=\"center\">x</p>",
    "javascript: the good parts; onerror=1; `\\style`",
    "# words that begin like an id", "<table><tr><td>x</td></tr></table>",
    "YOUR ANSWER HERE", "", "\n\n---\n", "\u00e9\x00\u2028"]


@pytest.mark.parametrize("text", vectors.HTML + vectors.MARKDOWN)
def test_nothing_acts(text):
    notebook = made(attacked(text, [
        display(text_html=text), display(text_markdown=text),
        display(text_latex=text), display(**{"image_svg+xml": text}),
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "error", "ename": text, "evalue": text,
         "traceback": [text]}]))
    assert faults(notebook) == []


def test_the_page_of_the_same_left_as_it_is_has_faults():
    """Nearly all of them: some are text to the renderer."""
    plain = attacked("x", [display(text_html=PANDAS.replace("scoped", ""))])
    assert faults(made(plain)) == []
    fine = [text for text in vectors.HTML if not faults(
        attacked(text, [display(text_html=text)]))]
    fine += [text for text in vectors.MARKDOWN if not faults(attacked(text))]
    assert len(fine) < 0.15 * len(vectors.HTML + vectors.MARKDOWN), fine


@pytest.mark.parametrize("text", KEPT)
def test_what_does_nothing_stays(text):
    notebook = attacked(text, [display(text_markdown=text)])
    before = copy.deepcopy(notebook)
    if any(c in text for c in "<\\"):
        del notebook["cells"][3], before["cells"][3]    # the raw one
    assert made(notebook) == before
    assert faults(notebook) == []


WORDS = st.sampled_from([
    "loss", "a < b", "x_1", "2 * 3", "e.g.", "\u00e9", "I"])
LEAVES = WORDS | st.sampled_from([
    "`x<y>`", "$a<b$", "$\\frac{1}{2}$", "**b**", "*i*", "~~s~~", "<br>",
    "https://a.example/x",
    "![p](a.png)", "H<sub>2</sub>O", "&lt;", "\\*"])
INLINE = st.recursive(LEAVES, lambda inner: st.one_of(
    inner.map("<b>{}</b>".format), inner.map("<i>{}</i>".format),
    st.lists(inner, min_size=2, max_size=4).map(" ".join)), max_leaves=8)
LINES = INLINE | INLINE.map("[{}](https://a.example)".format)


def indented(text, first, rest):
    return first + text.replace("\n", "\n" + rest)


BLOCKS = st.recursive(st.one_of(
    LINES, LINES.map("## {}".format), LINES.map("| a |\n|---|\n| {} |".format),
    WORDS.map("```python\n{} <script>\n```".format),
    WORDS.map("$$\n{}\n$$".format)), lambda inner: st.one_of(
        inner.map(lambda x: indented(x, "- ", "  ")),
        inner.map(lambda x: indented(x, "1. ", "   ")),
        inner.map(lambda x: indented(x, "> ", "> ")),
        inner.map("<div>\n\n{}\n\n</div>".format),
        st.lists(inner, min_size=2, max_size=4).map("\n\n".join)),
    max_leaves=6)


@given(BLOCKS)
def test_any_nesting_of_it_stays(text):
    assert harmless.Texts({vectors.ANSWER}).markdown(text) == text


PIECES = st.sampled_from([
    piece for text in vectors.HTML + vectors.MARKDOWN for piece in
    (text, text[:len(text) // 2], text[len(text) // 2:])] + [
    "\n", "\n\n", "`", "```", "$", "$$", "<", ">", "\"", "'", "&", "\\", " ",
    "</p>", "<p>", "<li>", "</div>", "<!--", "-->", "- ", "> ", "    ", "|"])


@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_mixture_does_nothing(text):
    assert faults(made(attacked(text, [
        display(text_html=text), display(text_markdown=text)]))) == []


def test_the_text_is_shown_letter_by_letter():
    text = "````\n<script>\n```\n`````\n</p>"
    notebook = made(attacked(text))
    typed = f"{harmless.AS_TYPED}\n\n``````\n{text}\n``````"
    assert texts(notebook)["own-markdown"] == typed
    assert texts(notebook)[vectors.ANSWER] == typed
    assert html.escape(text, quote=False) in page(notebook)


def test_the_page_is_seen_as_formgrader_makes_it():
    """It takes files/ out of addresses."""
    typed = harmless.Texts(()).markdown("[x](files//evil.example/a.csv)")
    assert typed.startswith(harmless.AS_TYPED)


def test_what_the_instructor_wrote_stays():
    """In locked cells, and where a student left it."""
    release = copy.deepcopy(RELEASED)
    release["cells"][4]["source"] = vectors.IMG
    notebook = copy.deepcopy(release)
    notebook["cells"].append(cell(
        "markdown", "task", "<script>1</script>", task=True, locked=True))
    before = copy.deepcopy(notebook)
    harmless.make_harmless(notebook, Template("lab", release))
    assert notebook == before
    notebook["cells"].append(cell("markdown", "copy", vectors.IMG))
    harmless.make_harmless(notebook, Template("lab", release))
    assert texts(notebook)["copy"] == harmless.as_typed(vectors.IMG)


def test_a_release_without_ids_is_known_too():
    release = copy.deepcopy(RELEASED)
    release["cells"][5]["source"] = "<div onclick='x()'>Read</div>"
    template = Template("lab", copy.deepcopy(release))
    for one in template.notebook["cells"]:
        del one["id"]
    notebook, _ = graft(template, [])
    before = copy.deepcopy(notebook)
    harmless.make_harmless(notebook, template)
    assert notebook == before


def test_a_picture_that_the_instructor_shows_is_there():
    """Formgrader would show no page at all without it."""
    notebook = copy.deepcopy(RELEASED)
    notebook["cells"][5]["attachments"] = {"b.png": {"image/png": PIXEL}}
    template = copy.deepcopy(RELEASED)
    template["cells"][5]["attachments"] = {"a.png": {"image/png": PIXEL}}
    harmless.make_harmless(notebook, Template("lab", template))
    assert notebook == template


@pytest.mark.parametrize("kinds", [
    {"image/svg+xml": PIXEL}, {"text/html": PIXEL}, {},
    {"image/png": "<svg"}, {"image/png": PIXEL[:-3]}])
def test_attachments_are_pictures(kinds):
    text = "![a](attachment:a.png)"
    good = {"image/png": PIXEL}
    notebook = made(attacked(text, attachments={"a.png": {**kinds, **good}}))
    assert texts(notebook)["own-markdown"] == text
    assert notebook["cells"][2]["attachments"] == {"a.png": good}
    notebook = made(attacked(text, attachments={"a.png": kinds}))
    assert "attachments" not in notebook["cells"][2]
    assert texts(notebook)["own-markdown"].startswith(harmless.AS_TYPED)
    assert faults(notebook) == []


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", [
    "\\\\( " * 7000, "<div>" * 200_000, "<b><i>" * 1400, "&" * 900_000,
    "<style" * 150_000, "<a href=\"" * 100_000, "[" * 30_000,
    "\\begin{a}" * 3000, "<!--" * 200_000, "\\href " * 160_000,
    "<b style=\"color:" + " " * 900_000 + "(\">", "</p>" * 2900,
    "<" * 900_000, "\x1b[1m" * 800_000])
def test_what_is_made_to_take_long_does_not(text):
    outputs = [display(text_html=text), display(text_latex=text),
               display(text_markdown=text), display(text_plain=text)]
    made(attacked(text, outputs * 3))


def test_a_text_that_is_too_long_is_cut():
    [own, *_] = texts(made(attacked("x" * 2_000_000))).values()
    assert len(own) < 101_000 and own.endswith(harmless.CUT + "\n```")
    notebook = attacked("x")
    notebook["cells"] += [cell("markdown", f"o{k}", f"{k}" * 200_000)
                          for k in range(100)]
    assert sum(map(len, texts(made(notebook)).values())) < 550_000


def test_no_line_has_too_many_brackets():
    """Formgrader's filter would take hours."""
    for text in texts(made(attacked("[" * 90_000))).values():
        assert max(line.count("[") for line in text.split("\n")) <= 200


@pytest.mark.parametrize("many, kind", [(200, "raw"), (400, "markdown")])
def test_a_raw_cell_of_many_tags_is_shown_as_typed(many, kind):
    notebook = made(attacked("<b>x</b>" * many))
    [own] = [c for c in notebook["cells"] if c["id"] == "own-raw"]
    assert own["cell_type"] == kind


def test_many_long_texts_are_shown_as_typed():
    notebook = copy.deepcopy(RELEASED)
    notebook["cells"] += [cell("markdown", f"own-{k}", "word " * 3000)
                          for k in range(6)]
    kept = [text for text in texts(made(notebook)).values()
            if text == "word " * 3000]
    assert len(kept) == 4


def test_a_result_holds_a_harmless_notebook():
    notebook = attacked(vectors.IMG)
    outputs = {5: [display(text_html=vectors.IMG)], 4: [
        {"output_type": "execute_result", "execution_count": 7,
         "metadata": {}, "data": {"text/plain": "1.5"}}]}
    done = grade.graded(TEMPLATE, notebook, outputs, {}, [])
    assert done.scores["test-f"].points == 1.5
    assert faults(done.notebook) == []
