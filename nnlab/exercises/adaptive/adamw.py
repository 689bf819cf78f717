"""The question adamw: Adam, and beside it a decay of the weights."""
import dataclasses

from nnlab.exercises.adaptive import adam as plain
from nnlab.exercises.adaptive import _updates
from nnlab.exercises.adaptive._adamw_variants import VARIANTS
from nnlab.exercises.adaptive.adam import COUNT, M, M_HAT, STATE, STEP
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.source import body, define, edit
from nnlab.optimizers import adam, moments

HEAD = '''def adamw(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
          eps=1e-8, weight_decay=0.01):
    """AdamW: the weights decay by themselves, then Adam makes its step.

        t <- t + 1
        m <- beta1 m + (1 - beta1) grad
        v <- beta2 v + (1 - beta2) grad^2
        m_hat = m / (1 - beta1^t)
        v_hat = v / (1 - beta2^t)
        w <- (1 - lr weight_decay) w
        w <- w - lr m_hat / (sqrt(v_hat) + eps)

    w, grad : arrays of one shape; state is (m, v, t), with t the
    number of updates made so far, or None before the first update,
    which counts as zeros; weight_decay : a number.
    Returns w and (m, v, t).
    Source: Loshchilov and Hutter (2019), algorithm 2.
    Same as PyTorch's ``optim.AdamW``: the decay comes before the step
    and is times lr.
    """
'''
DECAY = "w = (1 - lr * weight_decay) * w"
# The code of adam itself, so that there is one Adam only.
adamw = define(
    HEAD + body(edit(adam, (STEP, f"{DECAY}\n    {STEP}"))).split(
        ":\n", 1)[1], "adamw", vars(moments))

HYPER = {**plain.HYPER, "weight_decay": 0.5}
OTHER = {**plain.OTHER, "weight_decay": 0.75}
ALONE, WITHOUT = "no gradient, only the decay", "a weight_decay of 0"


def cases(rng):
    n, b = (int(k) for k in rng.integers(2, 5, size=2))
    alone = _updates.updates(rng, [(n,)], 3, HYPER, ALONE)
    for args, _ in alone.calls:
        args[1][:] = 0.0
    without = {**HYPER, "weight_decay": 0.0}
    return [*_updates.cases(rng, HYPER, OTHER), alone,
            _updates.updates(rng, [(b,)], 4, without, WITHOUT)]


def look(results, script):
    parts = _updates.look(results, script)
    if script.label not in (ALONE, WITHOUT):
        return parts
    part = "decay alone" if script.label == ALONE else "Adam alone"
    return {part: {name: w for named in parts.values()
                   for name, w in named.items()}}


def _edit(*changes):
    return edit(adamw, *changes)


STEPS = "lr * m_hat"
NO_DECAY = (f"    {DECAY}\n", "")
AFTER = (STATE, f"{DECAY}\n    {STATE}")
IN_GRADIENT = [(COUNT, f"{COUNT}\n    grad = grad + {share} * w")
               for share in ("weight_decay", "2 * weight_decay")]

_APART = ("With a gradient of 0, which share of w does your update take "
          "off?",
          "The share is lr weight_decay for every weight. What passes "
          "through m and the root of v_hat becomes another one.")
_SHARE = ("With a gradient of 0, which share of w does your update take "
          "off?", "The decay is multiplied by lr, once: the share is "
          "lr weight_decay.")

DECAYS = [
    Mistake(
        "l2_in_gradient", "the decay is a part of the gradient",
        [_edit(change, NO_DECAY) for change in IN_GRADIENT],
        (*_APART, "Leave grad as it is, and multiply w by "
         "1 - lr weight_decay."), "ada-adamw"),
    Mistake(
        "decay_in_m", "the decay passes through m",
        [_edit((M, "m = beta1 * m + (1 - beta1) * (grad + weight_decay * "
                "w)"), NO_DECAY)],
        (*_APART, "m averages grad alone; w is multiplied by "
         "1 - lr weight_decay."), "ada-adamw"),
    Mistake(
        "decay_over_root", "the decay is divided by the root of v_hat",
        _edit((STEPS, "lr * (m_hat + weight_decay * w)"), NO_DECAY),
        (*_APART, "Take weight_decay * w out of the fraction."),
        "ada-adamw"),
    Mistake(
        "both_decays", "the weights decay twice: also in the gradient",
        [_edit(change) for change in (
            *IN_GRADIENT, (M_HAT, f"{M_HAT} + weight_decay * w"))],
        (*_APART, "Keep the decay of w, and leave grad as it is."),
        "ada-adamw"),
    Mistake(
        "decay_ignored", "there is no decay: this is Adam",
        _edit(NO_DECAY),
        ("With a gradient of 0, does your function change w?",
         "It should take the share lr weight_decay off each weight.",
         "Multiply w by 1 - lr weight_decay."), "ada-adamw"),
    Mistake(
        "decay_hard_coded", "the argument weight_decay is not used",
        _edit((DECAY, "w = (1 - lr * 0.01) * w")),
        ("Does your function look at its argument weight_decay?",
         "The caller chooses it; 0.01 is only its default.",
         "1 - lr * weight_decay."), "ada-adamw"),
    Mistake(
        "decay_grows", "the weights grow where they should decay",
        _edit((DECAY, "w = (1 + lr * weight_decay) * w")),
        ("Which way does the decay move a weight?",
         "It moves each weight towards 0.", "1 - lr * weight_decay."),
        "ada-adamw"),
    Mistake(
        "decay_factor", "the decay has a factor too much",
        [_edit((DECAY, f"w = (1 - {factor} * lr * weight_decay) * w"))
         for factor in (2, 0.5)],
        (*_SHARE, "No 2 and no 1/2: those belong to a penalty, and there "
         "is none here."), "ada-adamw"),
    Mistake(
        "decay_lr_twice", "the decay is multiplied by lr twice",
        _edit((DECAY, "w = w - lr * (lr * weight_decay * w)")),
        (*_SHARE, "1 - lr * weight_decay. Or leave the decay to the lr "
         "before the parenthesis."), "ada-adamw"),
    Mistake(
        "decay_l1", "every weight loses the same amount: this is L1",
        _edit((DECAY, "w = w - lr * weight_decay * np.sign(w)")),
        ("How much does a weight of 2 lose, compared with one of 1?",
         "Twice as much: each loses a share of itself.",
         "w - lr * weight_decay * w."), "ada-adamw"),
    Mistake(
        "decay_squared", "the square of w is taken off, not a share of w",
        [_edit((DECAY, "w = w - lr * weight_decay * w**2")),
         _edit((DECAY, "w = w - lr * weight_decay * (w**2).sum()"))],
        ("Which way does a weight of -1 move with a gradient of 0?",
         "The square is the penalty; its slope pulls, and that is in "
         "proportion to w.", "w - lr * weight_decay * w."), "ada-adamw"),
    Mistake(
        "decay_keeps_the_share", "what should go is kept",
        _edit((DECAY, "w = lr * weight_decay * w")),
        ("What is left of w with a weight_decay of 0?",
         "lr weight_decay is the share that goes.",
         "Multiply by 1 - lr weight_decay."), "ada-adamw"),
    Mistake(
        "decay_parenthesis", "a parenthesis is missing around 1 - lr ...",
        _edit((DECAY, "w = 1 - lr * weight_decay * w")),
        ("In which order does Python multiply and subtract?",
         "1 - a * w is 1 - (a * w): the weights come out near 1.",
         "(1 - lr * weight_decay) * w."), "ada-adamw"),
    Mistake(
        "decay_of_the_step", "the step decays, not the weights",
        _edit((STEPS, f"(1 - lr * weight_decay) * {STEPS}"), NO_DECAY),
        ("With a gradient of 0, does your function change w?",
         "The factor 1 - lr weight_decay is for w. The step is that of "
         "Adam.", "(1 - lr * weight_decay) * w - step."), "ada-adamw"),
    Mistake(
        "decay_with_t", "the decay grows from update to update",
        _edit((DECAY, "w = (1 - lr * weight_decay)**t * w")),
        ("Your first update is right, the second is not.",
         "Each update takes the share off once. Over t updates the factor "
         "becomes a power by itself.", "Leave t out of the decay."),
        "ada-adamw"),
    Mistake(
        "decay_before_and_after", "the weights decay before and after "
        "the step",
        _edit(AFTER),
        (*_SHARE, "Decay once: before the step."), "ada-adamw"),
    Mistake(
        "lr_only_in_decay", "the step is not multiplied by lr",
        _edit((STEPS, "m_hat")),
        ("How long should a step be?", "The fraction is about 1 in size; "
         "lr is the length of the step.", "w - lr * ..."), "adam-update"),
]


def _of_adam(mistake):
    """The same mistake, made in the Adam within adamw."""
    return dataclasses.replace(mistake, reference=None, wrong=[
        _edit(*wrong.__changes__) for wrong in mistake.wrongs()])


# Adam without lr is lr_only_in_decay here.
MISTAKES = DECAYS + [_of_adam(m) for m in plain.MISTAKES
                     if m.name != "lr_missing"]

CONVENTIONS = [
    *(dataclasses.replace(c, f=_edit(*c.f.__changes__))
      for c in plain.CONVENTIONS),
    Convention(
        "not_times_lr", "a decay that is not times lr",
        _edit((DECAY, "w = (1 - weight_decay) * w")), True,
        "the paper (Loshchilov and Hutter, 2019)",
        "the share lr weight_decay, as in PyTorch"),
    Convention(
        "after_the_step", "a decay that comes after the step",
        _edit(NO_DECAY, AFTER), True,
        "TinyTorch and of the former AdamW of Hugging Face's transformers",
        "the decay before the step, as in PyTorch"),
]

EXERCISE = Exercise(
    "adamw", adamw, cases, look,
    {"Adam alone": 0.3, "decay alone": 0.2, "first update": 0.1,
     "later updates": 0.3, "eps": 0.1},
    ("w", "state"), MISTAKES, CONVENTIONS, VARIANTS)
