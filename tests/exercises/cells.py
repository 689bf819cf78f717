"""Functions as a cell of a notebook defines them."""
import linecache

import numpy as np


def cell(text, name, **world):
    """What a notebook cell with this text defines as ``name``."""
    filename = f"<cell {abs(hash(text))}>"
    linecache.cache[filename] = (
        len(text), None, text.splitlines(keepends=True), filename)
    world.update({"__name__": "__main__", "np": np})
    exec(compile(text, filename, "exec"), world)
    return world[name]
