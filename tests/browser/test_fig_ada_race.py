"""The figure ada-race runs the rules of nnlab on the page's surfaces."""
from pathlib import Path

import numpy as np
import pytest

from nnlab import optimizers
from nnlab.gradcheck import gradcheck

SCRIPT = Path(__file__).parents[2] / "book/_assets/js/fig-ada-race.js"
RULES = {"SGD": "sgd", "momentum": "momentum", "AdaGrad": "adagrad",
         "RMSprop": "rmsprop", "Adam": "adam", "NAdam": "nadam"}


def _turned(w):
    x, y = w[..., 0], w[..., 1]
    return ((x + y)**2 + 30 * (x - y)**2) / 4


SURFACES = {
    "valley along the axes": lambda w: (w**2 @ [1, 30]) / 2,
    "the same valley, turned": _turned,
    "saddle": lambda w: ((w[..., 0]**2 - w[..., 1]**2) / 2
                         + w[..., 1]**4 / 4 + 0.25),
    "flat far out": lambda w: np.log(1 + w**2 @ [1, 30]),
}


@pytest.mark.parametrize("surface", SURFACES)
def test_loss_and_gradient(figure, surface):
    points = np.random.default_rng(0).uniform(-2, 2, size=(20, 2))
    seen = np.array(figure("surfaces", surface, points.tolist()))
    np.testing.assert_allclose(seen[:, 0], SURFACES[surface](points),
                               rtol=1e-12)
    for point, grad in zip(points, seen[:, 1:]):
        assert gradcheck(SURFACES[surface], point, grad) < 1e-7


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rule", RULES)
def test_rules_are_those_of_nnlab(figure, surface, rule):
    w, state, lr = np.array([-1.7, 0.6]), None, 0.03
    seen = np.array(figure("path", rule, surface, w.tolist(), lr, 60))
    expected = [w]
    for point in seen[:-1]:
        [[_, *grad]] = figure("surfaces", surface, [point.tolist()])
        w, state = getattr(optimizers, RULES[rule])(
            w, np.array(grad), state, lr=lr)
        expected.append(w)
    np.testing.assert_allclose(seen, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_what_is_printed_is_what_runs(figure, rule):
    printed = figure("text", rule).splitlines()
    assert printed and printed[-1].startswith("return w")
    assert all(line in SCRIPT.read_text(encoding="utf-8")
               for line in printed)


def _by_mouse(page, points):
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point)
    page.mouse.up()


def _by_finger(page, points):
    device = page.context.new_cdp_session(page)

    def touch(kind, *at):
        device.send("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})

    touch("touchStart", points[0])
    for point in points[1:]:
        touch("touchMove", point)
    touch("touchEnd")


@pytest.mark.parametrize("look, drag", [
    ("light", _by_mouse), ("dark", _by_mouse), ("phone", _by_finger)])
def test_ball_follows_and_page_does_not(visit, origin, look, drag):
    page = visit(f"{origin}/adaptive.html", look).page
    figure = page.locator(".nnfig[data-fig=ada-race]")
    ball = figure.locator(".nnfig-ball")
    ball.scroll_into_view_if_needed()

    def middle():
        box = ball.bounding_box()
        return np.array([box["x"] + box["width"] / 2,
                         box["y"] + box["height"] / 2])

    start, scrolled = middle(), page.evaluate("scrollY")
    path = start + np.linspace(0, 1, 9)[:, None] * [64, -64]
    drag(page, path.tolist())
    assert page.evaluate("scrollY") == scrolled
    assert np.abs(middle() - path[-1]).max() < 5     # a notch of a slider
    w1, w2 = (float(figure.get_by_label(f"Start, {name}").input_value())
              for name in ("w₁", "w₂"))
    assert w1 > -1.6 and w2 > 0.7
    assert w1 + 1.7 == pytest.approx(w2 - 0.6, abs=0.11)


def test_keys_move_the_ball(visit, origin):
    page = visit(f"{origin}/adaptive.html").page
    figure = page.locator(".nnfig[data-fig=ada-race]")
    status = figure.locator(".nnfig-status")
    slider, before = figure.get_by_label("Start, w₂"), status.inner_text()
    slider.press("ArrowLeft")
    assert slider.input_value() == "0.55"
    assert status.inner_text() != before
    assert figure.locator(".nnfig-ball").count() == 1
