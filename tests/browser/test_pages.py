"""Every page: nothing from the net, maths typeset, fit for everyone."""
from pathlib import Path

import axe_playwright_python
import pytest
import yaml

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
TOC = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text())
PAGES = ["index", "search", "genindex"] + [
    chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]]
AXE = (Path(axe_playwright_python.__file__).parent
       / "axe.min.js").read_text(encoding="utf-8")

# The words of the page outside code, pictures and typeset maths.
WORDS = """() => {
  const main = document.querySelector("main").cloneNode(true);
  main.querySelectorAll("pre, code, script, svg, mjx-container")
    .forEach(node => node.remove());
  return main.textContent;
}"""
# Typeset formulas are MathJax's affair, and thousands of elements: their
# words stand for them; and of a kind of token in code one on each ground.
# Preloading would have axe fetch style sheets.
AXE_RUN = """contrast => {
  document.querySelectorAll("mjx-container")
    .forEach(maths => maths.replaceWith(maths.textContent || "maths"));
  const kind = token => [token.className, getComputedStyle(token).color,
    getComputedStyle(token.closest("pre")).backgroundColor].join();
  const seen = new Set();         // read them all before one is changed
  [...document.querySelectorAll("pre span:not(:has(*))")]
    .map(token => [token, kind(token)])
    .filter(([token, k]) => seen.has(k) || !seen.add(k))
    .forEach(([token]) => token.replaceWith(token.textContent));
  return axe.run({preload: false, resultTypes: ["violations"],
    rules: {"color-contrast": {enabled: contrast}}})
    .then(result => result.violations);
}"""
OPEN_FOLDS = """() => document.querySelectorAll("main details")
  .forEach(fold => { fold.open = true; })"""


def untypeset(page):
    """What is left of TeX in the words of a page."""
    words = page.evaluate(WORDS)
    errors = page.locator("mjx-merror").count()
    return [mark for mark in ("\\(", "\\[", "$", "\\begin", "\\frac")
            if mark in words] + ["error"] * errors


def violations(page, contrast=True):
    """What axe-core finds, one line each."""
    page.evaluate(OPEN_FOLDS)
    page.evaluate(AXE)
    found = page.evaluate(AXE_RUN, contrast)
    return [f"{v['id']}: {node['target']} {node['html'][:120]}"
            for v in found for node in v["nodes"]]


def width(page):
    return page.evaluate("document.scrollingElement.scrollWidth")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_page(visit, origin, name, look):
    seen = visit(f"{origin}/{name}.html", look)
    theme = seen.page.locator("html").get_attribute("data-theme")
    assert theme == ("dark" if look == "dark" else "light")
    assert untypeset(seen.page) == []
    if look == "phone":
        assert width(seen.page) <= 390
    # Contrast takes most of the time; a phone has the colours of "light".
    assert violations(seen.page, contrast=look != "phone") == []
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_page_from_disk(visit, site, name):
    seen = visit((site / f"{name}.html").as_uri())
    source = (site / f"{name}.html").read_text(encoding="utf-8")
    maths = source.split("<article")[-1].count('class="math')
    assert untypeset(seen.page) == []
    assert seen.page.locator("mjx-container").count() >= maths
    assert seen.foreign == []
    assert seen.complaints == []


def test_the_checks_see_faults(visit, origin):
    """A page with every fault that the tests above look for."""
    seen = visit(f"{origin}/index.html", "phone")
    seen.page.evaluate("""() => {
      document.querySelector("main").insertAdjacentHTML("beforeend",
        "<p>\\\\(x\\\\)</p><img src='http://elsewhere.example/x.png'>"
        + "<div style='width: 500px; color: #aaa'>wide, pale</div>");
      console.error("a complaint");
    }""")
    seen.page.wait_for_timeout(200)
    assert "\\(" in untypeset(seen.page)
    found = violations(seen.page)
    assert any(v.startswith("image-alt") for v in found)
    assert any(v.startswith("color-contrast") for v in found)
    assert width(seen.page) > 390
    assert set(seen.foreign) == {"http://elsewhere.example/x.png"}
    assert "a complaint" in seen.complaints


@pytest.mark.parametrize("disk", [False, True])
def test_search_finds_without_the_net(visit, origin, site, disk):
    start = site.as_uri() if disk else origin
    seen = visit(f"{start}/search.html?q=backpropagation")
    results = seen.page.locator("#search-results .search li a")
    results.first.wait_for(timeout=10_000)
    assert any("backpropagation.html" in link.get_attribute("href")
               for link in results.all())
    assert seen.foreign == []
    assert seen.complaints == []


def test_one_search_field(visit, origin):
    seen = visit(f"{origin}/index.html")
    fields = seen.page.locator(
        "input[type=search]:visible, button.search-button-field:visible")
    assert fields.count() == 1
