"""Stored numbers of the claims that take too long for a page.

The file keeps the numbers, not the verdict: that is computed from them
whenever it is asked for.  It belongs to the code that made it.
"""
import hashlib
import inspect
import json
import os
import sys
from pathlib import Path

import nnlab

FOLDER = Path(__file__).parent / "results"


def path(claim):
    """The file that holds the claim's numbers."""
    return FOLDER / f"{claim.name}.json"


def fingerprint(claim):
    """SHA-256 of the files that define the claim's experiment.

    Those are its own, and what it shares with other claims.
    """
    own = sys.modules[claim.run.__module__]
    shared = {m.__name__: m for m in vars(own).values()
              if inspect.ismodule(m)
              and m.__name__.startswith("nnlab.claims.")}
    texts = [Path(m.__file__).read_text(encoding="utf-8")
             for m in (own, *(shared[name] for name in sorted(shared)))]
    return hashlib.sha256("".join(texts).encode("utf-8")).hexdigest()


def load(claim):
    """The stored numbers of this claim.

    Raises ValueError if there are none, or if they come from another
    version of the claim's file.
    """
    remedy = f"Run: python -m nnlab.claims {claim.name}"
    try:
        record = json.loads(path(claim).read_text(encoding="utf-8"))
        numbers, made_by = record["numbers"], record["source_sha256"]
    except FileNotFoundError:
        raise ValueError(f"claim {claim.name!r} has no stored result. "
                         f"{remedy}") from None
    except (KeyError, json.JSONDecodeError):
        raise ValueError(f"the stored result of claim {claim.name!r} "
                         f"cannot be read. {remedy}") from None
    if made_by != fingerprint(claim):
        raise ValueError(f"the stored result of claim {claim.name!r} was "
                         f"made by other code. {remedy}")
    return numbers


def save(claim):
    """Run the claim and store its numbers; returns them."""
    numbers = claim.run(claim.seeds)
    record = {"claim": claim.name, "nnlab": nnlab.__version__,
              "source_sha256": fingerprint(claim),
              "seeds": list(claim.seeds), "protocol": claim.protocol,
              "numbers": numbers}
    text = json.dumps(record, indent=1, allow_nan=False) + "\n"
    # The new file takes the place of the old one in one step.
    half = path(claim).with_suffix(".part")
    try:
        half.write_text(text, encoding="utf-8")
        os.replace(half, path(claim))
    finally:
        half.unlink(missing_ok=True)
    return numbers
