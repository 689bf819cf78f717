"""The drawing of the activation-and-gradient profile."""
import io
import math
import warnings

import matplotlib as mpl
import pytest

from nnlab import plots
from nnlab.diagnosis import Profile

NAN = math.nan


@pytest.fixture(autouse=True)
def clean():
    """Each test starts from Matplotlib's own settings, without windows."""
    with mpl.rc_context():
        mpl.use("agg")
        plots.style()
        yield
        import matplotlib.pyplot as plt
        plt.close("all")


def small(**columns):
    return Profile(**dict(
        layer=["0 Linear", "1 ReLU", "2 Linear"], mean=[-1.0, 0.5, 0.0],
        std=[1.0, 0.5, 2.0], dead=[NAN, 0.25, NAN], saturated=[NAN] * 3,
        da=[1e-3, 1e-2, 0.1], elasticity=[1.0, 2.0, 3.0],
        W=[2.0, NAN, 3.0], dW=[4.0, NAN, 5.0],
        update=[NAN] * 3) | columns)


def test_each_curve_goes_through_the_layers_that_have_a_value():
    axes = plots.profile(small()).axes
    drawn = [{line.get_label(): line.get_xydata().tolist()
              for line in ax.lines} for ax in axes]
    assert drawn == [
        {"std of a": [[0, 1], [1, 0.5], [2, 2]]},
        {"|dL/da|": [[0, 1e-3], [1, 1e-2], [2, 0.1]],
         "|dL/dW|": [[0, 4], [2, 5]]},
        {"dead units": [[1, 0.25]]}]
    assert [ax.get_ylabel() for ax in axes] == list(plots.PANELS)
    assert [ax.get_yscale() for ax in axes] == ["log", "log", "linear"]
    assert [tick.get_text() for tick in axes[-1].get_xticklabels()
            ] == small().layer


def test_curves_of_a_panel_differ_in_colour_line_and_marker():
    p = small(update=[1e-3, NAN, 1e-2])
    lines = plots.profile(p).axes[1].lines
    assert len({(line.get_color(), line.get_marker()) for line in lines}
               ) == len({line._unscaled_dash_pattern[1]
                         for line in lines}) == 3
    assert lines[2].get_label() == "update/|W|"


def test_zeros_and_panels_without_a_curve_do_no_harm():
    shares = plots.profile(small(dead=[NAN, 0.0, NAN])).axes[2]
    assert shares.lines[0].get_xydata().tolist() == [[1, 0]]
    p = small(dead=[NAN] * 3, da=[0.0, 0.0, 0.1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fig = plots.profile(p)
        fig.savefig(io.BytesIO(), format="svg")
    assert fig.axes[2].get_legend() is None


def test_ground_is_clear_and_the_bytes_are_the_same():
    files = [io.BytesIO() for _ in range(2)]
    for file in files:
        fig = plots.profile(small())
        fig.savefig(file, format="svg", metadata={"Date": None})
    assert files[0].getvalue() == files[1].getvalue()
    assert fig.get_facecolor()[3] == fig.axes[0].get_facecolor()[3] == 0
