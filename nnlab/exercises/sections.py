"""The sections of the book that mistakes point to, by their labels.

A test holds them against the book, so that a student reads the title
that stands there.
"""
BP, ADAM = "Backpropagation", "Adaptive learning rates: Adam"

SECTIONS = {
    "adam-bias-correction": (ADAM, "Bias correction"),
    "adam-counting": (ADAM, "Counting t"),
    "adam-eps": (ADAM, "What eps does, and where it stands"),
    "adam-moments": (ADAM, "Two moving averages"),
    "adam-per-coordinate": (
        ADAM, "One learning rate does not fit all weights"),
    "adam-update": (ADAM, "The update"),
    "bp-bias": (BP, "The bias: a sum over the batch"),
    "bp-four-equations": (BP, "One layer on the graph: four equations"),
    "bp-init": (BP, "Where the first weights come from"),
    "bp-mask": (BP, "The ReLU gate"),
    "bp-mean": (BP, "The mean: 1/N exactly once"),
    "bp-shapes": (BP, "Names and shapes"),
    "bp-softmax": (BP, "The start: softmax and cross-entropy"),
    "bp-stable": (BP, "Computing it without overflow"),
    "bp-update-after": (BP, "Backpropagation is not the update"),
}


def where(label):
    """The chapter and the section of a label, in words."""
    chapter, section = SECTIONS[label]
    return f'{chapter}, section "{section}"'
