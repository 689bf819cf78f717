"""BatchNorm and LayerNorm, forward and backward, against PyTorch.

    python benchmarks/normalization.py [rounds]

Our side are the functions that the book prints, checks included.
PyTorch's side is nn.BatchNorm1d or nn.LayerNorm and its autograd.
float32, a small batch and a large one.  No target: look at the ratios.
"""
import sys

import _ratio  # isort: skip
import numpy as np

from nnlab.normalization import (batch_norm_backward, batch_norm_forward,
                                 layer_norm_backward, layer_norm_forward)

SHAPES = {"small": (64, 128), "large": (1024, 1024)}


def batch_norm(x, dout):
    """BatchNorm in training, with its running statistics."""
    gamma, beta = np.ones(x.shape[1:], x.dtype), np.zeros_like(x[0])
    running = beta, gamma

    def run():
        cache = batch_norm_forward(x, gamma, beta, running)[1]
        return batch_norm_backward(dout, cache)
    return run


def layer_norm(x, dout):
    """LayerNorm."""
    gamma, beta = np.ones(x.shape[1:], x.dtype), np.zeros_like(x[0])

    def run():
        cache = layer_norm_forward(x, gamma, beta)[1]
        return layer_norm_backward(dout, cache)
    return run


def by_torch(torch, module, x, dout):
    """Forward and backward of a module, gradients made anew."""
    x, dout = map(torch.tensor, (x, dout))
    x.requires_grad = True

    def run():
        x.grad = None
        module.zero_grad()
        module(x).backward(dout)
    return run


def main(rounds=5):
    """Print the ratio of each layer at each size."""
    torch, rng = _ratio.torch(), np.random.default_rng(0)
    pairs = {"BatchNorm": (batch_norm, torch.nn.BatchNorm1d),
             "LayerNorm": (layer_norm, torch.nn.LayerNorm)}
    for name, (ours, module) in pairs.items():
        for size, shape in SHAPES.items():
            x, dout = rng.normal(size=(2, *shape)).astype(np.float32)
            _ratio.report(
                f"{name}, {size} ({shape[0]}, {shape[1]})",
                _ratio.times({
                    "nnlab": ours(x, dout),
                    "PyTorch": by_torch(torch, module(shape[1]), x,
                                        dout)},
                    rounds))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
