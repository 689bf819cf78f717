"""python -m nnlab.claims [name ...]: measure the stored claims again."""
import sys
import time

from nnlab.claims import CLAIMS
from nnlab.claims._store import path, save


def main(names):
    """Store the named claims, or all that are stored; 0 if done."""
    stored = [name for name, claim in CLAIMS.items() if claim.stored]
    unknown = [name for name in names if name not in stored]
    if unknown:
        print(f"no stored claim is called {unknown[0]!r}; there are: "
              f"{', '.join(stored)}", file=sys.stderr)
        return 2
    for name in names or stored:
        start = time.perf_counter()
        save(CLAIMS[name])
        print(f"{name}: {CLAIMS[name].result().sentence}\n"
              f"  {time.perf_counter() - start:.0f} s, "
              f"stored in {path(CLAIMS[name])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
