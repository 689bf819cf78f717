"""Does Adam's first step have the size lr, whatever the gradient?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, span, t_interval
from nnlab.optimizers import adam

LR, EPS = 1e-3, 1e-8       # Adam's defaults
LOWEST, HIGHEST = -12, 0   # |g| from 1e-12 to 1, a power of ten each
PER_DECADE = 50            # gradients drawn for each power, per seed

# The rule.
TOLERANCE = 0.01           # a step within 1% of lr has "the size lr"
FEWEST_DECADES = 4         # fewer do not stand for "whatever"


def run(seeds):
    """First steps over lr: {power of ten of |g| / eps: list per seed}."""
    return {str(power - round(np.log10(EPS))):
            [_first_steps(seed, power) for seed in seeds]
            for power in range(LOWEST, HIGHEST)}


def _first_steps(seed, power):
    """|step| / lr of the first update, gradients of size 10^power."""
    rng = np.random.default_rng([seed, power - LOWEST])
    size = 10.0**(power + rng.uniform(0, 1, size=PER_DECADE))
    g = size * rng.choice([-1, 1], size=PER_DECADE)
    w, _ = adam(np.zeros_like(g), g, lr=LR, eps=EPS)
    return (np.abs(w) / LR).tolist()


def rule(numbers):
    """Holds from that power of ten on where every step is lr, to 1%.

    numbers : {power of ten of |g| / eps: for each seed, steps / lr}.
    If that is the lowest power tried it holds; if it is a higher one
    it holds when the gradient is that large.  Fewer powers of ten than
    FEWEST_DECADES show nothing: one and the same gradient twice gives
    the same step in any optimiser.
    """
    off = {int(power): [max(abs(x - 1) for x in steps) for steps in seeds]
           for power, seeds in numbers.items()}
    good = [p for p in off if all(max(off[q]) <= TOLERANCE
                                  for q in off if q >= p)]
    holds = len(good) >= FEWEST_DECADES
    everywhere = len(good) == len(off)
    when = "" if everywhere or not holds else (
        f"|g| is at least {10.0**min(good):g} eps")
    worst = t_interval([max(seed) for seed in zip(*off.values())])
    return Verdict(holds, when, worst, _found(worst, off))


def _found(worst, off):
    each = "; ".join(
        f"{max(distances):.2%} where |g| is between 1e{p:+d} and "
        f"1e{p + 1:+d} eps" for p, distances in off.items() if p % 3 == 2)
    return (f"The first step is off from lr by up to {each} "
            f"({worst.n} seeds). Up to {TOLERANCE:.0%} counts as the "
            "size lr.")


def rows(numbers):
    """Steps over lr for each power of ten of |g| / eps."""
    return [Row(f"|g| / eps from 1e{int(p):+d} to 1e{int(p) + 1:+d}",
                span([x for steps in seeds for x in steps]))
            for p, seeds in numbers.items()]


CLAIM = Claim(
    name="adam-first-step",
    title="The size of Adam's first step",
    statement="Adam's first step has the size lr, whatever the gradient.",
    said_by="A common summary of Adam. Its paper is more careful: lr "
            "bounds the step, approximately (section 2.1).",
    cite=("kingma2015",),
    protocol=f"First update of Adam from 0 with lr = {LR:g} and eps = "
             f"{EPS:g}; gradients of both signs with |g| drawn "
             f"log-uniformly from 1e{LOWEST} to {10**HIGHEST:g}, "
             f"{PER_DECADE} per power of ten and seed, 5 seeds.",
    measure="|step| / lr",
    interval="smallest to largest",
    seeds=(0, 1, 2, 3, 4),
    run=run, rule=rule, rows=rows,
    see="adam-update",
    form=".4g",
)
