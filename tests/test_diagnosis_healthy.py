"""No rule fires on healthy runs of many kinds."""
import pytest

from nnlab.diagnosis import diagnose
from tests.diagnosis_runs import HEALTHY

SEEDS = range(10)


@pytest.mark.parametrize("kind", HEALTHY)
def test_a_healthy_run_gives_no_finding(kind):
    for seed in SEEDS:
        history = HEALTHY[kind](seed)
        assert history.train_loss[-1] < 0.5 * history.train_loss[0]
        found = diagnose(history)
        assert str(found) == "Nothing found.", f"seed {seed}\n{found}"
