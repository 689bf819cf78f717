"""Which remark brings a person in, and how it is said in one line."""
import types

import pytest

from nnlab.grading.engine import (
    attention, claims, encodings, extras, graft, intake, look, loose,
    repair, zipped)
from nnlab.grading.engine.model import Graded, Result
from tests.grading.engine.takes import RELEASE, TINY

pytestmark = pytest.mark.grading
# What was mended at no cost, or comes inside another sentence.
HARMLESS = {
    claims.TWICE, claims.COPY, claims.FOUND, claims.MOVED, encodings.MARK,
    encodings.OTHER, encodings.NULS, extras.RELEASED, graft.TESTS,
    graft.CHANGED, graft.KIND, intake.OTHER, intake.SEVERAL,
    intake.UNTOUCHED, loose.OLD, zipped.OPENED}
INSIDE = {repair.EMPTY, repair.BLANK, repair.NOTHING, repair.HUGE,
          repair.DEEP, repair.PAGE, loose.NOT_ONE}
MODULES = (claims, encodings, extras, graft, intake, look, loose, repair,
           zipped)


def sentences(module):
    return {value for name, value in vars(module).items()
            if name.isupper() and isinstance(value, str)
            and value.endswith((".", "{why}"))}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_every_remark_is_one_or_the_other(module: types.ModuleType):
    known = HARMLESS | INSIDE | set(attention.COSTLY)
    assert sentences(module) <= known
    assert not HARMLESS & set(attention.COSTLY)


def result(*remarks, handed_in=True, trouble="", outputs=()):
    notebook = {**TINY, "cells": [{"outputs": list(outputs)}]}
    return Result("anna", "lab", {"lab": Graded(
        "lab", notebook, {}, list(remarks), handed_in)}, trouble=trouble)


@pytest.mark.parametrize("template", attention.COSTLY)
def test_with_names_filled_in_it_is_found(template):
    remark = template.format_map(Names())
    assert attention.reasons(result(remark)) == [remark]
    assert attention.for_information(result(remark)) == []


class Names(dict):
    def __missing__(self, name):
        return f"a (1) [{name}]"


def test_the_weightiest_comes_first():
    missing = graft.MISSING.format(name="f")
    damaged = repair.DAMAGED.format(count=3)
    found = attention.reasons(result(intake.UNTOUCHED, missing, damaged))
    assert found == [damaged, missing]
    assert attention.one_line(found) == f"{found[0]} (and 1 more)"
    assert attention.reasons(result(
        intake.UNTOUCHED, trouble="Python ended"))[0] == "Python ended"


def test_what_informs_is_apart():
    changed = graft.CHANGED.format(name="test-f")
    assert attention.reasons(result(changed)) == []
    assert attention.for_information(result(changed)) == [changed]


def test_what_was_not_handed_in_has_a_reason_in_any_case():
    assert attention.reasons(result(handed_in=False)) == [
        "There is nothing in lab.ipynb that could be read."]


def test_a_cell_that_was_stopped_informs():
    stopped = {"output_type": "error", "ename": "Stopped",
               "evalue": "it was stopped after 30 seconds"}
    assert attention.for_information(result(outputs=[stopped])) == [
        "lab: a cell was stopped because it took too long"]


HTML = b"<!DOCTYPE html><title>Please log in</title>"


@pytest.mark.parametrize("files, words", [
    ({"lab.ipynb": HTML}, "lab.ipynb could not be read: "),
    ({"lab.ipynb": b""}, "lab.ipynb could not be read: The file is empty."),
    ({"lab.pdf": b"%PDF-1.4"}, "There is no notebook lab.ipynb."),
    ({}, "There is no notebook lab.ipynb."),
    ({"lab.ipynb": b'{"cells": [{"cell_type": "code", "source": "x = 1", '
      b'"metadata": {}}, {"cell_type": "co'}, repair.DAMAGED.format(count=1)),
], ids=["login page", "empty", "pdf", "nothing", "cut off"])
def test_what_cannot_be_read_needs_a_look(files, words):
    from nnlab.grading.engine.model import Submission
    taken = intake.take_in(Submission("anna", None, files), RELEASE)
    notebook, remarks = taken.notebooks["lab"]
    [first, *_] = attention.reasons(result(
        *remarks, handed_in=notebook is not None))
    assert first.startswith(words)


def test_a_line_is_harmless_in_a_terminal():
    said = attention.one_line(["\x1b[2J\u202eevil.ipynb\n" + 999 * "x"])
    assert "\x1b" not in said and "\u202e" not in said
    assert "\n" not in said and len(said) < 300
    assert attention.one_line([]) == ""
