"""The student's kernel, seen from outside: run a cell, serve calls."""
import contextlib
import os
import socket
import sys
import time

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

from nnlab.grading import ends
from nnlab.grading.engine.cgroup import usage
from nnlab.grading.engine.outputs import Outputs
from nnlab.grading.engine.provisioner import NAME

GRACE = 1.0         # seconds from an interrupt to the kill
SETTLE = 3.0        # from the reply on, for what a cell has shown
SERVE = "__import__('inside.stub', fromlist=['serve']).serve({!r}, {})"
SPEC = KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f",
                        "{connection_file}"],
                  display_name="Python 3", language="python",
                  metadata={"kernel_provisioner": {
                      "provisioner_name": NAME}})
NAMESPACE = "get_ipython().user_ns"


class Died(Exception):
    """The kernel is gone; the words say why."""


class Deaf(Died):
    """It runs, but what it was asked never began."""


class Kernel:
    """A kernel at a Place.  ``Died`` comes out of any method."""

    def __init__(self, place, options):
        self.place, self.options = place, options
        self.cold = None        # a zygote of its own
        self.looked, self.large = 0.0, ""
        self.manager = KernelManager(kernel_name="python3")
        self.manager._kernel_spec = SPEC    # no search for it
        self.manager.start_kernel(place=place)
        self.process = self.manager.provisioner.process
        self.context = self.manager.context
        try:
            self._connect()
        except BaseException:
            # Collected with a socket, a context waits for ever.
            self.context.destroy(linger=0)
            self.process.close()
            raise

    def _connect(self):
        info = self.manager.get_connection_info()
        self.session = Session(key=info["key"],
                               signature_scheme=info["signature_scheme"])
        self.shell, self.iopub = (
            self._socket(kind, info[f"{name}_port"], info["ip"])
            for kind, name in [(zmq.DEALER, "shell"), (zmq.SUB, "iopub")])
        self.poller = zmq.Poller()
        for item in self.shell, self.iopub, self.process.fd:
            self.poller.register(item, zmq.POLLIN)
        self._until_heard()
        self.place.shut()

    def _socket(self, kind, port, ip):
        sock = self.context.socket(kind)
        sock.linger = 0
        # Whoever sends a longer one is cut off, and soon heard again.
        sock.maxmsgsize = 64 << 20
        sock.reconnect_ivl = 5
        if kind == zmq.SUB:
            sock.subscribe(b"")
            # Beyond this a flood is dropped, not kept.
            sock.rcvhwm = 10_000
        sock.connect(f"ipc://{ip}-{port}")
        return sock

    def _until_heard(self):
        """iopub has no hello: ask until its echo of us comes."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.session.send(self.shell, "kernel_info_request", {})
            if self.iopub.poll(20):
                break
        while self.iopub.poll(0):
            self.iopub.recv_multipart()

    # Cells.

    def run(self, source, seconds):
        """Outputs of a cell, as nbformat's; interrupts it in the end."""
        self.drain()
        outputs = Outputs(self.options.output)
        asked = self._ask(source)
        begun, warned = time.monotonic(), None
        while not self._ended(asked, outputs):
            now = time.monotonic()
            if self.too_large():
                self.kill()
            if not outputs.heard and now > begun + self.options.call_seconds:
                self.kill()
                raise Deaf(ends.DEAF, outputs.shown())
            if warned is not None and now > warned + GRACE:
                self.kill()
                raise Died(outputs.words, outputs.shown())
            if warned is None and now > begun + seconds:
                outputs.words = ends.STOPPED.format(ends.duration(seconds))
                self.interrupt()
                warned = now
        return outputs.result()

    def _ask(self, source, silent=False):
        message = self.session.send(self.shell, "execute_request", {
            "code": source, "silent": silent, "store_history": not silent,
            "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": False})
        return message["header"]["msg_id"]

    def _ended(self, asked, outputs):
        """Wait a little, take what came; has the cell ended?

        It has when the kernel is idle.  A flood can make it drop that
        message, but never its reply.
        """
        ready = dict(self.poller.poll(50))
        if self.process.fd in ready and len(ready) == 1:
            raise Died(self._why(ends.CELL_ENDED), outputs.shown())
        if self.shell in ready:
            self._receive(self.shell, asked, outputs)
        for _ in range(1000 if self.iopub in ready else 0):
            message = self._receive(self.iopub, asked, outputs)
            if message is None:
                break
            if message and _idle(message):
                if outputs.full and not outputs.replied and (
                        self.shell.poll(1000 * SETTLE)):
                    self._receive(self.shell, asked, outputs)
                return True
        outputs.lost = outputs.replied is not None and (
            time.monotonic() > outputs.replied + SETTLE)
        return outputs.lost

    def _receive(self, sock, asked, outputs):
        """A message about ``asked``, {} if it is another, None if none."""
        try:
            frames = sock.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None
        # A flood of an earlier cell is not even read.
        if not any(asked.encode() in f for f in frames[:6]):
            return {}
        outputs.heard = True
        if sock is self.shell:
            outputs.replied = outputs.replied or time.monotonic()
            if sum(map(len, frames)) > self.options.output:
                return {}
        elif not outputs.takes(frames):
            return {}
        with contextlib.suppress(Exception):
            _, frames = self.session.feed_identities(frames)
            message = self.session.deserialize(frames)
            if _parent(message) == asked and (
                    isinstance(message["content"], dict)):
                outputs.add(message)
                return message
        return {}

    def too_large(self):
        """Is it over its memory?  Looked at where no group watches."""
        now = time.monotonic()
        group = self.place.group
        if now < self.looked + 0.3:
            return False
        self.looked = now
        if os.getuid() != 0 and self.place.overflows():
            self.large = ends.FILES
            return True
        if group is not None and group.folders:
            return False
        used, count = usage(self.process.pid)
        if used > self.options.memory:
            self.large = self._memory()
        elif count > self.options.processes:
            self.large = ends.PROCESSES
        return bool(self.large)

    def gone(self):
        """Why it ended, or "" if it still runs."""
        return "" if self.alive() else self._why(ends.CODE_ENDED)

    def _memory(self):
        return ends.MEMORY.format(ends.size(self.options.memory))

    def _why(self, otherwise):
        group = self.place.group
        if self.large:
            return self.large
        if group is not None and group.out_of_memory():
            return self._memory()
        return otherwise

    # Calls.

    def serve(self):
        """Let it answer calls; returns the socket to it."""
        path = str(self.place.folder / "calls")
        with contextlib.suppress(FileNotFoundError):
            self.place.folder.joinpath("calls").unlink()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            self.place.give(path)
            listener.listen(1)
            self._ask(SERVE.format(path, NAMESPACE), silent=True)
            listener.settimeout(self.options.call_seconds + GRACE)
            try:
                calls, _ = listener.accept()
            except OSError:
                self.kill()
                raise Died(ends.DEAF) from None
        calls.settimeout(None)
        return calls

    def drain(self):
        """Throw away what it printed meanwhile."""
        for sock in self.iopub, self.shell:
            for _ in range(10_000):
                try:
                    sock.recv_multipart(zmq.NOBLOCK)
                except zmq.Again:
                    break

    # Its end.

    def interrupt(self):
        """As Ctrl-C."""
        import signal
        self.process.send_signal(signal.SIGINT)

    def alive(self):
        """Does it still run?"""
        return self.process.poll() is None

    def kill(self):
        """End it and all that it started."""
        self.process.kill()
        self.process.wait(10)

    def close(self):
        """End it, and remove what it had."""
        # The manager's own socket for control is among those closed.
        self.context.destroy(linger=0)
        self.process.close()
        self.manager.provisioner.process = None
        if self.place.group is not None:
            self.place.group.close()
        if self.cold is not None:
            self.cold.close()
        self.place.remove()


def _idle(message):
    return message["header"]["msg_type"] == "status" and message[
        "content"].get("execution_state") == "idle"


def _parent(message):
    with contextlib.suppress(Exception):
        return message["parent_header"]["msg_id"]
    return None
