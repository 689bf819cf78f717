"""Checkpoints: training goes on as if it had never stopped.

One .npz file without pickle, written whole after each epoch: the
network, the optimiser, the history, the callbacks, every generator.
"""
import dataclasses
import json
import zlib
from pathlib import Path

import numpy as np

from nnlab.layers.state import read, write
from nnlab.training.history import History


def identity(run, X, y, batch_size, callbacks):
    """What must be the same when training goes on."""
    return {"network": repr(run.net), "rule": run.optimizer.rule.__name__,
            "dtype": str(run.net.params.dtype), "batch size": batch_size,
            "callbacks": [type(c).__name__ for c in callbacks],
            "data": [zlib.crc32(np.ascontiguousarray(a)) for a in (X, y)]}


def save(path, run, callbacks, rng, who):
    """Write all that fit needs to go on after this epoch."""
    arrays = {}
    tree = _encode({
        "who": who, "epoch": run.epoch, "stop": run.stop,
        "history": dataclasses.asdict(run.history),
        "network": run.net.state(),
        "hyper": run.optimizer.hyper, "states": run.optimizer.states,
        "callbacks": [callback.state() for callback in callbacks],
        "generators": [g.bit_generator.state
                       for g in _generators(run.net, rng)]}, arrays)
    write(path, arrays | {"tree": np.array(json.dumps(tree))})


def resume(path, run, callbacks, rng, who):
    """Take up what save wrote, if the file is there.

    Raises ValueError, with nothing changed, for a file that is damaged
    or belongs to other training.
    """
    if not Path(path).exists():
        return
    saved = _read(path)
    for what, value in who.items():
        if saved["who"].get(what) != value:
            raise ValueError(
                f"{path} belongs to other training: {what} was "
                f"{saved['who'].get(what)}, now {value}. Nothing was "
                "changed; give another path, or remove the file.")
    run.net.load_state(saved["network"])
    run.epoch, run.stop = saved["epoch"], saved["stop"]
    run.history = History(**saved["history"])
    run.optimizer.allocate(run.net.params.size)
    run.optimizer.states = saved["states"]
    run.optimizer.hyper = saved["hyper"]
    for callback, state in zip(callbacks, saved["callbacks"]):
        callback.load_state(state)
    for g, state in zip(_generators(run.net, rng), saved["generators"]):
        g.bit_generator.state = state


def _read(path):
    arrays = read(path)
    try:
        return _decode(json.loads(str(arrays["tree"])), arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged or no checkpoint of fit "
                         f"({error!r}).") from None


def _generators(net, rng):
    """fit's generator, and those of the layers that draw."""
    return [rng, *(layer.rng for layer in net.walk()
                   if hasattr(layer, "rng"))]


def _encode(value, arrays):
    """Plain JSON, with arrays put aside under a number."""
    if isinstance(value, np.ndarray):
        name = f"array {len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, dict):
        return {"dict": {k: _encode(v, arrays) for k, v in value.items()}}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_encode(v, arrays) for v in value]}
    return value.item() if isinstance(value, np.generic) else value


def _decode(tree, arrays):
    if not isinstance(tree, dict):
        return tree
    (kind, value), = tree.items()
    if kind == "array":
        return arrays[value]
    if kind == "dict":
        return {k: _decode(v, arrays) for k, v in value.items()}
    return {"list": list, "tuple": tuple}[kind](
        _decode(v, arrays) for v in value)
