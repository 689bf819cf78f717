"""The test kernel: runs test cells, where no student's code ever ran.

A forked child with an IPython shell.  It talks to its parent by
messages of inside/wire.py: a cell to run comes in, d says what came of
it; s asks for the student's kernel, and l why that is lost.
"""
import base64
import contextlib
import functools
import inspect
import io
import json
import os
import resource
import socket
import sys
import traceback
import warnings

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside.line import Broken, Line
from nnlab.grading.engine.inside.zygote import reseed
from nnlab.grading.engine.proxies import Link, Tester


REHEARSAL = "GRADING_REHEARSAL"
SHOWN = 1 << 20         # characters of a value that a test shows
TOO_LONG = "(too long to be shown)"


class Silent(DisplayHook):
    """Keeps the last value; what it shows is asked for later."""

    def write_output_prompt(self):
        """No prompt."""

    def write_format_data(self, format_dict, md_dict=None):
        """Nothing on the terminal."""

    def finish_displayhook(self):
        """No line after it."""


class Shell(InteractiveShell):
    """A shell without a terminal."""
    displayhook_class = Type(Silent)
    display_pub_class = Type(CapturingDisplayPublisher)

    def enable_gui(self, gui=None):
        """There is no window."""

    def showtraceback(self, *args, **kwargs):
        """The exception is in the result."""

    showsyntaxerror = showtraceback


def before_fork():
    """Make the shell once, for all children, and rehearse.

    The tests of the release run with its own answers, and with spoiled
    ones: what they import and compute only once is then there already.
    """
    shell = Shell.instance(
        config=Config({"HistoryManager": {"enabled": False}}))
    for template in _parts():
        for spoil in False, True:
            _rehearse(shell, *template, spoil)
    reseed(0)


def _parts():
    """What to rehearse, out of a file that nobody else may read."""
    path = os.environ.pop(REHEARSAL, None)
    if path is None:
        return []
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _rehearse(shell, plan, answers, names, spoil):
    for source in [s for s, tests in plan if not tests] + answers:
        _outcome(shell, source)
    for name in names if spoil else ():
        shell.user_ns[name] = _spoiled(shell.user_ns.get(name))
    for source in [s for s, tests in plan if tests]:
        _outcome(shell, source)
    shell.reset(new_session=True)


def _spoiled(f):
    """A function with results that are wrong, in the right form."""
    def wrong(*args, **kwargs):
        return _moved(f(*args, **kwargs))
    return functools.wraps(f)(wrong) if inspect.isfunction(f) else f


def _moved(x):
    if isinstance(x, (tuple, list)):
        return type(x)(map(_moved, x)) if type(x) in (tuple, list) else x
    if isinstance(x, (float, np.ndarray, np.floating)):
        return x * 1.37 + 0.11
    return x


def run(connection, request):
    """Be a test kernel until the connection closes."""
    os.setsid()
    connection.sendall(b"{}\n")
    if connection.recv(1) != b"g":
        return
    # What a student returns may be short to send and long to unpack.
    resource.setrlimit(resource.RLIMIT_DATA, (request["memory"],) * 2)
    os.chdir(request["cwd"])
    read_sources()
    reseed(request["seed"])
    line = Line(connection)
    shell, tester = Shell.instance(), _tester(line, request)
    shell.user_ns["__name__"] = "__main__"
    sys.path.insert(0, "")
    bound = set()
    with contextlib.suppress(Broken):
        while True:
            cell = json.loads(line.receive()[0])
            tester.begin()
            _bind(shell, tester, cell["names"], bound)
            outputs = _outcome(shell, cell["source"])
            tester.end()
            line.send("d" + json.dumps(outputs))


def read_sources():
    """Let inspect.getsource give the student's source of a proxy."""
    plain = inspect.getsourcelines

    def getsourcelines(x):
        link = getattr(x, "__remote__", None)
        if isinstance(link, Link):
            return link.source().splitlines(True), 1
        return plain(x)
    inspect.getsourcelines = getsourcelines


def _tester(line, request):
    def reach():
        """The line to the student's kernel, from our parent."""
        line.send("s")
        said, fds, _, _ = socket.recv_fds(line.sock, 1, 1)
        if not fds:
            raise Broken(str(said))
        return Line(socket.socket(fileno=fds[0]))

    def why():
        line.send("l")
        return line.receive()[0]
    return Tester(reach, why, Clock(request["clock"], request["seconds"]),
                  request["classes"])


def _bind(shell, tester, names, bound):
    """Give the cell the student's names, those that exist now."""
    values = {}
    if names:
        with contextlib.suppress(Exception):
            values = tester.bound(names)
    for name in names:
        if name in values:
            shell.user_ns[name] = values[name]
            bound.add(name)
        elif name in bound:
            shell.user_ns.pop(name, None)


def _outcome(shell, source):
    """Run a cell; its outputs as nbformat's, an error last."""
    shell.display_pub.outputs = []
    out = io.StringIO()
    with (contextlib.redirect_stdout(out), contextlib.redirect_stderr(out),
          warnings.catch_warnings()):
        result = shell.run_cell(source, store_history=True)
    shown = [{"output_type": "display_data", "data": _clean(o["data"]),
              "metadata": {}} for o in shell.display_pub.outputs]
    text = out.getvalue()[:1 << 16]
    if text:
        shown.insert(0, {"output_type": "stream", "name": "stdout",
                         "text": text})
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        shown.append(_error(error, source))
    elif result.result is not None:
        shown.append(_value(shell, result.result))
    return shown


def _value(shell, value):
    # np.float64(1.5) is points too, and so is an array of just that.
    if isinstance(value, np.number) or (
            isinstance(value, np.ndarray) and value.shape == ()):
        value = value.item()
    data, _ = shell.display_formatter.format(value)
    data.setdefault("text/plain", "")
    return {"output_type": "execute_result", "data": _clean(data),
            "metadata": {}, "execution_count": None}


def _clean(data):
    """What a formatter gave, as JSON holds it: pictures in base 64.

    An answer decides how long a value is that a test shows.
    """
    found = json.loads(json.dumps(data, default=_plain))
    return {kind: value for kind, value in found.items()
            if len(str(value)) <= SHOWN} or {"text/plain": TOO_LONG}


def _plain(x):
    return base64.b64encode(x).decode() if isinstance(x, bytes) else str(x)


def _error(error, source):
    """An error, with the line of the test cell and none of ours."""
    lines = source.splitlines()
    at = [f.lineno for f in traceback.extract_tb(error.__traceback__)
          if "ipython-input" in f.filename or "ipykernel" in f.filename]
    where = at[0] if at else getattr(error, "lineno", None)
    said = [f"line {where}: {lines[where - 1].strip()}"] if (
        where and where <= len(lines)) else []
    words = str(error)[:2000]
    name = type(error).__name__
    return {"output_type": "error", "ename": name, "evalue": words,
            "traceback": [*said, f"{name}: {words}"]}
