"""One cell of the test kernel, watched from outside.

The test kernel asks for the line to the student's kernel when it needs
it, and then talks to it directly.  What is left here is to look at the
clock, and to stop a student's kernel that takes too long.
"""
import json
import select
import signal
import socket
import time

from nnlab.grading import ends
from nnlab.grading.engine.inside.line import Broken
from nnlab.grading.engine.kernel import GRACE
from nnlab.grading.engine.proxies import LATE

DEAD = ends.CODE_ENDED


def watched(test, student, limit, watch):
    """Wait for a cell of the test kernel; returns (outputs, words).

    test : the TestKernel, which runs the cell;  student : a function
    that returns (socket to the student's kernel, Kernel), or raises
    limit : seconds for all;  watch : called every now and then
    outputs are None if the test kernel was lost; words say what went
    wrong with the student's.
    """
    return _Watch(test, student, watch).until(time.monotonic() + limit)


class _Watch:
    def __init__(self, test, student, watch):
        self.test, self.student, self.watch = test, student, watch
        self.kernel, self.words, self.warned = None, "", 0.0
        test.clock.write((0.0, 0.0), late=0.0)

    def until(self, end):
        try:
            while time.monotonic() < end:
                if select.select([self.test.sock], [], [], 0.05)[0]:
                    text, _ = self.test.line.receive()
                    if text[:1] == "d":
                        return json.loads(text[1:]), self.words
                    self._answer(text)
                elif self.test.clock.over():
                    self._too_late()
                else:
                    self.watch()
            return None, LATE
        except Broken:
            return None, ends.UNFINISHED

    def _answer(self, text):
        """s asks for the student's kernel, l what became of it."""
        if text == "s":
            return self._lend()
        if self.kernel is not None and not self.words:
            self.kernel.process.wait(1)
            self.words = self.kernel.gone() or DEAD
        self.test.line.send(self.words or DEAD)

    def _lend(self):
        try:
            calls, self.kernel = self.student()
        except Exception as error:
            self.words = self.words or str(error) or DEAD
            self.test.sock.sendall(b"x")
            return
        with calls:
            socket.send_fds(self.test.sock, [b"s"], [calls.fileno()])

    def _too_late(self):
        """Interrupt it as Ctrl-C would; the second time, kill it."""
        clock = self.test.clock
        self.words = LATE
        if clock.late:
            self.kernel.kill()
            clock.write((0.0, 0.0))
        else:
            self.kernel.process.send_signal(signal.SIGINT)
            clock.write((time.monotonic(), GRACE), late=1.0)
