"""The sections of the book that mistakes point to, by their labels.

A test holds them against the book, so that a student reads the title
that stands there.
"""
BP = "Backpropagation"
ADAM = "Adaptive optimisers: from AdaGrad to AdamW"
INIT = "Weight initialisation"
NORM = "Normalisation: inputs, BatchNorm, LayerNorm"
PENALTIES = "Weight penalties and dropout"

SECTIONS = {
    "ada-adagrad": (ADAM, "AdaGrad: divide by all that has been"),
    "ada-adamw": (ADAM, "AdamW: decay beside the gradient, not in it"),
    "adam-bias-correction": (ADAM, "Bias correction"),
    "adam-counting": (ADAM, "Counting t"),
    "adam-eps": (ADAM, "What eps does, and where it stands"),
    "adam-moments": (ADAM, "Two moving averages"),
    "adam-per-coordinate": (
        ADAM, "One learning rate does not fit all weights"),
    "adam-update": (ADAM, "The update"),
    "bp-bias": (BP, "The bias: a sum over the batch"),
    "bp-four-equations": (BP, "One layer on the graph: four equations"),
    "bp-gradcheck": (BP, "Check the gradient"),
    "bp-init": (BP, "Where the first weights come from"),
    "bp-kinks": (BP, "Kinks, and other things that fool the check"),
    "bp-mask": (BP, "The ReLU gate"),
    "bp-mean": (BP, "The mean: 1/N exactly once"),
    "bp-shapes": (BP, "Names and shapes"),
    "bp-softmax": (BP, "The start: softmax and cross-entropy"),
    "bp-stable": (BP, "Computing it without overflow"),
    "bp-update-after": (BP, "Backpropagation is not the update"),
    "bp-vcurve": (BP, "The step: a V-shaped error"),
    "drop-backward": (PENALTIES, "Backward: the same mask"),
    "drop-inverted": (PENALTIES, "Inverted dropout: scale in training"),
    "drop-mask": (PENALTIES, "The mask, and a formula repaired"),
    "drop-or-keep": (PENALTIES, "Drop or keep: whose p is it?"),
    "drop-rows": (PENALTIES,
                  "A new mask for each example and each step"),
    "init-backward": (INIT, "The same argument backwards"),
    "init-forward": (INIT, "The variance argument, step by step"),
    "init-pytorch": (INIT, "What PyTorch does if you ask for nothing"),
    "init-schemes": (INIT, "The schemes, with fan and gain"),
    "init-std": (INIT, "A standard deviation is not a variance"),
    "init-symmetry": (INIT, "Equal units stay equal"),
    "init-testing": (INIT, "How to test an init"),
    "norm-affine": (NORM, "The two parameters"),
    "norm-backward": (NORM, "The backward pass"),
    "norm-forward": (NORM, "BatchNorm in training"),
    "norm-inference": (NORM, "BatchNorm at inference"),
    "norm-layer": (NORM, "LayerNorm beside it"),
    "norm-running": (NORM, "Running statistics, in two conventions"),
    "norm-two-variances": (
        NORM, "Two variances, and why one example is an error"),
    "pen-biases": (PENALTIES, "Weights only"),
    "pen-l1": (PENALTIES, "L1: the same pull on every weight"),
    "pen-l2": (PENALTIES, "L2: a pull in proportion"),
    "pen-zeros": (PENALTIES, "Why the subgradient gives no zeros"),
}


def where(label):
    """The chapter and the section of a label, in words."""
    chapter, section = SECTIONS[label]
    return f'{chapter}, section "{section}"'
