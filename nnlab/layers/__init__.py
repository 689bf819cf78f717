"""Layers, and Sequential: holders of views into one flat vector."""
from nnlab.layers.base import Layer
from nnlab.layers.build import apply_lsuv, funnel, mlp
from nnlab.layers.dropout import Dropout
from nnlab.layers.elementwise import (
    ELU, GELU, Activation, Identity, LeakyReLU, ReLU, Sigmoid, Softplus,
    Tanh)
from nnlab.layers.linear import Linear
from nnlab.layers.norm import BatchNorm, LayerNorm
from nnlab.layers.sequential import Residual, Sequential
from nnlab.layers.state import load, save

__all__ = ["BatchNorm", "Dropout", "ELU", "GELU", "Identity",
           "Layer", "LayerNorm", "LeakyReLU", "Linear", "ReLU", "Residual",
           "Sequential", "Sigmoid", "Softplus", "Tanh", "apply_lsuv", "funnel",
           "load", "mlp", "save"]
