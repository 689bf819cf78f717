"""What stands between a test and the student's kernel: the relay.

It passes messages on as they are, and holds the clock: each call has
its own time, which stops while the test itself is asked something.
"""
import json
import select
import signal
import time

from nnlab.grading.engine.inside import wire
from nnlab.grading.engine.kernel import GRACE

LATE = "it took too long and was stopped; is there a loop that never ends?"
DEAD = "it ended the kernel"


class Clock:
    """The time of the call that runs, if one does."""

    def __init__(self, seconds):
        self.seconds, self.left, self.since = seconds, None, None
        self.interrupted = False

    def start(self):
        """A call begins, or works on."""
        self.left, self.since = self.seconds, time.monotonic()
        self.interrupted = False

    def pause(self):
        """The student's code waits for the test."""
        if self.since is not None:
            self.left -= time.monotonic() - self.since
            self.since = None

    def resume(self):
        """It has its answer."""
        self.since = time.monotonic()

    def stop(self):
        """The call is over."""
        self.left = self.since = None

    def over(self):
        """Has the call used up its time?"""
        return (self.since is not None
                and time.monotonic() - self.since > self.left)


def relay(test, student, seconds, limit, watch):
    """Run one cell of the test kernel; returns (outputs, words).

    test : its socket;  student : a function that gives the socket to
    the student's kernel, and the kernel itself; it may raise Died
    seconds : for each call;  limit : for all.  outputs are None if the
    test kernel was lost.  watch : called every now and then, and with
    what happened to the student's kernel
    """
    return _Relay(test, student, seconds, limit, watch).run()


class _Relay:
    def __init__(self, test, student, seconds, limit, watch):
        self.test, self.student, self.watch = test, student, watch
        self.clock, self.depth = Clock(seconds), 0
        self.end = time.monotonic() + limit
        self.calls = self.kernel = None
        self.words = ""

    def run(self):
        try:
            while time.monotonic() < self.end:
                done = self._step()
                if done is not None:
                    return done, self.words
            return None, LATE
        except wire.Broken:
            return None, "the test could not be finished"
        finally:
            self._hang_up()

    def _step(self):
        """Pass on what has come; returns the outputs at the end."""
        socks = [s for s in (self.test, self.calls) if s is not None]
        ready, _, _ = select.select(socks, [], [], 0.1)
        if self.test in ready:
            text, buffers = wire.receive(self.test)
            if text[:1] == "d":
                return json.loads(text[1:])
            self._to_student(text, buffers)
        elif self.calls in ready:
            self._to_test()
        else:
            self.watch()
        if self.clock.over():
            self._too_late()
        return None

    def _to_student(self, text, buffers):
        self.depth += text[:1] == "q"
        try:
            if self.calls is None:
                self.calls, self.kernel = self.student()
            wire.send(self.calls, text, buffers)
        except Exception as error:
            return self._lost(self.words or str(error) or DEAD)
        if text[:1] == "q":
            self.clock.start()
        else:
            self.clock.resume()

    def _to_test(self):
        try:
            text, buffers = wire.receive(self.calls)
        except wire.Broken:
            return self._lost(DEAD)
        if self.depth == 0:
            return      # nobody asked
        if text[:1] == "t":
            return self.clock.start()
        if text[:1] == "q":
            self.clock.pause()
        elif text[:1] in "ae":
            self.depth -= 1
            self.clock.resume() if self.depth else self.clock.stop()
            if self.clock.interrupted:
                self.clock.interrupted = False
                self.words = LATE
                text, buffers = "x" + LATE, []
        else:
            return
        wire.send(self.test, text, buffers)

    def _too_late(self):
        """Interrupt it as Ctrl-C would; the second time, kill it."""
        if self.clock.interrupted:
            self.kernel.kill()
            return self._lost(LATE)
        self.kernel.process.send_signal(signal.SIGINT)
        self.clock.left, self.clock.since = GRACE, time.monotonic()
        self.clock.interrupted = True

    def _lost(self, words):
        """There will be no answer from this kernel any more."""
        if self.calls is not None:
            self.calls.close()
            self.calls = None
        if self.kernel is not None:
            why = self.kernel.gone()
            words = why if why and words == DEAD else words
        self.words, self.kernel = words, None
        self.clock.stop()
        self.student = _nobody(words)
        if self.depth:
            self.depth -= 1
            wire.send(self.test, "x" + words)

    def _hang_up(self):
        if self.calls is not None:
            try:
                wire.send(self.calls, "end")
            except wire.Broken:
                pass
            self.calls.close()


def _nobody(words):
    def student():
        raise RuntimeError(words)
    return student
