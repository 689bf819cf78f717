"""A notebook that a student disturbs, and what becomes of it."""
import copy

from nnlab.grading.engine import harmless
from nnlab.grading.engine.model import Template
from tests.grading.engine.takes import TINY, cell
from tests.grading.hostile import vectors

RELEASED = {**TINY, "cells": [
    *TINY["cells"][:4], cell("markdown", vectors.ANSWER, "<i>Why?</i>",
                             grade=True, solution=True, points=1),
    cell("markdown", "note", "<i>Read</i> this.")]}
TEMPLATE = Template("lab", RELEASED)
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAC"
         "hwGA60e6kgAAAABJRU5ErkJggg==")
PANDAS = """<div>
<style scoped>
    .dataframe tbody tr th { vertical-align: top; }
</style>
<table border="1" class="dataframe">
  <thead>
    <tr style="text-align: right;">
      <th></th>
      <th>a</th>
    </tr>
  </thead>
  <tbody>
    <tr>
      <th>0</th>
      <td>1.5</td>
    </tr>
  </tbody>
</table>
<p>1 rows &times; 1 columns</p>
</div>"""


def attacked(text, outputs=(), **more):
    """A notebook with ``text`` as an answer and as cells of one's own."""
    made = copy.deepcopy(RELEASED)
    made["cells"][4]["source"] = text
    made["cells"][3]["outputs"] = list(outputs)
    made["cells"][2:2] = [cell(kind, f"own-{kind}", text) | more
                          for kind in ("markdown", "raw")]
    return made


def made(notebook):
    """The notebook that comes of it."""
    harmless.make_harmless(notebook, TEMPLATE)
    return notebook


def texts(notebook):
    return {c["id"]: c["source"] for c in notebook["cells"]
            if c["cell_type"] != "code"}


def display(_metadata=None, **data):
    """An output; ``text_html`` is for text/html."""
    return {"output_type": "display_data", "metadata": _metadata or {},
            "data": {k.replace("_", "/", 1): v for k, v in data.items()}}


def seen(**data):
    """What is left of the data of one output."""
    [output] = made(attacked("x", [display(**data)]))["cells"][5]["outputs"]
    return output["data"]
