"""What the directives make of nnlab, on one page built for all tests."""
import inspect
import json
import re
from html import unescape

import pytest
from nnlab import optimizers
from nnlab.claims import CLAIMS
from nnlab.exercises import EXERCISES

LABELS = sorted({m.see for name in ("adam", "adamw")
                 for m in EXERCISES[name].mistakes if m.see})
PAGE = """# Page

Let $u$, say ($v$), be $w$ here.

First *one*: *two*, then $x$: *three*.

%s

```{nncode} nnlab.optimizers.adam
```

```{nncode} nnlab.optimizers.adam nnlab.optimizers.sgd
:nodoc:
:fold: Show $x$
```

```{mistakes} adam
```

```{mistakes} adamw
:without: adam
```

```{claim} adam-first-step
```

```{code-cell} ipython3
:tags: [remove-cell]
import json
import matplotlib.pyplot as plt
from myst_nb import glue
figure, axes = plt.subplots(figsize=(2, 1))
glue("picture", figure, display=False)
plt.close(figure)
glue("data", json.dumps({"a": [1, 2], "b": "</script>"}), display=False)
```

````{nnfig} adam-step
:data: data

```{glue:figure} picture
:name: fig-x
:alt: A picture.

The caption.
```
````

```{quiz}
- question: What is $1 + 1$?
  options:
    - text: Two
      correct: true
      why: One and one.
    - {text: Three, why: One too many.}
```

```{admonition} Derivation: long
:class: dropdown note

Folded text.
```

```{bibliography}
```
""" % "\n\n".join(f"({label})=\n## {label}" for label in LABELS)


@pytest.fixture(scope="module")
def html(make_book, tmp_path_factory):
    book = make_book(tmp_path_factory.mktemp("book"))
    book.write(PAGE)
    code, log = book.build()
    assert code == 0, log
    return book.html()


def words(html):
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def lines(html):
    """Its lines without indentation, blank ones left out."""
    return [line.strip() for line in words(html).splitlines()
            if line.strip()]


def pieces(html, tag, kind):
    return re.findall(rf'<{tag} class="{kind}[^>]*>(.*?)</{tag}>', html,
                      re.S)


def test_nncode_prints_the_source_that_runs(html):
    source = inspect.getsource(inspect.unwrap(optimizers.adam))
    source = source[source.index("def adam"):]
    block = words(re.findall(r"<pre>(.*?)</pre>", html, re.S)[0])
    assert block.strip() == source.strip()


def test_nncode_without_docstring_in_a_fold(html):
    fold = next(f for f in pieces(html, "details", "nnfold")
                if "Show" in f.split("</summary>")[0])
    assert "def adam(" in words(fold) and "def sgd(" in words(fold)
    assert '"""' not in words(fold) and "@" not in words(fold)


def test_every_mistake_has_its_row(html):
    rows = pieces(html, "details", "nnfold nnmistake")
    mistakes = EXERCISES["adam"].mistakes
    known = {m.name for m in mistakes}
    mistakes = mistakes + [m for m in EXERCISES["adamw"].mistakes
                           if m.name not in known]
    assert len(rows) == len(mistakes) > len(known)
    for row, mistake in zip(rows, mistakes):
        told = lines(row)
        for sign, line in mistake.diff():
            assert f"{sign} {line}" in told
        assert f'href="#{mistake.see}"' in row


def test_claim_shows_verdict_effect_and_protocol(html):
    found = CLAIMS["adam-first-step"].result()
    told = " ".join(words(html).split())
    for text in (found.verdict.capitalize(), found.judged.found,
                 found.claim.measure, f"{found.rows[0].value.mean:.4g}"):
        assert " ".join(text.split()) in told, text
    assert "How it was tried" in told or "What was measured, how" in told


def test_figure_gets_its_data_and_scripts(html):
    data = re.search(r'<script type="application/json">(.*?)</script>',
                     html, re.S)[1]
    assert json.loads(data) == {"a": [1, 2], "b": "</script>"}
    scripts = re.findall(r'<script [^>]*src="_static/js/([\w-]+)\.js', html)
    assert [name for name in scripts if "fig" in name] == [
        "nnfig-scale", "nnfig-plot", "nnfig-controls", "nnfig",
        "fig-adam-step"]
    assert 'alt="A picture."' in html


def test_quiz_is_a_form_with_its_answers(html):
    assert len(re.findall(r'<input type="radio"', html)) == 2
    assert re.findall(r'<li data-correct="(\w+)"', html) == ["yes", "no"]
    assert "One too many." in html
    ids = set(re.findall(r'<input type="radio" id="([^"]+)"', html))
    assert ids == set(re.findall(r'<label for="(quiz[^"]+)"', html))


def test_dropdown_is_a_native_fold(html):
    fold = next(f for f in pieces(html, "details", "nnfold")
                if "Derivation" in f)
    assert "Folded text." in fold
    assert "dropdown" not in html.split("<article")[1]


def test_punctuation_stays_beside_its_formula(html):
    tied = pieces(html, "span", "nntied")[:2]
    assert [words(piece) for piece in tied] == ["\\(u\\)", "(\\(v\\)"]
    after = re.findall(r'class="nntied">.*?</span>([^<]*)</span>', html)
    assert after[:2] == [",", "),"]
    assert "\\(w\\)</span> here." in html
    # Of two equal texts the one beside the formula is tied.
    plain = re.sub(r"<[^>]+>", "", html)
    assert "First one: two, then \\(x\\): three." in plain
