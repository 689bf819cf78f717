"""Right answers to the question adamw, in other styles.

They are those to the question adam, each with a decay in its own style.
"""
from nnlab.exercises.adaptive import _adam_variants
from nnlab.exercises.source import define, source

SIGNATURE = [("def adam(", "def adamw("),
             ("eps=1e-8):", "eps=1e-8, weight_decay=0.01):")]
DECAYS = {
    "dictionary": [("return w - rate * state[\"m\"] / (root + eps), state", (
        "w = w - lr * weight_decay * w\n"
        "    return w - rate * state[\"m\"] / (root + eps), state"))],
    "loops": [("new.append(wi - lr", (
        "new.append(wi - lr * weight_decay * wi - lr"))],
    "running products": [("(w - lr * (m", (
        "(w * (1 - lr * weight_decay) - lr * (m"))],
    "float32": [("np.float32(lr) * step", (
        "np.float32(lr) * (step + np.float32(weight_decay) * w)"))],
}


def _with_decay(name):
    text = source(_adam_variants.VARIANTS[name])
    for old, new in SIGNATURE + DECAYS[name]:
        if text.count(old) != 1:
            raise ValueError(f"{old!r} is not found once in {name!r}")
        text = text.replace(old, new)
    return define(text, "adamw", vars(_adam_variants))


VARIANTS = {name: _with_decay(name) for name in DECAYS}
