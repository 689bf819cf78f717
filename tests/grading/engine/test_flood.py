"""A cell that shows too much: the rest is dropped, nothing else."""
import json
from pathlib import Path

import pytest

from nnlab.grading.engine.model import Options
from nnlab.grading.engine.outputs import Outputs
from tests.grading.engine import small_release as small

F = "def f(x): return x * x\n"
NOTICE = "\nThis cell showed more than 4 MB. The rest was left out.\n"
OPTIONS = Options(call_seconds=5, cell_seconds=20, total_seconds=120)
FLOODS = {
    "lines": "for i in range(60_000): print(i, 'x' * 100)",
    "megabytes": "for i in range(40): print('y' * 5_000_000)",
    "more than a message may have": "print('z' * 100_000_000)",
    "pictures": "from IPython.display import HTML\n"
                "for _ in range(50): display(HTML('<b>' + 'y' * 500_000))",
}


@pytest.fixture(scope="module")
def made():
    return small.release({"f": "assert f(2) == 4", "g": "assert g() == 1"})


def outputs(made, cell, options=OPTIONS):
    found = small.run(made, {"f": cell, "g": "def g(): return 1"}, options)
    return small.points(found), found[0].notebook["cells"][1]["outputs"]


def peak():
    """The most memory that this process had, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) << 10


@pytest.mark.grading
@pytest.mark.timeout(200)
@pytest.mark.parametrize("flood", FLOODS)
def test_a_chatty_right_answer_keeps_its_points(made, flood):
    """What comes after the flood runs, and no memory is filled."""
    Path("/proc/self/clear_refs").write_text("5")
    before = peak()
    points, shown = outputs(made, FLOODS[flood] + "\n" + F)
    assert points == {"f": 2, "g": 2}
    assert shown[-1]["text"] == NOTICE
    assert sum(len(str(o)) for o in shown) < 9 << 20
    assert peak() < before + (200 << 20)
    if flood == "lines":
        assert shown[0]["text"].startswith("0 xxx")


@pytest.mark.grading
@pytest.mark.timeout(200)
def test_an_error_after_a_flood_is_shown(made):
    points, shown = outputs(made, F + FLOODS["lines"] + "\n1 / 0")
    assert points == {"f": 2, "g": 2}
    assert shown[-2]["text"] == NOTICE
    assert shown[-1]["ename"] == "ZeroDivisionError"


@pytest.mark.grading
@pytest.mark.timeout(200)
def test_who_floods_for_ever_is_stopped_by_the_time(made):
    points, shown = outputs(
        made, F + "while True: print('x' * 1000)",
        Options(call_seconds=5, cell_seconds=3, total_seconds=60))
    assert points == {"f": 2, "g": 2}
    assert [o["text"] for o in shown[1:2]] == [NOTICE]
    # One cause, once: no KeyboardInterrupt beside it.
    assert [o["evalue"] for o in shown[2:]] == [
        "your cell was stopped after 3 seconds"]


# Without a kernel.

def frames(sort, content):
    return [b"topic", b"<IDS|MSG>", b"", json.dumps(
        {"msg_type": sort}).encode(), b"{}", b"{}", content]


@pytest.mark.parametrize("text", [
    "a" * 500, "a\n\"\\" * 200, "\u00e9\u2192" * 200, "\x1b[1m" * 200])
@pytest.mark.parametrize("most", range(140, 160))
def test_the_beginning_of_a_message_that_is_cut(text, most):
    content = json.dumps({"name": "stdout", "text": text},
                         ensure_ascii=False).encode()
    one = Outputs(most)
    assert not one.takes(frames("stream", content))
    assert one.full and len(one.found) == 1
    kept = one.found[0]["text"]
    assert text.startswith(kept) and 0 < len(kept.encode()) <= most


def test_after_a_flood_only_the_end_is_read():
    one = Outputs(100)
    one.takes(frames("stream", b"{" * 200))
    assert not one.takes(frames("stream", b"{}"))
    assert one.takes(frames("status", b"{}"))
    assert not one.takes(frames("status", b" " * 20_000))
    assert not one.takes([b"x"])
