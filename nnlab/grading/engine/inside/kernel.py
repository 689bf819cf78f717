"""A forked child becomes an IPython kernel, shut in if asked."""
import contextlib
import os
import sys
import tempfile

from ipykernel.kernelapp import IPKernelApp

from . import isolate, zygote


def before_fork():
    """Import what a kernel imports while it starts, seen in a trial.

    A child starts one, runs two cells and says what it has loaded.
    """
    import importlib
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            names = "\n".join(_loaded())
            os.write(writer, names.encode()[:1 << 15])
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        for name in file.read().split("\n"):
            with contextlib.suppress(BaseException):
                importlib.import_module(name)
    os.wait()


def _loaded():
    """Names of the modules that a kernel needs beyond those here."""
    before = set(sys.modules)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(IPYTHONDIR=folder, JPY_PARENT_PID="1")
        sys.stdout = sys.stderr = open(os.devnull, "w")
        for number in 1, 2:     # ipykernel has a word for sys.__stdout__
            os.dup2(sys.stdout.fileno(), number)
        app = IPKernelApp.instance()
        app.initialize(["-f", os.path.join(folder, "c.json"),
                        "--transport=ipc", "--ip=" + folder + "/s",
                        "--HistoryManager.enabled=False"])
        for source in "1 + 1", "1 / 0":
            app.shell.run_cell(source)
    return [m for m in sys.modules if m not in before and "." != m[0]]


def run(connection, request):
    """Isolate, say hello, wait for the word, be a kernel."""
    shut_in(connection, request)
    os.environ["JPY_PARENT_PID"] = "1"      # no poller of the parent
    os.chdir(request["cwd"])
    _kernel(connection, request)


def probe(connection, request):
    """Isolate as a kernel would, and say that it went well."""
    shut_in(connection, request)
    zygote.tell(connection, {"ready": True, "pid": os.getpid()})


def shut_in(connection, request):
    """A session, an environment and, if asked for, a box of its own."""
    os.setsid()
    own_output()
    os.environ.clear()
    os.environ.update(request["env"])
    tempfile.tempdir = None         # looked up anew
    box, root = request["box"], os.getuid() == 0
    if box:
        isolate.unshare(root)
        os.setsid()
        isolate.own_mounts(box["folder"], box["size"], box["tmp"])
    connection.sendall(b"{}\n")     # its credentials carry our pid
    if connection.recv(1) != b"g":  # the parent has put us in a cgroup
        os._exit(1)
    if box:
        uid = box["uid"] if root else None
        _bring(os.path.join(box["folder"], "files"), request["cwd"], uid)
        isolate.limit(request["limits"])
        isolate.give_up_rights(uid)


def own_output():
    """Let go of the zygote's pipes: full of one, they stop the next."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in 0, 1, 2:
        os.dup2(null, number)
    os.close(null)


def _bring(source, target, uid):
    """Copy the student's files to the scratch, for the student."""
    import shutil
    shutil.copytree(source, target, dirs_exist_ok=True)
    if uid is not None:
        for top, folders, files in os.walk(target):
            for name in [".", *folders, *files]:
                os.chown(os.path.join(top, name), uid, uid)


def _kernel(connection, request):
    sys.argv = ["ipykernel_launcher", "-f", request["connection_file"]]
    sys.path.insert(0, "")
    app = IPKernelApp.instance()
    app.initialize([*sys.argv[1:], *request["arguments"]])
    _seed_at_first_cell(app.shell.events, request["seed"])
    zygote.tell(connection, {"ready": True})
    connection.close()
    app.start()


def _seed_at_first_cell(events, seed):
    """Not before: each hello is answered with a tip drawn at random."""
    def begin(_):
        events.unregister("pre_run_cell", begin)
        zygote.reseed(seed)
    events.register("pre_run_cell", begin)
