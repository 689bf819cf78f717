"""A forked child becomes an IPython kernel, shut in if asked."""
import os
import sys

from . import isolate, zygote

MODULES = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell",
           "ipykernel.comm", "IPython.core.completer", "matplotlib_inline",
           "comm", "debugpy", "nest_asyncio")


def run(connection, request):
    """Isolate, say hello, wait for the word, be a kernel."""
    os.setsid()
    os.environ.clear()
    os.environ.update(request["env"])
    box = request.get("box")
    if box:
        root = os.getuid() == 0
        isolate.unshare(root)
        os.setsid()
        isolate.own_mounts(box["folder"], box["size"])
    connection.sendall(b"{}\n")     # its credentials carry our pid
    if connection.recv(1) != b"g":  # the parent has put us in a cgroup
        os._exit(1)
    if box:
        _bring(os.path.join(box["folder"], "files"), request["cwd"],
               box["uid"] if root else None)
        isolate.limit(request["limits"])
        isolate.give_up_rights(box["uid"] if root else None)
    os.environ["JPY_PARENT_PID"] = "1"      # no poller of the parent
    os.chdir(request["cwd"])
    zygote.reseed(request["seed"])
    _kernel(connection, request)


def _bring(source, target, uid):
    """Copy the student's files to the scratch, for the student."""
    import shutil
    shutil.copytree(source, target, dirs_exist_ok=True)
    if uid is not None:
        for top, folders, files in os.walk(target):
            for name in [".", *folders, *files]:
                os.chown(os.path.join(top, name), uid, uid)


def _kernel(connection, request):
    from ipykernel.kernelapp import IPKernelApp
    sys.argv = ["ipykernel_launcher", "-f", request["connection_file"]]
    sys.path.insert(0, "")
    app = IPKernelApp.instance()
    app.initialize([*sys.argv[1:], *request["arguments"]])
    zygote.tell(connection, {"ready": True})
    connection.close()
    app.start()
