"""A small course, made once and copied."""
import shutil

import pytest

from tests.grading.engine import clusters, little


@pytest.fixture(scope="session")
def blank_course(tmp_path_factory):
    """Released, and nobody has handed in.  Only to be copied."""
    return little.make(tmp_path_factory.mktemp("blank"))


@pytest.fixture
def course(blank_course, tmp_path):
    """A course of its own for a test."""
    return shutil.copytree(blank_course, tmp_path / "course")


@pytest.fixture
def cluster(tmp_path):
    """(address of a scheduler, its two workers), on loopback."""
    with clusters.cluster(tmp_path) as found:
        yield found
