"""Exercises: graded questions, and ``check`` that names the mistake.

EXERCISES maps the name of each question to all that is known of it.
"""
from nnlab.exercises._questions import Questions
from nnlab.exercises.check import check, made_with

EXERCISES = Questions()

__all__ = ["EXERCISES", "check", "made_with"]
