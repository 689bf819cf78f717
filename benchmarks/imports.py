"""What importing nnlab adds to importing NumPy.

    python benchmarks/imports.py [rounds]

Each round starts a fresh interpreter, imports NumPy, then times the
import of nnlab and of the rooms that a training needs, as the second
time and ever after: from bytecode.  Exit status 1 if a median is above
50 ms.
"""
import os
import statistics
import subprocess
import sys
import tempfile

LIMIT = 0.050
ROOMS = ("activations", "data", "dropout", "inits", "layers", "losses",
         "metrics", "normalization", "optimizers", "regularization",
         "schedules", "training")
WHAT = {
    "import nnlab": "import nnlab",
    "and what training needs": "".join(f"import nnlab.{room}\n"
                                       for room in ROOMS),
}
CHILD = """
import time
start = time.perf_counter()
import numpy
middle = time.perf_counter()
{}
print(middle - start, time.perf_counter() - middle)
"""


def added(code, bytecode):
    """Seconds that NumPy takes, and that the code takes after it.

    bytecode : the folder where it is kept, whatever the settings here.
    """
    environ = {name: value for name, value in os.environ.items()
               if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, "-c", CHILD.format(code)],
                          env=environ | {"PYTHONPYCACHEPREFIX": bytecode},
                          stdout=subprocess.PIPE, text=True, check=True)
    return tuple(map(float, done.stdout.split()))


def measure(rounds):
    """Pairs of seconds, NumPy's and the rest, for each of WHAT."""
    found = {what: [] for what in WHAT}
    with tempfile.TemporaryDirectory() as bytecode:
        for turn in range(rounds + 1):
            for what, code in WHAT.items():
                pair = added(code, bytecode)
                if turn > 0:        # the first one compiles
                    found[what].append(pair)
    return found


def main(rounds=11):
    """Print both medians with their spread."""
    slow = False
    for what, pairs in measure(rounds).items():
        base, extra = zip(*pairs)
        middle = statistics.median(extra)
        slow |= middle > LIMIT
        print(f"{what}: {1000 * middle:.1f} ms more "
              f"({1000 * min(extra):.1f} to {1000 * max(extra):.1f}) than "
              f"NumPy's {1000 * statistics.median(base):.0f} ms, limit "
              f"{1000 * LIMIT:.0f} ms: "
              f"{'MISSED' if middle > LIMIT else 'met'}")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
