"""Right answers to the question gradcheck, in other styles."""
import numpy as np

from nnlab.exercises.source import define

_IN_PLACE = '''def gradcheck(f, x, grad, h=1e-5):
    numeric = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        i = it.multi_index
        old = x[i]
        x[i] = old + h
        plus = f(x)
        x[i] = old - h
        minus = f(x)
        x[i] = old
        numeric[i] = (plus - minus) / (2 * h)
        it.iternext()
    size = np.sqrt(np.sum(grad**2)) + np.sqrt(np.sum(numeric**2))
    if size == 0:
        return numeric, 0
    return numeric, np.sqrt(np.sum((grad - numeric)**2)) / size
'''
_ADDED_AND_TAKEN_OFF = '''def gradcheck(f, x, grad, h=1e-5):
    flat, numeric = x.reshape(-1), np.empty(x.size)
    for j in range(x.size):
        flat[j] += h
        plus = f(x)
        flat[j] -= 2 * h
        numeric[j] = (plus - f(x)) / 2 / h
        flat[j] += h
    difference = grad.reshape(-1) - numeric
    error = np.sqrt(difference @ difference) / (
        np.linalg.norm(grad) + np.linalg.norm(numeric) + 1e-12)
    return numeric.reshape(x.shape), error
'''
_FLAT_COPIES = '''def gradcheck(f, x, grad, h=1e-5):
    v, numeric = x.flatten(), []
    for j in range(len(v)):
        a, b = v.copy(), v.copy()
        a[j], b[j] = a[j] + h, b[j] - h
        numeric.append(0.5 * (f(a.reshape(x.shape)) - f(
            b.reshape(x.shape))) / h)
    numeric = np.array(numeric).reshape(x.shape)
    top = float(np.linalg.norm(grad - numeric))
    bottom = float(np.linalg.norm(grad)) + float(np.linalg.norm(numeric))
    return numeric, top / bottom if bottom else 0.0
'''
_EYE = '''def gradcheck(f, x, grad, h=1e-5):
    steps = h * np.eye(x.size).reshape(-1, *x.shape)
    numeric = np.array([f(x + s) - f(x - s) for s in steps])
    numeric = numeric.reshape(x.shape) / (2 * h)
    g, n = np.ravel(grad), np.ravel(numeric)
    return [numeric, np.nan_to_num(np.linalg.norm(g - n) / (
        np.linalg.norm(g) + np.linalg.norm(n)))]
'''
_ENUMERATED = '''def gradcheck(f, x, grad, h=1e-5):
    def quotient(i):
        up, down = np.array(x), np.array(x)
        up[i] += h
        down[i] -= h
        return (f(up) - f(down)) / (up[i] - down[i])
    numeric = np.zeros_like(grad)
    for i, _ in np.ndenumerate(x):
        numeric[i] = quotient(i)
    a, b = (np.sum(k * k)**0.5 for k in (grad, numeric))
    return numeric, (np.sum((grad - numeric)**2)**0.5
                     / max(a + b, 1e-15)).item()
'''
VARIANTS = {name: define(text, "gradcheck", {"np": np})
            for name, text in [
                ("in place, restored", _IN_PLACE),
                ("added and taken off", _ADDED_AND_TAKEN_OFF),
                ("flat copies", _FLAT_COPIES),
                ("rows of the identity", _EYE),
                ("a helper", _ENUMERATED)]}
