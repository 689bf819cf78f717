"""The cases of the question batchnorm_forward."""
import numpy as np

from nnlab.exercises.scripts import Out, Script, sixty_fourths


def cases(rng):
    N, D, few, wide = (int(n) for n in (
        rng.integers(6, 9), rng.integers(2, 4), 3, rng.integers(4, 6)))
    constant = _training(rng, N, D, 2, 0.25, 1e-5, "a constant feature")
    for args, _ in constant.calls:
        args[0][:, 0] = 1.25
    constant.special = True
    return [_training(rng, N, D, 3, 0.375, 1e-5, "three batches"),
            _training(rng, few, wide, 2, 0.625, 0.25,
                      "two small batches and a large eps"),
            _inference(rng, N, D, 0.25, "inference"),
            _inference(rng, 1, wide, 0.5, "inference, one example"),
            constant]


def _training(rng, N, D, batches, momentum, eps, label):
    """Batches in turn; the running statistics go round."""
    start = np.zeros(D), np.ones(D)
    calls = []
    for k in range(batches):
        running = (Out(k - 1, 1), Out(k - 1, 2)) if k else start
        # Of many sizes, so that none passes for another.
        x = sixty_fourths(rng, N, D) * 2.0**rng.integers(-1, 3, D) + 1.5
        calls.append(((x, *_affine(rng, D), *running, True),
                      {"momentum": momentum, "eps": eps}))
    return Script(calls, label)


def _inference(rng, N, D, eps, label):
    var = np.abs(sixty_fourths(rng, D))
    var[0] = 0.0
    args = (sixty_fourths(rng, N, D), *_affine(rng, D),
            sixty_fourths(rng, D), var, False)
    return Script([(args, {"momentum": 0.25, "eps": eps})], label)


def _affine(rng, D):
    """gamma and beta, far from 1 and 0."""
    return sixty_fourths(rng, D) + 3, sixty_fourths(rng, D) - 2
