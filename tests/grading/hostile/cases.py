"""The list of cases, and the decorator that puts one in it."""
import dataclasses
from collections.abc import Callable

from tests.grading.hostile.course import NONE, POINTS

FAMILIES = {
    "forge": "forging the score",
    "damage": "damaging the grader",
    "resources": "using up the machine",
    "broken": "broken files",
    "honest": "honest students",
}
CASES = {}


@dataclasses.dataclass
class Case:
    """One submission.

    deserved : {question: points}, what its answers are worth
    exact : whether it must get just that; False allows less
    """
    name: str
    family: str
    says: str
    write: Callable
    deserved: dict
    exact: bool = True


def case(family, exact=True, **deserved):
    """Enter a function as a case; questions not named deserve 0.

    Honest and broken ones deserve all points unless told otherwise.
    """
    base = POINTS if family in ("honest", "broken") else NONE

    def enter(function):
        name = function.__name__
        if name in CASES or family not in FAMILIES:
            raise ValueError(f"{family} {name}")
        says = " ".join(function.__doc__.split())
        CASES[name] = Case(name, family, says, function,
                           {**base, **deserved}, exact)
        return function
    return enter


def others(**deserved):
    """Full points but for these questions."""
    return {**POINTS, **deserved}


def load():
    """All cases, by name."""
    from tests.grading.hostile import (  # noqa: F401
        broken, broken_cells, damage, damage_lasting, forge_kernel,
        forge_reading, forge_values, honest, resources)
    return CASES
