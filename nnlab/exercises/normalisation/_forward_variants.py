"""Right answers to the question batchnorm_forward, in other styles."""
import numpy as np

from nnlab.exercises.source import define

HEAD = '''def batchnorm_forward(
        x, gamma, beta, running_mean, running_var, training,
        momentum=0.1, eps=1e-5):
'''
_TWO_BRANCHES = HEAD + '''    if not training:
        scale = gamma / np.sqrt(running_var + eps)
        out = x * scale + (beta - running_mean * scale)
        return out, running_mean, running_var
    centred = x - np.mean(x, axis=0)
    var = np.mean(centred**2, axis=0)
    out = gamma * centred * (var + eps)**-0.5 + beta
    running_mean = running_mean + momentum * (x.mean(0) - running_mean)
    running_var = running_var + momentum * (x.var(0, ddof=1) - running_var)
    return out, running_mean, running_var
'''
_LOOPS = HEAD + '''    N, D = x.shape
    out, means, variances = np.zeros((N, D)), [], []
    for j in range(D):
        mean, var = running_mean[j], running_var[j]
        if training:
            mean = sum(x[:, j]) / N
            squares = sum((x[i, j] - mean)**2 for i in range(N))
            var = squares / N
            means.append((1 - momentum) * running_mean[j]
                         + momentum * mean)
            variances.append((1 - momentum) * running_var[j]
                             + momentum * squares / (N - 1))
        else:
            means.append(mean)
            variances.append(var)
        for i in range(N):
            out[i, j] = beta[j] + gamma[j] * (
                (x[i, j] - mean) / (var + eps)**0.5)
    return out, np.array(means), np.array(variances)
'''
_MOMENTS = HEAD + '''    mean, var = running_mean, running_var
    if training:
        N = x.shape[0]
        mean = np.ones(N) @ x / N
        var = np.einsum("nd,nd->d", x, x) / N - mean**2
        var = np.maximum(var, 0)
        keep = 1 - momentum
        running_mean = keep * running_mean + momentum * mean
        running_var = keep * running_var + momentum * N / (N - 1) * var
    out = beta + gamma / np.sqrt(eps + var) * (x - mean)
    return [out, running_mean, running_var]
'''
_FLOAT32 = HEAD + '''    x, gamma, beta, running_mean, running_var = (
        a.astype(np.float32) for a in (x, gamma, beta, running_mean,
                                       running_var))
    mean, var = running_mean, running_var
    if training:
        mean, var = x.mean(axis=0), x.var(axis=0)
        m, n = np.float32(momentum), len(x)
        running_mean = (1 - m) * running_mean + m * mean
        running_var = (1 - m) * running_var + m * var * n / (n - 1)
    xhat = (x - mean) / np.sqrt(var + np.float32(eps))
    return gamma * xhat + beta, running_mean, running_var
'''
VARIANTS = {name: define(text, "batchnorm_forward", globals())
            for name, text in [
                ("two branches", _TWO_BRANCHES), ("loops", _LOOPS),
                ("moments", _MOMENTS), ("float32", _FLOAT32)]}
