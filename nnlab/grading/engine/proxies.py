"""The test's side: what looks like the student's functions.

They are real functions and classes; called, they carry plain data to
the student's kernel and back.  What comes back is never trusted: exact
built-in types, exceptions of built-in kinds, and objects that can do
what the release's own class does, and no comparison but among
themselves.
"""
import builtins
import inspect
import sys

import numpy as np

from nnlab.grading.engine.inside import wire
from nnlab.grading.engine.inside.peer import Peer
from nnlab.grading.engine.pcg import steps_between

BINARY = ("add radd sub rsub mul rmul truediv rtruediv matmul rmatmul pow "
          "iadd").split()
ORDER = "eq ne lt le gt ge".split()
OTHER = ("len getitem setitem delitem contains call bool float int enter "
         "exit neg abs next").split()
LATE = "it took too long and was stopped; is there a loop that never ends?"
MOST_DRAWS = 1 << 40
ENDS = (StopIteration, StopAsyncIteration)


class Many(list):
    """The items of a generator, as a list that ``next`` works on too."""

    def __next__(self):
        if not self:
            raise StopIteration
        return self.pop(0)


class Opaque:
    """An object of the student's, to be handed back and nothing else."""

    def __init__(self, peer, number, name):
        self._peer, self._number, self._name = peer, number, name

    def __repr__(self):
        return f"<{self._name} object of the student's>"


class Remote(Opaque):
    """An object of a class that the release's solution defines too."""

    def __init__(self, *args, **kwargs):
        """Made on the other side, by ``__new__``."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._peer.ask("get", self, name)

    def __setattr__(self, name, value):
        self._peer.ask("set", self, name, value)


class Link:
    """What ``check`` may ask about a student's function.

    data : names of notebook data that the function reads
    """

    def __init__(self, peer, target, facts):
        self._peer, self._target = peer, target
        self.data = [str(n) for n in facts.get("data", ())]

    def isolated(self):
        """The function without that data, a proxy as well."""
        return self._peer.ask("isolated", self._target)

    def script(self, calls):
        """Run calls [(args, kwargs)] in one message.

        Returns (results, keys of what was changed in place, error).
        """
        results, changed, error = self._peer.ask(
            "script", self._target, calls)
        return results, changed, (
            None if error is None else self._peer.exception(error))

    @staticmethod
    def item(call, item):
        """Stands for an item of an earlier result, in ``script``."""
        return Placeholder("item", call, item)

    @staticmethod
    def draws(seed, copy=0):
        """Stands for a generator that lasts for the script."""
        return Placeholder("draws", seed, copy)


class Placeholder:
    """What only the other side can fill in."""

    def __init__(self, tag, *body):
        self.tag, self.body = tag, list(body)


class Gone(RuntimeError):
    """The student's kernel was stopped, or has ended, in words."""
    stopped = True


class Tester(Peer):
    """Reaches the student's kernel from the test kernel.

    reach : gives the Line to that kernel;  why : says what became of
    it;  clock : holds the time of the call that runs
    """

    def __init__(self, reach, why, clock, classes=()):
        super().__init__(None)
        self.reach, self.why, self.clock = reach, why, clock
        self.declared, self.local = set(classes), {}
        self.lost = ""

    def begin(self):
        """A cell begins; the kernel may be another one now."""
        self.lost = ""

    def end(self):
        """A cell ends: the student's kernel is free for other cells."""
        if self.line is not None:
            try:
                self.line.send("end")
            except wire.Broken:
                pass
            self.line.close()
            self.line = None

    def ask(self, op, *body):
        """As of every Peer, within the time of a call; raises Gone."""
        if self.lost:
            raise Gone(self.lost)
        outer = self.clock.read()
        try:
            if self.line is None:
                self.line = self.reach()
            self.clock.start()
            result = super().ask(op, *body)
        except wire.Broken:
            self.lost = self.why()
            self.line = None
        finally:
            self.clock.write(outer)
        if self.clock.late:
            self.lost = self.lost or LATE
        if self.lost:
            raise Gone(self.lost)
        return result

    def _one(self, text, buffers):
        """The student's code asks something: its clock stands still."""
        if text[:1] == "t":
            return self.clock.start()
        self.clock.pause()
        super()._one(text, buffers)
        self.clock.resume()

    def bound(self, names):
        """{name: proxy or value} of those names that exist."""
        return self.ask("describe", list(names))

    def call(self, target, args, kwargs):
        """Call, print what it printed, write back what it changed."""
        result, changed, said = self.ask("call", target, args, kwargs)
        sys.stdout.write(str(said))
        for key, new in changed:
            write_back(args[key] if isinstance(key, int) else kwargs[key],
                       new)
        return result

    def foreign(self, x):
        if isinstance(x, Placeholder):
            return {x.tag: x.body}
        if isinstance(x, Opaque):
            return {"m": x._number}
        number = getattr(x, "_remote_number", None)
        if number is not None:
            return {"m": number}
        kind = "function" if callable(x) else "object"
        name = getattr(x, "__name__", type(x).__name__)
        return {"h": [self.keep(x), kind, {"name": name}]}

    def resolve(self, tag, body):
        if tag == "m":
            return self.objects[body]
        if tag == "many":
            return Many(self._dec(body[0], self._buffers))
        if tag != "h":
            raise wire.NotPlain(f"there is no {tag!r}")
        number, kind, facts, of = body
        if kind == "function":
            return self._function(int(number), facts)
        if kind == "class":
            return self._class(int(number), facts["name"],
                               facts["module"], facts["special"])
        return self._object(int(number), of)

    def _dec(self, x, buffers):
        self._buffers = buffers
        return super()._dec(x, buffers)

    def _function(self, number, facts):
        target = Placeholder("m", number)
        target.body = number

        def function(*args, **kwargs):
            return self.call(target, args, kwargs)
        function.__name__ = function.__qualname__ = str(facts["name"])
        function.__module__ = str(facts["module"])
        function.__doc__ = str(facts.get("doc") or "") or None
        function._remote_number = number
        function.__remote__ = Link(self, target, facts)
        signature = self._signature(facts.get("parameters"))
        if signature is not None:
            function.__signature__ = signature
        return function

    def _signature(self, parameters):
        if parameters is None:
            return None
        return inspect.Signature([
            inspect.Parameter(
                name, inspect._ParameterKind(kind),
                default=(self._dec(default, self._buffers) if has
                         else inspect.Parameter.empty))
            for name, kind, has, default in parameters])

    def _class(self, number, name, module, special):
        if number not in self.local:
            self.local[number] = remote_class(
                self, number, str(name), str(module), special)
        return self.local[number]

    def _object(self, number, of):
        class_number, name, module, special = of
        if name not in self.declared or module != "__main__":
            return Opaque(self, number, str(name))
        kind = self._class(int(class_number), name, module, special)
        return adopt(kind, self, number, str(name))

    def do(self, op, body, out):
        """The one thing that a student may ask: call what was given."""
        if op != "call" or not callable(body[0]):
            raise TypeError("only a function that was handed over can "
                            "be called")
        return self._enc(body[0](*body[1], **body[2]), out)

    def report(self, error):
        kinds = [k.__name__ for k in type(error).__mro__]
        return [kinds, str(error)[:500], ""]

    def exception(self, report):
        """The same built-in exception; none that ends a loop or a test."""
        names, words, line = report
        for name in names:
            kind = getattr(builtins, str(name), None)
            if (isinstance(kind, type) and issubclass(kind, Exception)
                    and not issubclass(kind, ENDS)):
                break
        else:
            kind, words = RuntimeError, f"{names[0]}: {words}"
        try:
            error = kind(str(words))
        except TypeError:               # UnicodeDecodeError needs five
            error = RuntimeError(f"{names[0]}: {words}")
        error.student_line = str(line)
        return error


def adopt(kind, peer, number, name):
    """A Remote of class ``kind`` for an object that exists already."""
    made = object.__new__(kind)
    for key, value in [("_peer", peer), ("_number", number),
                       ("_name", name)]:
        object.__setattr__(made, key, value)
    return made


def remote_class(peer, number, name, module, special):
    """A class whose instances live in the student's kernel."""
    def new(cls, *args, **kwargs):
        target = Placeholder("m", number)
        target.body = number
        made = peer.call(target, args, kwargs)
        if not isinstance(made, cls):
            raise TypeError(f"{name}(...) did not make a {name}")
        return made
    methods = {"__new__": new, "__module__": module,
               "_remote_number": number}
    for short in OTHER + BINARY + ORDER:
        full = f"__{short}__"
        if full in special:
            methods[full] = _special(short)
    if "__eq__" in methods:
        methods["__hash__"] = lambda self: hash(self._number)
    for full in "__repr__", "__str__":
        methods[full] = lambda self, full=full: str(
            self._peer.ask("special", self, full, ()))
    methods["__iter__"] = lambda self: iter(
        self._peer.ask("special", self, "__iter__", ()))
    if "__iter__" not in special:
        del methods["__iter__"]
    return type(name, (Remote,), methods)


def _special(short):
    full = f"__{short}__"

    def other(self, *args):
        result = self._peer.ask("special", self, full, args)
        return _EXACT.get(short, lambda x: x)(result)

    def order(self, x):
        if not isinstance(x, Remote):
            return NotImplemented
        return bool(self._peer.ask("special", self, full, (x,)))

    def binary(self, x):
        """With a number, it must make an object, never a number."""
        result = self._peer.ask("special", self, full, (x,))
        if not isinstance(x, Remote) and not isinstance(result, Remote):
            raise TypeError(f"{self._name} {short} {type(x).__name__} "
                            f"did not make a {self._name}")
        return result
    return order if short in ORDER else binary if short in BINARY else other


_EXACT = {"bool": bool, "contains": bool, "exit": bool}


def write_back(old, new):
    """Give ``old`` the content of ``new``, in place and in depth."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape == new.shape and old.dtype == new.dtype:
            old[...] = new
    elif isinstance(old, np.random.Generator):
        _advance(old, new)
    elif isinstance(old, (list, dict)) and type(new) is type(old):
        _write_items(old, new)
    elif isinstance(old, (set, bytearray)) and type(new) is type(old):
        old.clear()
        old.update(new) if isinstance(old, set) else old.extend(new)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for a, b in zip(old, new):
            write_back(a, b)
    elif type(old).__module__.split(".")[0] == "torch" and (
            type(new).__module__ == type(old).__module__):
        old.detach().copy_(new.detach())


def _write_items(old, new):
    keys = range(len(old)) if isinstance(old, list) else list(old)
    if isinstance(old, list) and len(old) != len(new) or (
            isinstance(old, dict) and list(old) != list(new)):
        old.clear()
        old.extend(new) if isinstance(old, list) else old.update(new)
        return
    for key in keys:
        if isinstance(old[key], (np.ndarray, list, dict, set)):
            write_back(old[key], new[key])
        else:
            old[key] = new[key]


def _advance(rng, new):
    """Take over the state of ``new`` if drawing can lead to it.

    Otherwise a student could choose what the test draws next.
    """
    if not (isinstance(new, np.random.Generator) and isinstance(
            new.bit_generator, np.random.PCG64) and isinstance(
            rng.bit_generator, np.random.PCG64)):
        return
    before, after = rng.bit_generator.state, new.bit_generator.state
    steps = steps_between(before["state"], after["state"])
    if steps is None or steps > MOST_DRAWS:
        raise ValueError("the generator was set to another state")
    rng.bit_generator.state = after
