"""Right answers to the question dropout, in other styles."""
import numpy as np

from nnlab.exercises.source import define

_BELOW = '''def dropout(x, dout, p, rng, training=True):
    if not training:
        return x, dout, np.ones(x.shape)
    q = 1 - p
    mask = (rng.random(x.shape) < q) / q
    return x * mask, dout * mask, mask
'''
_UNSCALED = '''def dropout(x, dout, p, rng, training=True):
    if not training or p == 0:
        return x.copy(), dout.copy(), np.ones(x.shape, dtype=bool)
    mask = rng.uniform(0, 1, x.shape) > p
    return (np.where(mask, x / (1 - p), 0),
            np.where(mask, dout / (1 - p), 0), mask)
'''
_BINOMIAL = '''def dropout(x, dout, p, rng, training=True):
    scale = 1.0 if not training else 1 / (1 - p)
    keep = (rng.binomial(1, 1 - p, size=x.shape) if training
            else np.ones(x.shape, dtype=int))
    return x * keep * scale, dout * keep * scale, keep
'''
_LOOPS = '''def dropout(x, dout, p, rng, training=True):
    out, dx, mask = np.copy(x), np.copy(dout), np.ones(x.shape)
    if training:
        for i in np.ndindex(x.shape):
            mask[i] = 0 if rng.random() < p else 1 / (1 - p)
            out[i] *= mask[i]
            dx[i] *= mask[i]
    return out, dx, mask
'''
_FLOAT32 = '''def dropout(x, dout, p, rng, training=True):
    mask = np.ones(x.shape, dtype=np.float32)
    if training:
        drop = rng.random(x.shape, dtype=np.float32) < p
        mask[drop] = 0
        mask /= np.float32(1 - p)
    return (x.astype(np.float32) * mask, dout.astype(np.float32) * mask,
            mask)
'''
VARIANTS = {name: define(text, "dropout", {"np": np})
            for name, text in [
                ("below 1 - p", _BELOW), ("mask unscaled", _UNSCALED),
                ("binomial", _BINOMIAL), ("loops", _LOOPS),
                ("float32", _FLOAT32)]}
