"""Figures: what is drawn, in which style, and with what loaded."""
import io
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import pytest

from nnlab import plots
from nnlab.training import History


@pytest.fixture(autouse=True)
def clean():
    """Each test starts from Matplotlib's own settings, without windows."""
    with mpl.rc_context():
        mpl.use("agg")
        plots.style()
        yield
        import matplotlib.pyplot as plt
        plt.close("all")


def trained(validation=True):
    return History([2.0, 1.0, 0.5], [0.25, 0.5, 0.75],
                   [2.5, 1.5, 1.0] if validation else [],
                   [0.2, 0.4, 0.6] if validation else [], [0.1] * 3, 30)


def test_history_draws_what_was_recorded():
    loss, accuracy = plots.history(trained()).axes
    curves = [line.get_xydata().tolist() for line in loss.lines]
    assert curves == [[[1, 2], [2, 1], [3, 0.5]],
                      [[1, 2.5], [2, 1.5], [3, 1]]]
    assert [line.get_ydata()[-1] for line in accuracy.lines] == [0.75, 0.6]
    assert [text.get_text() for text in loss.get_legend().get_texts()] == [
        "training", "validation"]
    assert (loss.get_ylabel(), accuracy.get_ylabel(),
            accuracy.get_xlabel()) == ("loss", "accuracy", "epoch")


def test_history_without_validation_draws_one_curve():
    assert [len(ax.lines) for ax in plots.history(trained(False)).axes] == [
        1, 1]


def test_validation_that_began_later_is_drawn_at_its_epochs():
    h = trained()
    h.val_loss, h.val_accuracy = [1.5, 1.0], [0.4, 0.6]
    loss, accuracy = plots.history(h).axes
    assert loss.lines[1].get_xydata().tolist() == [[2, 1.5], [3, 1]]
    assert accuracy.lines[1].get_xdata().tolist() == [2, 3]
    h.val_loss = [1.0] * 4
    with pytest.raises(ValueError, match="3 epochs of train_loss, but a"):
        plots.history(h)


def test_a_range_test_has_the_rate_on_a_logarithmic_axis():
    ax, = plots.range_test([1e-3, 1e-2, 0.1], [2.0, 1.0, 3.0]).axes
    line, = ax.lines
    assert line.get_xydata().tolist() == [[1e-3, 2], [1e-2, 1], [0.1, 3]]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        "learning rate", "loss of the batch")


@pytest.mark.parametrize("rates, losses", [([], []), ([1.0], [1.0, 2.0])])
def test_a_range_test_of_nothing_or_of_other_length_is_refused(rates,
                                                               losses):
    with pytest.raises(ValueError, match="as long as one another"):
        plots.range_test(rates, losses)


def test_history_of_nothing_says_so():
    with pytest.raises(ValueError, match="no whole epoch.*diverged in ep"):
        plots.history(History(diverged=(1, 3)))


def test_no_two_curves_differ_in_colour_alone():
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    lines = [ax.plot([0, 1])[0] for _ in plots.SERIES]
    drawn = {(line._unscaled_dash_pattern[1], line.get_linewidth())
             for line in lines}
    assert len(drawn) == len(lines) == 6
    assert len({line.get_color() for line in lines}) == 6
    assert len({s["marker"] for s in plots.SERIES}) == 6
    for i, line in enumerate(lines):
        again = ax.plot([0, 1], **plots.series(i + 6))[0]
        assert again.get_color() == line.get_color()
        assert again.get_linewidth() == line.get_linewidth()
        assert (again._unscaled_dash_pattern
                == line._unscaled_dash_pattern)


# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868],
               [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968],
               [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
}


def linear(color):
    values = mpl.colors.to_rgb(color)
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055)**2.4
            for v in values]


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_stay_apart_for_colour_blind_readers(kind):
    """Neighbours in the order, which most figures use, most of all."""
    seen = [[max(0, sum(m * v for m, v in zip(row, linear(s["color"]))))
             for row in BLINDNESS[kind]] for s in plots.SERIES]
    for i, a in enumerate(seen):
        for b in seen[i + 1:i + 2]:
            assert max(abs(x - y) for x, y in zip(a, b)) > 0.1


def test_ground_is_clear_and_ink_is_black():
    """The dark theme turns black ink white; a white ground would stay."""
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    assert fig.get_facecolor()[3] == ax.get_facecolor()[3] == 0
    assert mpl.colors.to_hex(ax.xaxis.label.get_color()) == "#000000"
    width, height = fig.get_size_inches()
    assert width <= 6.6 and mpl.rcParams["font.size"] >= 10


def svg(fig):
    file = io.BytesIO()
    fig.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def test_the_same_figure_gives_the_same_bytes():
    first, again = (svg(plots.history(trained())) for _ in range(2))
    assert first == again
    assert ElementTree.fromstring(first).tag.endswith("svg")


def test_notebooks_get_svg_without_a_date(monkeypatch):
    import IPython
    from matplotlib_inline import backend_inline
    calls = []
    monkeypatch.setattr(backend_inline, "set_matplotlib_formats",
                        lambda *a, **k: calls.append((a, k)))
    plots.style()
    assert calls == []
    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    plots.style()
    assert calls == [(("svg",), {"metadata": {"Date": None}})]


def test_matplotlib_is_not_loaded_before_a_figure():
    code = ("import sys; from nnlab import plots; "
            "sys.exit('matplotlib' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_style_works_without_a_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    plots.style()
    assert mpl.rcParams["svg.hashsalt"] == "nnlab"
