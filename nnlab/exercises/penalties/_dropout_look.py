"""What is measured of an answer to the question dropout.

The first DRAWS calls of a script are training with one generator, then
comes one with an equal generator, then inference. A shorter script is
p = 0, where nothing is left to chance.
"""
import math

import numpy as np

from nnlab.exercises.compare import Within

DRAWS = 8
Z = 5.5             # standard errors
ROUNDING = 1e-4     # float32, and a quotient of it


def look(results, script):
    x, dout, p, _ = script.calls[0][0]
    if len(results) == 1:
        out, dx, _ = _arrays(results[0], x.shape)
        return {"out": {"out for p = 0": out}, "dx": {"dx for p = 0": dx}}
    facts = measure(results, script)
    n = x.size * DRAWS
    error = Z * math.sqrt(p * (1 - p) / n)
    return {
        "mask": {
            "mask": np.zeros(np.shape(results[0][2])),  # its shape only
            "share of zeros": Within(facts["zeros"], p - error, p + error),
            "number of zeros, its spread between draws,": Within(
                facts["spread"], 0.05, 3),
            "number of zeros, its spread between rows,": Within(
                facts["row spread"], 0.7, 1.3),
            "number of zeros, its spread between columns,": Within(
                facts["column spread"], 0.6, 1.4),
            "share of the mask that a second draw repeats": Within(
                facts["again"], 0, 0.75),
            "share of the mask that an equal rng repeats": Within(
                facts["repeated"], 1, 1)},
        "out": {
            "out": np.zeros(np.shape(results[0][0])),
            "smallest factor of a survivor": facts["low"],
            "largest factor of a survivor": facts["high"],
            "share of elements where mask and out disagree":
                facts["mask differs"],
            "out at inference": facts["out"]},
        "dx": {
            "dx": np.zeros(np.shape(results[0][1])),
            "smallest factor of a gradient that passes": facts["dx low"],
            "largest factor of a gradient that passes": facts["dx high"],
            "share of elements where dx and out disagree":
                facts["dx differs"],
            "dx at inference": facts["dx"]}}


def _arrays(result, shape):
    """out, dx and mask as arrays of one shape; NaN for another one."""
    arrays = [np.asarray(r, dtype=float) for r in result]
    return [a if a.shape == shape else np.full(shape, np.nan)
            for a in arrays]


def measure(results, script):
    """The facts about one script, by name."""
    x, dout, p, _ = script.calls[0][0]
    runs = [_arrays(r, x.shape) for r in results]
    factors = np.array([out / x for out, _, _ in runs])
    slopes = np.array([dx / dout for _, dx, _ in runs])
    masks = np.array([mask for _, _, mask in runs[:DRAWS]])
    kept, passes = factors != 0, slopes != 0
    trained = kept[:DRAWS]
    return {
        "zeros": 1 - trained.mean(),
        "spread": _spread(trained.sum(axis=(1, 2)), x.size, p),
        "row spread": _spread(trained.sum(axis=2), x.shape[1], p),
        "column spread": _spread(trained.sum(axis=1), x.shape[0], p),
        "rows alike": bool((trained == trained[:, :1]).all()),
        "columns alike": bool((trained == trained[:, :, :1]).all()),
        "again": float((kept[0] == kept[1]).mean()),
        "repeated": float((kept[0] == kept[DRAWS]).mean()),
        "mask differs": float(((masks != 0) != trained).mean()),
        "dx differs": float((passes != kept)[:DRAWS].mean()),
        "realised": 1 / np.maximum(trained.mean(axis=(1, 2)), 1e-9),
        "per draw": _ends(factors[:DRAWS], trained),
        **dict(zip(("low", "high"), _ends(factors[:DRAWS], trained, None))),
        **dict(zip(("dx low", "dx high"),
                   _ends(slopes[:DRAWS], passes[:DRAWS], None))),
        "inference": factors[-1], "out": runs[-1][0], "dx": runs[-1][1]}


def _spread(counts, n, p):
    """The standard deviation of counts over that of the binomial law."""
    return float(counts.std(ddof=1) / math.sqrt(n * p * (1 - p)))


def _ends(factors, kept, axis=(1, 2)):
    """Smallest and largest factor of what is kept; 0 if nothing is."""
    low = np.where(kept, factors, np.inf).min(axis=axis)
    high = np.where(kept, factors, -np.inf).max(axis=axis)
    return [np.where(np.isfinite(end), end, 0.0) for end in (low, high)]


def normal_below(p):
    """The probability that a standard normal number is below p."""
    return (1 + math.erf(p / math.sqrt(2))) / 2


RIGHT = {"zeros": lambda p: p, "size": lambda p: 1 / (1 - p),
         "pattern": "free", "rng": "fine", "dx": "same",
         "inference": lambda p: 1}


def seen(**changes):
    """Probe: right in all respects but in these; None: whatever it is."""
    expected = {**RIGHT, **changes}

    def probe(views):
        return all(_fits(v.run, expected) for v in views
                   if len(v.run.results) > 1)
    return probe


def _fits(run, expected):
    p = run.script.calls[0][0][2]
    facts = measure(run.results, run.script)
    found = {"zeros": facts["zeros"], "size": _size(facts, p),
             "pattern": _pattern(facts), "rng": _rng(facts),
             "dx": _dx(facts), "inference": _inference(facts)}
    slack = {"zeros": 0.1}
    return all(_is(found[name], want, p, slack.get(name, ROUNDING))
               for name, want in expected.items() if want is not None)


def _is(found, want, p, slack):
    if isinstance(want, str) or isinstance(found, str):
        return found == want
    return abs(found - want(p)) <= slack * abs(want(p))


def _size(facts, p):
    """The factor of all survivors, or how it varies."""
    low, high = float(facts["low"]), float(facts["high"])
    if high - low <= ROUNDING * abs(high):
        return high
    ends = np.array(facts["per draw"])
    if np.abs(ends / facts["realised"] - 1).max() <= ROUNDING:
        return "realised"
    # Draws of survivors lie between p and 1.
    return "draws" if abs(high / low * p - 1) < 0.05 else "varies"


def _pattern(facts):
    if facts["rows alike"]:
        return "rows"
    if facts["columns alike"]:
        return "columns"
    exact = min(facts["spread"], facts["row spread"]) < 0.05
    return "exact" if exact else "free"


def _rng(facts):
    if facts["again"] == 1:
        return "reseeded"
    return "fine" if facts["repeated"] == 1 else "ignored"


def _dx(facts):
    low, high = float(facts["dx low"]), float(facts["dx high"])
    if facts["dx differs"] == 0:
        ends = [float(facts["low"]), float(facts["high"])]
        if np.allclose([low, high], ends, rtol=ROUNDING):
            return "same"
        return "unscaled" if low == high == 1 else "other"
    return "unmasked" if low == high == 1 else "another mask"


def _inference(facts):
    """The factor at inference, or that some elements are dropped."""
    low, high = facts["inference"].min(), facts["inference"].max()
    if low == 0:
        return "drops"
    return float(high) if high - low <= ROUNDING * high else "varies"
