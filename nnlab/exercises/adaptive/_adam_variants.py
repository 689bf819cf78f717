"""Right answers to the question adam, in other styles."""
import numpy as np

from nnlab.exercises.source import define

_DICTIONARY = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    if state is None:
        state = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0}
    state["t"] += 1
    state["m"] += (1 - beta1) * (grad - state["m"])
    state["v"] += (1 - beta2) * (grad * grad - state["v"])
    rate = lr / (1 - beta1 ** state["t"])
    root = np.sqrt(state["v"] / (1 - beta2 ** state["t"]))
    return w - rate * state["m"] / (root + eps), state
'''
_LOOPS = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    if state is None:
        state = [0.0] * w.size, [0.0] * w.size, 1
    m, v, t = list(state[0]), list(state[1]), state[2]
    new = []
    for i, (wi, gi) in enumerate(zip(w.ravel(), grad.ravel())):
        m[i] = m[i] * beta1 + gi * (1 - beta1)
        v[i] = v[i] * beta2 + gi * gi * (1 - beta2)
        top, below = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        new.append(wi - lr * top / (below**0.5 + eps))
    return np.array(new).reshape(w.shape), (m, v, t + 1)
'''
_PRODUCTS = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    m, v, b1, b2 = state or (0 * w, 0 * w, 1.0, 1.0)
    b1, b2 = b1 * beta1, b2 * beta2
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return (w - lr * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps),
            (m, v, b1, b2))
'''
_FLOAT32 = '''def adam(w, grad, state=None, lr=1e-3, beta1=0.9, beta2=0.999,
         eps=1e-8):
    w, grad = w.astype(np.float32), grad.astype(np.float32)
    m, v, t = state or (np.zeros_like(w), np.zeros_like(w), 0)
    t += 1
    m = np.float32(beta1) * m + np.float32(1 - beta1) * grad
    v = np.float32(beta2) * v + np.float32(1 - beta2) * grad * grad
    step = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - np.float32(lr) * step, (m, v, t)
'''
VARIANTS = {name: define(text, "adam", globals())
            for name, text in [
                ("dictionary", _DICTIONARY), ("loops", _LOOPS),
                ("running products", _PRODUCTS), ("float32", _FLOAT32)]}
