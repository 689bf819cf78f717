"""Figures, quizzes and folds, by keyboard, on paper, without JavaScript."""
import re

import pytest

pytestmark = pytest.mark.browser


def pages_with(site, mark):
    """The pages of the book whose text holds `mark`."""
    found = [page.stem for page in sorted(site.glob("*.html"))
             if mark in page.read_text(encoding="utf-8")]
    assert found, mark
    return found


def state(figure):
    """What a live figure shows."""
    return figure.locator(".nnfig-plots, .nnfig-status").evaluate_all(
        "parts => parts.map(part => part.innerHTML).join()")


def controls(figure):
    """(control, key that must change something) of a live figure."""
    for slider in figure.locator("input[type=range]").all():
        at_end = slider.evaluate("s => s.value === s.max")
        yield slider, "ArrowLeft" if at_end else "ArrowRight"
    for choice in figure.locator("fieldset").all():
        yield choice.locator("input:checked"), "ArrowDown"
    for select in figure.locator("select").all():
        yield select, "ArrowDown"


def test_every_control_of_every_figure_works_by_keyboard(visit, site):
    for name in pages_with(site, 'class="nnfig"'):
        seen = visit((site / f"{name}.html").as_uri())
        for figure in seen.page.locator(".nnfig").all():
            used = 0
            for control, key in controls(figure):
                before = state(figure)
                control.focus()
                control.press(key)
                assert state(figure) != before, (name, figure)
                used += 1
            assert used or figure.locator("button").count()
            assert figure.locator(".nnfig-status").inner_text()
        assert seen.complaints == []


def test_live_figure_takes_the_place_of_the_picture(visit, site):
    for name in pages_with(site, 'class="nnfig"'):
        page = visit((site / f"{name}.html").as_uri()).page
        for figure in page.locator(".nnfig").all():
            assert not figure.locator("figure > img").first.is_visible()
            assert figure.locator(".nnfig-plot svg").first.is_visible()
            assert figure.locator("figcaption").is_visible()


def test_picture_stays_without_javascript(visit, site):
    for name in pages_with(site, 'class="nnfig"'):
        page = visit_plain(visit, site, name)
        for figure in page.locator(".nnfig").all():
            assert figure.locator("figure img").first.is_visible()


def visit_plain(visit, site, name):
    """A page without JavaScript."""
    return visit((site / f"{name}.html").as_uri(),
                 java_script_enabled=False).page


def players(page):
    """(button, slider, status) of every figure that plays."""
    for button in page.get_by_role("button", name="Play").all():
        figure = button.locator("xpath=ancestor::*[@data-fig]")
        slider = button.locator("xpath=..").locator("input")
        slider.evaluate("s => { s.value = s.min; }")
        yield button, slider, figure.locator(".nnfig-status")


def test_figure_plays_and_stops(visit, site):
    page = visit((site / "index.html").as_uri(),
                 reduced_motion="no-preference").page
    [(button, slider, status)] = players(page)
    button.press("Enter")
    page.wait_for_function("s => +s.value > +s.min + 1",
                           arg=slider.element_handle())
    assert button.inner_text() == "Pause"
    button.press("Enter")
    assert button.inner_text() == "Play"
    assert slider.evaluate("s => s.value !== s.max")
    assert f"After {slider.input_value()} updates" in status.inner_text()


def test_without_motion_play_shows_the_end_at_once(visit, site):
    page = visit((site / "index.html").as_uri()).page
    [(button, slider, status)] = players(page)
    button.press("Enter")
    assert slider.evaluate("s => s.value === s.max")
    assert f"After {slider.input_value()} updates" in status.inner_text()


def test_quiz_explains_each_answer(visit, site):
    for name in pages_with(site, 'class="nnquiz"'):
        seen = visit((site / f"{name}.html").as_uri())
        first, *others = seen.page.locator(".nnquiz-question").all()
        answer_all(first)
        for question in others:
            answers = question.evaluate(CLICK_ALL)
            assert len(answers) > 1 and {a["right"] for a in answers} == {
                True, False}
            for a in answers:
                assert a["said"].startswith(
                    "Right." if a["right"] else "Not so.")
                assert re.sub(r"\s", "", a["said"]) == re.sub(
                    r"\s", "", a["why"])
        assert seen.complaints == []


# Every answer by mouse, at once; the keyboard has the first question.
CLICK_ALL = """question => {
  const check = [...question.querySelectorAll("button")]
    .find(button => button.textContent.includes("Check"));
  const answers = question.querySelectorAll(".nnquiz-answers li");
  return [...question.querySelectorAll("input[type=radio]")].map(
    (radio, k) => {
      radio.click();
      check.click();
      return {said: question.querySelector(".nnquiz-said").textContent,
              why: answers[k].querySelector(".nnquiz-why").textContent,
              right: answers[k].dataset.correct === "yes"};
    });
}"""


def answer_all(question):
    said = question.locator(".nnquiz-said")
    check = question.get_by_role("button", name="Check")
    assert said.get_attribute("aria-live") == "polite"
    check.press("Enter")
    assert said.inner_text() == "Choose an answer first."
    radios = question.locator("input[type=radio]")
    answers = question.locator(".nnquiz-answers li")
    assert radios.count() == answers.count() > 1
    for radio, answer in zip(radios.all(), answers.all()):
        radio.press("Space")
        assert said.inner_text() == ""
        check.press("Enter")
        right = answer.get_attribute("data-correct") == "yes"
        start = "Right." if right else "Not so."
        assert said.inner_text().startswith(start)
        assert squeeze(said) == squeeze(answer.locator(".nnquiz-why"))


def squeeze(locator):
    return re.sub(r"\s+", "", locator.evaluate("node => node.textContent"))


def test_answers_are_there_without_javascript(visit, site):
    for name in pages_with(site, 'class="nnquiz"'):
        page = visit_plain(visit, site, name)
        fold = page.locator(".nnquiz-answers").first
        assert not fold.locator("li").first.is_visible()
        fold.locator("summary").press("Enter")
        assert fold.locator("li").first.is_visible()


def test_folds_open_by_keyboard_and_for_print(visit, site):
    page = visit((site / "backpropagation.html").as_uri()).page
    fold = page.locator("main details.nnfold:visible").first
    assert fold.get_attribute("open") is None
    fold.locator("summary").press("Enter")
    assert fold.get_attribute("open") is not None
    closed = page.locator("main details:not([open])")
    assert closed.count() > 0
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert closed.count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert closed.count() > 0


def test_wide_boxes_can_be_scrolled_by_keyboard(visit, site):
    for name in ("backpropagation", "adaptive"):
        page = visit((site / f"{name}.html").as_uri(), "phone").page
        wide = page.locator(
            "mjx-container[display=true]:visible, pre:visible")
        reach = wide.evaluate_all("""boxes => boxes
          .filter(box => box.scrollWidth > box.clientWidth + 1)
          .filter(box => box.tabIndex < 0)
          .map(box => box.textContent.slice(0, 60))""")
        assert reach == [], name
