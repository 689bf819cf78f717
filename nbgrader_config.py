"""nbgrader's settings, for this folder and for what make course makes."""
from pathlib import Path

from nnlab.grading import feedback

c = get_config()  # noqa: F821, nbgrader puts it here

c.CourseDirectory.course_id = "nnlab"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# Where release_assignment, collect and release_feedback hand things over.
c.Exchange.root = str(Path(__file__).parent / "exchange")

# The mark scheme stands in the locked question above the answer, so that
# an unanswered one is scored 0 without a look.  nbgrader would have it in
# a "task" cell, and those are never scored by themselves.
c.ClearMarkScheme.enforce_metadata = False

# What a student gets back: no hidden check, no mark scheme, words first.
feedback.use(c)
