"""If the loss falls, is the gradient right?"""
import numpy as np

from nnlab.claims._claim import Claim, Row
from nnlab.claims._verdict import Verdict, span, t_interval
from nnlab.data import load_digits, minibatches, standardize
from nnlab.exercises import EXERCISES
from nnlab.inits import he_normal
from nnlab.losses import softmax_cross_entropy

EXERCISE = "two_layer_backward"
WIDTHS, LR, EPOCHS, BATCH = (64, 32, 10), 0.1, 3, 32

# The rule.
FALLS = 0.9         # the loss falls if it ends below 0.9 of its start
AS_FAR = 1.1        # as far as: at most 1.1 times the right one's end
TOLERATED = 0.05    # share of wrong gradients that may get by


def run(seeds):
    """Last loss over first: {"right": per seed, "wrong": {title: ...}}.

    None stands for a run that stopped with an error or diverged.
    """
    exercise = EXERCISES[EXERCISE]
    return {"right": _ratios(exercise.reference, seeds),
            "wrong": {mistake.title: _ratios(mistake.wrongs()[0], seeds)
                      for mistake in exercise.mistakes}}


def _ratios(backward, seeds):
    X, y = load_digits()
    X, = standardize(X)
    return [_ratio(backward, X, y, seed) for seed in seeds]


def _ratio(backward, X, y, seed):
    """Loss after the training over loss before, or None."""
    rng = np.random.default_rng(seed)
    D, H, K = WIDTHS
    params = [he_normal(D, H, rng), np.zeros(H),
              he_normal(H, K, rng), np.zeros(K)]
    first = _loss(params, X, y)
    try:
        with np.errstate(all="ignore"):
            for _ in range(EPOCHS):
                for i in minibatches(len(X), BATCH, rng):
                    params = _update(backward, params, X[i], y[i])
            last = _loss(params, X, y)
    except (ValueError, TypeError, IndexError):
        return None
    return float(last / first)


def _forward(params, x):
    W1, b1, W2, b2 = params
    z1 = x @ W1 + b1
    h = np.maximum(z1, 0)
    return z1, h, h @ W2 + b2


def _loss(params, X, y):
    return softmax_cross_entropy(_forward(params, X)[2], y)[0]


def _update(backward, params, x, y):
    """One step of gradient descent with this backward pass."""
    z1, h, z2 = _forward(params, x)
    _, dz2 = softmax_cross_entropy(z2, y)
    grads = backward(dz2, x, z1, h, params[2].copy())
    # As a student would write it: whatever broadcasts goes through.
    return [w - LR * grad for w, grad in zip(params, grads)]


def fell(ratios):
    """For each seed: did the loss fall by the margin?"""
    return np.array([r is not None and r < FALLS for r in ratios])


def fell_as_far(ratios, right):
    """For each seed: did it fall as far as with the right gradient?"""
    return np.array([r is not None and r <= AS_FAR * best
                     for r, best in zip(ratios, right)])


def rule(numbers):
    """Does a falling loss tell a wrong gradient from the right one?

    Effect: the share of wrong gradients with which the loss falls.  If
    its interval ends at TOLERATED or below, the claim holds.  If only
    the share of those that bring the loss as far down as the right
    gradient does is that low, it holds when that is asked for.  Where
    not even the right gradient brings the loss down, nothing is shown.
    """
    right, wrong = numbers["right"], list(numbers["wrong"].values())
    falls = t_interval(np.mean([fell(r) for r in wrong], axis=0))
    far = t_interval(np.mean([fell_as_far(r, right) for r in wrong], 0))
    shown = bool(fell(right).all())
    always = falls.high <= TOLERATED
    when = "" if always else "it falls as far as with the right gradient"
    return Verdict(shown and (always or far.high <= TOLERATED), when,
                   falls, _found(falls, far, wrong))


def _found(falls, far, wrong):
    def share(x):
        return f"{x.mean:.0%} ({x.low:.0%} to {x.high:.0%})"
    stopped = sum(r is None for ratios in wrong for r in ratios)
    return (f"The loss fell below {FALLS:.0%} of its first value with "
            f"{share(falls)} of the {len(wrong)} wrong backward passes; "
            f"with {share(far)} it fell as far as with the right one, to "
            f"within a factor of {AS_FAR:g}. Mean and 95% t interval over "
            f"{falls.n} seeds; up to {TOLERATED:.0%} would be tolerated. "
            f"{stopped} runs stopped with an error or diverged; the table "
            f"leaves them out.")


def rows(numbers):
    """Last loss over first, for the right pass and each wrong one."""
    runs = {"the right backward pass": numbers["right"], **numbers["wrong"]}
    finished = {name: [r for r in ratios if r is not None]
                for name, ratios in runs.items()}
    return [Row(name, span(ratios))
            for name, ratios in finished.items() if ratios]


CLAIM = Claim(
    name="falling-loss",
    title="A falling loss and the gradient",
    statement="If the training loss falls, the gradient is right.",
    said_by="A belief met in class; no source states it. One guide says "
            "the contrary: the training of a network fails silently.",
    cite=("karpathy2019",),
    protocol=f"Digits, all 1797, standardised; a net "
             f"{'-'.join(map(str, WIDTHS))} with ReLU, He's start, "
             f"softmax and cross-entropy; SGD, lr {LR:g}, {EPOCHS} epochs "
             f"of batches of {BATCH}. Each mistake of the exercise "
             f"{EXERCISE} in turn is the backward pass; 5 seeds (start "
             f"and order of batches), the same for all.",
    measure="last loss / first loss",
    interval="smallest to largest",
    seeds=(0, 1, 2, 3, 4),
    run=run, rule=rule, rows=rows,
    see="bp-wrong",
    form=".3g",
)
