"""Activation functions and their derivatives, on arrays of any shape.

Each derivative takes z, what went *into* the activation.
"""
from nnlab.activations.gaussian import (gelu, gelu_derivative, gelu_tanh,
                                        gelu_tanh_derivative)
from nnlab.activations.rectifiers import (
    elu, elu_derivative, identity, identity_derivative, leaky_relu,
    leaky_relu_derivative, relu, relu_derivative, softplus,
    softplus_derivative)
from nnlab.activations.saturating import (
    sigmoid, sigmoid_derivative, softmax, softmax_backward, tanh,
    tanh_derivative)

__all__ = [
    "identity", "identity_derivative", "sigmoid", "sigmoid_derivative",
    "tanh", "tanh_derivative", "relu", "relu_derivative", "leaky_relu",
    "leaky_relu_derivative", "elu", "elu_derivative", "gelu",
    "gelu_derivative", "gelu_tanh", "gelu_tanh_derivative", "softplus",
    "softplus_derivative", "softmax", "softmax_backward"]
