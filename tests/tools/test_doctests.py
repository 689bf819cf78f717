"""Every example in a docstring of nnlab runs and prints what it says."""
import ast
import doctest
import importlib
import pkgutil
import re

import pytest

import nnlab
from tests.tools.floors import GROUND

MODULES = sorted(module.name for module in
                 pkgutil.walk_packages(nnlab.__path__, "nnlab.")
                 if not module.name.endswith("__main__"))
FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples(module):
    """The doctests of a module."""
    return [test for test in FINDER.find(module) if test.examples]


def written(text):
    """How many examples stand in the docstrings of a source text."""
    docs = (ast.get_docstring(node) or "" for node in ast.walk(
        ast.parse(text)) if isinstance(node, (
            ast.Module, ast.ClassDef, ast.FunctionDef)))
    return sum(len(re.findall(r"^ *>>> ", doc, re.M)) for doc in docs)


def failures(test):
    """What goes wrong in a doctest, as doctest reports it."""
    report = []
    doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    return "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    tests = examples(module)
    with open(module.__file__, encoding="utf-8") as file:
        expected = written(file.read())
    # None is passed over: a decorator can hide a function from doctest.
    assert sum(len(test.examples) for test in tests) == expected
    assert "".join(map(failures, tests)) == ""


def test_every_room_of_the_ground_floor_has_an_example():
    rooms = {name.split(".")[1] for name in MODULES
             if examples(importlib.import_module(name))}
    assert GROUND - rooms == set()


def test_an_example_that_lies_is_seen():
    test = doctest.DocTestParser().get_doctest(
        ">>> 1 + 1\n3\n", {}, "planted", None, 0)
    assert "Expected:" in failures(test)


def test_examples_in_a_source_are_counted():
    text = 'def f():\n    """A.\n\n    >>> 1\n    1\n    >>> 2\n    2\n    """'
    assert written(text) == 2
    assert written("x = '>>> 1'") == 0
