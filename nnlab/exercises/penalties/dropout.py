"""The question dropout: forward and backward, training and inference.

What is drawn differs from answer to answer, so masks are not compared
number by number. The look measures what holds for every right answer;
each interval fails by chance less than once in a million checks.
"""
import numpy as np

from nnlab._checks import checked, fraction, generator, real_pair
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.penalties._dropout_look import (
    DRAWS, look, normal_below, seen)
from nnlab.exercises.penalties._dropout_variants import VARIANTS
from nnlab.exercises.scripts import Rng, Script, sixty_fourths
from nnlab.exercises.source import edit


def _arguments(x, dout, p, rng, training=True):
    real_pair(x=x, dout=dout)
    fraction(p=p)
    generator(rng)


@checked(_arguments)
def dropout(x, dout, p, rng, training=True):
    """Inverted dropout, forward and backward, with one mask for both.

        mask = 0 with probability p, else 1 / (1 - p)
        out = x mask,   dx = dout mask

    At inference, training=False, out is x and dx is dout.
    x, dout : arrays of one shape, dout is dL/dout; p : the probability
    of dropping; rng draws a number for each element.
    Returns out, dx and mask, all in the shape of x.
    Raises ValueError for shapes that differ, values not finite, p
    outside [0, 1), or an rng that is anything but a Generator.
    Source: Srivastava et al. (2014), inverted as in its section 10.
    Same as PyTorch's ``nn.functional.dropout`` and its autograd.
    """
    mask = np.ones_like(x)
    if training:
        keep = rng.random(x.shape) >= p
        mask = keep / (1 - p)
    out = x * mask
    dx = dout * mask
    return out, dx, mask


def cases(rng):
    seed = int(rng.integers(2**31))
    # Far from a half, where p and 1 - p are one number.
    low, high = rng.uniform(0.25, 0.35), rng.uniform(0.65, 0.75)
    N, D = int(rng.integers(36, 44)), int(rng.integers(26, 32))
    none = sixty_fourths(rng, 3, 4), sixty_fourths(rng, 3, 4), 0.0
    return [_script(rng, (N, D), round(low, 3), seed),
            _script(rng, (N, D), round(high, 3), seed + 1),
            Script([((*none, Rng(seed)), {})], "p = 0", special=True)]


def _script(rng, shape, p, seed):
    """Draws of one generator, one of an equal one, and inference."""
    x, dout = sixty_fourths(rng, *shape), sixty_fourths(rng, *shape)
    calls = [((x, dout, p, Rng(seed)), {}) for _ in range(DRAWS)]
    calls += [((x, dout, p, Rng(seed, copy=1)), {}),
              ((x, dout, p, Rng(seed)), {"training": False})]
    return Script(calls, f"p = {p}")


def _edit(*changes):
    return edit(dropout, *changes)


KEEP, SCALED = "rng.random(x.shape) >= p", "mask = keep / (1 - p)"
DX, TRAINING = "dx = dout * mask", "if training:"
ONES = "mask = np.ones_like(x)"
_SURVIVORS = ("What is the mean of your output for an x of ones?",
              "A share 1 - p survives. For the mean to stay, survivors "
              "grow by 1 / (1 - p).")
_SAME = ("By what is each element of x multiplied on its way forward?",
         "Backward multiplies by the very same number: a constant factor "
         "passes into the derivative.", "dx = dout * mask.")
_ALONE = ("Print the mask of a small batch and look at its rows and "
          "columns.", "Each element of each example has a draw of its "
          "own.", "Draw an array in the shape of x.")
_OFF = ("What should two calls with training=False have in common?",
        "At inference nothing is dropped and nothing scaled: training "
        "has done it already.",
        "For training=False the mask is all ones.")
_RNG = ("Call it twice with one generator, then with two equal ones.",
        "One generator must give other masks each time, and two equal "
        "ones the same.", "Draw from rng, and set no seed.")

MISTAKES = [
    Mistake(
        "keeps_the_draws", "survivors are multiplied by their draw",
        [_edit(("keep = " + KEEP, "v = rng.random(x.shape)"),
               (SCALED, "mask = np.where(v < p, 0, v) / (1 - p)")),
         _edit(("keep = " + KEEP, "v = rng.random(x.shape)"),
               (SCALED, "mask = np.where(v < p, 0, v)"))],
        ("What are the values of your mask?",
         "The uniform numbers only decide. A mask has two values: one "
         "for dropped, one for kept.",
         "Where a number is not below p, the mask is 1 / (1 - p)."),
        "drop-mask", seen(size="draws")),
    Mistake(
        "not_scaled", "the survivors are not scaled",
        _edit((SCALED, "mask = keep * 1.0")),
        (*_SURVIVORS, "mask = keep / (1 - p)."), "drop-inverted",
        seen(size=lambda p: 1)),
    Mistake(
        "divided_by_p", "the survivors are divided by p",
        _edit((SCALED, "mask = keep / p")),
        (*_SURVIVORS, "Divide by 1 - p."), "drop-inverted",
        seen(size=lambda p: 1 / p)),
    Mistake(
        "multiplied", "the survivors shrink by 1 - p",
        _edit((SCALED, "mask = keep * (1 - p)")),
        (*_SURVIVORS, "Divide by 1 - p; do not multiply."),
        "drop-inverted", seen(size=lambda p: 1 - p)),
    Mistake(
        "realised_share", "scaled by the share that happened to survive",
        _edit((SCALED, "mask = keep / keep.mean()")),
        ("What is the expectation of one element of your mask?",
         "1 - p is the probability of surviving. The share in one draw "
         "differs from it, and ties all elements together.",
         "Divide by 1 - p."), "drop-inverted", seen(size="realised")),
    Mistake(
        "drops_the_others", "the share dropped is 1 - p",
        _edit((KEEP, "rng.random(x.shape) < p")),
        ("For p = 0.3, which share of your output is 0?",
         "The scale is right, the comparison is the wrong way round: p is "
         "the probability of dropping.",
         "Keep where the draw is at least p."), "drop-or-keep",
        seen(zeros=lambda p: 1 - p)),
    Mistake(
        "normal_draws", "the draws are normal, not uniform",
        _edit((KEEP, "rng.normal(size=x.shape) >= p")),
        ("For p = 0.3, which share of your output is 0?",
         "A normal number is below 0.3 with probability 0.62. A uniform "
         "one is below p with probability p.", "Use rng.random."),
        "drop-mask", seen(zeros=normal_below)),
    Mistake(
        "exact_share", "exactly the share p is dropped in each draw",
        [_edit((KEEP, "rng.permutation(x.size).reshape(x.shape) >= "
                "round(p * x.size)")),
         _edit((KEEP, "rng.random(x.shape).argsort(1).argsort(1) >= "
                "round(p * x.shape[1])"))],
        ("Count the zeros of several draws.",
         "Each element is dropped by itself, so the number of zeros "
         "varies from draw to draw.",
         "Compare one uniform number for each element with p."),
        "drop-mask", seen(pattern="exact", zeros=None)),
    Mistake(
        "one_mask_for_the_batch", "all examples share one mask",
        _edit((KEEP, "np.ones(x.shape) * rng.random(x.shape[1]) >= p")),
        _ALONE, "drop-rows", seen(pattern="rows", zeros=None)),
    Mistake(
        "whole_examples", "whole examples are dropped",
        _edit((KEEP, "np.ones(x.shape) * rng.random((len(x), 1)) >= p")),
        _ALONE, "drop-rows", seen(pattern="columns", zeros=None)),
    Mistake(
        "reseeded", "every call draws the same mask",
        _edit((KEEP, "np.random.default_rng(0).random(x.shape) >= p")),
        _RNG, "drop-rows", seen(rng="reseeded", pattern=None, zeros=None)),
    Mistake(
        "ignores_rng", "the mask does not come from rng",
        _edit((KEEP, "np.random.random(x.shape) >= p")),
        _RNG, "drop-rows", seen(rng="ignored")),
    Mistake(
        "drops_at_inference", "it drops at inference too",
        _edit((TRAINING, "if True:")), _OFF, "drop-inverted",
        seen(inference="drops")),
    Mistake(
        "scales_at_inference", "it scales in training and at inference",
        _edit((ONES, "mask = np.ones_like(x) * (1 - p)")), _OFF,
        "drop-inverted", seen(inference=lambda p: 1 - p)),
    Mistake(
        "gradient_not_masked", "the gradient passes where x was dropped",
        _edit((DX, "dx = dout * 1.0")), _SAME, "drop-backward",
        seen(dx="unmasked")),
    Mistake(
        "gradient_not_scaled", "the gradient is masked, but not scaled",
        _edit((DX, "dx = dout * (mask > 0)")), _SAME, "drop-backward",
        seen(dx="unscaled")),
    Mistake(
        "gradient_draws_again", "backward draws a mask of its own",
        _edit((DX, "dx = dout * (rng.random(x.shape) >= p) / (1 - p) "
               "if training else dout")), _SAME, "drop-backward",
        seen(dx="another mask")),
]

CONVENTIONS = [
    Convention(
        "p_keeps", "p as the probability of keeping",
        _edit((KEEP, "rng.random(x.shape) < p"),
              (SCALED, "mask = keep / p")),
        True, "Srivastava et al. (2014) and the notes of CS231n",
        "p as the probability of dropping, as in PyTorch",
        seen(zeros=lambda p: 1 - p, size=lambda p: 1 / p)),
    Convention(
        "scales_later", "plain dropout, which scales at inference",
        _edit((ONES, "mask = np.ones_like(x) * (1 - p)"),
              (SCALED, "mask = keep * 1.0")),
        True, "Srivastava et al. (2014), section 4",
        "inverted dropout, which scales in training",
        seen(size=lambda p: 1, inference=lambda p: 1 - p)),
]

EXERCISE = Exercise(
    "dropout", dropout, cases, look,
    {"mask": 0.3, "out": 0.4, "dx": 0.3}, ("out", "dx", "mask"), MISTAKES,
    CONVENTIONS, VARIANTS, draws=True)
