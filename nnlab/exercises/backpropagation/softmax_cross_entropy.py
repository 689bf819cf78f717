"""The question softmax_cross_entropy: the loss and its gradient."""
import numpy as np

from nnlab.exercises.compare import distance
from nnlab.exercises.exercise import Convention, Exercise, Mistake
from nnlab.exercises.scripts import Script, sixty_fourths
from nnlab.exercises.source import define, edit
from nnlab.losses import softmax_cross_entropy

LARGE, ONE_ROW, WIDE = "all scores large", "one row large", "wide gaps"
SPECIAL = LARGE, ONE_ROW, WIDE


def cases(rng):
    K, N, more = (int(n) for n in sorted(
        rng.choice(range(3, 9), 3, replace=False)))
    plain = [_script(rng, N, K, "several examples"),
             _script(rng, 1, K, "one example"),
             _script(rng, N, 2, "two classes"),
             _script(rng, K, more, "more classes than examples")]
    large = _script(rng, 4, 3, LARGE)
    large.calls[0][0][0][:] += 1000
    plain[3].calls[0][0][1][:] %= more - 1      # the last class is absent
    one_row = _script(rng, 4, 3, ONE_ROW)
    one_row.calls[0][0][0][0] += 2000
    wide = _script(rng, 5, 4, WIDE)
    logits, y = wide.calls[0][0]
    logits *= 64
    # In float64 all probabilities but one are 0 here, that of y among
    # them, and neither the mean nor the smallest score shifts enough.
    logits[0], y[0] = [-1700, -1600, 1600, -1650], 0
    return [*plain, large, one_row, wide]


def _script(rng, N, K, label):
    y = rng.integers(K, size=N)
    return Script([((sixty_fourths(rng, N, K), y), {})], label,
                  special=label in SPECIAL)


def look(results, script):
    loss, dlogits = results[0]
    of_large = " of large scores" if script.special else ""
    return {f"loss{of_large}": {"loss": loss},
            f"gradient{of_large}": {"dlogits": dlogits}}


def _case(views, label):
    return next(v for v in views if v.run.script.label == label)


def _near(view, tolerance=1e-3):
    """Nearly right in all outputs: an epsilon may be in them."""
    return all(distance(view.seen[key], view.right[key]) < tolerance
               for key in view.right)


def _plain_right(views):
    return all(_near(v) for v in views if not v.run.script.special)


def _overflows(views):
    return _plain_right(views) and not _case(views, LARGE).finite()


def _global_shift(views):
    return (_plain_right(views) and _near(_case(views, LARGE))
            and not _case(views, ONE_ROW).finite())


def _log_of_zero(views):
    wide = _case(views, WIDE)
    return (_plain_right(views) and not wide.finite("loss")
            and wide.finite("dlogits") and _near(_case(views, LARGE)))


def _capped(views):
    """Right at common scores, far below the right hundreds at wide."""
    wide, key = _case(views, WIDE), ("loss of large scores", "loss")
    return (_plain_right(views) and wide.finite()
            and bool(np.all(wide.seen[key] < wide.right[key] / 2)))


def _edit(*changes):
    return edit(softmax_cross_entropy, *changes)


def _two_steps(log):
    """Softmax first, then the logarithm of it, as many write it."""
    return define(f'''def softmax_cross_entropy(logits, y):
    rows = np.arange(len(y))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log({log}).mean()
    dlogits = p.copy()
    dlogits[rows, y] -= 1
    return loss, dlogits / len(y)
''', "softmax_cross_entropy", globals())


MEAN, OVER_N = "-log_p[rows, y].mean()", "dlogits / len(y)"
SUBTRACT = "dlogits[rows, y] -= 1"

MISTAKES = [
    Mistake(
        "no_shift", "exp overflows: the scores are not shifted",
        _edit(("logits - logits.max(axis=1, keepdims=True)",
               "logits * 1.0")),
        ("What is exp(1000) in float64?",
         "Adding one number to all scores of a row changes no "
         "probability. Choose it so that exp cannot overflow.",
         "Subtract the largest score of each row first."), "bp-stable",
        _overflows),
    Mistake(
        "global_shift", "shifted by the largest score of the whole batch",
        _edit(("logits.max(axis=1, keepdims=True)", "logits.max()")),
        ("One row has huge scores and another row turns into NaN.",
         "A row far below the global maximum becomes 0/0. Each row needs "
         "a maximum of its own.", "Use max(axis=1, keepdims=True)."),
        "bp-stable", _global_shift),
    Mistake(
        "log_of_softmax", "the log of a probability that has become 0",
        [_two_steps("p[rows, y]")],
        ("What is the log of a probability that float64 rounds to 0?",
         "Do not go through p: log p_y = s_y - logsumexp(s), with no "
         "logarithm of a tiny number.",
         "log_p = shifted - log(sum(exp(shifted)))."), "bp-stable",
        _log_of_zero),
    Mistake(
        "log_plus_eps", "an epsilon in the log caps the loss",
        [_two_steps("p[rows, y] + 1e-12"), _two_steps("p[rows, y] + 1e-7"),
         _two_steps("np.clip(p[rows, y], 1e-9, 1)")],
        ("How large can your loss get?",
         "log(p + 1e-12) never exceeds 28, but the loss of a confident "
         "error can be hundreds. Log-sum-exp needs no epsilon.",
         "log_p = shifted - log(sum(exp(shifted)))."), "bp-stable",
        _capped),
    Mistake(
        "loss_sum", "the loss is a sum, its gradient that of a mean",
        _edit((MEAN, "-log_p[rows, y].sum()")),
        ("Repeat the batch: should the loss change?",
         "The loss is the mean over the examples. The gradient has the "
         "1/N, the loss does not.", "Take the mean."), "bp-mean"),
    Mistake(
        "gradient_sum", "the gradient is not divided by N",
        _edit((OVER_N, "dlogits")),
        ("Repeat the batch: should the gradient of a mean change?",
         "The loss has the 1/N, its gradient does not.",
         "Divide dlogits by the number of examples."), "bp-mean"),
    Mistake(
        "divided_twice", "the gradient is divided by N twice",
        _edit((OVER_N, "dlogits / len(y)**2")),
        ("Repeat the batch: your gradient halves.",
         "1/N must come in exactly once.", "Divide by N once."),
        "bp-mean"),
    Mistake(
        "mean_over_classes", "also divided by the number of classes",
        _edit((MEAN, "-log_p[rows, y].mean() / logits.shape[1]"),
              (OVER_N, "dlogits / logits.size")),
        ("Over what is the mean taken?",
         "Each example has one loss. The mean is over N examples, not "
         "over N times K scores.", "Divide by len(y)."), "bp-mean"),
    Mistake(
        "wrong_axis", "the softmax runs over the examples",
        _edit(("logits.max(axis=1", "logits.max(axis=0"),
              ("np.exp(shifted).sum(axis=1", "np.exp(shifted).sum(axis=0")
              ),
        ("Which numbers should sum to 1?",
         "The classes of one example compete with each other, not the "
         "examples of a batch.", "Use axis=1."), "bp-softmax"),
    Mistake(
        "sign", "the gradient has the wrong sign",
        _edit((OVER_N, "-dlogits / len(y)")),
        ("If the score of the right class rises, what does the loss do?",
         "The gradient is p - onehot(y): negative at the right class.",
         "Subtract 1 at the right class, do not take 1 - p."),
        "bp-softmax"),
    Mistake(
        "negative_loss", "the loss is negative",
        _edit((MEAN, "log_p[rows, y].mean()")),
        ("Can a cross-entropy be below 0?",
         "The log of a probability is negative; the loss is minus that.",
         "Put a minus before the mean."), "bp-softmax"),
    Mistake(
        "no_onehot", "the 1 of the right class is not subtracted",
        _edit((SUBTRACT, "dlogits[rows, y] -= 0")),
        ("What must the gradients of one row sum to?",
         "The scores of a row can rise together without effect, so its "
         "gradients sum to 0. Yours sum to 1/N.",
         "Subtract 1 at the right class."), "bp-softmax"),
    Mistake(
        "true_class_twice", "the right class gets p as well as p - 1",
        _edit((SUBTRACT, "dlogits[rows, y] += dlogits[rows, y] - 1")),
        ("What must the gradients of one row sum to?",
         "They should sum to 0. Yours sum to p of the right class over "
         "N: it is counted twice.",
         "In a loop, use else or continue."), "bp-softmax"),
    Mistake(
        "true_class_only", "only the right class gets a gradient",
        _edit((SUBTRACT, "dlogits = np.zeros_like(log_p)\n"
               "    dlogits[rows, y] = np.exp(log_p[rows, y]) - 1")),
        ("Raise the score of a wrong class: does the loss change?",
         "All scores of a row stand in the denominator, so each one has "
         "a gradient.", "The others get p."), "bp-softmax"),
    Mistake(
        "all_rows", "y picks columns, not one entry of each row",
        _edit((SUBTRACT, "dlogits[:, y] -= 1")),
        ("How many entries does dlogits[:, y] have?",
         "`[:, y]` takes whole columns. You want entry y[i] of row i.",
         "dlogits[np.arange(N), y] -= 1."), "bp-softmax"),
    Mistake(
        "loss_per_example", "the loss is one number per example",
        _edit((MEAN, "-log_p[rows, y]")),
        ("What is the shape of your loss?",
         "The loss of a batch is one number, the mean over its examples.",
         "Take the mean."), "bp-mean"),
    Mistake(
        "softmax_twice", "softmax is applied twice",
        _edit(("shifted = logits -", "logits = np.exp(logits - "
               "np.logaddexp.reduce(logits, axis=1, keepdims=True))\n"
               "    shifted = logits -")),
        ("What are logits: scores or probabilities?",
         "The function gets scores. Softmax of probabilities is nearly "
         "flat.", "Apply softmax once."), "bp-softmax"),
    Mistake(
        "log2", "the logarithm has base 2",
        _edit((MEAN, "-log_p[rows, y].mean() / np.log(2)")),
        ("Your loss is 1.4427 times too large: what is 1/log(2)?",
         "The gradient p - onehot(y) belongs to the natural logarithm.",
         "Use np.log."), "bp-softmax"),
    Mistake(
        "last_example", "only the last example counts in the loss",
        _edit((MEAN, "-log_p[-1, y[-1]]")),
        ("How many examples are in the batch?",
         "In a loop, add to the loss, and divide after the loop.",
         "Use += and divide by N at the end."), "bp-mean"),
]

CONVENTIONS = [
    Convention(
        "sum", "the sum over the batch, in the loss and in its gradient",
        _edit((MEAN, "-log_p[rows, y].sum()"), (OVER_N, "dlogits")), True,
        "PyTorch's `reduction='sum'`", "the mean over the batch"),
]

_LOOPS = '''def softmax_cross_entropy(logits, y):
    N, K = logits.shape
    loss, dlogits = 0.0, np.zeros((N, K))
    for i in range(N):
        top = max(logits[i])
        total = sum(np.exp(logits[i, k] - top) for k in range(K))
        loss += (np.log(total) + top - logits[i, y[i]]) / N
        for k in range(K):
            p = np.exp(logits[i, k] - top) / total
            dlogits[i, k] = (p - (k == y[i])) / N
    return loss, dlogits
'''
_LOGADDEXP = '''def softmax_cross_entropy(logits, y):
    one_hot = np.eye(logits.shape[1])[y]
    log_p = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    loss = -(one_hot * log_p).sum() / len(logits)
    return loss, (np.exp(log_p) - one_hot) / len(logits)
'''
_FLOAT32 = '''def softmax_cross_entropy(logits, y):
    z = logits.astype(np.float32)
    z = z - z.max(axis=1).reshape(-1, 1)
    log_p = z - np.log(np.sum(np.exp(z), axis=1))[:, np.newaxis]
    picked = np.take_along_axis(log_p, y[:, None], axis=1)
    d = np.exp(log_p)
    np.put_along_axis(d, y[:, None], np.expm1(picked), axis=1)
    return float(-picked.mean()), d / np.float32(len(y))
'''
VARIANTS = {name: define(text, "softmax_cross_entropy", globals())
            for name, text in [("loops", _LOOPS),
                               ("logaddexp", _LOGADDEXP),
                               ("float32", _FLOAT32)]}

EXERCISE = Exercise(
    "softmax_cross_entropy", softmax_cross_entropy, cases, look,
    {"loss": 0.3, "gradient": 0.4, "loss of large scores": 0.2,
     "gradient of large scores": 0.1}, ("loss", "dlogits"), MISTAKES,
    CONVENTIONS, VARIANTS)
