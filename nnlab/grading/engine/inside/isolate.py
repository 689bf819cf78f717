"""A process shuts itself in: namespaces, mounts, limits, no rights.

Runs in a child of the zygote, before anything of the student's.  It
talks to the kernel through libc, as Python has no mount().
"""
import ctypes
import os
import resource
import struct

NEWNS, NEWUTS, NEWIPC = 0x20000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
NOSUID, NODEV, BIND, REC, PRIVATE = 2, 4, 4096, 16384, 1 << 18
NO_NEW_PRIVS, CAPBSET_DROP = 38, 24
LAST_CAP = 63
STAGE = "/mnt"      # an empty folder of the sandbox

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *args):
    if getattr(_libc, name)(*args):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, data=None):
    """mount(2)."""
    _call("mount", *(s and s.encode() for s in (source, target, kind)),
          ctypes.c_ulong(flags), data and data.encode())


def unshare(root):
    """New namespaces; then fork, as the first process in them.

    root : True if this process has the rights; otherwise a user
    namespace gives it those that it needs, and over nothing else.
    """
    uid, gid = os.getuid(), os.getgid()
    spaces = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
    _call("unshare", spaces if root else spaces | NEWUSER)
    if not root:
        for name, text in [("setgroups", "deny"), ("uid_map", f"1000 {uid} 1"),
                           ("gid_map", f"1000 {gid} 1")]:
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    if os.fork():
        os._exit(0)


def own_mounts(folder, size, tmp):
    """Private /proc, ``tmp`` and /dev/shm; of others' ``folder`` only.

    size : bytes that each of the writable ones may hold
    """
    mount(None, "/", None, REC | PRIVATE)
    mount("proc", "/proc", "proc", NOSUID | NODEV)
    mount(folder, STAGE, None, BIND)
    for place in tmp, "/dev/shm", os.path.dirname(folder):
        if os.path.isdir(place):        # it may have lain in the first
            mount("tmpfs", place, "tmpfs", NOSUID | NODEV,
                  f"size={size},mode=1777")
    os.makedirs(folder, exist_ok=True)
    mount(STAGE, folder, None, BIND)
    _call("umount2", STAGE.encode(), 2)
    work = os.path.join(folder, "work")
    mount("tmpfs", work, "tmpfs", NOSUID | NODEV, f"size={size},mode=700")


def limit(limits):
    """resource limits {name: value}, soft and hard."""
    for name, value in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(kind, (value, value))


def give_up_rights(uid):
    """Become ``uid`` (if not None), and lose every capability."""
    for capability in range(LAST_CAP + 1):
        _libc.prctl(CAPBSET_DROP, capability, 0, 0, 0)
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0)
    head = struct.pack("II", 0x20080522, 0)
    _call("capset", head, bytes(24))
