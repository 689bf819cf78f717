"""Dropout, forward and backward, against PyTorch.

    python benchmarks/dropout.py [rounds]

Our side are the functions that the book prints, checks included: each
call draws a new mask.  PyTorch's side is nn.Dropout and its autograd.
float32, p = 0.3, a small batch and a large one.  No target.
"""
import sys

import _ratio  # isort: skip
import numpy as np

from nnlab.dropout import dropout, dropout_backward

SHAPES = {"small": (64, 128), "large": (1024, 1024)}
P = 0.3


def ours(x, dout, rng):
    """Draw a mask, use it in both directions."""
    def run():
        return dropout_backward(dout, dropout(x, P, rng)[1])
    return run


def by_torch(torch, x, dout):
    """nn.Dropout, and the gradient by x."""
    module = torch.nn.Dropout(P)
    x, dout = map(torch.tensor, (x, dout))
    x.requires_grad = True

    def run():
        x.grad = None
        module(x).backward(dout)
    return run


def main(rounds=5):
    """Print the ratio at each size."""
    torch, rng = _ratio.torch(), np.random.default_rng(0)
    for size, shape in SHAPES.items():
        x, dout = rng.normal(size=(2, *shape)).astype(np.float32)
        _ratio.report(
            f"dropout, {size} ({shape[0]}, {shape[1]})",
            _ratio.times({"nnlab": ours(x, dout, rng),
                          "PyTorch": by_torch(torch, x, dout)}, rounds))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
