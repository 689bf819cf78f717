"""The time of one call, in memory that two processes share.

The test kernel starts and stops it; its parent looks at it, and stops
the student's kernel when the time is over.
"""
import mmap
import os
import struct
import time

LAYOUT = struct.Struct("ddd")       # since when, seconds left, late


class Clock:
    """path : of the file that both map;  seconds : that a call may take."""

    def __init__(self, path, seconds):
        with open(path, "ab") as file:
            file.truncate(LAYOUT.size)
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), os.fstat(
                file.fileno()).st_size)
        self.seconds = seconds

    def read(self):
        """(since, left): since is 0 while no call runs."""
        return LAYOUT.unpack(self.memory[:])[:2]

    def write(self, state, late=None):
        """Set what ``read`` gives, and whether it is late."""
        self.memory[:] = LAYOUT.pack(
            *state, self.late if late is None else late)

    @property
    def late(self):
        """Did a call use up its time?"""
        return LAYOUT.unpack(self.memory[:])[2]

    def start(self):
        """A call begins, or shows that it works on."""
        self.write((time.monotonic(), self.seconds))

    def pause(self):
        """The student's code waits for the test."""
        since, left = self.read()
        self.write((0.0, left - (time.monotonic() - since)))

    def resume(self):
        """It has its answer."""
        self.write((time.monotonic(), self.read()[1]))

    def over(self):
        """Has the call that runs used up its time?"""
        since, left = self.read()
        return bool(since) and time.monotonic() - since > left
