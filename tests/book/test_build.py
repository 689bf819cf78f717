"""What must stop a build, and what must make it run a cell again."""
import pytest

CELL = "```{code-cell} ipython3\n%s\n```\n"


@pytest.mark.parametrize("cell, told", [
    ("1 / 0", "ZeroDivisionError"),
    ("import warnings; warnings.warn('look')", "stderr"),
])
def test_bad_cell_stops_the_build(new_book, cell, told):
    new_book.write("# Page\n\n" + CELL % cell)
    code, log = new_book.build()
    assert code != 0
    assert told in log


DANGLING = """# Page

See {ref}`nowhere`, {numref}`fig-nowhere`, {eq}`eq-nowhere`,
{cite:t}`nobody1900`, {py:func}`nnlab.nothing`, {glue:text}`no_number`,
[a page](nopage.md).
"""


def test_dangling_references_stop_the_build(new_book):
    new_book.write(DANGLING)
    code, log = new_book.build()
    assert code != 0
    for told in ("undefined label: 'nowhere'", "'fig-nowhere'",
                 "eq-nowhere", "nobody1900", "nnlab.nothing", "no_number",
                 "nopage"):
        assert any(told in line and ("WARNING" in line or "ERROR" in line)
                   for line in log.splitlines()), told


BAD = """# Page

```{code-cell} ipython3
from myst_nb import glue
glue("words", "no JSON", display=False)
```

```{nncode} nnlab.optimizers.nothing
```

```{mistakes} nothing
```

```{claim} nothing
```

````{nnfig} kind
No figure in it.
````

````{nnfig} kind
:data: words

No figure in it.
````

```{quiz}
- question: Two right answers?
  options:
    - {text: one, why: so, correct: true}
    - {text: two, why: so, correct: true}
```

```{quiz}
- question: No explanation?
  options:
    - {text: one, correct: true}
```

```{quiz}
- question: [
```
"""


def test_directives_name_what_is_wrong(new_book):
    new_book.write(BAD)
    code, log = new_book.build()
    assert code != 0
    for told in ("nncode: nnlab.optimizers.nothing:",
                 "mistakes: no exercise is called nothing",
                 "claim: no claim is called nothing",
                 "nnfig: needs a static figure inside",
                 "nnfig: words is no JSON text",
                 "quiz: one correct option wanted",
                 "quiz: text and why wanted",
                 "quiz: while parsing"):
        assert told in log, told


@pytest.fixture
def package(tmp_path):
    """A package called nnlab that a test may edit."""
    folder = tmp_path / "lib" / "nnlab"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("VALUE = 'old value'\n")
    return folder


def test_an_edit_of_nnlab_runs_the_cells_again(new_book, package):
    new_book.path = package.parent
    new_book.write("# Page\n\n" + CELL % "import nnlab; print(nnlab.VALUE)")
    caches = new_book.folder / "_build" / ".jupyter_cache"

    code, log = new_book.build()
    assert code == 0, log
    assert "Executing notebook" in log and "old value" in new_book.html()
    [first] = caches.iterdir()

    code, log = new_book.build()
    assert code == 0 and "Executing notebook" not in log
    assert list(caches.iterdir()) == [first]

    (package / "__init__.py").write_text("VALUE = 'new value'\n")
    code, log = new_book.build()
    assert code == 0, log
    assert "new value" in new_book.html()
    [second] = caches.iterdir()
    assert second != first
