"""A book of one page, built as `make book` builds; and the built book."""
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest

FRONT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
TOC = "format: jb-book\nroot: index\nchapters:\n- file: page\n"
BUILD = "from jupyter_book.cli.main import main; main()"


class Book:
    """A copy of the book's machinery with pages of a test's own."""

    def __init__(self, root, folder, path=None):
        self.folder, self.path = folder, path or root
        self.flags = flags(root)
        shutil.copy(root / "_config.yml", folder)
        for name in ("_ext", "_assets", "_templates"):
            shutil.copytree(root / "book" / name, folder / "book" / name)
        shutil.copy(root / "book" / "references.bib", folder / "book")
        (folder / "book" / "_toc.yml").write_text(TOC)
        self.write("# The book of a test\n\nText.", "index")

    def write(self, text, name="page"):
        head = FRONT if "{code-cell}" in text else ""    # no kernel without
        (self.folder / "book" / f"{name}.md").write_text(head + text)

    def build(self):
        """(exit code, log)"""
        done = subprocess.run(
            [sys.executable, "-c", BUILD, "build", "book", *self.flags],
            cwd=self.folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=240,
            env={**os.environ, "PYTHONPATH": str(self.path)})
        return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    def html(self, name="page"):
        page = self.folder / "_build" / "html" / f"{name}.html"
        return page.read_text(encoding="utf-8")


def flags(root):
    """The flags that the Makefile gives to jupyter-book."""
    text = (root / "Makefile").read_text()
    found = re.search(r"jupyter-book build book((?: -\S+)+)", text)
    return shlex.split(found[1])


@pytest.fixture(scope="session")
def make_book(root):
    return lambda folder: Book(root, folder)


@pytest.fixture
def new_book(make_book, tmp_path):
    return make_book(tmp_path)
