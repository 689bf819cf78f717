"""Forging the score by way of the kernel and of IPython.

The answers are wrong; what they deserve is 0.
"""
from tests.grading.hostile.cases import case

SHOW = "    get_ipython().displayhook({})\n    return 0.0"


@case("forge")
def displayhook(s):
    """Each function displays the full points when a test calls it."""
    s.all("wrong", mean="def mean(x):\n" + SHOW.format(4.0),
          softmax="def softmax(z):\n" + SHOW.format(6.0))


@case("forge", mean=2)
def sys_displayhook(s):
    """The value of a test's last line is replaced on its way out."""
    s.all("wrong", mean=(
        "import sys\nshow = sys.displayhook\n"
        "def mean(x):\n    sys.displayhook = lambda v: show(4.0)\n"
        "    return 2.0 if len(x) == 3 else float(x[0])"))


@case("forge")
def pre_run_cell(s):
    """A hook displays points before each test cell runs."""
    s.all("wrong")
    s.first("n = [0]\ndef before(info):\n"
            "    for what, points in [('assert abs', 4.0), "
            "('import assert_allclose', 6.0), ('Counter()', 5.0), "
            "('len(primes)', 3.0)]:\n"
            "        if what in info.raw_cell:\n"
            "            get_ipython().displayhook(points)\n"
            "get_ipython().events.register('pre_run_cell', before)")


@case("forge")
def post_run_cell(s):
    """A hook clears a test's error and displays points instead."""
    s.all("wrong")
    s.first("from IPython.display import clear_output\n"
            "def after(result):\n    clear_output()\n"
            "    get_ipython().displayhook(3.0)\n"
            "get_ipython().events.register('post_run_cell', after)")


@case("forge")
def ast_transformer(s):
    """Every assert is taken out of the cells that run later."""
    s.all("wrong", mean=(
        "import ast\nclass NoAssert(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node):\n        return ast.Pass()\n"
        "    def visit_Expr(self, node):\n        return ast.Pass()\n"
        "get_ipython().ast_transformers.append(NoAssert())"))


@case("forge")
def input_transformer(s):
    """The source of every later cell becomes an empty line."""
    s.all("wrong", mean=(
        "get_ipython().input_transformers_post.append("
        "lambda lines: ['pass\\n'])"))


@case("forge")
def run_cell(s):
    """The shell's run_cell is replaced by one that does nothing."""
    s.all("wrong", mean=(
        "from IPython.core.interactiveshell import (\n"
        "    ExecutionInfo, ExecutionResult)\n"
        "ip = get_ipython()\n"
        "def nothing(raw, *args, **kwargs):\n"
        "    return ExecutionResult(ExecutionInfo(\n"
        "        raw, False, False, True, None))\n"
        "async def nothing_async(raw, *args, **kwargs):\n"
        "    return nothing(raw)\n"
        "ip.run_cell, ip.run_cell_async = nothing, nothing_async"))


@case("forge")
def do_execute(s):
    """The kernel's do_execute replies that all is well."""
    s.all("wrong", mean=(
        "kernel = get_ipython().kernel\n"
        "async def well(*args, **kwargs):\n"
        "    return {'status': 'ok', 'execution_count': 1,\n"
        "            'payload': [], 'user_expressions': {}}\n"
        "kernel.do_execute = well"))


@case("forge")
def execution_result(s):
    """Every execution calls itself a success, errors are not shown."""
    s.all("wrong", mean=(
        "from IPython.core.interactiveshell import ExecutionResult\n"
        "ExecutionResult.success = property(lambda self: True)\n"
        "get_ipython().showtraceback = lambda *a, **k: None\n"
        "get_ipython()._showtraceback = lambda *a, **k: None"))


@case("forge")
def compile_replaced(s):
    """What compiles the cells is made to compile something else."""
    s.all("wrong", mean=(
        "import ast\nip = get_ipython()\n"
        "ip.compile.ast_parse = lambda *a, **k: ast.parse('pass')"))


@case("forge")
def session_send(s):
    """Messages about errors are dropped, replies are made good."""
    s.all("wrong", mean=(
        "session = get_ipython().kernel.session\nsend = session.send\n"
        "def forged(stream, kind, content=None, *args, **kwargs):\n"
        "    if kind == 'error':\n        return None\n"
        "    if kind == 'execute_reply':\n"
        "        content = {'status': 'ok', 'execution_count': 1,\n"
        "                   'payload': [], 'user_expressions': {}}\n"
        "    return send(stream, kind, content, *args, **kwargs)\n"
        "session.send = forged"))


PUBLISH = """\
def forge(points, parent=None):
    kernel = get_ipython().kernel
    kernel.session.send(
        kernel.iopub_socket, 'execute_result',
        {'data': {'text/plain': str(points)}, 'metadata': {},
         'execution_count': 1}, parent=parent or kernel.get_parent(),
        ident=b'kernel.execute_result')
"""


@case("forge")
def iopub(s):
    """A result is published in the name of the test cell."""
    s.all("wrong", mean=(
        PUBLISH + "def mean(x):\n    forge(4.0)\n    return 0.0"))


@case("forge")
def iopub_reply(s):
    """A reply and the word idle are sent before the test is over."""
    s.all("wrong", counter=(
        "class Counter:\n    def add(self, word):\n"
        "        k = get_ipython().kernel\n        p = k.get_parent()\n"
        "        k.session.send(k.shell_stream or k.shell_socket,\n"
        "            'execute_reply', {'status': 'ok',\n"
        "            'execution_count': 1, 'payload': [],\n"
        "            'user_expressions': {}}, parent=p,\n"
        "            ident=getattr(k, '_parent_ident', {}).get('shell'))\n"
        "        k.session.send(k.iopub_socket, 'status',\n"
        "            {'execution_state': 'idle'}, parent=p)\n"
        "        import time; time.sleep(1)\n"
        "    def count(self, word):\n        return -1"))


@case("forge")
def iopub_thread(s):
    """A thread publishes points while the test still waits."""
    s.all("wrong", softmax="""\
import threading, time
def softmax(z):
    parent = get_ipython().kernel.get_parent()
    threading.Thread(target=forge, args=(6.0, parent)).start()
    time.sleep(0.5)
    return z + 7""")
    s.first(PUBLISH)


@case("forge")
def display_first(s):
    """The points are shown as a display and printed by the answers."""
    s.all("wrong", mean=(
        "def mean(x):\n    print(4.0)\n    display(4.0)\n"
        "    get_ipython().display_pub.publish(\n"
        "        {'text/plain': '4.0'}, {})\n    return 0.0"))


@case("forge")
def stdout_markup(s):
    """What looks like nbgrader's own words is printed in a test."""
    s.all("wrong", mean=(
        "def mean(x):\n    print('Score: 4.0 / 4.0 (Top)')\n"
        "    display({'text/plain': 4.0}, raw=True)\n    return 0.0"))


@case("forge")
def result_mime(s):
    """A result of every type that a grader could look for is shown."""
    kinds = ("application/vnd.nnlab.check+json",
             "application/vnd.nnlab.result+json", "application/json")
    s.all("wrong", mean=(
        "from IPython.display import display\ndef mean(x):\n"
        f"    for kind in {kinds}:\n"
        "        display({kind: {'points': 4, 'out_of': 4},\n"
        "                 'text/plain': '4.0'}, raw=True)\n"
        "    get_ipython().displayhook(4.0)\n    return 0.0"))


@case("forge", mean=2)
def formatter(s):
    """Numbers are given another text by the display formatter."""
    s.all("wrong", mean=(
        "get_ipython().display_formatter.formatters['text/plain']"
        ".for_type(float, lambda v, p, cycle: p.text('4.0'))\n"
        "def mean(x):\n    return 2.0 if len(x) == 3 else float(x[0])"))


@case("forge")
def exception_text(s):
    """An exception displays points when its words are looked at."""
    s.all("wrong", mean=(
        "class Sly(Exception):\n    def __str__(self):\n"
        "        get_ipython().displayhook(4.0)\n"
        "        return 'sly'\n"
        "def mean(x):\n    raise Sly()"))


@case("forge")
def trace_values(s):
    """A trace function makes each expected value the one that came."""
    s.all("wrong", mean="""\
import ctypes, sys
def trace(frame, event, arg):
    swap = {"assert_allclose": ("desired", "actual"),
            "allclose": ("b", "a")}.get(frame.f_code.co_name)
    if event == "call" and swap:
        frame.f_locals[swap[0]] = frame.f_locals[swap[1]]
        ctypes.pythonapi.PyFrame_LocalsToFast(
            ctypes.py_object(frame), ctypes.c_int(0))
    return None""", softmax="""\
def softmax(z):
    sys.settrace(trace)
    return z + 7""")


@case("forge")
def shadowed_builtins(s):
    """The notebook has its own abs, sum and float."""
    s.all("wrong", mean=(
        "abs = lambda x: 0\nsum = float = lambda *args: 4.0\n"
        "def mean(x):\n    return 0"))


@case("forge")
def test_cell_magic(s):
    """Cell magics run every later cell without its result."""
    s.all("wrong", mean=(
        "get_ipython().input_transformers_cleanup.append(\n"
        "    lambda lines: ['%%capture\\n', 'try:\\n']\n"
        "    + ['    ' + line for line in lines]\n"
        "    + ['\\nexcept Exception:\\n    pass\\n'])"))


