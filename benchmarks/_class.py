"""A course with a class that works honestly, to be graded and timed.

    make(folder, 200, "numpy")      or "torch"

Each student answers in one of several styles, with mistakes here and
there, a helper cell, a print; a few warn, which stock nbgrader scores 0.
"""
import os
import random
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

NAME = "week1"
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "bench"\n'

# A float, as nbgrader takes "np.float64(4.0)" for no number, and gives all
# points for it; ours takes it for 4.
# question: (points, test, right answers in several styles, wrong ones)
NUMPY = {
    "standardize": (4, '''\
x = np.random.default_rng(1).normal(3, 2, size=(40, 3))
z = standardize(x)
assert z.shape == x.shape
np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-9)
### BEGIN HIDDEN TESTS
np.testing.assert_allclose(z.std(axis=0), 1)
### END HIDDEN TESTS''', [
        "def standardize(x):\n    return (x - x.mean(0)) / x.std(0)",
        "def standardize(x):\n    m = np.mean(x, axis=0)\n"
        "    s = np.sqrt(((x - m) ** 2).mean(axis=0))\n"
        "    return (x - m) / s",
        "def standardize(x):\n    out = np.empty_like(x)\n"
        "    for j in range(x.shape[1]):\n"
        "        out[:, j] = (x[:, j] - x[:, j].mean()) / x[:, j].std()\n"
        "    return out"], [
        "def standardize(x):\n    return (x - x.mean()) / x.std()",
        "def standardize(x):\n    return x - x.mean(axis=0)"]),
    "softmax": (6, '''\
s = np.array([[1.0, 2.0, 3.0], [0.5, 0.5, 0.5]])
np.testing.assert_allclose(softmax(s).sum(axis=1), 1)
### BEGIN HIDDEN TESTS
assert np.isfinite(softmax(s + 1000)).all()
np.testing.assert_allclose(softmax(s)[0, 2], 0.66524096, atol=1e-7)
### END HIDDEN TESTS''', [
        "def softmax(s):\n    e = np.exp(s - s.max(axis=1, keepdims=True))\n"
        "    return e / e.sum(axis=1, keepdims=True)",
        "def softmax(s):\n    rows = []\n    for row in s:\n"
        "        e = np.exp(row - max(row))\n"
        "        rows.append(e / e.sum())\n    return np.array(rows)"], [
        "def softmax(s):\n    e = np.exp(s - s.max())\n    return e / e.sum()",
        "def softmax(s):\n    raise NotImplementedError()"]),
    "train": (8, '''\
rng = np.random.default_rng(5)
X, y = rng.normal(size=(100, 4)), None
y = X @ np.array([1.0, -2.0, 0.5, 3.0])
w, losses = train(X, y, lr=0.1, steps=200)
assert losses[-1] < losses[0]
### BEGIN HIDDEN TESTS
good = [abs(a - b) < 1e-2 for a, b in zip(w, [1.0, -2.0, 0.5, 3.0])]
float(8 * np.mean(good))
### END HIDDEN TESTS''', [
        "def train(X, y, lr, steps):\n    w = np.zeros(X.shape[1])\n"
        "    losses = []\n    for _ in range(steps):\n"
        "        error = X @ w - y\n        losses.append((error**2).mean())\n"
        "        w = w - lr * 2 * X.T @ error / len(y)\n"
        "    return w, losses"], [
        "def train(X, y, lr, steps):\n    w = np.zeros(X.shape[1])\n"
        "    losses = []\n    for _ in range(steps):\n"
        "        error = X @ w - y\n        losses.append((error**2).mean())\n"
        "        w[0] -= lr * (X[:, 0] @ error) / len(y)\n"
        "    return w, losses"]),
    "confusion": (2, '''\
m = confusion([0, 1, 1, 2], [0, 1, 2, 2], 3)
### BEGIN HIDDEN TESTS
assert np.array_equal(m, [[1, 0, 0], [0, 1, 1], [0, 0, 1]])
### END HIDDEN TESTS''', [
        "def confusion(y, p, k):\n    m = np.zeros((k, k), int)\n"
        "    np.add.at(m, (y, p), 1)\n    return m",
        "def confusion(y, p, k):\n    return [[sum(a == i and b == j for a, b "
        "in zip(y, p))\n             for j in range(k)] for i in range(k)]"],
        ["def confusion(y, p, k):\n    m = np.zeros((k, k))\n"
         "    for a, b in zip(y, p):\n        m[b, a] += 1\n    return m"]),
}
TORCH = {
    "mse": (4, '''\
p, y = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 4.0])
assert torch.isclose(mse(p, y), torch.tensor(2.5))
### BEGIN HIDDEN TESTS
assert mse(p, p).item() == 0
### END HIDDEN TESTS''', [
        "def mse(p, y):\n    return ((p - y) ** 2).mean()",
        "def mse(p, y):\n    return F.mse_loss(p, y)"], [
        "def mse(p, y):\n    return ((p - y) ** 2).sum()"]),
    "Net": (6, '''\
net = Net(4, 8, 3)
assert net(torch.zeros(5, 4)).shape == (5, 3)
### BEGIN HIDDEN TESTS
assert sum(p.numel() for p in net.parameters()) == 4 * 8 + 8 + 8 * 3 + 3
### END HIDDEN TESTS''', [
        "class Net(nn.Module):\n    def __init__(self, d, h, k):\n"
        "        super().__init__()\n        self.a = nn.Linear(d, h)\n"
        "        self.b = nn.Linear(h, k)\n\n    def forward(self, x):\n"
        "        return self.b(torch.relu(self.a(x)))"], [
        "class Net(nn.Module):\n    def __init__(self, d, h, k):\n"
        "        super().__init__()\n        self.a = nn.Linear(d, k)\n\n"
        "    def forward(self, x):\n        return self.a(x)"]),
    "step": (8, '''\
w = torch.tensor([1.0, -1.0], requires_grad=True)
x, y = torch.eye(2), torch.tensor([0.0, 1.0])
new = step(w, x, y, 0.5)
assert new.shape == (2,)
### BEGIN HIDDEN TESTS
assert torch.allclose(new, torch.tensor([0.5, 0.0]))
### END HIDDEN TESTS''', [
        "def step(w, x, y, lr):\n    w = w.detach().requires_grad_()\n"
        "    ((x @ w - y) ** 2).mean().backward()\n"
        "    return (w - lr * w.grad).detach()",
        "def step(w, x, y, lr):\n    w = w.detach()\n"
        "    return w - lr * 2 * x.T @ (x @ w - y) / len(y)"], [
        "def step(w, x, y, lr):\n    w = w.detach()\n"
        "    return w + lr * 2 * x.T @ (x @ w - y) / len(y)"]),
}
SETUP = {"numpy": "import numpy as np\nimport matplotlib.pyplot as plt",
         "torch": "import torch\nfrom torch import nn\n"
                  "import torch.nn.functional as F"}
KINDS = {"numpy": NUMPY, "torch": TORCH}
WARNS = "import warnings\nwarnings.warn('a warning of mine')"


def make(folder, students, kind, noisy=0):
    """Make the course; returns the names of those who write to stderr."""
    folder = Path(folder)
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(CONFIG)
    source = folder / "source" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(_source(kind), source)
    nbgrader(folder, "generate_assignment", NAME)
    released = nbformat.read(
        folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    names = [f"student{k:04}" for k in range(students)]
    for k, name in enumerate(names):
        target = folder / "submitted" / name / NAME / f"{NAME}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(_answered(released, kind, k, k < noisy), target)
    return names[:noisy]


def nbgrader(folder, *arguments):
    """Run plain nbgrader in the course."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([sys.executable, "-m", "nbgrader", *arguments],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, env={**os.environ,
                                                   "PATH": path})


def _source(kind):
    cells = [new_markdown_cell("# Week 1"), new_code_cell(SETUP[kind])]
    for name, (points, test, right, _) in KINDS[kind].items():
        cells += [
            new_markdown_cell(f"## `{name}` ({points} points)"),
            _cell(f"{name}-answer",
                  "### BEGIN SOLUTION\n" + right[0] + "\n### END SOLUTION",
                  solution=True),
            _cell(f"{name}-test", test, grade=True, points=points)]
    return new_notebook(cells=cells, metadata={"kernelspec": {
        "name": "python3", "language": "python",
        "display_name": "Python 3"}})


def _cell(name, source, grade=False, solution=False, points=0):
    meta = {"grade": grade, "solution": solution, "locked": grade,
            "grade_id": name, "schema_version": 3, "task": False}
    if grade:
        meta["points"] = points
    return new_code_cell(source, metadata={"nbgrader": meta})


def _answered(released, kind, k, noisy):
    """Student k's notebook: mostly right, in a style of their own."""
    rng = random.Random(k)
    notebook = nbformat.from_dict(released)
    cells = []
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell = nbformat.from_dict(cell)
        if name.endswith("-answer"):
            _, _, right, wrong = KINDS[kind][name.removesuffix("-answer")]
            cell.source = rng.choice(wrong if rng.random() < 0.2 else right)
            if rng.random() < 0.3:
                cells.append(new_code_cell("scratch = [i**2 for i in "
                                           "range(10)]\nprint(scratch)"))
            if noisy:
                first, rest = cell.source.split("\n", 1)
                if first.startswith("def"):
                    cell.source = "\n".join(
                        [first, *("    " + w for w in WARNS.split("\n")),
                         rest])
        cells.append(cell)
    notebook.cells = cells
    return notebook
