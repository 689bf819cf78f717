"""Run one notebook in two kernels.

The student's cells run in the student's kernel, in order.  When the
order comes to a test cell, it runs in the test kernel, which calls the
student's functions through the relay.  A kernel that dies is started
again, and the student's cells so far are run again, but for those that
ended a kernel.
"""
import contextlib
import json
import time

from nnlab.grading import ends
from nnlab.grading.engine import cells
from nnlab.grading.engine.between import watched
from nnlab.grading.engine.inside.line import Broken
from nnlab.grading.engine.kernel import Deaf, Died
from nnlab.grading.engine.proxies import LATE

RESTARTS = 40
OVER = ends.OVER


class Execution:
    """One notebook: ``run`` returns the outputs of its code cells.

    start : function that gives a fresh student's Kernel
    test : function of {class: methods} that gives a test kernel
    """

    def __init__(self, notebook, template, start, test, options):
        self.notebook, self.template = notebook, template
        self.start, self.test_kernel = start, test
        self.options = options
        self.kernel = self.test = None
        self.done, self.set_up = [], []
        self.restarts = self.set_for = 0
        self.remarks, self.words = [], {}
        self.end = time.monotonic() + options.total_seconds

    def run(self):
        """{index of a cell: outputs}; words holds {grade_id: why}."""
        plan = cells.test_plan(self.template)
        outputs = {}
        try:
            for index, cell in enumerate(self.notebook["cells"]):
                if cell["cell_type"] != "code":
                    continue
                if cells.is_test(cell):
                    outputs[index] = self._tested(
                        plan, cells.grade_id(cell))
                else:
                    outputs[index] = self._student(cell["source"])
            return outputs
        finally:
            self._close()

    def _close(self):
        for one in self.kernel, self.test:
            if one is not None:
                one.close()

    # The student's kernel.

    def _student(self, source):
        if not source.strip():
            return []
        if time.monotonic() > self.end:
            self.remarks = [OVER]
            return [error("TimeoutError", OVER)]
        try:
            try:
                found = self._alive().run(source, self._seconds())
            except Deaf:        # an earlier cell broke it, not this one
                found = self._alive().run(source, self._seconds())
            self.done.append(source)
            return found
        except Died as died:
            words = str(died.args[0])
            shown = list(died.args[1]) if len(died.args) > 1 else []
            return [*shown, error("Stopped", words)]

    def _seconds(self):
        return max(1, min(self.options.cell_seconds,
                          self.end - time.monotonic()))

    def _alive(self):
        """The kernel; if it died, a new one that has run the same."""
        if self.kernel is not None and self.kernel.alive():
            return self.kernel
        if self.kernel is not None:
            self.restarts += 1
            self.remarks = [f"Python ended {self.restarts} times while it "
                            "ran" if self.restarts > 1 else
                            "Python ended while it ran"]
            self.kernel.close()
            self.kernel = None
            if self.restarts > RESTARTS:
                raise Died(ends.AGAIN)
        self.kernel = self.start()
        replay, self.done = self.done, []
        for k, source in enumerate(replay):
            if time.monotonic() > self.end:
                raise Died(OVER)
            try:
                self.kernel.run(source, self._seconds())
                self.done.append(source)
            except Died:
                self.done += replay[k + 1:]     # they are not to blame
                return self._alive()
        return self.kernel

    # The test kernel.

    def _tested(self, plan, grade_id):
        """Run what comes before this test in the plan, and the test."""
        while plan:
            kind, source, name, names = plan.pop(0)
            if kind == cells.SETUP:
                self.set_up.append((source, names))
                self._in_test_kernel(source, names)
            elif name == grade_id:
                outputs, self.words[name] = self._in_test_kernel(
                    source, names)
                return outputs
        return [error("LookupError", "this test is not in the release")]

    def _in_test_kernel(self, source, names):
        """(outputs, words) of a cell; the words say what went wrong."""
        if time.monotonic() > self.end:
            return [error("TimeoutError", OVER)], OVER
        self._set_up_for((source, names))
        outputs, words = self._ask_test(source, names)
        if outputs is None:
            self.test.close()
            self.test = None
            words = words or LATE
            return [error("TimeoutError", words)], words
        return outputs, words

    def _set_up_for(self, now):
        """Run the set-up before ``now`` where a kernel is a new one.

        For a new one of the student's, what was made with its names.
        """
        if self.kernel is not None:
            with contextlib.suppress(Died):
                self._alive()
        new = self.test is None
        if new:
            self.test = self.test_kernel(self.template.classes)
        if new or self.set_for != self.restarts:
            self.set_for = self.restarts
            for one in self.set_up:
                if one != now and (new or one[1]):
                    self._ask_test(*one)

    def _ask_test(self, source, names):
        limit = max(1, min(4 * self.options.cell_seconds,
                           self.end - time.monotonic()))
        cell = {"source": source, "names": names}
        try:
            self.test.line.send(json.dumps(cell))
        except Broken:
            return None, ends.UNFINISHED
        return watched(self.test, self._serving, limit, self._watch)

    def _serving(self):
        """The socket of a kernel that answers calls, and the kernel."""
        try:
            kernel = self._alive()
            return kernel.serve(), kernel
        except Died:            # an earlier call broke it, not this one
            kernel = self._alive()
            return kernel.serve(), kernel

    def _watch(self):
        if self.kernel is not None:
            self.kernel.drain()     # or a flood piles up here
            if self.kernel.too_large():
                self.kernel.kill()


def error(name, words):
    """An output that says what a student may read."""
    return {"output_type": "error", "ename": name, "evalue": words,
            "traceback": [f"{name}: {words}"]}
