"""What is the machine's fault, or ours, costs nobody a score."""
import pytest

from nnlab.grading.engine import bench
from nnlab.grading.engine.model import Options
from nnlab.grading.engine.zygotes import NoZygote
from tests.grading.engine import little
from tests.grading.engine import small_release as small
from tests.grading.engine.runs import go, looked_at

pytestmark = [pytest.mark.grading, pytest.mark.timeout(300)]
MACHINES = [NoZygote("it ended at once"), OSError(12, "Cannot allocate "
            "memory"), MemoryError("no room")]


def breaks(error):
    """A grader on a machine that cannot start Python."""
    def grade(submission, release, options=None):
        raise error
    return grade


@pytest.mark.parametrize("error", MACHINES, ids=repr)
def test_what_the_machine_cannot_do_costs_nobody_points(course, error):
    little.hand_in_all(course)
    go(course, inline=True)
    before = little.rows(course), sorted(course.rglob("*.html"))
    little.hand_in(course, "new", **little.RIGHT)
    summary = go(course, inline=True, force=True, grade=breaks(error))
    assert summary.code == 2, "nobody could be graded"
    assert (little.rows(course), sorted(course.rglob("*.html"))) == before
    rows = {row.student: row for row in summary.rows}
    assert (rows["right"].points, rows["new"].points) == (12, None)
    assert rows["right"].trouble.endswith(
        "; what the gradebook has stays. Mend that and type the same again")
    assert "nothing is recorded. Mend" in rows["new"].trouble
    assert "NoZygote" not in summary.table()
    assert "new        no points  could not be graded" in summary.table()
    # It is tried again without --force.
    after = go(course, inline=True)
    assert after.again == 0 and looked_at(after) == ["half"]
    assert {r.student: r.points for r in after.rows}["new"] == 12


def test_a_fault_of_ours_costs_nobody_a_score(course):
    little.hand_in_all(course)
    go(course, inline=True)
    little.hand_in(course, "new")
    summary = go(course, inline=True, force=True,
                 students=["new", "right"], grade=breaks(ZeroDivisionError()))
    assert [row.points for row in summary.rows] == [0, 12]
    assert "what the gradebook has stays" in summary.rows[1].trouble
    assert summary.code == 2


@pytest.mark.timeout(120)
def test_too_little_memory_is_said_in_words():
    options = Options(memory=20 << 20, cell_seconds=10)
    made = small.release({"f": "assert f(2) == 2"})
    try:
        with pytest.raises(NoZygote, match="--memory 0.0195.* too little"):
            bench.bench(made, options).student({})()
    finally:
        bench.close_all()
