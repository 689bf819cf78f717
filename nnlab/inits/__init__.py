"""Initial weights.  W has shape (fan_in, fan_out): x @ W.

normal(mean, s) means a standard deviation of s everywhere here; many
texts write the variance in that place.
"""
from nnlab.inits.fans import (he_normal, he_uniform, lecun_normal,
                              lecun_uniform, pytorch_default,
                              xavier_normal, xavier_uniform)
from nnlab.inits.fixed import constant, normal, uniform, zeros
from nnlab.inits.gains import gain, variance_scaling
from nnlab.inits.orthogonality import lsuv, orthogonal

__all__ = [
    "constant", "zeros", "normal", "uniform", "lecun_normal",
    "lecun_uniform", "xavier_normal", "xavier_uniform", "he_normal",
    "he_uniform", "pytorch_default", "gain", "variance_scaling",
    "orthogonal", "lsuv"]
