"""The same network in PyTorch: same layers, same numbers."""
import numpy as np
import torch

from nnlab import layers

PLAIN = {layers.Identity: torch.nn.Identity, layers.ReLU: torch.nn.ReLU,
         layers.GELU: torch.nn.GELU, layers.Softplus: torch.nn.Softplus,
         layers.Sigmoid: torch.nn.Sigmoid, layers.Tanh: torch.nn.Tanh}


class Skip(torch.nn.Module):
    """x + f(x)."""

    def __init__(self, inside):
        super().__init__()
        self.inside = inside

    def forward(self, x):
        return x + self.inside(x)


def twin(net):
    """A network of nnlab as a module of PyTorch, in float64."""
    return torch.nn.Sequential(*map(_layer, net.layers)).double()


def _layer(layer):
    kind = type(layer)
    if kind in PLAIN:
        return PLAIN[kind]()
    return globals()[f"_{kind.__name__}"](layer)


def _copy(parameter, array):
    if parameter is not None:
        with torch.no_grad():
            parameter[:] = torch.tensor(np.asarray(array))


def _Linear(layer):
    made = torch.nn.Linear(layer.fan_in, layer.fan_out, layer.bias,
                           dtype=torch.float64)
    _copy(made.weight, layer.W.T.copy())
    _copy(made.bias, layer.b)
    return made


def _BatchNorm(layer):
    made = torch.nn.BatchNorm1d(layer.n, layer.eps, layer.momentum,
                                dtype=torch.float64)
    _copy(made.running_mean, layer.running_mean)
    _copy(made.running_var, layer.running_var)
    return _scaled(made, layer)


def _LayerNorm(layer):
    return _scaled(torch.nn.LayerNorm(layer.n, layer.eps,
                                      dtype=torch.float64), layer)


def _scaled(made, layer):
    _copy(made.weight, layer.gamma)
    _copy(made.bias, layer.beta)
    return made


def _Residual(layer):
    return Skip(torch.nn.Sequential(*map(_layer, layer.children)))


def _LeakyReLU(layer):
    return torch.nn.LeakyReLU(layer.settings["slope"])


def _ELU(layer):
    return torch.nn.ELU(layer.settings["alpha"])


def flat_grads(net, theirs):
    """PyTorch's gradients in the order and layout of net.grads."""
    grads = [p.grad.T if p.dim() == 2 else p.grad
             for p in theirs.parameters()]
    return np.concatenate([g.numpy().ravel() for g in grads])
