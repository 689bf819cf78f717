"""The figure bp-graph: what it says in words is what the numbers are."""
import re

import pytest

pytestmark = pytest.mark.browser

# A sum in the figure's words, "1·(−0.5) + 0·0.5 = −0.5".
SUM = re.compile(r"([()\d.·+− ]*[·+−] ?[()\d.·+− ]+) = (−?\d+(?:\.\d+)?)")


def value(words):
    """The value of a sum that the figure prints."""
    return eval(words.replace("−", "-").replace("·", "*").strip())


@pytest.fixture
def figure(visit, site):
    page = visit((site / "backpropagation.html").as_uri()).page
    return page.locator(".nnfig[data-fig=bp-graph]")


SET = """(node, value) => {
  node.value = value;
  node.dispatchEvent(new Event("input"));
}"""
# The words of every step, for each x1, in one visit to the browser.
ALL_WORDS = """figure => {
  const [step, x1] = figure.querySelectorAll("input[type=range]");
  const words = [], set = """ + SET + """;
  for (let v = -4; v <= 4; v += 0.5) {
    set(x1, v);
    for (let k = 0; k < 10; k += 1) {
      set(step, k);
      words.push(figure.querySelector(".nnfig-status").textContent);
    }
  }
  return words;
}"""


@pytest.mark.parametrize("label", ["first", "second"])
def test_every_sum_comes_out(figure, label):
    figure.get_by_label(label).check()
    said = figure.evaluate(ALL_WORDS)
    sums = [(words, *found) for words in said
            for found in SUM.findall(words)]
    assert len(sums) > len(said)
    assert not any("undefined" in words or "NaN" in words for words in said)
    for words, left, right in sums:
        assert value(left) == pytest.approx(value(right), abs=0.01), words


def test_buttons_walk_and_stop_at_the_ends(figure):
    step = figure.locator("input[type=range]").first
    for button, one_on, end in (("Back", "3", "0"), ("Next", "1", "9")):
        click = figure.get_by_role("button", name=button).click
        click()
        assert step.input_value() == one_on
        for _ in range(10):
            click()
        assert step.input_value() == end


def test_the_shut_gate_stops_the_message(figure):
    """In the worked example: 0.5 arrives at gate 2 and stays there."""
    figure.locator("input[type=range]").first.evaluate(SET, 8)
    words = figure.locator(".nnfig-status").inner_text()
    assert "Gate 2 is shut and stops 0.5." in words
    assert "Gate 3 is open and hands on 1." in words
