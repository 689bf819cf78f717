"""Make a course folder to grade in: ``python -m nnlab.grading.course DIR``.

It holds nbgrader's settings, the notebooks, a gradebook and a sample
class that has handed in.  With ``--empty`` nobody has.  Every nbgrader
command works in it.
"""
import shutil
import sys
import tempfile
from pathlib import Path
from secrets import token_hex

from nnlab.grading import notebooks
from nnlab.grading.release import CONFIG, ROOT, copy, nbgrader, topics
from nnlab.grading.sample import sample_class

HANDED_IN = "2026-01-30 12:00:00.000000 UTC"
NEXT = """\
The course is in {folder}.
{who} Type:

  export PATH="{bin}:$PATH"
  cd "{folder}"
  nnlab grade {topic}         scores, gradebook and feedback pages
  nbgrader export               all grades, in grades.csv
  jupyter lab                   then the menu Nbgrader > Formgrader

The answers in words wait for a person: Formgrader, Manual Grading.
exchange/ is for nbgrader's commands release_assignment and collect, and
everybody on this machine may write there. Delete it if you use neither.
"""
SAMPLE = """\
Its sample class of {students} has handed in {topic}. For a class of
your own make a course without it: {empty}"""
OWN = """\
Nobody has handed in yet. Put each notebook where it belongs:
  submitted/<student>/{topic}/{topic}.ipynb"""
THERE = "It was there already, and nothing in it was changed.\n"
USAGE = ("usage: python -m nnlab.grading.course [--empty] DIR   (a new "
         "folder outside the clone)")


def make_course(folder, empty=False, which=()):
    """Make the course in ``folder``; returns the number of students.

    empty : without the sample class;  which : the assignments, by
    default all

    Raises ValueError if ``folder`` holds anything, or lies in the
    clone: nothing that grading leaves behind may be committed.
    """
    folder = Path(folder).expanduser().resolve()
    _refuse(folder)
    with tempfile.TemporaryDirectory(dir=folder.parent) as near:
        made = Path(near) / folder.name
        made.mkdir()
        students = _fill(made, empty, which)
        made.rename(folder)
    return students


SAMPLED = "first_steps"     # what the sample class has handed in


def _refuse(folder):
    if folder == ROOT or ROOT in folder.parents:
        raise ValueError(f"{folder} lies in the clone. Grades must not "
                         "get into it: name a folder outside.")
    if not (ROOT / CONFIG).exists():
        raise ValueError(f"{ROOT / CONFIG} is missing: this needs a "
                         "clone of the project, not an installed nnlab.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is not empty. Name a new folder.")
    if not folder.parent.is_dir():
        raise ValueError(f"{folder.parent} is missing: make it first, or "
                         "name a folder in one that is there.")


def _fill(folder, empty, which):
    """Settings, exchange, notebooks, gradebook, submissions."""
    shutil.copyfile(ROOT / CONFIG, folder / CONFIG)
    (folder / "exchange").mkdir()
    (folder / "exchange").chmod(0o777)      # nbgrader asks for it
    students = set()
    for topic in which or topics(ROOT / "solutions"):
        copy(ROOT / "solutions" / topic, folder / "solutions" / topic)
        nbgrader(folder, "generate_assignment", topic)
        if not empty and topic == SAMPLED:
            students |= _hand_in(folder, topic)
    _enrol(folder, sorted(students))
    return len(students)


def _hand_in(folder, topic):
    """The sample class hands in ``topic``; returns the students."""
    released = folder / "exercises" / topic
    submissions = sample_class(notebooks.read(released / f"{topic}.ipynb"))
    for submission in submissions:
        target = folder / "submitted" / submission.student / topic
        shutil.copytree(released, target)
        notebooks.write(submission.notebook, target / f"{topic}.ipynb")
        # What nbgrader submit adds, and release_feedback asks for.
        (target / "timestamp.txt").write_text(HANDED_IN)
        (target / "submission_secret.txt").write_text(token_hex(64))
    return {submission.student for submission in submissions}


def _enrol(folder, students):
    from nbgrader.api import Gradebook
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for student in students:
            gradebook.update_or_create_student(student)


def main(arguments):
    """Make the course that the command line names; say what is next."""
    empty, rest = "--empty" in arguments, [
        a for a in arguments if a != "--empty"]
    if len(rest) != 1 or rest[0].startswith("-"):
        sys.exit(USAGE)
    folder = Path(rest[0]).expanduser().resolve()
    students = _made(folder)
    if students is None:
        try:
            students = make_course(folder, empty)
        except (ValueError, OSError) as error:
            sys.exit(f"error: {error}")
    else:
        print(THERE, end="")
    topic = SAMPLED
    print(NEXT.format(
        folder=folder, topic=topic, bin=Path(sys.executable).parent,
        who=(SAMPLE if students else OWN).format(
            students=students, topic=topic,
            empty="make course DIR=... EMPTY=1")))


def _made(folder):
    """How many have a folder in a course that was made here before.

    None if it is no such course: then it is to be made, or refused.
    """
    topic = SAMPLED
    if all((folder / name).exists() for name in (
            CONFIG, "gradebook.db", "exercises")):
        return len(list((folder / "submitted").glob(f"*/{topic}")))
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
