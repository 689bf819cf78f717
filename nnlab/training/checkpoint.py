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
from nnlab.training.optimizer import named


def attach(path, run, callbacks, rng, data, batch_size, functions):
    """Take up the file if it is there; return what writes it.

    path : None for no checkpoint.  data : lists of arrays; functions :
    those that fit was given, by name.
    """
    if path is None:
        return lambda: None
    who = identity(run, data, batch_size, callbacks, rng, functions)
    resume(path, run, callbacks, rng, who)
    return lambda: save(path, run, callbacks, rng, who)


def identity(run, data, batch_size, callbacks, rng, functions):
    """What must be the same when training goes on.

    The network and the generator as they are before training, so that
    another seed is other training.  Of functions, only their names.
    """
    net, optimizer = run.net, run.optimizer
    return {
        "network": repr(net), "dtype": str(net.params.dtype),
        "the start of the network": _sum(net.state()),
        "frozen layers": [path for path, layer in net.paths()
                          if layer.frozen],
        "optimizer": repr(optimizer), "rates": _sum(optimizer.hyper),
        "batch size": batch_size,
        "callbacks": [type(c).__name__ for c in callbacks],
        "generator": type(rng.bit_generator).__name__,
        "the start of rng": _sum(rng.bit_generator.state),
        "data": _sum(data),
        **{name: f and named(f) for name, f in functions.items()}}


def _sum(value):
    """A checksum of numbers, arrays, and lists and dicts of them."""
    arrays = {}
    text = json.dumps(_encode(value, arrays))
    number = zlib.crc32(text.encode())
    for array in arrays.values():
        number = zlib.crc32(np.ascontiguousarray(array), number)
    return f"checksum {number:08x}"


def save(path, run, callbacks, rng, who):
    """Write all that fit needs to go on after this epoch."""
    arrays = {}
    tree = _encode({
        "who": who, "epoch": run.epoch,
        "history": dataclasses.asdict(run.history),
        "network": run.net.state(),
        "hyper": run.optimizer.hyper, "states": run.optimizer.states,
        "callbacks": [callback.state() for callback in callbacks],
        "generators": [g.bit_generator.state
                       for g in generators(run.net, rng)]}, arrays)
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
    run.epoch = saved["epoch"]
    run.history = History(**saved["history"])
    run.optimizer.allocate(run.net.params.size, run.net.trainable)
    run.optimizer.states = saved["states"]
    run.optimizer.hyper = saved["hyper"]
    for callback, state in zip(callbacks, saved["callbacks"]):
        callback.load_state(state)
    for g, state in zip(generators(run.net, rng), saved["generators"]):
        g.bit_generator.state = state


def _read(path):
    arrays = read(path)
    try:
        return _decode(json.loads(str(arrays["tree"])), arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged or no checkpoint of fit "
                         f"({error!r}).") from None


def generators(net, rng):
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
        return {"dict": [[_encode(k, arrays), _encode(v, arrays)]
                         for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return {type(value).__name__: [_encode(v, arrays) for v in value]}
    if isinstance(value, np.generic):
        return {"number": _encode(np.array(value), arrays)}
    if isinstance(value, (str, int, float, type(None))):
        return value
    raise TypeError("a checkpoint keeps numbers, texts, arrays, lists, "
                    f"tuples and dicts; got {type(value).__name__}.")


def _decode(tree, arrays):
    if not isinstance(tree, dict):
        return tree
    (kind, value), = tree.items()
    if kind == "array":
        return arrays[value]
    if kind == "number":
        return _decode(value, arrays)[()]
    if kind == "dict":
        return {_decode(k, arrays): _decode(v, arrays) for k, v in value}
    return {"list": list, "tuple": tuple}[kind](
        _decode(v, arrays) for v in value)
