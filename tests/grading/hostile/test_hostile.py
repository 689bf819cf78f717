"""Nobody fools the grader, breaks it or is lost in it.

Everything that is hostile runs in a cage; see cage.py.
"""
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.grading.hostile import cases, course, matrix, ours, stock

pytestmark = [pytest.mark.grading, pytest.mark.timeout(900)]
CASES = cases.load()


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """A course in which anna is graded and zoe has handed in."""
    folder = tmp_path_factory.mktemp("hostile") / "base"
    course.make(folder)
    return folder


@pytest.fixture(scope="session")
def graded(base):
    """({case: Outcome}, Outcome of the whole) of one run of all cases."""
    # Not below pytest's folder, which it keeps: some files are large.
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
        yield ours.outcomes(CASES.values(), base, Path(scratch))


def test_the_suite_is_large_enough():
    families = Counter(case.family for case in CASES.values())
    assert len(CASES) >= 80 and set(families) == set(cases.FAMILIES)
    assert min(families.values()) >= 6


@pytest.mark.parametrize("name", CASES)
def test_everybody_gets_what_is_deserved(graded, name):
    """Not a point more, none less, and a word where there are less."""
    outcome = graded[0][name]
    assert outcome.lost == [], "no score"
    assert outcome.forged == 0, outcome.scores
    assert outcome.missed == 0, outcome.scores
    assert outcome.silent == [], "points are missing without a reason"


def test_nothing_else_happens(graded):
    whole = graded[1]
    assert whole.changed == []
    assert whole.survivors == []
    assert whole.leaked == [] and whole.connections == 0
    assert whole.scores == course.LATER_DESERVES


# One case for each detector, and what it must find with plain nbgrader
# and with our engine when its protections are off.
FIRED = {"forged": ("displayhook", False), "changed": ("shell_startup", True),
         "survivors": ("daemon", True), "leaked": ("file_sent", True),
         "connections": ("environment_sent", True),
         "lost": ("utf16", False), "others": ("neighbours_renamed", False),
         "missed": ("warns", False)}


@pytest.mark.parametrize("detector", FIRED)
def test_each_detector_fires_for_plain_nbgrader(base, detector):
    outcome = stock.outcome(CASES[FIRED[detector][0]], base)
    assert getattr(outcome, detector)


def test_detectors_fire_with_the_protections_off(base):
    """Two kernels stay; what the sandbox keeps out happens now."""
    chosen = {name: kind for kind, (name, here) in FIRED.items() if here}
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
        found, whole = ours.outcomes(
            [CASES[name] for name in chosen], base, Path(scratch),
            "unprotected")
    assert set(found) == set(chosen)
    for detector in chosen.values():
        assert getattr(whole, detector), detector


def test_the_stored_matrix_is_of_these_cases():
    stored = matrix.stored()
    assert list(stored) == list(CASES), "python -m " + matrix.__name__
    for name, row in stored.items():
        assert matrix.entry(CASES[name]).items() <= row.items(), name


def test_plain_nbgrader_suffers():
    """At least thirty do real harm: points, files, or a student."""
    real = {"points", "files", "survivors", "lost"}
    harmful = [name for name, row in matrix.stored().items()
               if real & set(row["stock"]["harms"])]
    assert len(harmful) >= 30
    assert {CASES[name].family for name in harmful} == set(cases.FAMILIES)


def test_ours_does_not():
    for name, row in matrix.stored().items():
        assert row["ours"]["harms"] == [], name
        assert row["ours"]["forged"] == 0, name


# What 64 arrays of 2 GB do to it, the memory of the machine decides.
VARIES = {"arrays"}


@pytest.mark.soak
@pytest.mark.parametrize("name", [c for c in CASES if c not in VARIES])
def test_the_stored_matrix_is_what_happens(base, name):
    """Plain nbgrader does today what the page says that it does."""
    outcome = matrix.summary(stock.outcome(CASES[name], base))
    stored = matrix.stored()[name]["stock"]
    assert bool(outcome["harms"]) == bool(stored["harms"])
    assert outcome["harms"] == stored["harms"]
