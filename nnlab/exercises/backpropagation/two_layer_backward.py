"""The question two_layer_backward: the gradients of a two-layer net."""
import numpy as np

from nnlab._checks import checked, ndim, real, same_shape
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.scripts import Script, sixty_fourths
from nnlab.exercises.source import define, edit


def _arguments(dz2, x, z1, h, W2):
    real(dz2=dz2, x=x, z1=z1, h=h, W2=W2)
    ndim(2, dz2=dz2, x=x, z1=z1, h=h, W2=W2)
    same_shape(z1=z1, h=h)
    if not len(dz2) == len(x) == len(h):
        raise ValueError(
            f"dz2, x and h must have one row per example; got {len(dz2)},"
            f" {len(x)} and {len(h)} rows.")
    if W2.shape != (h.shape[1], dz2.shape[1]):
        raise ValueError(f"W2 must have shape (columns of h, columns of "
                         f"dz2); got {W2.shape}.")


@checked(_arguments)
def two_layer_backward(dz2, x, z1, h, W2):
    """The gradients of a net with one hidden ReLU layer.

        z1 = x @ W1 + b1,   h = relu(z1),   z2 = h @ W2 + b2

    dz2 : (N, M), dL/dz2; as L is a mean, it holds the 1/N already
    x : (N, D), z1 and h : (N, H), W2 : (H, M), kept from the forward
    pass.  dW1 stands for dL/dW1, and so on.
    Returns dW1 : (D, H), db1 : (H,), dW2 : (H, M), db2 : (M,).
    Raises ValueError for shapes that do not fit, or NaN.
    Source: Rumelhart, Hinton and Williams (1986).
    Same as PyTorch's autograd; it stores W transposed.
    """
    dW2 = h.T @ dz2
    db2 = dz2.sum(axis=0)
    dh = dz2 @ W2.T
    dz1 = dh * (z1 > 0)
    dW1 = x.T @ dz1
    db1 = dz1.sum(axis=0)
    return dW1, db1, dW2, db2


NAMES = ("dW1", "db1", "dW2", "db2")


def cases(rng):
    # No two sizes are equal, so that no wrong product fits by chance.
    N, D, H, M = (int(n) for n in rng.permutation(range(2, 8))[:4])
    sizes = {"several examples": (N, D, H, M),
             "one example": (1, D, H, M), "one output": (N, D, H, 1),
             "one hidden unit": (N, D, 1, M)}
    return [_script(rng, label, *size) for label, size in sizes.items()]


def _script(rng, label, N, D, H, M):
    z1 = sixty_fourths(rng, N, H)
    if label == "one output":
        z1[0, 0] = 0.0      # where every subgradient from 0 to 1 is right
    z1[-1] = np.abs(z1[-1])             # one row with all units awake
    dz2 = sixty_fourths(rng, N, M)
    args = (dz2, sixty_fourths(rng, N, D), z1, np.maximum(0, z1),
            sixty_fourths(rng, H, M))
    return Script([(args, {})], label)


def look(results, script):
    gradients = dict(zip(NAMES, results[0], strict=True))
    return {name: {name: gradients[name]} for name in NAMES}


def _edit(*changes):
    return edit(two_layer_backward, *changes)


MISTAKES = [
    Mistake(
        "pre_activation", "dW2 is made from z1, not from h",
        _edit(("h.T @ dz2", "z1.T @ dz2")),
        ("What did the second layer receive in the forward pass?",
         "The gradient of a weight is its input times the message that "
         "comes back. The input of W2 went through the ReLU.",
         "Use h, not z1, in dW2."), "bp-four-equations"),
    Mistake(
        "no_mask", "the ReLU is missing on the way back",
        _edit(("dh * (z1 > 0)", "dh")),
        ("Which hidden units could change the loss for this example?",
         "Where z1 is negative, h does not move when z1 does: the "
         "derivative there is 0.",
         "Multiply dh by 1 where z1 > 0 and by 0 elsewhere."), "bp-mask"),
    Mistake(
        "mask_on_message", "the mask looks at the sign of dh, not of z1",
        _edit(("(z1 > 0)", "(dh > 0)")),
        ("Whose sign decides whether a unit was asleep?",
         "The mask is the derivative of relu at z1. The message dh may "
         "have either sign.", "Compare z1 with 0, not dh."), "bp-mask"),
    Mistake(
        "sigmoid_slope", "the mask is h (1 - h), the sigmoid's slope",
        _edit(("(z1 > 0)", "h * (1 - h)")),
        ("Which activation does this net have?",
         "h (1 - h) is the derivative of the sigmoid, written with its "
         "output. This net has ReLU.",
         "relu'(z1) is 1 where z1 > 0, else 0."), "bp-mask"),
    Mistake(
        "mask_only_on_weights", "db1 is made from dh, without the mask",
        _edit(("dz1.sum(axis=0)", "dh.sum(axis=0)")),
        ("W1 and b1 both act through z1.",
         "Both gradients start from dL/dz1, the message behind the "
         "ReLU.", "Sum dz1, not dh, for db1."), "bp-bias"),
    Mistake(
        "mask_only_on_bias", "dW1 is made from dh, without the mask",
        _edit(("x.T @ dz1", "x.T @ dh")),
        ("W1 and b1 both act through z1.",
         "Both gradients start from dL/dz1, the message behind the "
         "ReLU.", "Use dz1, not dh, in dW1."), "bp-mask"),
    Mistake(
        "times_activation", "the message is multiplied by h, not masked",
        _edit(("dh * (z1 > 0)", "dh * h")),
        ("What is the derivative of relu at z1, a number or h?",
         "The slope of ReLU is 1 or 0; it does not grow with h.",
         "Multiply dh by (z1 > 0)."), "bp-mask"),
    Mistake(
        "inverted_mask", "the mask lets the sleeping units through",
        _edit(("(z1 > 0)", "(z1 <= 0)")),
        ("Which hidden units could change the loss for this example?",
         "The slope of ReLU is 1 where z1 > 0 and 0 elsewhere.",
         "Turn the comparison round."), "bp-mask"),
    Mistake(
        "bias_mean", "the bias gradients are means, not sums",
        _edit(("db2 = dz2.sum", "db2 = dz2.mean"),
              ("db1 = dz1.sum", "db1 = dz1.mean")),
        ("Where is the 1/N of the mean loss already?",
         "dz2 holds the 1/N. Each example adds its share to the bias "
         "gradient.", "Sum over the rows, axis=0."), "bp-bias"),
    Mistake(
        "bias_scalar", "the bias gradients are summed over everything",
        _edit(("dz2.sum(axis=0)", "dz2.sum()"),
              ("dz1.sum(axis=0)", "dz1.sum()")),
        ("How many biases does a layer have?",
         "There is one bias for each unit, and only the examples are "
         "summed over.", "Sum over axis 0 only."), "bp-bias"),
    Mistake(
        "bias_keepdims", "the bias gradients have shape (1, units)",
        _edit(("dz2.sum(axis=0)", "dz2.sum(axis=0, keepdims=True)"),
              ("dz1.sum(axis=0)", "dz1.sum(axis=0, keepdims=True)")),
        ("Compare the shape of db1 with that of b1.",
         "The values are right. A gradient has the shape of its "
         "parameter, and b1 has shape (H,).",
         "Leave out keepdims."), "bp-bias"),
    Mistake(
        "bias_wrong_axis", "the bias gradients are summed over the units",
        _edit(("dz2.sum(axis=0)", "dz2.sum(axis=1)"),
              ("dz1.sum(axis=0)", "dz1.sum(axis=1)")),
        ("Which axis counts examples, which one units?",
         "Rows are examples. The bias of a unit meets every example.",
         "Sum over axis 0, the examples."), "bp-bias"),
    Mistake(
        "updated_weights", "dh is made with W2 after its update",
        _edit(("dz2 @ W2.T", "dz2 @ (W2 - dW2).T")),
        ("At which weights was the loss measured?",
         "The gradient belongs to the weights of the forward pass. "
         "Compute all gradients first, then update.",
         "Use W2 as it was given."), "bp-update-after"),
    Mistake(
        "divided_twice", "the gradients are divided by N once too often",
        _edit(("db1 = dz1.sum(axis=0)", "db1 = dz1.sum(axis=0)\n"
               "    N = len(x)\n"
               "    dW1, db1, dW2, db2 = "
               "dW1 / N, db1 / N, dW2 / N, db2 / N")),
        ("Where does the 1/N of the mean stand?",
         "The loss hands you dz2 with the 1/N in it. It must come in "
         "exactly once.", "Do not divide here."), "bp-mean"),
    Mistake(
        "last_example", "only the last example counts",
        _edit(("h.T @ dz2", "np.outer(h[-1], dz2[-1])"),
              ("dz2.sum(axis=0)", "dz2[-1]"),
              ("x.T @ dz1", "np.outer(x[-1], dz1[-1])"),
              ("dz1.sum(axis=0)", "dz1[-1]")),
        ("How many examples are in the batch?",
         "Each example adds its share. In a loop, add to the gradient "
         "instead of assigning it.", "Use += over the examples, or a "
         "matrix product."), "bp-four-equations"),
    Mistake(
        "times_n", "the gradients are multiplied by N",
        _edit(("db1 = dz1.sum(axis=0)", "db1 = dz1.sum(axis=0)\n"
               "    N = len(x)\n"
               "    dW1, db1, dW2, db2 = "
               "dW1 * N, db1 * N, dW2 * N, db2 * N")),
        ("Where does the 1/N of the mean stand?",
         "dz2 holds the 1/N, and it belongs there.",
         "Do not multiply by N."), "bp-mean"),
    Mistake(
        "first_bias_zero", "db1 is zero",
        _edit(("dz1.sum(axis=0)", "np.zeros(z1.shape[1])")),
        ("What happens to the loss if you nudge b1?",
         "b1 acts on z1 just as x @ W1 does.",
         "db1 is the sum of dz1 over the examples."), "bp-bias"),
    Mistake(
        "transposed", "the weight gradients are transposed",
        _edit(("dW2 = h.T @ dz2", "dW2 = dz2.T @ h"),
              ("dW1 = x.T @ dz1", "dW1 = dz1.T @ x")),
        ("Compare the shape of dW1 with that of W1.",
         "Here W1 is (D, H): rows for inputs, columns for units. "
         "PyTorch stores the transpose.", "dW1 is x.T @ dz1."),
        "bp-shapes"),
    Mistake(
        "negated", "all gradients have the wrong sign",
        _edit(("return dW1, db1, dW2, db2",
               "return -dW1, -db1, -dW2, -db2")),
        ("Which way does a gradient point, uphill or downhill?",
         "The minus sign of gradient descent belongs to the update, "
         "w - lr * dw.", "Return the gradients without a minus."),
        "bp-update-after"),
    Mistake(
        "wrong_order", "the gradients come in the wrong order",
        _edit(("return dW1, db1, dW2, db2",
               "return dW2, db2, dW1, db1")),
        ("Read the last line of the statement.",
         "Each gradient is right, but the caller takes the first for "
         "dW1.", "Return dW1, db1, dW2, db2."), "bp-shapes"),
]

CONVENTIONS = [
    Convention(
        "mask_with_zero", "relu'(0) = 1, z1 >= 0 in the mask",
        _edit(("z1 > 0", "z1 >= 0")), False,
        "texts that take the other subgradient", "relu'(0) = 0, as in "
        "PyTorch"),
]

_LOOPS = '''def two_layer_backward(dz2, x, z1, h, W2):
    (N, D), (H, M) = x.shape, W2.shape
    dW1, db1 = np.zeros((D, H)), np.zeros(H)
    dW2, db2 = np.zeros((H, M)), np.zeros(M)
    for n in range(N):
        for k in range(M):
            db2[k] += dz2[n, k]
            for j in range(H):
                dW2[j, k] += h[n, j] * dz2[n, k]
        for j in range(H):
            if z1[n, j] > 0:
                message = sum(dz2[n, k] * W2[j, k] for k in range(M))
                db1[j] += message
                for i in range(D):
                    dW1[i, j] += x[n, i] * message
    return dW1, db1, dW2, db2
'''
_EINSUM = '''def two_layer_backward(dz2, x, z1, h, W2):
    dz1 = np.where(h > 0, np.einsum("nm,hm->nh", dz2, W2), 0)
    ones = np.ones(len(x))
    return [np.einsum("nd,nh->dh", x, dz1), ones @ dz1,
            (dz2.T @ h).T, np.einsum("nm->m", dz2)]
'''
_FLOAT32 = '''def two_layer_backward(dz2, x, z1, h, W2):
    dz2, x, z1, h, W2 = (a.astype(np.float32)
                         for a in (dz2, x, z1, h, W2))
    dh = np.dot(dz2, W2.T)
    dh[z1 <= 0] = 0
    return x.T.dot(dh), dh.sum(0), h.T.dot(dz2), dz2.sum(0)
'''
VARIANTS = {name: define(text, "two_layer_backward", globals())
            for name, text in [("loops", _LOOPS), ("einsum", _EINSUM),
                               ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "two_layer_backward", two_layer_backward, cases, look,
    {"dW1": 0.4, "db1": 0.2, "dW2": 0.25, "db2": 0.15}, NAMES,
    MISTAKES, CONVENTIONS, VARIANTS)
