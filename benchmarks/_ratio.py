"""Speed as a ratio: runs taken in turn, the median and the spread.

    import _ratio                   # before NumPy: it pins the threads
    times = _ratio.times({"nnlab": f, "PyTorch": g})
    met = _ratio.report("Adam, 1000 parameters", times, target=0.95)

Every round runs each contender, so that whatever else the machine does
falls on all of them alike.  The figure is the median over the rounds of
their time by ours, both of one round: above 1 nnlab is the faster.
Threads: as many as OMP_NUM_THREADS says, else 1, the same for all.
"""
import gc
import os
import statistics
import sys
import time

THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))
if "numpy" in sys.modules:
    raise ImportError("import _ratio before NumPy: the number of threads "
                      "is read when NumPy is loaded.")
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = str(THREADS)


def torch():
    """PyTorch, on as many threads as NumPy has here."""
    import torch

    torch.set_num_threads(THREADS)
    return torch


def times(runs, rounds=5, calls=None, seconds=0.05):
    """The time per call of each of ``runs``: {name: [one per round]}.

    runs : {name: function without arguments}; each is called once
    before, to warm up.  calls : how often a round calls each; without
    it as often as takes ``seconds``.  The order turns round by round.
    """
    names = list(runs)
    often = {name: calls or enough(runs[name], seconds) for name in names}
    for name in names:
        runs[name]()
    measured = {name: [] for name in names}
    for turn in range(rounds):
        gc.collect()
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            measured[name].append(once(runs[name], often[name]))
    return measured


def enough(run, seconds):
    """The number of calls that together take about ``seconds``."""
    calls = 1
    while (took := calls * once(run, calls)) < seconds / 2:
        calls *= 2
    return max(1, round(calls * seconds / took))


def once(run, calls):
    """Seconds for a call of ``run``, the mean of so many in a row."""
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(calls):
            run()
        return (time.perf_counter() - start) / calls
    finally:
        gc.enable()


def ratios(measured, theirs, ours="nnlab"):
    """Their time by ours, round by round."""
    return [b / a for a, b in zip(measured[ours], measured[theirs])]


def report(label, measured, target=None, ours="nnlab", targets=None):
    """Print one line for each contender; True if no target is missed.

    target : the least ratio for every contender; targets : for each
    that has one of its own, {name: ratio}.
    """
    print(f"{label}: {ours} {plain(statistics.median(measured[ours]))}")
    missed = False
    for theirs in measured:
        if theirs == ours:
            continue
        found = ratios(measured, theirs, ours)
        least = (targets or {}).get(theirs, target)
        missed |= least is not None and statistics.median(found) < least
        print(f"  {theirs:16} "
              f"{plain(statistics.median(measured[theirs])):>9}  "
              f"{verdict(found, least)}", flush=True)
    return not missed


def verdict(found, least=None):
    """``1.20x (1.10 to 1.31)``, and the target if there is one."""
    middle = statistics.median(found)
    text = f"{middle:.2f}x ({min(found):.2f} to {max(found):.2f})"
    if least is None:
        return text
    return (f"{text}, target {least:.2f}x: "
            f"{'met' if middle >= least else 'MISSED'}")


def plain(seconds):
    """A time with its unit, three figures: 123 us, 45.6 ms, 7.89 s."""
    unit, size = next(((unit, size) for unit, size in
                       (("s", 1), ("ms", 1e-3)) if seconds >= size),
                      ("us", 1e-6))
    value = seconds / size
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {unit}"
