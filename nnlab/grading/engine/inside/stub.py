"""The student's side: calls the functions of the notebook when asked."""
import collections
import contextlib
import copy
import inspect
import io
import itertools
import socket
import time
import types
import weakref

import numpy as np

from . import randomness, wire
from .apart import apart
from .changes import Before, fill
from .given import Callback, Given, given, special
from .line import Broken, Line
from .parcel import Parcel
from .peer import Handle, Peer
from .raised import raised, report
from .scripts import Draws, Item, resolved, same
from .setting import heard, in_place_of
from .shelf import Shelf

MANY = 1000         # items of a generator that come back
TICK = 0.1          # seconds between two signs of life
SAID = 2000         # characters of a docstring
OUTPUT = 1 << 16    # characters of what a call prints
SOURCE = 1 << 20    # characters of a function's source
APART = 1 << 20     # numbers that a copy of this process may have given


class Bounded(io.StringIO):
    """Keeps the first OUTPUT characters."""

    def write(self, text):
        room = OUTPUT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


class Student(Peer):
    """Serves calls into a namespace of the student's."""

    def __init__(self, line, world, scope):
        super().__init__(line)
        self.world, self.scope, self.said = world, scope, time.monotonic()
        self.shelf, self.test = Shelf(), None
        self.given = weakref.WeakValueDictionary()

    def _one(self, text, buffers):
        if text[:1] != "f":
            return super()._one(text, buffers)
        apart(self._copy)
        self.first += APART

    def _copy(self):
        """Say that the copy is there, and serve until it is left.

        The other side waits for each answer, so that no message is
        read here that the original should have.
        """
        self.left = False
        self.send("a", None, Parcel())
        while not self.left:
            self._one(*self.line.receive())

    def _do_leave(self, out):
        self.left = True

    def foreign(self, x, buffers):
        if isinstance(x, (Callback, Given)):
            x = x._handle
        if isinstance(x, Handle):
            if x._test != self.test:
                raise wire.NotPlain("what it came from has ended")
            return {"m": x._number}
        if _listed(x):
            items = list(itertools.islice(x, MANY))
            return {"many": [self._enc(items, buffers),
                             isinstance(x, types.GeneratorType)]}
        if isinstance(x, type):
            return {"h": [self.keep(x), "class", self._class(x), None]}
        return {"h": [self.keep(x), *_kind(x), None if isinstance(
            x, types.FunctionType) else self._class(type(x))]}

    def _class(self, kind):
        """What a test must know of a class.

        [number, name, module, special and other methods, own bases,
        name of the built-in exception that it is made from or None,
        docstring]
        """
        doc = kind.__doc__ if isinstance(kind.__doc__, str) else ""
        error = [k.__name__ for k in kind.__mro__ if issubclass(
            k, BaseException) and k.__module__ == "builtins"]
        return [self.keep(kind), kind.__name__, str(kind.__module__),
                special(kind) + _functions(kind),
                [self._class(base) for base in kind.__bases__
                 if base.__module__ == "__main__"],
                error[0] if error else None, doc[:SAID]]

    def resolve(self, tag, body, buffers):
        if tag == "m":
            return self.objects[body]
        if tag == "item":
            return Item(*body)
        if tag == "draws":
            return Draws(*body)
        found = self.given.get(body[0])
        if found is None:           # the same for the same object
            handle = Handle(self, *body)
            handle._test = self.test
            found = self.given[body[0]] = (
                handle if body[1] == "object" else given(handle))
        return found

    def do(self, op, body, out):
        return getattr(self, f"_do_{op}")(out, *body)

    def _target(self, target):
        return self.world[target] if isinstance(target, str) else target

    def _do_begin(self, out, first, test):
        """Numbers of a new kernel's objects begin where an old one's end.

        test : tells one test kernel from the next
        """
        if not self.numbers:
            self.first = first
        if test != self.test:
            self.test = test
            self.given.clear()

    def _do_describe(self, out, names):
        """[{name: a value, or facts on a function}, new files]."""
        found = []
        for name in names:
            if name in self.world:
                # One that cannot cross does not keep back the others.
                with contextlib.suppress(Exception):
                    found.append(
                        [name, self._describe(self.world[name], out)])
        return {"t": [{"d": found}, self._enc(self.shelf.changed(), out)]}

    def _describe(self, x, out):
        if not isinstance(x, types.FunctionType):
            return self._enc(x, out)
        return {"h": [self.keep(x), "function", self._facts(x, out), None]}

    def _facts(self, f, out):
        data, _ = self.scope.notebook_data(f)
        return {"name": f.__name__, "module": str(f.__module__),
                "doc": f.__doc__ or "", "data": list(data),
                "parameters": self._parameters(f, out)}

    def _parameters(self, f, out):
        try:
            return [[p.name, int(p.kind), p.default is not p.empty,
                     self._enc(p.default, out)
                     if p.default is not p.empty else None]
                    for p in inspect.signature(f).parameters.values()]
        except (ValueError, TypeError):
            return None

    def _do_isolated(self, out, target):
        _, alone = self.scope.notebook_data(self._target(target))
        return self._describe(alone, out)

    def _do_call(self, out, target, args, kwargs, world):
        """[result, [[number, content] of what it changed], what it
        printed, error or None, new files, warnings if the test listens].

        world : (states of generators, functions in the place of
        built-in ones, files, whether it listens) of the test
        """
        states, replaced, files, listens = world
        randomness.take_over(states)
        self.shelf.put(files)
        before, result, error = Before(out.objects), None, None
        with (contextlib.redirect_stdout(Bounded()) as said,
              in_place_of(replaced), heard(listens) as warned):
            try:
                result = self._target(target)(*args, **kwargs)
            except Broken:
                raise
            except BaseException as e:
                error = self.report(e)
        return {"t": [*before.answer(self, result, out), said.getvalue(),
                      self._enc(error, out),
                      self._enc(self.shelf.changed(), out),
                      self._enc([(str(w.message), w.category) for w in
                                 warned[:MANY]], out)]}

    def _do_script(self, out, target, calls):
        """All calls in a row; state stays here.

        Returns (results, what was changed in place, error or None).
        """
        f, live, rngs = self._target(target), [], {}
        results, changed, error = [], [], None
        for args, kwargs in calls:
            try:    # what an earlier call returned may lack what is asked
                given = {k: resolved(v, live, rngs) for k, v in
                         [*enumerate(args), *kwargs.items()]}
                arrays = {k: v.copy() for k, v in given.items()
                          if isinstance(v, np.ndarray)}
                with contextlib.redirect_stdout(Bounded()):
                    live.append(f(*(given[i] for i in range(len(args))),
                                  **{k: given[k] for k in kwargs}))
                results.append(self._enc(live[-1], out))
            except BaseException as e:
                error = self.report(e)
                break
            changed.append(next((k for k, v in arrays.items()
                                 if not same(v, given[k])), None))
            self._works_on()
        return {"t": [{"l": results}, self._enc(changed, out),
                      self._enc(error, out)]}

    def _works_on(self):
        """Each call of a script has its own time."""
        if time.monotonic() > self.said + TICK:
            self.said = time.monotonic()
            self.line.send("t")

    def _do_source(self, out, target):
        return inspect.getsource(self._target(target))[:SOURCE]

    def _do_get(self, out, target, name):
        return self._enc(getattr(target, name), out)

    def _do_set(self, out, target, name, value):
        setattr(target, name, value)

    def _do_delete(self, out, target, name):
        delattr(target, name)

    def _do_refill(self, out, target, name, value):
        if not fill(getattr(target, name), value):
            setattr(target, name, value)

    def _do_vars(self, out, target):
        return self._enc(vars(target), out)

    def _do_copy(self, out, target, deep):
        return self._enc((copy.deepcopy if deep else copy.copy)(target),
                         out)

    def _do_special(self, out, target, name, args):
        return self._enc(getattr(type(target), name)(target, *args), out)

    def report(self, error):
        own = type(error).__module__ == "__main__"
        return report(error, self._class(type(error)) if own else None)

    def exception(self, report):
        return raised(report, self.objects)


def _listed(x):
    """Is it of a built-in type, and read from beginning to end?"""
    return not isinstance(x, type) and type(x).__module__ != "__main__" and (
        hasattr(x, "__next__") or isinstance(x, (
            collections.deque, collections.abc.MappingView)))


def _functions(kind):
    """What a class of the test's finds with super()."""
    return [name for name, x in vars(kind).items() if isinstance(
        x, types.FunctionType) and not name.startswith("__")]


def _kind(x):
    name = getattr(x, "__name__", None) or type(x).__name__
    module = getattr(x, "__module__", "") or ""
    # What functools and NumPy make of a function is one as well.
    kind = "function" if isinstance(x, types.FunctionType) or (
        callable(x) and type(x).__module__ != "__main__") else "object"
    return kind, {"name": str(name), "module": str(module)}


_students = []


def serve(path, world):
    """Connect to ``path`` and serve calls into ``world`` until the end."""
    from . import scope
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    with contextlib.closing(sock), contextlib.suppress(Broken):
        # One for all cells: what a test keeps has the same number later.
        if not _students:
            _students.append(Student(None, world, scope))
        _students[0].line = Line(sock)
        _students[0].serve()
