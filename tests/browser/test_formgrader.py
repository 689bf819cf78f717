"""Formgrader itself, in Chromium, on a course that nnlab has graded."""
import contextlib
import dataclasses
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from tests.grading.hostile import course, vectors

pytestmark = [pytest.mark.browser, pytest.mark.grading,
              pytest.mark.timeout(300)]
NAME = course.NAME
# What a script on the page could do: all points for its own submission.
GRAB = """
hit();
$.getJSON(base_url + "/api/grades", {submission_id: submission_id},
  grades => grades.forEach(grade => $.ajax({
    url: base_url + "/api/grade/" + grade.id, method: "PUT",
    contentType: "application/json",
    headers: {"X-CSRFToken": getCookie("_xsrf")},
    data: JSON.stringify({manual_score: grade.max_score})})));
"""
TEXTS = [f"<script>{GRAB}</script>",
         *(text for text in vectors.HTML + vectors.MARKDOWN
           if "attachment:" not in text)]      # there would be no page
SHOW = f"""\
from IPython.display import HTML, Javascript, Markdown, SVG, display
for text in {[f"<script>{GRAB}</script>", *vectors.HTML]!r}:
    display(HTML(text))
for text in {vectors.MARKDOWN!r}:
    if "attachment:" not in text:
        display(Markdown(text))
display(Javascript("hit()"), SVG("<svg><script>hit()</script></svg>"))
display({{"text/html": "<script>hit()</script>"}}, raw=True, metadata={{
    "text/html": {{"isolated": True}}}})
display({{"image/png": "AAAA"}}, raw=True, metadata={{
    "image/png": {{"width": "1 onerror=hit()"}}}})
"""
# MathJax comes from the net; the page waits for the end of its work.
MATHJAX = """window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {
  signal: {Interest(f) { setTimeout(() => f("End"), 100); }}}}};"""
EVERYTHING = """() => {
  for (const node of document.querySelectorAll("#notebook-container *"))
    for (const kind of ["mouseover", "focus", "toggle", "click"])
      if (!node.closest(".panel-heading, .panel-footer") && !(
          kind == "click" && node.closest("a")))
        node.dispatchEvent(new Event(kind, {bubbles: true}));
}"""


@dataclasses.dataclass
class Graded:
    """A course, and the address of a Formgrader for it."""
    folder: Path
    home: Path
    origin: str = ""

    def grade(self, *arguments):
        """Type nnlab grade."""
        done = subprocess.run(
            [sys.executable, "-m", "nnlab", "grade", NAME, *arguments],
            cwd=self.folder, env=course.environment(self.home), text=True,
            stdin=subprocess.DEVNULL, capture_output=True)
        assert done.returncode == 0, done.stdout + done.stderr

    @contextlib.contextmanager
    def submission(self, student):
        """The submission as the gradebook has it."""
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
            yield book.find_submission_notebook(NAME, NAME, student)

    def address(self, student):
        """Of the page of a submission."""
        with self.submission(student) as found:
            return f"submissions/{found.id}/"

    def scores(self, student):
        """{grade_id: score}"""
        with self.submission(student) as found:
            return {g.name: g.score for g in found.grades}


def release(graded):
    (graded.folder / "source" / NAME).mkdir(parents=True)
    graded.home.mkdir()
    (graded.folder / "nbgrader_config.py").write_text(course.CONFIG)
    nbformat.write(course.source(), graded.folder / "source" / NAME
                   / f"{NAME}.ipynb")
    assert not course.nbgrader(graded.folder, graded.home,
                               "generate_assignment", NAME).returncode


def honest(s):
    s.all("right", mean="wrong")
    s.cell("words").source = (
        "# Why?\n\nBecause $e^x > 0$ for *every* $x$, so `a < b`:\n\n"
        "| x | $e^x$ |\n|--:|--:|\n| -1 | 0.37 |\n| 0 | 1 |\n\n- one\n- two")
    s.first("from IPython.display import HTML, display\n"
            "display(HTML('<table><tr><td>1</td></tr></table>'))\n"
            "print('softmax')")


def hostile(s):
    s.all("wrong")
    s.first(SHOW)
    s.notebook.cells[2:2] = [new_markdown_cell(text, id=f"own-{k}")
                             for k, text in enumerate(TEXTS)]
    s.notebook.cells.append(new_code_cell("print('</pre><script>hit()')"))
    s.cell("words").source = "\n\n".join(TEXTS)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Graded by nnlab; but trudy, who hands in what mallory does, by
    plain nbgrader."""
    folder = tmp_path_factory.mktemp("formgrader")
    made = Graded(folder / "course", folder / "home")
    release(made)
    for student, case in {"anna": honest, "mallory": hostile,
                          "trudy": hostile}.items():
        course.hand_in(made.folder, made.home, student, case)
    (made.folder / "submitted" / "mallory" / NAME / "evil.html").write_text(
        "<script>hit()</script>")
    with serving(made):
        made.grade("--student", "anna", "mallory")
        done = course.nbgrader(made.folder, made.home, "autograde", NAME,
                               "--student", "trudy")
        assert done.returncode == 0, done.stdout
        await_answer(made.origin)
        yield made


@contextlib.contextmanager
def serving(made):
    """A Jupyter server with nbgrader's extensions, on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
    made.origin = f"http://127.0.0.1:{port}/formgrader/"
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "server", "--no-browser",
         "--allow-root", "--ServerApp.ip=127.0.0.1",
         f"--ServerApp.port={port}", "--IdentityProvider.token=",
         f"--ServerApp.root_dir={made.folder}"],
        cwd=made.folder, env=course.environment(made.home),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def await_answer(address):
    end = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(address).close()
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


class Page:
    """A page of Formgrader's, and what went wrong in it."""

    def __init__(self, context, origin):
        self.origin, self.complaints, self.hits = origin, [], 0
        context.route("**/*", self._answer)
        context.expose_function("hit", self._hit)
        self.page = context.new_page()
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("response", self._response)

    def _hit(self):
        self.hits += 1

    def _response(self, response):
        """A picture that a student names is often not there."""
        if response.status >= 400 and (
                response.request.resource_type != "image"):
            self.complaints.append(f"{response.status} {response.url}")

    def _answer(self, route):
        """Nothing but Formgrader; MathJax is left out."""
        url = urlsplit(route.request.url)
        if url.scheme == "data" or route.request.url.startswith(
                self.origin.removesuffix("formgrader/")):
            route.continue_()
        elif "mathjax" in url.path:
            route.fulfill(body=MATHJAX, content_type="text/javascript")
        else:
            route.abort()

    def open(self, address):
        self.page.goto(self.origin + address, wait_until="load")
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def formgrader(graded, browser):
    with contextlib.closing(browser.new_context(
            viewport={"width": 1280, "height": 900})) as context:
        yield Page(context, graded.origin)


def rows(page):
    """What the rows of a table say, cell by cell."""
    page.wait_for_selector("tbody tr td a")
    return [[cell.strip() for cell in row.locator("td").all_inner_texts()]
            for row in page.locator("tbody tr").all()]


def test_the_pages_show_what_the_gradebook_holds(graded, formgrader):
    [row] = rows(formgrader.open("manage_assignments"))
    assert row[0] == NAME and "3" in row
    for address in "gradebook", f"gradebook/{NAME}":
        [row] = rows(formgrader.open(address))
        assert row[0] == NAME
    assert len(rows(formgrader.open(f"gradebook/{NAME}/{NAME}"))) == 3
    with graded.submission("anna") as anna:
        total = f"{anna.score:g} / {anna.max_score:g}"
    [row] = rows(formgrader.open("manage_students/anna"))
    assert total in row
    page = formgrader.open(graded.address("anna"))
    for name, score in graded.scores("anna").items():
        box = page.locator(f"#{name}")
        assert float(box.get_attribute("placeholder") or 0) == score
    assert formgrader.complaints == []


def test_an_honest_answer_is_shown_as_it_was_meant(graded, formgrader):
    page = formgrader.open(graded.address("anna"))
    assert page.locator("#Why\\?").inner_text().startswith("Why?")
    assert page.locator(".rendered_html table").count() == 2
    assert page.get_by_text("shown as it was typed").count() == 0


def test_no_script_runs(graded, formgrader):
    before = graded.scores("mallory")
    page = formgrader.open(graded.address("mallory"))
    page.evaluate(EVERYTHING)
    page.wait_for_load_state("networkidle")
    assert formgrader.hits == 0
    assert formgrader.complaints == []
    assert graded.scores("mallory") == before
    assert {before[f"test-{name}"] for name in course.POINTS} == {0}


def test_no_link_leads_to_a_script(graded, formgrader):
    page = formgrader.open(graded.address("mallory"))
    links = page.locator("#notebook-container a").evaluate_all(
        "links => links.map(a => [a.protocol, a.pathname])")
    assert {link[0] for link in links} <= {":", "http:", "https:", "mailto:"}
    assert not [path for _, path in links if "evil" in path]


def test_each_box_is_in_a_cell_of_its_own(graded, formgrader):
    page = formgrader.open(graded.address("mallory"))
    for name in graded.scores("mallory"):
        box = page.locator(f"#{name}")
        assert box.count() == 1 and box.evaluate("e => e.tagName") == "INPUT"
        assert box.evaluate("e => $(e).parents('.nbgrader_cell').length") == 1


def test_plain_nbgrader_runs_the_script(graded, formgrader):
    """So it is seen when one runs, and what it can do."""
    formgrader.open(graded.address("trudy"))
    assert formgrader.hits > 5
    assert graded.scores("trudy") == {
        **{f"test-{name}": most for name, most in course.POINTS.items()},
        "words": 2}


def test_a_mark_that_was_typed_in_stays(graded, formgrader):
    page = formgrader.open(graded.address("mallory"))
    page.locator("#words").fill("1.5")
    page.locator("#words-comment").fill("See the book.")
    page.locator("#words-comment").press("Tab")
    for _ in range(100):        # it is sent after the field is left
        if graded.scores("mallory")["words"] == 1.5:
            break
        page.wait_for_timeout(100)
    assert graded.scores("mallory")["words"] == 1.5
    graded.grade("--force", "--student", "mallory")
    assert graded.scores("mallory")["words"] == 1.5
    page = formgrader.open(graded.address("mallory"))
    assert page.locator("#words").input_value() == "1.5"
    assert page.locator("#words-comment").input_value() == "See the book."
    assert formgrader.hits == 0 and formgrader.complaints == []
