"""What a run was asked for: an assignment and students that exist."""
from nnlab.grading.engine.release_of import gradebook

MOST = 10           # names in a message
NOT_THERE = ('There is no assignment "{}" in the gradebook of {}. There: {}. '
             "(A new one: nbgrader generate_assignment NAME.)")
NOBODY = "Nobody has handed in {}: there is no folder {}"
NOT_HIM = "Nobody called {} has handed in {}: there is no folder {}"
SPACES = ". More than one: --student {}"


def assignment_of(course, name):
    """The name of an assignment; a "/" at its end may stay from typing.

    Raises ValueError with the names that there are.  One that is new,
    and has a source, is left to ``release_of``.
    """
    name = name.rstrip("/")
    with gradebook(course) as book:
        there = [one.name for one in book.assignments]
    source = course.path(course.coursedir.source_directory, ".", name)
    plain = name and "/" not in name and name not in (".", "..")
    if name in there or not there or (plain and source.is_dir()):
        return name
    names = ", ".join(there[:MOST]) + ", ..." * (len(there) > MOST)
    raise ValueError(NOT_THERE.format(name, course.root, names))


def students_of(course, assignment, wanted):
    """Those to grade, in order; ValueError if there are none."""
    found = course.students(assignment)
    for student in wanted or ():
        if student not in found:
            words = student.replace(",", " ").split()
            raise ValueError(NOT_HIM.format(
                student, assignment, course.submitted(student, assignment))
                + SPACES.format(" ".join(words)) * (len(words) > 1))
    if not found:
        raise ValueError(NOBODY.format(
            assignment, course.submitted("<student>", assignment)))
    return sorted(set(wanted)) if wanted else found
