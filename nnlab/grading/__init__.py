"""For instructors: release exercises, make a course, clean feedback.

Imports nothing by itself: nbgrader comes with the extra "grading".
"""
