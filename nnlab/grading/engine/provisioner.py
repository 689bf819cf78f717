"""A kernel provisioner that forks kernels from a zygote.

It is chosen by its entry point, nnlab-warm, as jupyter_client's own
are.  Where a kernel runs and who forks it comes as the argument
``place`` of ``KernelManager.start_kernel``; without one it starts the
kernel as jupyter_client does.
"""
import contextlib
import dataclasses
import os
import shutil
import tempfile
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner

from nnlab.grading.engine.sandbox import (
    THREADS, environment, private_tmp)
from nnlab.grading.engine.zygotes import NoZygote

NAME = "nnlab-warm"
MOST_FILES = 10_000     # in a kernel's folder
UIDS = 2_000_000_000    # as root, kernel k runs as user UIDS + k
QUIET = ["--HistoryManager.enabled=False", "--log-level=ERROR",
         "--InteractiveShell.cache_size=1000"]


@dataclasses.dataclass
class Place:
    """Where a kernel runs: its folder, its limits, who forks it.

    boxed : in a sandbox, with a scratch of its own of ``scratch`` bytes
    group : a control group, or None
    """
    folder: Path
    zygote: object
    boxed: bool
    limits: dict
    scratch: int
    group: object = None
    seed: int = 0
    number: int = 0

    @classmethod
    def make(cls, run, files, **rest):
        """A new folder in ``run``, with the student's files in it."""
        folder = Path(tempfile.mkdtemp(prefix="k", dir=run))
        place = cls(folder, number=int.from_bytes(os.urandom(3)), **rest)
        for name in "files", "work":
            (folder / name).mkdir()
        home = folder / ("files" if place.boxed else "work")
        for path, data in files.items():
            target = home / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        place.give(folder)
        return place

    @property
    def uid(self):
        """The user that the kernel runs as, if this process is root."""
        return UIDS + self.number

    def give(self, path):
        """Let the kernel's user have a file or folder."""
        if self.boxed and os.getuid() == 0:
            # Not what a link points to: the folder is the kernel's.
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def shut(self):
        """Its sockets are made: nothing else comes into its folder."""
        if self.boxed and os.getuid() == 0:
            os.chown(self.folder, 0, 0)
            self.folder.chmod(0o711)

    def overflows(self):
        """Is there more in its folder than fits in a scratch?

        An ordinary user's kernels are the same user: it is not shut.
        """
        size = count = 0
        try:
            for top, _, names in os.walk(self.folder):
                for name in [".", *names]:
                    with contextlib.suppress(OSError):
                        size += os.lstat(os.path.join(top, name)).st_size
                    count += 1
                if size > 2 * self.scratch or count > MOST_FILES:
                    return True
        except RecursionError:      # folders in folders in folders
            return True
        return False

    def request(self, connection_file):
        """What the zygote is asked for."""
        box = {"folder": str(self.folder), "uid": self.uid,
               "size": self.scratch, "tmp": private_tmp()}
        return {"run": "inside.kernel:run", "arguments": QUIET,
                "cwd": str(self.folder / "work"),
                "connection_file": connection_file, "limits": self.limits,
                "seed": self.seed,
                "env": environment() if self.boxed else {
                    **os.environ, **THREADS},
                "box": box if self.boxed else None}

    def remove(self):
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel; sockets are files in the kernel's own folder."""
    place = None

    async def pre_launch(self, place=None, **kwargs):
        """Decide on the transport before ports are chosen."""
        self.place = place
        if place is None:
            return await super().pre_launch(**kwargs)
        manager = self.parent
        manager.transport = "ipc"
        manager.connection_file = str(place.folder / "c.json")
        manager.ip = str(place.folder / "s")
        made = await super().pre_launch(**kwargs)
        place.give(manager.connection_file)
        return made

    async def launch_kernel(self, cmd, **kwargs):
        place = self.place
        if place is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = place.zygote.fork(
            place.request(self.parent.connection_file))
        if place.group is not None:
            place.group.add(self.process.pid)
        self.process.go()
        said = self.process.line()
        if not said or "ready" not in said:
            raise NoZygote((said or {}).get("error", "it ended at once"))
        self.pid, self.pgid = self.process.pid, None
        return self.connection_info

    async def shutdown_requested(self, restart=False):
        """Nothing is asked of the student's code: it is killed."""
        if self.place is not None:
            await self.kill(restart)

    async def wait(self):
        """Wait for the end of a forked kernel without polling."""
        if self.place is None or self.process is None:
            return await super().wait()
        self.process.close()
        self.process = None
        return 0
