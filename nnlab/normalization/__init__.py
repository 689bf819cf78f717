"""Batch and layer normalisation, forward and backward.

x is (N, D): N examples of D features.  BatchNorm normalises each
column over the batch, LayerNorm each row over its features.
"""
from nnlab.normalization.batch import (
    batch_norm_backward, batch_norm_forward, batch_norm_inference,
    batch_norm_inference_backward, running_keras, running_pytorch)
from nnlab.normalization.layer import (layer_norm_backward,
                                       layer_norm_forward)

__all__ = ["running_pytorch", "running_keras", "batch_norm_forward",
           "batch_norm_backward", "batch_norm_inference",
           "batch_norm_inference_backward", "layer_norm_forward",
           "layer_norm_backward"]
