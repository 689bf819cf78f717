"""Grade a class in two kernels: for any nbgrader course.

Nothing in here knows of nnlab's exercises.  ``grade`` is a pure
function, (Submission, Release) -> Result; one coordinator writes what
it returns into nbgrader's gradebook and folders.
"""
