"""exercises/ is what solutions/ makes, and gives nothing away."""
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

import nnlab
from nnlab.exercises import EXERCISES
from nnlab.exercises.source import source
from nnlab.grading import lint, notebooks, release

TOPICS = release.topics(release.ROOT / "solutions")


@pytest.fixture(params=TOPICS)
def topic(request):
    return request.param


@pytest.fixture
def solution(root, topic):
    return notebooks.read(root / "solutions" / topic / f"{topic}.ipynb")


@pytest.fixture
def released(root, topic):
    return notebooks.read(root / "exercises" / topic / f"{topic}.ipynb")


@pytest.mark.grading
def test_made_again_it_is_the_same(root, tmp_path, tree):
    """The committed notebooks are what `make exercises` writes."""
    shutil.copytree(root / "solutions", tmp_path / "solutions")
    for topic in TOPICS:
        release.release(topic, tmp_path / "solutions",
                        tmp_path / "exercises")
    hint = "type: make exercises, and commit what it changes"
    assert tree(tmp_path / "solutions") == tree(root / "solutions"), hint
    assert tree(tmp_path / "exercises") == tree(root / "exercises"), hint
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "exercises", "solutions"], "something was left behind"


def test_every_exercise_folder_has_a_source(root):
    assert release.topics(root / "exercises") == TOPICS


def test_metadata(solution, released):
    assert lint.problems(solution) == []
    for notebook in solution, released:
        nbformat.validate(notebook)
        ids = [notebooks.meta(c)["grade_id"]
               for c in notebooks.graded(notebook)]
        assert len(set(ids)) == len(ids) > 0
        assert {notebooks.meta(c)["schema_version"]
                for c in notebooks.graded(notebook)} == {3}
    assert ([c.id for c in solution.cells]
            == [c.id for c in released.cells])


def test_points_add_up(released):
    """The table on top, the headings and the metadata agree."""
    points = [notebooks.meta(c)["points"]
              for c in notebooks.graded(released)
              if notebooks.meta(c).get("grade")]
    title = released.cells[0].source
    rows = re.findall(r"^\|.*\| (\d+) \|$", title, re.MULTILINE)
    headings = [re.search(r"\((\d+) points\)", c.source.split("\n")[0])
                for c in released.cells[1:] if notebooks.is_statement(c)]
    assert [int(n) for n in rows] == points
    assert [int(h[1]) for h in headings] == points


def test_answers_are_the_references_own_source(solution):
    for cell in solution.cells:
        name = notebooks.exercise(cell)
        if name:
            plain = [line for line in cell.source.split("\n")
                     if "SOLUTION" not in line]
            assert "\n".join(plain) == source(
                EXERCISES[name].reference).rstrip("\n")


def test_the_student_sees_the_signature(released):
    answers = [c for c in released.cells if notebooks.exercise(c)]
    assert len(answers) >= 3
    for cell in answers:
        assert cell.source.startswith(f"def {notebooks.exercise(cell)}(")
        assert cell.source.endswith(
            "):\n    # YOUR CODE HERE\n    raise NotImplementedError()")


def test_no_solution_text_in_the_release(solution, released):
    assert lint.leaks(solution, released) == []
    regions = {line.strip() for c in solution.cells for r in notebooks.REGIONS
               for line in notebooks.region(c.source, r)}
    shown = {line.strip() for c in released.cells
             for line in c.source.split("\n")}
    assert len(regions) > 40
    assert {s for s in regions & shown if len(s) >= lint.SHORT} == set()
    assert "seed" not in notebooks.text(released).replace(
        "no seed", "").replace("one seed", "")


def test_a_leak_is_found(solution):
    """Each kind of region, left in the release, is reported."""
    for name in notebooks.REGIONS:
        cell = next(c for c in solution.cells
                    if f"BEGIN {name}" in c.source)
        line = notebooks.region(cell.source, name)[-1]
        leaky = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell("some\n" + line)])
        assert lint.leaks(solution, leaky), name
        leaky.cells[0].source = f"### BEGIN {name}"
        assert lint.leaks(solution, leaky), name
    seed = str(lint.seeds(solution)[0])
    leaky.cells[0].source = f"an aside on {seed}"
    assert lint.leaks(solution, leaky) == [f"hidden seed {seed}"]


def test_hidden_seeds_differ(solution):
    seeds = lint.seeds(solution)
    assert len(set(seeds)) == len(seeds) >= 3
    assert min(seeds) > 10**6, "a small number is found by chance"


def test_the_version_is_recorded(released):
    [cell] = [c for c in released.cells if "made_with" in c.source]
    assert f'made_with("{nnlab.__version__}")' in cell.source
    assert notebooks.meta(cell)["locked"]
    assert cell.metadata["editable"] is False


def test_another_version_and_another_answer_are_written_in(solution):
    for cell in solution.cells:
        cell.source = cell.source.replace("made_with(\"", "made_with(\"9.")
        if notebooks.exercise(cell):
            cell.source = "def old(): pass"
    again = release.filled(solution)
    assert lint.problems(again) == []
    assert "9." + nnlab.__version__ not in notebooks.text(again)
    assert "def old" not in notebooks.text(again)


def test_sections_named_are_in_the_book(root, released):
    """Each title in "In the book: ..." is a heading of a chapter."""
    headings = {m[1].strip() for page in (root / "book").glob("*.md")
                for m in re.finditer(r"^#+ (.*)$", page.read_text("utf-8"),
                                     re.MULTILINE)}
    named = [title for c in released.cells if "In the book:" in c.source
             for title in re.findall(r"\*(.+?)\*", c.source.split(
                 "In the book:")[1].replace("\n", " "))]
    assert len(named) > 5
    assert set(named) <= headings


def test_git_ignores_what_grading_leaves(root):
    names = ["gradebook.db", "submitted/ada/first_steps/x.ipynb",
             "autograded/ada/x.ipynb", "feedback/ada/x.html"]
    if not (root / ".git").exists():
        rules = (root / ".gitignore").read_text("utf-8")
        assert all(n.split("/")[0] in rules for n in names)
        return
    shown = subprocess.run(["git", "check-ignore", *names], cwd=root,
                           stdout=subprocess.PIPE, text=True)
    assert shown.stdout.split() == names


def test_importing_the_package_needs_no_nbgrader():
    code = ("import sys; sys.modules['nbgrader'] = None; "
            "import nnlab.grading, nnlab.exercises")
    subprocess.run([sys.executable, "-c", code], check=True, env={
        **os.environ, "PYTHONPATH": str(release.ROOT)})
