"""The student view: what is graded cannot be reached."""
import ast
import dataclasses
import inspect
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlab
from nnlab.exercises import EXERCISES
from nnlab.grading import notebooks
from nnlab.grading.engine import bench, view
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small

PACKAGE = Path(nnlab.__file__).parent
FIRST = PACKAGE.parent / "solutions" / "first_steps" / "first_steps.ipynb"
HIDE = json.loads(FIRST.read_text("utf-8"))["metadata"]["grading"]["hide"]
ANSWER = "m_hat = m / (1 - beta1**t)"       # a line of the reference


# Sources.

BODIES = ["return 12345", '"""Words 12345."""\n    return 12345',
          "if x:\n        return 12345\n    return x",
          "def g():\n        return 12345\n    return g",
          "return (12345,\n            x)"]
HEADS = ["def f(x, *, y=3):\n    ", "async def f(x, *, y=3):\n    ",
         "@wraps\n@other(1)\ndef f(x, *,\n      y=3):\n    ",
         "def f(x, *, y=3): "]


@given(st.sampled_from(HEADS), st.sampled_from(BODIES),
       st.booleans(), st.booleans())
def test_a_body_goes_and_nothing_else(head, body, method, after):
    if head.endswith(": "):
        body = "return 12345"
    text = head + body + "\n"
    if method:
        text = "class A:\n" + "".join(
            f"    {line}\n" for line in text.splitlines())
    text += "z = 54321\n" * after
    new = view.without(text, ["A.f" if method else "f"])
    assert "12345" not in new and "graded here" in new
    assert new.count("\n") == text.count("\n")
    assert ("54321" in new) == after
    args = [ast.dump(n.args) for t in (text, new) for n in ast.walk(
        ast.parse(t)) if getattr(n, "name", "") == "f"]
    assert args[0] == args[1]


def test_all_methods_of_a_class():
    new = view.without("class A:\n    def f(self): return 12345\n"
                       "    def g(self):\n        return 12345\n", ["A"])
    assert "12345" not in new
    assert "12345" in view.without(
        "class A:\n    def f(self): return 1\n    def g(self): "
        "return 12345\n", ["A.f"])


# Places.

@pytest.mark.parametrize("entry, file", [
    ("nnlab.optimizers:adam", "optimizers/moments.py"),
    ("nnlab.losses:mse", "losses.py"),
    ("torch.optim:Adam", "optim/adam.py"),
    ("torch.nn.functional:cross_entropy", "nn/functional.py")])
def test_a_definition_is_found_where_it_stands(entry, file):
    (path, _), = view.defined_in(*entry.split(":"))
    assert path.as_posix().endswith(file)


def test_what_cannot_be_hidden_is_said(tmp_path):
    made = view.make_view(
        ["numpy:dot", "nnlab.losses:nothing", "nnlab.nowhere", "not_here:f",
         "math:sin"], tmp_path)
    assert [p.split(" ")[0] for p in made.problems] == [
        "numpy:dot", "nnlab.losses:nothing", "nnlab.nowhere",
        "not_here:f:", "math:sin"]
    assert made.binds == []


# In a kernel.

@pytest.fixture(scope="module")
def says():
    """A function: what code prints in the kernel of a student."""
    made = dataclasses.replace(small.release({"f": "1"}), hide=tuple(HIDE))
    made.templates["t"].notebook["cells"].append(small.cell(
        "from nnlab import data, plots, training\nimport torch"))
    options = Options(cell_seconds=60)
    where = bench.bench(made, options)
    assert where.notes == []
    kernel = where.student({})()

    def run(source):
        return "".join(o.get("text", o.get("evalue", "")) for o in
                       kernel.run(source, 60) if o.get("name") != "stderr")
    yield run
    kernel.close()
    bench.close_all()


pytestmark = pytest.mark.timeout(120)


@pytest.mark.grading
@pytest.mark.parametrize("source", [
    "from nnlab.optimizers import adam; adam(1.0, 1.0)",
    "import nnlab.optimizers.moments as m; m.adam(1.0, 1.0)",
    "import importlib; importlib.import_module('nnlab.optimizers').adam(1, 1)",
    "import torch; torch.optim.Adam([torch.zeros(1, requires_grad=True)])",
    "import torch.nn.functional as F; F.cross_entropy(1, 2)",
    "import torch.optim.adam as a, torch; a.adam([], [], [], [], [], [], "
    "amsgrad=False, beta1=0, beta2=0, lr=0, weight_decay=0, eps=0, "
    "maximize=False)",
    "from nnlab.optimizers import amsgrad; amsgrad(1.0, 1.0)",
    "from nnlab.inits import variance_scaling as f; import numpy "
    "as np; f(2, 3, np.random.default_rng(0))",
    "from nnlab.inits import he_normal; import numpy as np; "
    "he_normal(2, 3, np.random.default_rng(0))"])
def test_what_is_hidden_says_so(says, source):
    assert says(source) == "graded here: write your own"


@pytest.mark.grading
@pytest.mark.parametrize("source", [
    "from nnlab.exercises import check; print(check(1))",
    "from nnlab.exercises.adaptive.adam import EXERCISE; "
    "print(EXERCISE())"])
def test_answers_come_later(says, source):
    assert set(says(source).strip().replace(
        "answers come with the grade", "")) <= {" "}


@pytest.mark.grading
def test_the_version_of_a_release_shows_nothing(says):
    """The page is the grade: no word there that it comes later."""
    assert says("from nnlab.exercises import made_with\n"
                "print(made_with('1'))") == "None\n"


@pytest.mark.grading
def test_no_file_holds_it(says):
    """Sources, and what Python compiled of them."""
    folder = str(PACKAGE)
    found = says(
        "import marshal, os\nfound = []\ndef constants(code):\n"
        "    for c in code.co_consts:\n"
        "        yield from constants(c) if hasattr(c, 'co_consts') else "
        "[c]\n    yield from code.co_varnames\n"
        f"for top, _, names in os.walk({folder!r}):\n"
        "    for n in names:\n        p = os.path.join(top, n)\n"
        "        d = open(p, 'rb').read()\n"
        f"        if {ANSWER.encode()!r} in d or (n.endswith('.pyc') and "
        "'m_hat' in set(map(str, constants(marshal.loads(d[16:]))))):\n"
        "            found.append(p)\nprint(found)")
    # Its neighbours in the same file stay: their own v_hat and m_hat.
    files = [Path(p).name for p in ast.literal_eval(found)]
    assert ANSWER in (PACKAGE / "optimizers/moments.py").read_text()
    assert set(files) <= {"moments.py"}, files
    text = says("import inspect, nnlab.optimizers as o\n"
                "print(inspect.getsource(o.adam))")
    assert "m_hat" not in text and "graded here" in text
    find = ("import gc, types, nnlab.optimizers\ngc.unfreeze()\n"
            "print(sorted({{f.__name__ "
            "for f in gc.get_objects() if type(f) is types.FunctionType and "
            "f.__name__ in {} and 'm' in f.__code__.co_varnames}}))")
    assert says(find.format(("adam", "nadam"))).strip() == "['nadam']"


@pytest.mark.grading
def test_hidden_packages_are_there_from_the_start(says):
    """The zygote imports what is left of them: torch takes seconds."""
    assert says("import sys; print({'torch', 'torch.optim.adam', 'nnlab."
                "training'} - {*sys.modules})").strip() == "set()"


@pytest.mark.grading
def test_the_rest_works(says):
    assert says("from nnlab import data, plots, training\n"
                "from nnlab.optimizers import sgd\nimport numpy as np\n"
                "print(sgd(np.ones(2), np.ones(2), None, lr=0.5)[0])"
                ).strip() == "[0.5 0.5]"
    assert says("import torch; print(torch.relu(torch.ones(1)))").strip() == (
        "tensor([1.])")


def test_first_steps_hides_what_it_grades():
    """The reference of each of its exercises, wherever it is defined."""
    asked = [notebooks.exercise(c) for c in notebooks.read(FIRST).cells
             if notebooks.exercise(c)]
    assert len(asked) == 5 and "nnlab.exercises" in HIDE
    hidden = {place for h in HIDE if ":" in h and h.startswith("nnlab")
              for place in view.defined_in(*h.split(":"))}
    for name in asked:
        plain = inspect.unwrap(EXERCISES[name].reference)
        if not plain.__module__.startswith("nnlab.exercises"):
            place = Path(inspect.getfile(plain)).resolve(), plain.__name__
            assert place in hidden, name


def test_adaptive_hides_what_it_grades():
    """adamw stands there under the name of its source, made of adam."""
    path = FIRST.parents[1] / "adaptive" / "adaptive.ipynb"
    notebook = notebooks.read(path)
    asked = {notebooks.exercise(c) for c in notebook.cells} - {None}
    assert asked == {"adam", "adagrad", "adamw", "test_adamw"}
    hidden = set(notebook.metadata["grading"]["hide"])
    assert {"nnlab.exercises", "nnlab.optimizers:adam",
            "nnlab.optimizers:adagrad", "nnlab.optimizers:adamw",
            "sklearn.neural_network._stochastic_optimizers:AdamOptimizer"
            } <= hidden
    assert {h for h in HIDE if "optim" in h} <= hidden


@pytest.mark.parametrize("name", ["backpropagation", "adaptive"])
def test_all_that_a_notebook_hides_is_found(name, tmp_path):
    """A name that its package does not define would stay in sight."""
    path = FIRST.parents[1] / name / f"{name}.ipynb"
    hide = notebooks.read(path).metadata["grading"]["hide"]
    assert view.make_view(hide, tmp_path).problems == []


def test_backpropagation_hides_difference_quotients():
    """SciPy and PyTorch have the ones that question 2 asks for."""
    path = FIRST.parents[1] / "backpropagation" / "backpropagation.ipynb"
    hide = notebooks.read(path).metadata["grading"]["hide"]
    hidden = {place for h in hide if ":" in h
              for place in view.defined_in(*h.split(":"))}
    for module, name in [
            ("scipy.optimize._numdiff", "approx_derivative"),
            ("scipy.differentiate._differentiate", "derivative"),
            ("scipy.differentiate._differentiate", "jacobian"),
            ("torch.autograd.gradcheck", "get_numerical_jacobian"),
            ("torch.autograd.gradcheck", "_get_numerical_jacobian")]:
        assert {*view.defined_in(module, name)} <= hidden, name
