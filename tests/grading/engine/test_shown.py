"""Outputs: what is kept of them, what is cleaned, what is left out."""
import copy

import pytest

from nnlab.exercises.result import Result
from nnlab.grading.engine import shown
from tests.grading.engine.disturbed import (
    PANDAS, PIXEL, attacked, display, made, seen)
from tests.grading.hostile import vectors
from tests.grading.hostile.formgrader import faults


def test_outputs_that_do_nothing_stay():
    data = {"text/plain": "1.5", "image/png": PIXEL, "text/latex": "$x$",
            "image/jpeg": PIXEL + "\n", "image/gif": PIXEL,
            "text/html": "<b>x</b> &amp; <img src=\"a.png\">",
            "text/markdown": "**x**", shown.OURS: {"a": [1]}}
    sizes = {"image/png": {"width": 3, "height": 4}, "width": 5,
             "needs_background": "light"}
    outputs = [{"output_type": "execute_result", "execution_count": None,
                "data": data, "metadata": sizes},
               {"output_type": "stream", "name": "stderr", "text": "<b>"}]
    notebook = made(attacked("x", copy.deepcopy(outputs)))
    assert notebook["cells"][5]["outputs"] == outputs


def test_a_table_of_pandas_loses_only_its_style():
    kept = seen(text_html=PANDAS)["text/html"]
    assert "<style" not in kept and "vertical" not in kept
    assert kept[6:] == PANDAS[PANDAS.index("\n<table"):]


def test_our_own_words_about_an_answer_stay():
    one = Result(1, 2, "wrong", "Not yet", "f", ["`x` is 3"], ("a", "b"), "p")
    kept = one._repr_html_()
    assert "style=" in kept and seen(text_html=kept) == {"text/html": kept}


@pytest.mark.parametrize("kind", [
    "application/javascript", "text/javascript", "Text/HTML", "text/html ",
    "application/vnd.jupyter.widget-view+json", "text/vnd.mermaid",
    "application/pdf", "image/svg", "video/mp4", "<script>"])
def test_other_kinds_are_named_in_words(kind):
    words = shown.NOT_SHOWN.format(kind, shown.UNSAFE)
    for plain in {}, {"text/plain": "<IPython.core.display.HTML object>"}:
        assert seen(**{kind: "hit()", **plain}) == {"text/plain": words}
    assert seen(**{kind: "x", "text/plain": "4"}) == {"text/plain": "4"}


@pytest.mark.parametrize("data, why", [
    ({"image/png": "<script>"}, shown.DAMAGED),
    ({"image/png": PIXEL[:-1]}, shown.DAMAGED),
    ({"image/jpeg": 'AAAA" onerror="hit()'}, shown.DAMAGED),
    ({"text/html": ["<b>"]}, shown.DAMAGED),
    ({"text/plain": 5}, shown.DAMAGED),
    ({"text/html": "<video src='a'></video>"}, shown.EMPTY),
    ({"text/html": "<script>hit()"}, shown.EMPTY),
    ({"text/html": vectors.IMG}, shown.EMPTY),
    ({"text/html": "<b>" * 50_000_000}, shown.TOO_LONG),
    ({"image/svg+xml": " " * 1_000_001}, shown.TOO_LONG),
    ({"text/html": "<i x>" * 3001}, shown.TOO_MANY),
    ({"text/html": "$\\href{javascript:hit()}{x}$"}, shown.UNSAFE),
    ({"text/latex": "<b>\\href{javascript:hit()}{x}</b>"}, shown.UNSAFE),
    ({"text/latex": "<code>\\href{javascript:hit()}{x}</code>"},
     shown.UNSAFE)])
def test_why_it_is_not_shown(data, why):
    [kind] = data
    assert seen(**data)["text/plain"] == shown.NOT_SHOWN.format(kind, why)


def test_a_text_in_too_many_colours_loses_them():
    """nbconvert would take hours over it."""
    few, many = "\x1b[1mx" * 100, "\x1b[1mx" * 100_000
    assert seen(text_plain=few) == {"text/plain": few}
    assert seen(text_plain=many) == {"text/plain": "x" * 100_000}


def test_a_drawing_is_a_picture():
    assert seen(**{"image/svg+xml": "<svg/>"}) == {
        "text/html": '<img src="data:image/svg+xml;base64,PHN2Zy8+" '
                     'alt="A drawing">'}


def test_a_page_is_cleaned():
    assert seen(text_html="<p onclick=hit()>a<script>b</script><b>c") == {
        "text/html": "<p>a<b>c</b></p>"}


@pytest.mark.parametrize("metadata", [
    {"image/png": {"width": "1 onload=hit()"}}, {"width": "1 onload=hit()"},
    {"filenames": {"image/png": "javascript:hit()"}}, {"height": True},
    {"image/png": {"alt": "x", "unconfined": True}}, {"width": 1e9},
    {"text/html": {"isolated": True}}, {"needs_background": "x"}, "x"])
def test_metadata_of_outputs(metadata):
    notebook = made(attacked("x", [display(metadata, image_png=PIXEL)]))
    [output] = notebook["cells"][5]["outputs"]
    assert output["metadata"] in ({}, {"image/png": {}})


@pytest.mark.parametrize("output", [
    {"output_type": "script", "data": {}}, {}, {"output_type": "stream"},
    {"output_type": "stream", "name": "x", "text": {"a": 1}},
    {"output_type": "error", "traceback": "x"}, display() | {"data": []},
    {"output_type": "error", "ename": 3, "traceback": [{}]}])
def test_outputs_of_no_known_shape(output):
    assert faults(made(attacked("x", [output]))) == []
