"""A network's state in a file: .npz without pickle, all or nothing."""
import os
from pathlib import Path

import numpy as np


def state(net):
    """A copy of all that a network has learned, by name.

    "0.W" is W of layer 0, "2.1.b" is b of layer 1 inside layer 2;
    running statistics are there too.
    Returns a dict of arrays.  Raises nothing.
    Same as PyTorch's ``net.state_dict()``, but copies.
    """
    return {name: view.copy() for name, view in _views(net)}


def load_state(net, arrays):
    """Write a state into a network, all of it or, if it is wrong, none.

    arrays : a dict as state(net) returns it.
    Raises ValueError, before anything is written, for names that are
    missing or unknown, other shapes, and values that are not finite.
    Same as PyTorch's ``net.load_state_dict(d)``, which has written a
    part when it raises, and takes NaN.
    """
    views = dict(_views(net))
    _same_names(set(views), set(arrays))
    for name, view in views.items():
        value = arrays[name]
        if not isinstance(value, np.ndarray):
            raise ValueError(f"{name} must be an array; got "
                             f"{type(value).__name__}. Nothing was loaded.")
        if np.shape(value) != view.shape:
            raise ValueError(f"{name} has shape {np.shape(value)}; the "
                             f"network's has {view.shape}. Nothing was "
                             "loaded.")
        if not _fits(value, view.dtype):
            raise ValueError(f"{name} must hold finite floats, also as "
                             f"{view.dtype}. Nothing was loaded.")
    for name, view in views.items():
        view[...] = arrays[name]


def save(net, path):
    """Save the state of net: an .npz file, without pickle.

    The file is whole or not there: it is written under another name
    and moved.  path : where; an old file is replaced.
    Raises OSError if the folder cannot be written to.
    Differs from PyTorch's ``torch.save``, which pickles.
    """
    write(path, state(net))


def load(net, path):
    """Load a state that save wrote into net, of the same layers.

    path : the .npz file.  Raises FileNotFoundError, and ValueError,
    with the network unchanged, for a file that is damaged, holds
    pickled objects, or belongs to other layers.
    Differs from PyTorch's ``torch.load``, which can run code of the
    file unless ``weights_only`` forbids it.
    """
    load_state(net, read(path))


def write(path, arrays):
    """Write a dict of arrays to path, whole or not at all."""
    path = Path(path)
    check_folder(path)
    new = path.with_name(f".{path.name}.new")
    try:
        with open(new, "wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def check_folder(path):
    """FileNotFoundError unless the folder of path is there."""
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{path} cannot be written: there is no "
                                f"folder {folder}. Make it first.")


def read(path):
    """The arrays of an .npz file; ValueError if any is damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        raise
    # A damaged archive makes zipfile, zlib and NumPy's reader of headers
    # raise some ten kinds of errors.
    except Exception as error:
        raise ValueError(f"{path} is damaged or no file that save wrote "
                         f"({error}). Nothing was loaded.") from None


def _views(net):
    """(name, view) of every parameter and running statistic."""
    for path, layer in net.paths():
        for name in layer.shapes():
            yield f"{path}.{name}", getattr(layer, name)
        for name, array in layer.arrays().items():
            yield f"{path}.{name}", array


def _fits(value, dtype):
    """Floats that are finite in this dtype."""
    with np.errstate(over="ignore"):
        return (value.dtype.kind == "f"
                and bool(np.isfinite(value.astype(dtype)).all()))


def _same_names(here, there):
    for names, what in ((here - there, "lacks"), (there - here, "has")):
        if names:
            raise ValueError(f"the state {what} {', '.join(sorted(names))}"
                             ": it belongs to other layers. Nothing was "
                             "loaded.")
