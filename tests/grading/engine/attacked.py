"""What one kernel leaves for the next: run, and told as JSON.

    python -m tests.grading.engine.attacked
"""
import json

from nnlab.grading.engine import bench
from nnlab.grading.engine.model import Options
from tests.grading.engine import small_release as small
from tests.grading.engine.boxed import text, tried

OPTIONS = Options(cell_seconds=8, memory=512 << 20, file_size=8 << 20)
PLACES = """
import os
places = {line.split()[4] for line in open("/proc/self/mountinfo")}
places |= {os.path.join(top, name) for top in ("/", "/dev")
           for name in os.listdir(top)}
"""
LEAVE = PLACES + """
for place in sorted(places):
    try:
        with open(place + "/left-for-the-next", "w") as file:
            file.write("an answer")
    except OSError:
        pass
"""
FIND = PLACES + """
print([p for p in sorted(places)
       if os.path.exists(p + "/left-for-the-next")])
"""
# Its folder lies on the machine's own disk.
FILL = """
import os
folder = os.path.dirname(os.getcwd())
for k in range({files}):
    with open(f"{{folder}}/more{{k}}", "wb") as file:
        file.write(bytes({size}))
"""


def main():
    """What a second kernel finds, and how much a third one may write."""
    start = bench.bench(small.release({"f": "1"}), OPTIONS).student({})
    first = start()
    left = tried(first, LEAVE + "print('left')")
    first.close()
    second = start()
    found = text(second.run(FIND, 8))
    second.close()
    return {"left": left, "found": found,
            "large": filled(start, 40, 6 << 20),
            "many": filled(start, 60_000, 0)}


def filled(start, files, size):
    """What became of a kernel that fills its folder, in words."""
    kernel = start()
    try:
        said = tried(kernel, FILL.format(files=files, size=size))
        # Where a watch does it, it looks every now and then.
        return said + tried(kernel, "while True: pass")
    finally:
        kernel.close()


if __name__ == "__main__":
    print(json.dumps(main()))
