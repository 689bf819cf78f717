"""Every question, by the name of its file."""
import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent


class Questions(Mapping):
    """{name: EXERCISE of <topic>/<name>.py}, imported when asked for.

    Whoever checks one answer does not wait for all the others.  A file
    whose name begins with _ is no question.
    """

    def __init__(self):
        self._modules = {
            one.name: f"nnlab.exercises.{topic.name}.{one.name}"
            for topic in _within(FOLDER) if topic.ispkg
            for one in _within(FOLDER / topic.name)}

    def __getitem__(self, name):
        return importlib.import_module(self._modules[name]).EXERCISE

    def __iter__(self):
        return iter(self._modules)

    def __len__(self):
        return len(self._modules)

    def __contains__(self, name):
        return name in self._modules


def _within(folder):
    return [m for m in pkgutil.iter_modules([str(folder)])
            if not m.name.startswith("_")]
