"""Every public docstring has what the rule in docstrings.py asks for."""
import ast
import inspect

import pytest

from nnlab import _catalogue
from nnlab._checks import checked
from nnlab.layers import Layer
from tests.tools import docstrings
from tests.tools.floors import GROUND


def lacks(room, thing):
    """What the docstring of this entry of a room lacks."""
    kind_of_layer = (inspect.isclass(thing) and issubclass(thing, Layer)
                     and thing is not Layer)
    if room in GROUND or kind_of_layer:
        found = docstrings.ground_lacks(thing)
    else:
        found = docstrings.upper_lacks(thing, room in docstrings.COMPARED)
    return found + (docstrings.methods_lack(thing)
                    if inspect.isclass(thing) else [])


@pytest.mark.parametrize("room", sorted(_catalogue.rooms()))
def test_every_public_docstring_has_what_the_rule_asks_for(room):
    found = {name: lacks(room, thing)
             for name, thing in _catalogue.rooms()[room].items()}
    assert {name: what for name, what in found.items() if what} == {}


def test_every_module_says_what_it_is(root):
    for path in (root / "nnlab").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path


FULL = '''Half of x: f(x) = x / 2.

    x : array of any shape.  Raises ValueError for NaN.
    Source: Euclid (300 BC).
    Same as PyTorch's ``torch.div``.
'''


def half(x):
    return x / 2


def documented(doc, function=half):
    """The function with this docstring."""
    made = type(function)(function.__code__, function.__globals__)
    made.__doc__ = doc
    return made


def test_a_full_docstring_lacks_nothing():
    assert docstrings.ground_lacks(documented(FULL)) == []
    block = FULL.replace(": f(x) = x / 2.", ".\n\n        x <- x / 2")
    assert docstrings.ground_lacks(documented(block)) == []


@pytest.mark.parametrize("text, other, lack", [
    ("x / 2.", "x / 2", "summary"),
    ("x / 2.\n\n", "x / 2.\n", "summary"),
    (": f(x) = x / 2", "", "equation"),
    ("array of any shape", "anything", "shapes"),
    ("Raises ValueError for", "Mind the", "Raises"),
    ("Source: ", "", "Source:"),
    ("Same as PyTorch's", "Like", "PyTorch"),
    ("Same as PyTorch's ", "PyTorch has ", "PyTorch"),
])
def test_each_lack_on_the_ground_floor_is_seen(text, other, lack):
    assert text in FULL
    planted = documented(FULL.replace(text, other))
    assert docstrings.ground_lacks(planted) == [lack]


def test_an_argument_without_its_name_is_seen():
    doc = FULL.replace("x : ", "").replace("f(x) = x / 2", "f = 1 / 2"
                                           ).replace("of x", "of it")
    assert docstrings.ground_lacks(documented(doc)) == ["argument x"]
    assert docstrings.upper_lacks(documented(doc), True) == ["argument x"]


def test_no_docstring_lacks_everything():
    assert len(docstrings.ground_lacks(documented(None))) == 7
    assert docstrings.upper_lacks(documented(None), True) == [
        "summary", "PyTorch or scikit-learn", "argument x"]


def refuses(x):
    if x < 0:
        raise ValueError("x must not be negative.")
    return x


@checked(refuses)
def guarded(x):
    return x


class Refuses:
    def __init__(self, x):
        refuses(x)
        if x > 9:
            raise ValueError("x must be at most 9.")


@pytest.mark.parametrize("thing", [refuses, guarded, Refuses])
def test_above_raises_is_asked_for_where_something_is_checked(thing):
    assert docstrings.checks(thing)
    assert not docstrings.checks(half)
    assert not docstrings.checks(Documented)


def test_above_the_relation_is_asked_for_where_there_is_one():
    doc = "Half of x."
    assert docstrings.upper_lacks(documented(doc), False) == []
    assert docstrings.upper_lacks(documented(doc), True) == [
        "PyTorch or scikit-learn"]
    named = documented(doc + "\n\nscikit-learn has none.")
    assert docstrings.upper_lacks(named, True) == []


class Documented:
    """A base."""

    def forward(self):
        """Go on."""

    def backward(self):
        pass

    @property
    def rate(self):
        pass

    def _private(self):
        pass


class Heir(Documented):
    """It overrides."""

    def forward(self):
        pass


def test_methods_are_explained_somewhere():
    assert docstrings.methods_lack(Documented) == [
        "summary of backward", "summary of rate"]
    assert docstrings.methods_lack(Heir) == []
