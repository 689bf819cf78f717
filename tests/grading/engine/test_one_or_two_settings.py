"""What a test sets up around a call: in two kernels as in one."""
import pytest

from nnlab.grading.engine.inside import shelf
from tests.grading.engine.paired import proxies, result, world

STUDENT = '''
import random
import numpy as np

def noise(n):
    return [np.random.rand(n), random.random()]

def tensor(n):
    import torch
    return torch.rand(n).numpy()

def lines(name):
    with open(name) as file:
        return file.read().splitlines()

def writes_file(name, text):
    with open(name, "a") as file:
        file.write(text)

def warns():
    import warnings
    warnings.warn("old", DeprecationWarning)

def writes(x):
    try:
        x[0] = 1
    except ValueError as e:
        return str(e)
'''
TESTS = {
    "a seed of NumPy":
        "np.random.seed(3); found = noise(2)[0]",
    "a seed, and a number drawn":
        "np.random.seed(3); np.random.rand(5); found = noise(2)[0]",
    "the same seed twice":
        "found = []\nfor _ in range(2):\n    np.random.seed(3)\n"
        "    random.seed(4); torch.manual_seed(5)\n"
        "    found += [noise(2), tensor(2)]",
    "a seed of Python": "random.seed(4); found = noise(1)[1]",
    "a seed of PyTorch": "torch.manual_seed(3); found = tensor(2)",
    "a seed, and two calls":
        "np.random.seed(3); found = [noise(1)[0], noise(1)[0]]",
    "a file that the test writes":
        "open('t.txt', 'w').write('a\\nb'); found = [lines('t.txt')]\n"
        "open('t.txt', 'w').write('c'); found.append(lines('t.txt'))",
    "a file that the answer writes":
        "writes_file('o.csv', '1,2')\nfound = [open('o.csv').read()]\n"
        "writes_file('o.csv', ',3')\nfound.append(open('o.csv').read())",
    "a file for both":
        "open('b.txt', 'w').write('x'); writes_file('b.txt', 'y')\n"
        "found = open('b.txt').read()",
    "warnings":
        "import warnings\nwith warnings.catch_warnings(record=True) as w:\n"
        "    warnings.simplefilter('always'); warns()\n"
        "found = [(str(x.message), x.category) for x in w]",
    "warnings as errors":
        "import warnings\nwith warnings.catch_warnings():\n"
        "    warnings.simplefilter('error')\n    try:\n"
        "        warns()\n    except DeprecationWarning as e:\n"
        "        found = str(e)",
    "the source": "import inspect; found = inspect.getsource(writes)",
}


@pytest.mark.parametrize("name", TESTS)
def test_one_or_two_kernels(name, tmp_path, monkeypatch):
    for kernels in "two", "one":
        (tmp_path / kernels).mkdir()
    monkeypatch.chdir(tmp_path / "two")
    with proxies(STUDENT, tmp_path, {}) as names:
        got = result(TESTS[name], names)
    monkeypatch.chdir(tmp_path / "one")
    right = result(TESTS[name], world(STUDENT))
    assert repr(got) == repr(right)


@pytest.mark.parametrize("name", [
    "numpy.py", "data.pkl", "x.npy", ".hidden.txt", "given.txt", "../up.txt",
    "sub/in.txt"])
def test_no_file_that_is_run_or_is_the_release_s(tmp_path, monkeypatch,
                                                 name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "given.txt").write_text("given")
    kept = shelf.Shelf(keeps=True)
    kept.put({name: b"theirs", "fine.txt": b"1"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "given.txt": b"given", "fine.txt": b"1"}
    assert not (tmp_path.parent / "up.txt").exists()
    assert kept.changed() == {}


def test_files_fill_no_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shelf, "ROOM", 25)
    taking = shelf.Shelf()
    for name in "a.txt", "b.txt", "a.txt":
        taking.put({name: b"0123456789"})
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) == 20
