"""Using up time, memory, output and processes.

One question misbehaves, which deserves 0 for it; the others are right
and deserve their points, and so does the student who comes next.
"""
from tests.grading.hostile.cases import case, others


def misbehaves(body, imports="", question="softmax", **deserved):
    """A case in which ``body`` runs when a question is tested."""
    signature = {"softmax": "def softmax(z):", "mean": "def mean(x):"}
    code = imports + signature[question] + "\n" + "\n".join(
        "    " + line for line in body.strip().split("\n"))

    def enter(function):
        def write(s):
            s.all("right", **{question: code})
        write.__name__, write.__doc__ = function.__name__, function.__doc__
        return case("resources", **others(**{question: 0, **deserved}))(
            write)
    return enter


@misbehaves("while True:\n    pass")
def endless_loop():
    """A loop that never ends."""


@misbehaves("import itertools\nsum(itertools.count())")
def endless_in_c():
    """A loop within C that no interrupt reaches."""


@misbehaves("import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')")
def regular_expression():
    """A regular expression that takes for ever."""


@misbehaves("return 10 ** 10 ** 8 % 7")
def huge_power():
    """A number of a hundred million digits."""


@misbehaves("import time\nwhile True:\n    try:\n"
            "        while True:\n            time.sleep(1)\n"
            "    except BaseException:\n        pass")
def swallows_interrupts():
    """A loop that catches the interrupt and goes on."""


@misbehaves("import signal, time\n"
            "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "while True:\n    time.sleep(1)")
def ignores_interrupts():
    """The signal that interrupts is switched off first."""


@misbehaves("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)")
def stops_itself():
    """The process stops itself, and never answers again."""


@misbehaves("import ctypes\nctypes.string_at(0)")
def segfault():
    """An address is read that is not there."""


@misbehaves("import os\nos.abort()")
def abort():
    """The process aborts."""


@misbehaves("import os\nos._exit(0)")
def exit_zero():
    """The process ends at once, as if all were well."""


@misbehaves("import signal, time\nsignal.alarm(1)\ntime.sleep(9)")
def alarm():
    """The process has a signal sent to itself that ends it."""


@misbehaves("import sys\nsys.setrecursionlimit(10**9)\n"
            "def f(n):\n    return [f(n + 1)]\n"
            "class R:\n    def __getattr__(self, a):\n"
            "        return getattr(self, a + 'x')\n"
            "import threading\nthreading.stack_size(0)\n"
            "repr(R())\nR().x\nf(0)")
def recursion():
    """A recursion without an end and without a limit."""


@misbehaves("return input('How much? ')")
def asks():
    """The answer asks the grader for input."""


@misbehaves("line = 'x' * 1000 + '\\n'\nfor _ in range(200):\n"
            "    print(line * 1000)\nwhile True:\n    print(line)")
def prints_for_ever():
    """200 MB are printed, and then more."""


@misbehaves("from IPython.display import HTML\nfor _ in range(100):\n"
            "    display(HTML('<b>' + 'y' * 2_000_000))\nreturn z")
def displays_megabytes():
    """200 MB are displayed as HTML."""


@misbehaves("import os\nfor _ in range(2000):\n"
            "    os.write(2, b'z' * 100_000)\nreturn z")
def writes_to_descriptor():
    """200 MB are written to the descriptor of stderr."""


@misbehaves("for n in range(10**6):\n    display(n)\nreturn z")
def many_outputs():
    """A million small outputs are displayed."""


@misbehaves("held = []\nwhile True:\n    held.append(bytearray(1 << 26))\n"
            "    held[-1][::4096] = b'1' * len(held[-1][::4096])")
def memory():
    """Memory is taken until there is none."""


@misbehaves("held = []\nwhile True:\n    try:\n"
            "        held.append(bytearray(1 << 24))\n"
            "    except MemoryError:\n        pass")
def memory_swallowed():
    """Memory is taken, and the refusal of more is caught."""


@misbehaves("big = np.ones((1 << 14, 1 << 14))\n"
            "return [big + n for n in range(64)]")
def arrays():
    """64 arrays of 2 GB each are made."""


@misbehaves("import os, time\nfor _ in range(200):\n    try:\n"
            "        if os.fork() == 0:\n            time.sleep(60)\n"
            "            os._exit(0)\n    except OSError:\n        pass\n"
            "return z")
def forks():
    """200 processes are forked that do not go away."""


@misbehaves("import threading, time\nfor _ in range(300):\n"
            "    threading.Thread(target=time.sleep, args=(60,)).start()\n"
            "return z")
def threads():
    """300 threads are started that do not end."""


@misbehaves("with open('big', 'wb') as file:\n"
            "    for _ in range(20):\n        file.write(bytes(10 << 20))\n"
            "return z")
def big_file():
    """A file of 200 MB is written beside the notebook."""


@misbehaves("import os\nfor n in range(5000):\n"
            "    open(f'file{n}', 'w').close()\nreturn z")
def many_files():
    """5,000 files are written beside the notebook."""


@misbehaves("import os\nos.closerange(3, 1000)\nreturn z")
def closes_descriptors():
    """Every open connection of the kernel is closed."""


@misbehaves("import sys\nsys.stdout.close()\nsys.stderr = None\n"
            "print('gone')\nreturn z")
def closes_output():
    """Standard output is closed under the test."""


@misbehaves("get_ipython().kernel.shell_stream = None\n"
            "get_ipython().kernel.iopub_socket = None\n"
            "get_ipython().kernel.session = None\nreturn z")
def breaks_kernel():
    """The kernel loses its connections but lives on."""


@misbehaves("return [z] * 10**7")
def huge_result():
    """The result is a list of ten million arrays."""


@misbehaves("def deep(n):\n    x = []\n    for _ in range(n):\n"
            "        x = [x]\n    return x\nreturn deep(10**6)")
def deep_result():
    """The result is a list nested a million deep."""


@misbehaves("x = [1.0]\nx.append(x)\nreturn x")
def circular_result():
    """The result holds itself."""


@misbehaves("class Slow:\n    def __getattribute__(self, name):\n"
            "        while True: pass\n    def __len__(self):\n"
            "        while True: pass\n    def __array__(self, *a, **k):\n"
            "        while True: pass\nreturn Slow()")
def slow_result():
    """The result never stops answering when it is looked at."""


@misbehaves("while True:\n    yield 1.0")
def endless_generator():
    """The result is a generator without an end."""


@case("resources", **others())
def slow_exit(s):
    """Right answers, and code that hangs when the kernel is closed."""
    s.all("right")
    s.first("import atexit, time, signal, threading\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "atexit.register(time.sleep, 120)\n"
            "threading.Thread(target=time.sleep, args=(120,)).start()")


@case("resources", exact=False, **others())
def own_cell_hangs(s):
    """Right answers, and a cell of the student's that never ends."""
    s.all("right")
    s.first("import time\nwhile True:\n    try:\n        time.sleep(9)\n"
            "    except BaseException:\n        pass")


@case("resources", exact=False, **others())
def own_cell_dies(s):
    """Right answers, and a cell of the student's that ends the kernel."""
    s.all("right")
    s.first("import os\nos._exit(1)")
