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
import weakref

from nnlab.grading.engine.inside import wire
from nnlab.grading.engine.inside.line import Broken
from nnlab.grading.engine.inside.peer import Peer, words_of
from nnlab.grading.engine.remote import (
    TOLD, Many, Opaque, Placeholder, adopt, remote_class)
from nnlab.grading.engine.writeback import write_back

LATE = "it took too long and was stopped; is there a loop that never ends?"
SAID = 1 << 16              # characters of what one call prints
ENDS = (StopIteration, StopAsyncIteration)


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


class Gone(RuntimeError):
    """The student's kernel was stopped, or has ended, in words."""
    stopped = True


class Tester(Peer):
    """Reaches the student's kernel from the test kernel.

    reach : gives the Line to that kernel;  why : says what became of
    it;  clock : holds the time of the call that runs;  classes :
    {name: methods} of the release's own
    """
    __test__ = False        # nothing for pytest

    def __init__(self, reach, why, clock, classes=()):
        super().__init__(None)
        self.reach, self.why, self.clock = reach, why, clock
        self.declared, self.local = dict(classes), {}
        self.known = weakref.WeakValueDictionary()
        defined = {m for made in self.declared.values() for m in made}
        self.refused = {f"__{n}__" for n in TOLD} - defined
        self.lost, self.seen = "", 0    # seen: numbers of theirs below it

    def begin(self):
        """A cell begins; the kernel may be another one now."""
        self.lost = ""

    def end(self):
        """A cell ends: the student's kernel is free for other cells."""
        if self.line is not None:
            try:
                self.line.send("end")
            except Broken:
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
                super().ask("begin", self.seen)
            self.clock.start()
            result = super().ask(op, *body)
        except Broken:
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
        sys.stdout.write(str(said)[:SAID])
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
        self.seen = max(self.seen, int(number) + 1)
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
        self.seen = max(self.seen, number + 1)
        if number not in self.local:
            self.local[number] = remote_class(
                self, number, str(name), str(module),
                set(special) - self.refused)
        return self.local[number]

    def _object(self, number, of):
        """The same for the same number, as long as anybody has it."""
        made = self.known.get(number)
        if made is None:
            made = self.known[number] = self._made(number, *of)
        return made

    def _made(self, number, class_number, name, module, special):
        if name not in self.declared or module != "__main__":
            return Opaque(self, number, str(name))
        kind = self._class(int(class_number), name, module, special)
        return adopt(kind, self, number, str(name))

    def do(self, op, body, out):
        """The one thing that a student may ask: call what was given."""
        if op != "call" or id(body[0]) not in self.numbers:
            raise TypeError("only a function that was handed over can "
                            "be called")
        return self._enc(body[0](*body[1], **body[2]), out)

    def report(self, error):
        kinds = [k.__name__ for k in type(error).__mro__]
        return [kinds, words_of(error), ""]

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
        error.stops = names[:1] == ["StopIteration"]
        return error
