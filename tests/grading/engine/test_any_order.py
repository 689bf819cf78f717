"""The same submission gets the same, in any order, on any worker."""
import json
import shutil

import pytest

from nnlab.grading.engine.model import Options
from nnlab.grading.engine.run import run
from tests.grading.hostile import cases, course

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]
DRAWS = """
import random
print(random.random(), np.random.rand(), id(object()) % 1, {'a', 'b', 'c'})
"""
SEEDS = "import random\nnp.random.seed(3)\nrandom.seed(4)\n" + DRAWS
BREAKS = ("np.random.rand = lambda *a: 4\nnp.mean = None\n"
          "import builtins\nbuiltins.sum = None\n" + DRAWS)
NOISY = '''
def mean(x):
    """Right on average."""
    return np.mean(x) + (np.random.rand() < 0.5)
'''


def own(first, **answers):
    """Writes a right submission with a cell of its own before it."""
    def write(s):
        s.all("right", **answers)
        s.first(first)
    return write


def contents():
    """What is handed in, whoever hands it in."""
    honest = [c.write for c in cases.load().values()
              if c.family == "honest" and c.name != "slow_import"]
    return [own(DRAWS), own(SEEDS), own(BREAKS), own(DRAWS, mean=NOISY),
            own("import os\nos._exit(1)"), *honest[:3],
            own(DRAWS, mean=NOISY), own(DRAWS)]


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    """A function of an order: a course in which they hand in so."""
    base = tmp_path_factory.mktemp("base")
    course.make(base)

    def made(order):
        folder = tmp_path_factory.mktemp("class") / "copy"
        shutil.copytree(base, folder, symlinks=True)
        for place, k in enumerate(order):
            course.hand_in(folder / "course", folder / "home",
                           f"s{place:02}", contents()[k])
        return folder / "course"
    return made


def outcomes(folder, order, **how):
    """{content: (result, page)} after a run."""
    run(folder, course.NAME, progress=False, options=Options(
        cell_seconds=10), **how)
    found = {}
    for place, k in enumerate(order):
        student = f"s{place:02}"
        path = folder / ".grading" / course.NAME / f"{student}.result"
        result = json.loads(path.read_text())["result"]
        del result["student"], result["seconds"]
        page = folder / "feedback" / student / course.NAME / (
            course.NAME + ".html")
        found[k] = result, page.read_text().replace(student, "")
    return found


def test_any_order_and_any_worker(classes, cluster):
    forward = list(range(len(contents())))
    shuffled = forward[::2] + forward[1::2][::-1]
    first = outcomes(classes(forward), forward, workers=1)
    drawn = [o["text"] for cell in first[0][0]["notebooks"][course.NAME][
        "notebook"]["cells"] for o in cell.get("outputs", ())
        if o["output_type"] == "stream"]
    assert drawn, "something was drawn by chance"
    for order, how in [(forward[::-1], {"workers": 2}),
                       (shuffled, {"scheduler": cluster[0]})]:
        again = outcomes(classes(order), order, **how)
        for k in forward:
            assert again[k] == first[k], (k, how)
