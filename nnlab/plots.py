"""One style for all figures, and the figures that chapters share.

Matplotlib is imported when a figure is drawn, not with this module.
"""

# Okabe and Ito's palette, which colour-blind readers can tell apart,
# with a line style to each colour: neither is ever the only mark.
SERIES = (
    {"color": "#0072B2", "linestyle": "-", "marker": "o"},
    {"color": "#D55E00", "linestyle": (0, (5, 2)), "marker": "s"},
    {"color": "#009E73", "linestyle": (0, (6, 2, 1, 2)), "marker": "^"},
    {"color": "#CC79A7", "linestyle": (0, (1, 1.5)), "marker": "D"},
    {"color": "#B57900", "linestyle": (0, (10, 3)), "marker": "v"},
    {"color": "#444444", "linestyle": "-", "marker": "x"},
)
WIDTHS = (1.8, 1.8, 1.8, 2.2, 1.8, 0.9)
INK = "black"       # in the dark theme the page turns black into white


def style():
    """Set the style of every figure that follows.

    Transparent ground, black ink, one line style and colour per curve,
    text that can be read in a column of 700 pixels and on a phone; in
    a notebook SVG, the same bytes from the same figure.
    """
    import matplotlib as mpl

    mpl.rcParams.update(_rc())
    _notebook_format()


def _rc():
    from cycler import cycler

    lines = [{k: s[k] for k in ("color", "linestyle")} for s in SERIES]
    cycle = {k: [line[k] for line in lines] for k in lines[0]}
    clear = dict.fromkeys(("figure.facecolor", "axes.facecolor",
                           "savefig.facecolor"), "none")
    ink = dict.fromkeys(("text.color", "axes.edgecolor", "xtick.color",
                         "axes.labelcolor", "ytick.color"), INK)
    return clear | ink | {
        "axes.prop_cycle": cycler(**cycle, linewidth=WIDTHS),
        "axes.spines.top": False, "axes.spines.right": False,
        "axes.titlesize": 11, "axes.titlelocation": "left",
        "figure.figsize": (6.4, 3.6), "figure.autolayout": True,
        "font.size": 10.5, "legend.frameon": False, "lines.markersize": 5,
        "legend.handlelength": 2.8,     # long enough to show the dashes
        "svg.fonttype": "path", "svg.hashsalt": "nnlab",
    }


def _notebook_format():
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None})


def series(i):
    """Colour, line style and width of curve i, for ``ax.plot``."""
    i %= len(SERIES)
    line = {k: SERIES[i][k] for k in ("color", "linestyle")}
    return line | {"linewidth": WIDTHS[i]}


def history(h):
    """Loss and accuracy by epoch: training solid, validation dashed.

    h : the History that ``fit`` returned.  Returns the figure.
    A list that is shorter than train_loss holds the last epochs.
    Raises ValueError if h has no whole epoch, or if a list is longer.
    """
    import matplotlib.pyplot as plt

    if not h.train_loss:
        raise ValueError("nothing to draw: the History has no whole epoch. "
                         f"{h!r}")
    fig, axes = plt.subplots(2, 1, sharex=True, figsize=(6.4, 5.2))
    for ax, name in zip(axes, ("loss", "accuracy")):
        for i, (part, label) in enumerate({"train": "training",
                                           "val": "validation"}.items()):
            values = getattr(h, f"{part}_{name}")
            if values:
                ax.plot(_epochs(h, values), values, label=label,
                        **series(i), marker=SERIES[i]["marker"])
        ax.set_ylabel(name)
    axes[0].legend()
    axes[1].set_xlabel("epoch")
    axes[1].xaxis.get_major_locator().set_params(integer=True)
    return fig


def _epochs(h, values):
    """The epochs that values are of: the last ones."""
    last = len(h.train_loss)
    if len(values) > last:
        raise ValueError(f"the History has {last} epochs of train_loss, "
                         f"but a list of {len(values)}.")
    return range(last - len(values) + 1, last + 1)


def range_test(rates, losses):
    """The loss of each batch over the rate, which grows.

    rates, losses : the two lists of ``training.lr_range_test``.  The
    axis of the rate is logarithmic; a good rate lies where the loss
    falls steeply, well before it rises.  Returns the figure.
    Raises ValueError if they are empty or differ in length.
    """
    import matplotlib.pyplot as plt

    if len(rates) != len(losses) or not len(rates):
        raise ValueError("rates and losses must be as long as one another "
                         f"and not empty; got {len(rates)} and "
                         f"{len(losses)}.")
    fig, ax = plt.subplots()
    ax.plot(rates, losses, **series(0))
    ax.set_xscale("log")
    ax.set_xlabel("learning rate")
    ax.set_ylabel("loss of the batch")
    return fig


PANELS = {"activations": {"std": "std of a"},
          "gradients": {"da": "|dL/da|", "dW": "|dL/dW|",
                        "update": "update/|W|"},
          "share": {"dead": "dead units", "saturated": "saturated"}}


def profile(p):
    """The activation-and-gradient profile: a panel each, by layer.

    Activations and gradients have logarithmic axes, where a factor per
    layer is a straight line; a 0 is not drawn there.
    p : a Profile of nnlab.diagnosis.  Returns the figure.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(3, 1, sharex=True, figsize=(6.4, 6.8))
    for ax, (panel, curves) in zip(axes, PANELS.items()):
        for i, (name, label) in enumerate(curves.items()):
            _by_layer(ax, getattr(p, name), label, i)
        ax.set_ylabel(panel)
        if ax.lines:
            ax.legend()
    for ax in axes[:2]:
        ax.set_yscale("log", nonpositive="mask")
    axes[2].set_ylim(-0.05, 1.05)
    axes[2].set_xticks(range(len(p.layer)), p.layer, rotation=90)
    return fig


def _by_layer(ax, values, label, i):
    """A curve through the layers that have a value."""
    there = [(k, v) for k, v in enumerate(values) if v == v]
    if there:
        ax.plot(*zip(*there), label=label, **series(i),
                marker=SERIES[i]["marker"])
