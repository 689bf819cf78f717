"""The sandbox of the student's kernels, made by bubblewrap.

Its files are the system, this Python and the packages that the release
needs, all read-only, the student view over them, and one folder for
the kernels.  Each kernel then shuts itself in further (inside/
isolate.py): namespaces of its own, a scratch of its own.
"""
import dataclasses
import functools
import importlib.util
import os
import shutil
import sys
from pathlib import Path

LIB = "/grading"        # where the files of inside/ are, in the sandbox
ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "fonts",
       "localtime", "nsswitch.conf", "mime.types", "python3")
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
PREFIX = ("bin", "lib", "lib64", "share", "include", "pyvenv.cfg")
CAPS = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "CHOWN",
        "DAC_OVERRIDE", "FOWNER")
FIXED = {"PYTHONHASHSEED": "0"}     # sets in the same order every day
THREADS = {name: "1" for name in (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


@dataclasses.dataclass
class Sandbox:
    """What is mounted where.

    run : folder of the kernels, writable;  binds : (source, target)
    pairs that lie over the rest, read-only;  packages : folders of
    packages that are not installed in this Python's own folders
    """
    run: Path
    binds: list = dataclasses.field(default_factory=list)
    packages: list = dataclasses.field(default_factory=list)

    def command(self):
        """bubblewrap and its arguments, without the program to run."""
        root = os.getuid() == 0
        mounts = [*_files(), *_packages(self.packages)]
        return [bubblewrap(), *(_as_root() if root else ["--unshare-all"]),
                "--die-with-parent", "--new-session", "--clearenv",
                *_set(environment(self.run)), "--tmpfs", "/tmp",
                *_parents(mounts, self.run), *mounts,
                "--proc", "/proc", "--dev", "/dev", "--dir", "/mnt",
                "--dir", private_tmp(), "--bind", self.run, self.run,
                "--ro-bind", self.run / "lib", LIB,
                *_everywhere(self.binds, mounts),
                # /dev too: a user's kernels share it, and could write.
                "--remount-ro", "/", "--remount-ro", "/tmp",
                "--remount-ro", "/dev",
                "--chdir", "/"]


    def paths(self):
        """Folders for sys.path in there, beside Python's own."""
        return list(dict.fromkeys(str(Path(p).parent)
                                  for p in self.packages))


def bubblewrap():
    """The path of the program, or None."""
    return shutil.which("bwrap")


@functools.cache
def private_tmp():
    """The folder for temporary files that each kernel has of its own.

    Where this Python or its packages lie in /tmp themselves, another
    one: what is mounted over a folder hides what is in it.
    """
    ours = [sys.prefix, sys.base_prefix, __file__, *sys.path]
    return "/scratch" if any(os.path.realpath(p or ".").startswith("/tmp/")
                             for p in ours) else "/tmp"


def environment(tmp=None):
    """The environment in there: none of ours, so none of its secrets.

    tmp : the folder for temporary files; by default a kernel's own
    """
    tmp = tmp or private_tmp()
    return {"PATH": f"{sys.prefix}/bin:/usr/bin:/bin", "HOME": str(tmp),
            "LANG": "C.UTF-8", "MPLBACKEND": INLINE, "TMPDIR": str(tmp),
            "MPLCONFIGDIR": f"{tmp}/matplotlib",
            "IPYTHONDIR": f"{tmp}/ipython",
            "PYTHONDONTWRITEBYTECODE": "1",
            "JUPYTER_RUNTIME_DIR": f"{tmp}/jupyter", "USER": "student",
            "NBGRADER_EXECUTION": "autograde", **THREADS, **FIXED}


INLINE = "module://matplotlib_inline.backend_inline"


def _as_root():
    """Rights that the zygote needs, and its kernels give up."""
    return ["--unshare-pid", "--unshare-net", "--unshare-ipc",
            "--unshare-uts", "--unshare-cgroup-try",
            *(a for cap in CAPS for a in ("--cap-add", f"CAP_{cap}"))]


def _set(variables):
    return [a for pair in variables.items() for a in ("--setenv", *pair)]


def _files():
    """The system and this Python, nothing of anybody's."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM:
        path = f"/{name}"
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    for name in ETC:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        if not prefix.startswith("/usr"):
            for name in PREFIX:
                path = os.path.join(prefix, name)
                arguments += ["--ro-bind-try", path, path]
    return arguments


def _parents(mounts, run):
    """Folders above what is mounted: bubblewrap would close them.

    It makes them with mode 0700, and a kernel runs as another user.
    """
    targets = [a for a in [*mounts, str(run)] if str(a).startswith("/")]
    above = {str(p) for t in targets for p in Path(t).parents}
    return [a for folder in sorted(above - {"/"})
            for a in ("--perms", "0755", "--dir", folder)
            if not folder.startswith("/usr")]


def _packages(folders):
    return [a for folder in folders for a in ("--ro-bind", folder, folder)]


def _everywhere(binds, mounts):
    """Cover a file wherever a mount shows it.

    One file can have many paths: lib64 of an environment is a link to
    its lib, and the environment may itself be reached by a link.
    """
    shows = [(os.path.realpath(source), target) for kind, source, target
             in zip(mounts[::3], mounts[1::3], mounts[2::3])
             if kind != "--symlink"]
    arguments = []
    for replacement, original in binds:
        for source, target in shows:
            below = os.path.relpath(os.path.realpath(original), source)
            if below.split(os.sep)[0] != os.pardir:
                arguments += ["--ro-bind", replacement,
                              os.path.normpath(os.path.join(target, below))]
    return arguments


def outside_packages(modules):
    """Folders of packages that lie outside this Python's own.

    An editable install, a package found through PYTHONPATH: only the
    package itself may be seen, not what lies beside it.
    """
    found = []
    for name in dict.fromkeys(m.split(".")[0] for m in modules):
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            continue
        places = [] if spec is None else (
            spec.submodule_search_locations or [spec.origin])
        found += [os.path.realpath(p) for p in places
                  if p and os.path.exists(p) and not _ours(p)]
    return found


def _ours(path):
    inside = [os.path.join(p, n) for p in (sys.prefix, sys.base_prefix)
              for n in PREFIX]
    return os.path.realpath(path).startswith(
        (*inside, *map(os.path.realpath, inside), "/usr/"))


def protections(options):
    """[(name, on, how)] of what protects the grading on this machine."""
    from nnlab.grading.engine import cgroup
    if not options.protected:
        how = "switched off by --unprotected"
    elif bubblewrap() is None:
        how = ("bubblewrap is not installed; type: sudo apt install "
               "bubblewrap")
    else:
        how = _trial()
    boxed = how == ""
    memory = cgroup.kind()
    without = how if not options.protected else "it comes with the sandbox"
    return [
        ("two kernels", True, "tests run apart from the student's code"),
        ("sandbox", boxed, how or "bubblewrap and namespaces: no network, "
         "a read-only system, a private scratch"),
        ("memory", boxed, without if not boxed else
         f"control groups ({memory})" if memory else
         "per process, and a watch on the sum"),
        ("time and output", True, "limits on each cell and each call"),
    ]


def _trial():
    """Shut a process in as a kernel will be; "" if it works, else why.

    Whether this machine allows it cannot be read off its settings.
    """
    from nnlab.grading.engine.provisioner import Place
    from nnlab.grading.engine.zygotes import (
        NoZygote, Zygote, remove, run_folder)
    run, zygote = run_folder(), None
    try:
        zygote = Zygote(run, "p", ["json"], LIB, Sandbox(run).command())
        place = Place.make(run, {}, zygote=zygote, boxed=True, limits={},
                           scratch=1 << 20)
        request = {**place.request(""), "run": "inside.kernel:probe"}
        child = zygote.fork(request)
        child.go()
        said = child.line() or {}
        child.close()
        return "" if said.get("pid") == 1 else said.get("error", "it ended")
    except (NoZygote, OSError) as error:
        return f"this machine does not allow it: {error}"
    finally:
        if zygote is not None:
            zygote.close()
        remove(run)
