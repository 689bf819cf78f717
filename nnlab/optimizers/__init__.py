"""Optimisers: w, state = rule(w, grad, state, ...), one call an update.

w and grad are arrays of one shape.  state is None before the first
update; what a rule returns as state goes into its next call.  Nothing
is changed in place.

Each rule works element by element: calls on the parts of a vector,
each part with a state of its own, give what one call on the whole
gives.  So lr, and weight_decay in adamw, may be a number or an array in
the shape of w: a rate for each parameter, 0 for what must not decay.
Numbers are best Python's own: np.float64(0.1) as lr, or an np.int64 as
a count, makes float64 of float32 weights; float() and int() cure it.

ema and swa average the weights of many updates.
"""
from nnlab.optimizers.adaptive import adadelta, adagrad, rmsprop
from nnlab.optimizers.averages import ema, swa
from nnlab.optimizers.descent import (momentum, nesterov,
                                      nesterov_lookahead, sgd)
from nnlab.optimizers.moments import adam, adamw, amsgrad, nadam

__all__ = ["sgd", "momentum", "nesterov_lookahead", "nesterov",
           "adagrad", "rmsprop", "adadelta",
           "adam", "amsgrad", "nadam", "adamw", "ema", "swa"]
