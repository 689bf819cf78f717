"""What a worker keeps from one submission to the next.

Two zygotes for each release: one in the sandbox, for the students'
kernels, one outside, for the test kernels.  A module that cannot be
forked (it starts threads) is left out, and then kernels start cold.
"""
import ast
import atexit
import contextlib
import itertools
import json
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from nnlab.grading.engine import cells, cgroup, provisioner
from nnlab.grading.engine.clock import Clock
from nnlab.grading.engine.inside.line import Line
from nnlab.grading.engine.kernel import Kernel
from nnlab.grading.engine.sandbox import (
    FIXED, LIB, THREADS, Sandbox, outside_packages)
from nnlab.grading.engine.testshell import REHEARSAL
from nnlab.grading.engine.view import make_view
from nnlab.grading.engine.zygotes import (
    NoZygote, Zygote, remove, run_folder)

CLOCK = ".clock"
KERNEL = "inside.kernel"
SHELL = "nnlab.grading.engine.testshell"
SLOWER = "every notebook starts more slowly, as nothing is prepared: {}"
LITTLE = 1 << 30    # bytes; with less the limit may be what is wrong
TOO_LITTLE = "{} (--memory {:g} may be too little for Python)"
_count = itertools.count()
_benches, _lock = {}, threading.Lock()


def bench(release, options):
    """The Bench of this process for a release; the last one is kept."""
    key = release.key, options.key
    with _lock:
        if key not in _benches:
            close_all()
            _benches[key] = Bench(release, options)
        return _benches[key]


@atexit.register
def close_all():
    """End what this process keeps running."""
    while _benches:
        _benches.popitem()[1].close()


def modules(release):
    """Full names of the modules that the release's cells import."""
    found = {}
    for template in release.templates.values():
        for cell in template.notebook["cells"]:
            if cell["cell_type"] == "code":
                found.update(dict.fromkeys(_imports(cell["source"])))
    return list(found)


def _imports(source):
    try:
        tree = ast.parse(cells.without_magics(source))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and (
                node.level == 0):
            yield node.module
            # What is no module is not there to be imported.
            yield from (f"{node.module}.{a.name}" for a in node.names)


class Bench:
    """Makes kernels for the submissions to one release."""

    def __init__(self, release, options):
        self.release, self.options = release, options
        self.run, self.owner = run_folder(), os.getpid()
        self.notes, self.seed = [], int(release.key[:8], 16)
        wanted = [*options.preload, *modules(release)]
        self.warm = [KERNEL, *wanted]
        self.sandbox = self._box(wanted) if options.protected else None
        self.students = self._zygote("s", self.warm, self.sandbox)
        self.tests = self._zygote("t", [SHELL, *wanted], None)

    def _box(self, wanted):
        view = make_view(self.release.hide, self.run / "view")
        self.notes += view.problems
        return Sandbox(self.run, view.binds, outside_packages(wanted))

    def _zygote(self, name, names, box):
        """A zygote with what can be forked; None if nothing can."""
        try:
            if box is None and name == "t":
                with contextlib.suppress(NoZygote), (
                        tempfile.NamedTemporaryFile("w")) as file:
                    json.dump(self._rehearsal(), file)
                    file.flush()
                    return self._start(name, names, box,
                                       {REHEARSAL: file.name})
            return self._start(name, names, box)
        except NoZygote as error:
            self.notes.append(SLOWER.format(error))
            return None

    def _rehearsal(self):
        """What the zygote of the test kernels rehearses."""
        parts = []
        for template in self.release.templates.values():
            plan = [(source, kind == cells.TEST) for kind, source, _, _
                    in cells.test_plan(template)]
            names = {n for ns in template.names.values() for n in ns}
            parts.append([plan, template.answers, sorted(names)])
        return parts

    def _start(self, name, names, box, more=None):
        lib = LIB if box else self.run / "lib"
        made = Zygote(
            self.run, name, names, lib,
            prefix=box.command() if box else (),
            env=None if box else {**os.environ, **THREADS, **FIXED,
                                     **(more or {})},
            paths=box.paths() if box else [p for p in sys.path if p])
        self.notes += [f"{module} cannot be imported ahead of time"
                       for module in made.says["broken"]]
        return made

    def student(self, files):
        """A function that starts a student's kernel with these files."""
        def start():
            options, cold = self.options, None
            if self.students is None or (
                    self.students.process.poll() is not None):
                cold = self._start(f"c{next(_count)}", [], self.sandbox)
            group = self._group()
            place = provisioner.Place.make(
                self.run, files, zygote=cold or self.students,
                boxed=self.sandbox is not None, group=group,
                limits=limits(options, bool(group and group.folders)),
                scratch=options.file_size, seed=self.seed)
            try:
                kernel = Kernel(place, options)
            except BaseException as error:
                self._drop(place, cold)
                if isinstance(error, NoZygote) and options.memory < LITTLE:
                    raise NoZygote(TOO_LITTLE.format(
                        error, options.memory / 2**30)) from None
                raise
            kernel.cold = cold
            return kernel
        return start

    def _group(self):
        if self.sandbox is None:
            return None
        return cgroup.Group(f"grading-{os.getpid()}-{next(_count)}-"
                            f"{os.urandom(4).hex()}",
                            self.options.memory, self.options.processes)

    @staticmethod
    def _drop(place, cold):
        if cold is not None:
            cold.close()
        if place.group is not None:
            place.group.close()
        place.remove()

    def test(self, files):
        """A function of {class: methods} that gives a test kernel."""
        def start(classes):
            cold = None
            if self.tests is None or self.tests.process.poll() is not None:
                cold = self._start(f"c{next(_count)}", [SHELL], None)
            folder = Path(tempfile.mkdtemp(prefix="t", dir=self.run))
            for path, data in files.items():
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            child = (cold or self.tests).fork({
                "run": f"{SHELL}:run", "cwd": str(folder),
                "classes": classes, "seed": self.seed,
                "clock": str(folder / CLOCK),
                "memory": 2 * self.options.memory,
                "seconds": self.options.call_seconds})
            child.go()
            child.sock.settimeout(None)
            return TestKernel(child, folder, cold,
                              self.options.call_seconds)
        return start

    def close(self):
        """End the zygotes, and with them all kernels."""
        for zygote in self.students, self.tests:
            if zygote is not None:
                zygote.close()
        if os.getpid() == self.owner:
            remove(self.run)


class TestKernel:
    """A test kernel's process, and what goes with it at its end."""
    __test__ = False        # nothing for pytest

    def __init__(self, child, folder, cold, seconds):
        self.child, self.folder, self.cold = child, folder, cold
        self.sock, self.line = child.sock, Line(child.sock)
        self.clock = Clock(folder / CLOCK, seconds)

    def close(self):
        """Kill it."""
        with contextlib.suppress(OSError):
            self.child.close()
        if self.cold is not None:
            self.cold.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def limits(options, grouped):
    """Resource limits of each process of the student's."""
    found = {"CORE": 0, "FSIZE": options.file_size, "NOFILE": 1024,
             "CPU": int(options.total_seconds) + 5,
             "DATA": options.memory * (2 if grouped else 1)}
    if os.getuid() == 0 or not grouped:
        # Counted for each user: as root each kernel has one of its own.
        found["NPROC"] = options.processes + (
            0 if os.getuid() == 0 else 4096)
    return found
