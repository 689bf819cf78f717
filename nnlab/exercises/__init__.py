"""Exercises: graded questions, and ``check`` that names the mistake.

EXERCISES maps the name of each question to all that is known of it.
"""
from nnlab.exercises.adaptive import adam, test_adam
from nnlab.exercises.backpropagation import (
    softmax_cross_entropy, two_layer_backward)
from nnlab.exercises.check import check, made_with
from nnlab.exercises.initialisation import he_normal

EXERCISES = {
    module.EXERCISE.name: module.EXERCISE
    for module in (two_layer_backward, softmax_cross_entropy, he_normal,
                   adam, test_adam)}

__all__ = ["EXERCISES", "check", "made_with"]
