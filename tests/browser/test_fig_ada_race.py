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


@pytest.fixture(scope="module")
def figure(browser):
    """figure(name, ...): a function of the figure's, in the browser."""
    page = browser.new_page()
    page.evaluate("window.nnfig = {register: (name, kind) => {"
                  "window.kind = kind}}")
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    yield lambda name, *args: page.evaluate(
        f"args => window.kind.{name}(...args)", list(args))
    page.close()


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
