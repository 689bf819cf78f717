"""The Release that an nbgrader course holds."""
import shutil

import nbformat
import pytest

from nnlab.grading.engine import cells
from nnlab.grading.engine.courses import open_course
from nnlab.grading.engine.release_of import release_of
from tests.grading.engine import little

pytestmark = pytest.mark.grading


def cell(template, name):
    return next(c for c in template.notebook["cells"]
                if cells.grade_id(c) == name)


def test_hidden_tests_are_in_and_answers_are_not(course):
    release = release_of(course, little.NAME)
    first = release.templates["first"]
    assert "double(21)" in cell(first, "test-double")["source"]
    assert "2 * x" not in cell(first, "double")["source"]
    assert cell(first, "test-double")["metadata"]["nbgrader"]["points"] == 4
    assert set(release.templates) == {"first", "second"}
    assert release.files == {"data.csv": b"1,2\n"}


def test_names_and_classes(course):
    release = release_of(course, little.NAME)
    assert release.templates["first"].names == {
        "test-double": ["double"], "test-primes": ["primes"]}
    second = release.templates["second"]
    assert second.names == {"test-stack": ["Stack"]}
    assert second.classes == {"Stack": ["__init__", "push", "top"]}


@pytest.mark.parametrize("declared, names", [
    (["double"], {"test-double": ["double"], "test-primes": ["double"]}),
    ({"test-primes": ["primes", "p"]},
     {"test-double": ["double"], "test-primes": ["primes", "p"]})])
def test_what_is_declared_counts(course, declared, names):
    path = course / "source" / little.NAME / "first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["grading"] = {"names": declared,
                                    "hide": ["math:gcd"]}
    nbformat.write(notebook, path)
    release = release_of(course, little.NAME)
    assert release.templates["first"].names == names
    assert release.hide == ("math:gcd",)


@pytest.mark.parametrize("said, words", [
    ({"names": {"test-duble": ["double"]}}, "no test cell; those are "),
    ({"names": {"test-double": "double"}}, "names\\['test-double'\\] must"),
    ({"names": "double"}, "names must be a list"),
    ({"nmes": {}}, "may hold names and hide; got nmes"),
    ({"hide": "math"}, "hide must be a list of names; got 'math'"),
    ("hide", "may hold names and hide")])
def test_what_is_wrong_in_the_metadata_is_refused(course, said, words):
    path = course / "source" / little.NAME / "first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["grading"] = said
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match="first.ipynb.*" + words):
        release_of(course, little.NAME)


@pytest.mark.parametrize("gone", ["release", "source"])
def test_one_folder_is_enough(course, gone):
    """Without a release the source gives the same template."""
    before = release_of(course, little.NAME)
    shutil.rmtree(course / gone)
    after = release_of(course, little.NAME)
    for name, template in after.templates.items():
        notebook = before.templates[name].notebook
        assert [(c["source"], c["metadata"]) for c in
                template.notebook["cells"]] == [
            (c["source"], c["metadata"]) for c in notebook["cells"]]
        assert set(template.names) == set(before.templates[name].names)


def test_a_changed_release_has_another_key(course):
    before = release_of(course, little.NAME).key
    assert release_of(course, little.NAME).key == before
    (course / "source" / little.NAME / "data.csv").write_text("3\n")
    assert release_of(course, little.NAME).key != before


def test_a_locked_cell_comes_from_the_gradebook(course):
    """Whoever edits the released file changes no test."""
    path = course / "release" / little.NAME / "first.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for one in notebook.cells:
        if one.metadata.get("nbgrader", {}).get("locked"):
            one.source = "pass"
            one.metadata.nbgrader["points"] = 100
    nbformat.write(notebook, path)
    first = release_of(course, little.NAME).templates["first"]
    assert "double(21)" in cell(first, "test-double")["source"]
    assert cell(first, "test-double")["metadata"]["nbgrader"]["points"] == 4


@pytest.mark.parametrize("damage, words", [
    (lambda c: (c / "gradebook.db").unlink(), "There is no gradebook"),
    (lambda c: (c / "gradebook.db").write_bytes(b"x" * 9999),
     "cannot be opened"),
    (lambda c: (c / "nbgrader_config.py").write_text("1 / 0"),
     "cannot be read"),
    (lambda c: (c / "nbgrader_config.py").unlink(), "--course"),
    (lambda c: [shutil.rmtree(c / d) for d in ("source", "release")],
     "neither in"),
    (lambda c: (c / "release" / little.NAME / "first.ipynb").write_text("{"),
     "no notebook that can be read")])
def test_what_is_wrong_is_said_in_one_line(course, damage, words):
    damage(course)
    with pytest.raises(ValueError, match=words) as caught:
        release_of(course, little.NAME)
    assert "\n" not in str(caught.value)


def test_settings_of_nbgrader_count(course):
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + (
        'c.CourseDirectory.submitted_directory = "in"\n'
        'c.CourseDirectory.student_id_exclude = "b,x"\n'
        f'c.Autograde.exclude_overwriting = {{"{little.NAME}": '
        '["data.csv"]}\n'))
    for student in "a", "b", "c d":
        (course / "in" / student / little.NAME).mkdir(parents=True)
    assert open_course(course).students(little.NAME) == ["a", "c d"]
    assert release_of(course, little.NAME).files == {}
