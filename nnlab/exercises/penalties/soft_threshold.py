"""The question soft_threshold: the step that makes exact zeros."""
import numpy as np

from nnlab import regularization
from nnlab.exercises.exercise import Exercise, Mistake
from nnlab.exercises.scripts import Script, sixty_fourths
from nnlab.exercises.source import define, edit, source

# The very function that trains, under the name that students know.
soft_threshold = define(
    source(regularization.prox_l1).replace("def prox_l1", (
        "def soft_threshold")), "soft_threshold", vars(regularization))


def cases(rng):
    a, b = (int(n) for n in rng.permutation(range(2, 6))[:2])
    return [_script(rng, (int(rng.integers(5, 9)),), 40, "one row"),
            _script(rng, (a, b), 75, "a matrix"),
            _script(rng, (a, b), 150, "t above 1"), _edges(rng)]


def _script(rng, shape, about, label):
    """Some weights below t and some above, of both signs."""
    t = int(rng.integers(about - 8, about + 9)) / 64
    w = sixty_fourths(rng, *shape)
    # These four tell all wrong ones apart, whatever was drawn.
    w.flat[:4] = np.array([2.25, -1.75, 0.25, -0.5]) * t
    return Script([((rng.permutation(w.ravel()).reshape(shape), t), {})],
                  label)


def _edges(rng):
    """At 0, at t and at -t; and for t = 0, which changes nothing."""
    t = int(rng.integers(30, 60)) / 64
    return Script([((np.array([t, -t, 0.0, 3 * t, -3 * t]), t), {}),
                   ((sixty_fourths(rng, 3), 0.0), {})],
                  "weights of exactly t, -t and 0", special=True)


def look(results, script):
    return {"values": {"w" if i == 0 else "w for t = 0": w
                       for i, w in enumerate(results)}}


def _edit(text):
    return edit(soft_threshold, (PROX, text))


PROX = "np.sign(w) * np.maximum(np.abs(w) - t, 0)"
SMALL, OUTSIDE = "np.abs(w) <= t", "np.abs(w) > t"

MISTAKES = [
    Mistake(
        "hard_threshold", "large weights are not shrunk",
        _edit(f"np.where({OUTSIDE}, w, 0)"),
        ("What becomes of a weight just above t?",
         "This is the hard threshold: it jumps at t. The soft one moves "
         "every weight by t, and is continuous.",
         "Take t off the size of each weight that is larger than t."),
        "pen-l1"),
    Mistake(
        "subgradient_step", "small weights jump across 0",
        _edit("w - t * np.sign(w)"),
        ("Where does a weight of t / 2 end?",
         "This is a step along the subgradient. Weights smaller than t "
         "change their sign where they should stop at 0.",
         "The size is max(|w| - t, 0)."), "pen-zeros"),
    Mistake(
        "clipped", "what is returned is w cut off at t",
        _edit("np.clip(w, -t, t)"),
        ("What becomes of the largest weight?",
         "Clipping keeps small weights and cuts large ones. Here it is "
         "the small ones that go.",
         "w - clip(w, -t, t) is one way to write it."), "pen-l1"),
    Mistake(
        "no_sign", "negative weights become positive",
        _edit("np.maximum(np.abs(w) - t, 0)"),
        ("Which sign has the result for w = -3 and t = 1?",
         "The size is right. The sign of w has been lost.",
         "Multiply by the sign of w."), "pen-l1"),
    Mistake(
        "one_sided", "all negative weights become 0",
        _edit("np.maximum(w - t, 0)"),
        ("What becomes of a weight of -3?",
         "ReLU of w - t treats positive weights alone.",
         "Work on the size |w| and give it the sign of w back."),
        "pen-l1"),
    Mistake(
        "moves_left", "negative weights move away from 0",
        _edit(f"np.where({OUTSIDE}, w - t, 0)"),
        ("Which way does a weight of -3 move?",
         "Every weight moves towards 0: negative ones go up.",
         "Subtract t times the sign of w."), "pen-l1"),
    Mistake(
        "l2_shrinkage", "weights shrink by a factor: this is L2",
        [_edit("w / (1 + t)"), _edit("w / (1 + 2 * t)"),
         _edit("w * (1 - t)")],
        ("Is one of your weights exactly 0?",
         "A factor makes weights smaller, never 0. L1 takes the same "
         "amount t off each.", "The size is max(|w| - t, 0)."),
        "pen-l2"),
    Mistake(
        "wrong_amount", "the amount taken off is not t",
        [_edit("np.sign(w) * np.maximum(np.abs(w) - 2 * t, 0)"),
         _edit("np.sign(w) * np.maximum(np.abs(w) - t / 2, 0)"),
         _edit("np.sign(w) * np.maximum(np.abs(w) - t**2, 0)")],
        ("By how much does a large weight move?",
         "By t itself: not by its half, its double or its square.",
         "max(|w| - t, 0)."), "pen-l1"),
    Mistake(
        "moves_outwards", "weights move away from 0",
        _edit("np.sign(w) * (np.abs(w) + t)"),
        ("Is the result smaller in size than w?",
         "t is taken off the size, not added.", "max(|w| - t, 0)."),
        "pen-l1"),
    Mistake(
        "small_ones_kept", "small weights stay as they are",
        _edit(f"np.where({SMALL}, w, w - t * np.sign(w))"),
        ("Which weights become exactly 0?",
         "Those of a size of at most t. Yours stay.",
         "Put 0 where |w| <= t."), "pen-zeros"),
    Mistake(
        "no_floor", "the size may become negative",
        _edit("np.sign(w) * np.abs(np.abs(w) - t)"),
        ("What becomes of a weight of t / 2?",
         "|w| - t is negative there. Cut it off at 0; its absolute value "
         "is no help.", "max(|w| - t, 0)."), "pen-zeros"),
]

_CLIP = '''def soft_threshold(w, t):
    return w - np.clip(w, -t, t)
'''
_TWO_SIDES = '''def soft_threshold(w, t):
    return np.maximum(w - t, 0) - np.maximum(-w - t, 0)
'''
_WHERE = '''def soft_threshold(w, t):
    out = np.zeros_like(w)
    out[w > t] = w[w > t] - t
    out[w < -t] = w[w < -t] + t
    return out
'''
_LOOPS = '''def soft_threshold(w, t):
    new = []
    for v in w.ravel().tolist():
        new.append(v - t if v > t else v + t if v < -t else 0.0)
    return np.array(new, dtype=np.float32).reshape(w.shape)
'''
VARIANTS = {name: define(text, "soft_threshold", {"np": np})
            for name, text in [
                ("what clipping leaves", _CLIP), ("two sides", _TWO_SIDES),
                ("masks", _WHERE), ("a loop, float32", _LOOPS)]}

EXERCISE = Exercise(
    "soft_threshold", soft_threshold, cases, look, {"values": 1.0},
    ("w",), MISTAKES, [], VARIANTS)
