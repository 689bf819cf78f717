"""Each case through plain ``nbgrader autograde``, in a cage."""
import shutil
import tempfile
from pathlib import Path

from tests.grading.hostile import cage, detectors
from tests.grading.hostile.course import GUEST, LATER, hand_in

SECONDS = 60


def outcome(case, base, how="stock", seconds=SECONDS):
    """What stock nbgrader makes of ``case``, in a copy of ``base``.

    One student was graded before, one is graded after it.
    """
    with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
        folder = Path(scratch) / "copy"
        shutil.copytree(base, folder, symlinks=True)
        hand_in(folder / "course", folder / "home", GUEST, case.write)
        before = detectors.state(folder, (GUEST, LATER))
        seen = cage.run(folder, how, seconds)
        return detectors.outcome(case, folder, before, seen, GUEST)
