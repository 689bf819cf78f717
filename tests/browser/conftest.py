"""A real Chromium over the built book, cut off from every other host."""
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900},
             "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844},
              "has_touch": True},
}
TYPESET = "() => window.MathJax && MathJax.startup.promise.then(() => null)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


class Visit:
    """A page that was opened, with all that it asked for and complained."""

    def __init__(self, context):
        self.foreign, self.complaints = [], []
        context.route("**/*", self.guard)
        self.page = context.new_page()
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("requestfailed",
                     lambda r: self.complaints.append(f"failed: {r.url}"))

    def guard(self, route):
        url = urlsplit(route.request.url)
        if url.scheme in ("file", "data", "blob") \
                or url.hostname == "127.0.0.1":
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def heard(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, address):
        self.page.goto(address, wait_until="load")
        self.page.evaluate(TYPESET)
        return self


@pytest.fixture(scope="session")
def origin(site):
    """The address of a server for the built book, on loopback."""
    handler = partial(Quiet, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def figure(request, browser):
    """figure(name, ...): a function of the test module's SCRIPT.

    It runs in the browser; register() hands us what the figure would
    draw with.
    """
    page = browser.new_page()
    page.evaluate("window.nnfig = {register: (name, kind) => {"
                  "window.kind = kind}}")
    page.evaluate(request.module.SCRIPT.read_text(encoding="utf-8"))
    yield lambda name, *args: page.evaluate(
        "([name, args]) => window.kind[name](...args)", [name, list(args)])
    page.close()


@pytest.fixture
def visit(browser):
    """visit(address, look="light", **options) -> Visit

    Without motion, unless the options ask for it: nothing fades in
    while a test looks.
    """
    contexts = []

    def visit(address, look="light", reduced_motion="reduce", **options):
        contexts.append(browser.new_context(
            **LOOKS[look], reduced_motion=reduced_motion, **options))
        return Visit(contexts[-1]).open(address)

    yield visit
    for context in contexts:
        context.close()
