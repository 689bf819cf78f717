"""Broken files: cells and metadata that are not as they were."""
import copy

import nbformat
from nbformat.v4 import new_code_cell

from tests.grading.hostile.cases import case
from tests.grading.hostile.course import recorded


@case("broken")
def test_cell_deleted(s):
    """A test cell is missing."""
    s.all("right")
    s.notebook.cells.remove(s.cell("test-softmax"))


@case("broken")
def test_cells_deleted(s):
    """All test cells are missing."""
    s.all("right")
    s.notebook.cells = [c for c in s.notebook.cells
                        if not c.id.startswith("test-")]


@case("broken", softmax=0)
def answer_deleted(s):
    """The cell of an answer is missing."""
    s.all("right")
    s.notebook.cells.remove(s.cell("softmax"))


@case("broken")
def words_deleted(s):
    """The cell for an answer in words is missing."""
    s.all("right")
    s.notebook.cells.remove(s.cell("words"))


@case("broken")
def test_cell_twice(s):
    """A test cell was copied, metadata and all."""
    s.all("right")
    twin = copy.deepcopy(s.cell("test-softmax"))
    twin["id"] = "twin"
    s.notebook.cells.append(twin)


@case("broken")
def test_cell_twice_changed(s):
    """A test cell was copied; the first copy says it is an answer."""
    s.all("right")
    twin = copy.deepcopy(s.cell("test-softmax"))
    twin["id"] = "twin"
    twin.metadata.nbgrader.solution = True
    s.notebook.cells.insert(2, twin)


@case("broken")
def answer_twice(s):
    """The cell of an answer was copied before it was filled in."""
    s.all("right")
    twin = copy.deepcopy(s.cell("softmax"))
    twin["id"], twin.source = "twin", "# first try\n"
    s.notebook.cells.insert(2, twin)


@case("broken")
def reordered(s):
    """Cells are in another order: tests stand before their answers."""
    s.all("right")
    s.notebook.cells[2:] = s.notebook.cells[:1:-1]


@case("broken")
def metadata_stripped(s):
    """A tool has taken all metadata out of the cells."""
    s.all("right")
    for cell in s.notebook.cells:
        cell.metadata.clear()


@case("broken")
def metadata_stripped_in_part(s):
    """The metadata of one test cell and one answer are gone."""
    s.all("right")
    for name in "test-softmax", "primes":
        s.cell(name).metadata.clear()


@case("broken")
def notebook_metadata_stripped(s):
    """The notebook's own metadata are gone."""
    s.all("right")
    s.notebook.metadata.clear()


@case("broken")
def points_changed(s):
    """A test cell says that it is worth 100 points."""
    s.all("right")
    s.cell("test-primes").metadata.nbgrader.points = 100


@case("broken")
def points_not_a_number(s):
    """A test cell's points are a word."""
    s.all("right")
    s.cell("test-primes").metadata.nbgrader.points = "all"


@case("broken")
def ids_renamed(s):
    """A test cell has another name."""
    s.all("right")
    s.cell("test-softmax").metadata.nbgrader.grade_id = "test-mine"


@case("broken")
def test_marked_as_answer(s):
    """A test cell says that it is an answer."""
    s.all("right")
    s.cell("test-softmax").metadata.nbgrader.update(
        solution=True, locked=False)


@case("broken")
def cell_types_changed(s):
    """Test cells were made into text, an answer into raw."""
    s.all("right")
    for name in "test-softmax", "test-primes":
        cell = s.cell(name)
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]


@case("broken")
def schema_unknown(s):
    """The metadata are of a version that does not exist yet."""
    s.all("right")
    for cell in s.notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.schema_version = 99


@case("broken")
def schema_old(s):
    """The metadata are of nbgrader's first version."""
    s.all("right")
    for cell in s.notebook.cells:
        if "nbgrader" in cell.metadata:
            del cell.metadata.nbgrader["schema_version"]
            del cell.metadata.nbgrader["task"]


@case("broken")
def format_three(s):
    """The notebook is saved in the format of 2014."""
    s.all("right")

    old = nbformat.convert(nbformat.from_dict(s.notebook), 3)
    s.path().write_text(nbformat.writes(old, version=3))
    s.notebook = None


@case("broken")
def format_unknown(s):
    """The notebook says that it is in format 9."""
    s.all("right")
    s.notebook["nbformat"] = 9


@case("broken")
def kernel_unknown(s):
    """The notebook asks for a kernel that is not installed."""
    s.all("right")
    s.notebook.metadata.kernelspec = {
        "display_name": "My env", "language": "python",
        "name": "conda-env-my-env-py"}


@case("broken")
def kernel_of_julia(s):
    """The notebook asks for a kernel of another language."""
    s.all("right")
    s.notebook.metadata.kernelspec = {
        "display_name": "Julia", "language": "julia", "name": "julia-1.9"}


@case("broken")
def hundred_megabytes(s):
    """The notebook holds 100 MB of saved output."""
    s.all("right")
    s.cell("mean").outputs = [recorded("x" * 99 + "\n")]
    text = s.text()
    mark = '"' + "x" * 99 + '\\n"'
    with open(s.path(), "w") as file:
        before, after = text.split(mark)
        file.write(before + '"')
        for _ in range(100):
            file.write(("x" * 99 + "\\n") * 10_000)
        file.write('"' + after)
    s.notebook = None


@case("broken")
def outputs_broken(s):
    """Saved outputs are not what the format asks for."""
    s.all("right")
    s.cell("test-mean").outputs = [{"output_type": "nonsense"}]
    s.cell("mean").outputs = None
    s.cell("softmax").execution_count = "seven"


@case("broken")
def sources_broken(s):
    """A cell has no source, another no type."""
    s.all("right")
    s.notebook.cells += [{"cell_type": "code"}, {"source": "1 + 1"}, 7]


@case("broken")
def shadows_standard_module(s):
    """A file random.py lies beside the notebook."""
    s.all("right")
    s.path("random.py").write_text("print('my dice')\n")


@case("broken")
def shadows_numpy(s):
    """A file numpy.py of a first try lies beside the notebook."""
    s.all("right")
    s.path("numpy.py").write_text("raise RuntimeError('not that one')\n")


@case("broken")
def shadows_tests(s):
    """Files of a tool's names lie beside the notebook."""
    s.all("right")
    for name in "IPython.py", "code.py", "types.py":
        s.path(name).write_text("answer = 42\n")


@case("broken", softmax=0)
def syntax_error(s):
    """An answer is no Python; the others stand in cells of their own."""
    s.all("right", softmax="def softmax(z):\n    return (z\n")


@case("broken")
def strange_name(s):
    """More files, with names that are hard to read."""
    s.all("right")
    for name in "naïve – copy.txt", "a\nb", "-rf", "x" * 200:
        s.path(name).write_text("notes")
    (s.folder / "loop").symlink_to(".")


@case("broken")
def added_cells(s):
    """Cells of the student's that fail stand between the others."""
    s.all("right")
    for at in 9, 6, 3:
        s.notebook.cells.insert(at, new_code_cell(
            "mean(softmax(1, 2))\n1 / 0", id=f"added-{at}"))
