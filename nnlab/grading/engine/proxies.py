"""The test's side: what looks like the student's functions.

They are real functions and classes; called, they carry plain data to
the student's kernel and back.  What comes back is never trusted: exact
built-in types, exceptions of built-in kinds, and objects that can do
what the release's own class does, and no comparison but among
themselves.
"""
import builtins
import contextlib
import inspect
import os
import sys
import weakref

from nnlab.grading.engine.arrived import arrived, exception_class
from nnlab.grading.engine.handed import USES, kind_of
from nnlab.grading.engine.inside import wire
from nnlab.grading.engine.inside.changes import Before
from nnlab.grading.engine.inside.line import Broken
from nnlab.grading.engine.inside.peer import Peer, words_of
from nnlab.grading.engine.inside.randomness import Watch
from nnlab.grading.engine.inside.shelf import Shelf
from nnlab.grading.engine.link import Gone, Link
from nnlab.grading.engine.listens import Listens
from nnlab.grading.engine.loans import Loans
from nnlab.grading.engine.remote import (
    TOLD, Many, Opaque, Placeholder, known, remote_class, settle)
from nnlab.grading.engine.writeback import write_back

LATE = "it took too long and was stopped; is there a loop that never ends?"
BOTH = ("the answer and the test's own function have both changed it; the "
        "test cannot tell what it holds")
SAID = 1 << 16              # characters of what one call prints
READS, WRITES = "input", "print"    # what a test may put in their place


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
        self.generators, self.loans = Watch(), Loans()
        self.shelf = Shelf(keeps=True)
        self.token, self.calls = os.urandom(8).hex(), []
        self.listens = Listens()
        self.plain = {n: getattr(builtins, n) for n in (READS, WRITES)}
        self.stdin = sys.stdin

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

    def ask(self, op, *body, objects=None, letter="q"):
        """As of every Peer, within the time of a call; raises Gone."""
        if self.lost:
            raise Gone(self.lost)
        outer = self.clock.read()
        try:
            if self.line is None:
                self.line = self.reach()
                self.clock.start()
                super().ask("begin", self.seen, self.token)
            self.clock.start()
            for loan in self.loans.changed():
                super().ask("refill", *loan)
            result = super().ask(op, *body, objects=objects, letter=letter)
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

    @contextlib.contextmanager
    def apart(self):
        """Within it a copy of the student's kernel answers.

        What it comes to remember ends with it.
        """
        self.ask("apart", letter="f")
        try:
            yield
        finally:
            with contextlib.suppress(Gone):
                self.ask("leave")

    def bound(self, names):
        """{name: proxy or value} of those names that exist."""
        found, files = self.ask("describe", list(names))
        self.shelf.put(files)
        return found

    def call(self, target, args, kwargs):
        """Call, print what it printed, write back what it changed."""
        objects = {}
        world = (self.generators.moved(), self._replaced(),
                 self.shelf.changed(), self.listens())
        self.calls.append([objects, None])
        try:
            result, changed, said, error, files, warned = self.ask(
                "call", target, args, kwargs, world, objects=objects)
        finally:
            _, before = self.calls.pop()
        sys.stdout.write(said[:SAID] if type(said) is str else "")
        self.shelf.put(files)
        taken = [k for k, _ in before.changed()] if before else ()
        for number, new in changed:
            if number in taken:
                raise RuntimeError(BOTH)
            write_back(objects[number], new)
        self.listens.tell(warned)
        if error is not None:
            raise self.exception(error)
        return result

    def _replaced(self):
        """{name: function} of built-in ones that the test replaced."""
        found = {n: getattr(builtins, n) for n, plain in self.plain.items()
                 if getattr(builtins, n) is not plain}
        if sys.stdin is not self.stdin:
            found.setdefault(READS, builtins.input)
        return found

    def get(self, target, name):
        """An attribute; what it holds may be changed by the test."""
        value = self.ask("get", target, name)
        self.loans.lend(target, name, value)
        return value

    def take(self, made, number, name):
        """Let ``made`` be what stands for the object ``number``."""
        self.known[number] = settle(made, self, number, name)

    def foreign(self, x, buffers):
        if isinstance(x, Placeholder):
            return {x.tag: x.body}
        if isinstance(x, Opaque):
            return {"m": x._number}
        number = getattr(x, "_remote_number", None)
        if type(number) is int and isinstance(x, FUNCTIONS):
            return {"m": number}
        kind, names = kind_of(x)
        name = str(getattr(x, "__name__", type(x).__name__))
        return {"h": [self.keep(x), kind, {"name": name, "special": names}]}

    def resolve(self, tag, body, buffers):
        if tag == "m":
            return self.objects[body]
        if tag == "many":
            items = self._dec(body[0], buffers)
            return (i for i in items) if body[1] else Many(items)
        if tag != "h":
            raise wire.NotPlain(f"there is no {tag!r}")
        number, kind, facts, of = body
        self.seen = max(self.seen, int(number) + 1)
        if kind == "function":
            return self._function(int(number), facts, buffers)
        if kind == "class":
            return self._class(*facts)
        return self._object(int(number), of)

    def _function(self, number, facts, buffers):
        target = known(number)

        def function(*args, **kwargs):
            return self.call(target, args, kwargs)
        function.__name__ = function.__qualname__ = str(facts["name"])
        function.__module__ = str(facts["module"])
        function.__doc__ = str(facts.get("doc") or "") or None
        function._remote_number = number
        function.__remote__ = Link(self, target, facts)
        signature = self._signature(facts.get("parameters"), buffers)
        if signature is not None:
            function.__signature__ = signature
        return function

    def _signature(self, parameters, buffers):
        if parameters is None:
            return None
        return inspect.Signature([
            inspect.Parameter(
                name, inspect._ParameterKind(kind),
                default=(self._dec(default, buffers) if has
                         else inspect.Parameter.empty))
            for name, kind, has, default in parameters])

    def _class(self, number, name, module, names, bases, built_in, doc):
        number, name, module = int(number), str(name), str(module)
        self.seen = max(self.seen, number + 1)
        if number not in self.local:
            bases = [self._class(*base) for base in bases]
            self.local[number] = exception_class(
                number, name, module, bases, str(built_in)
            ) if built_in else remote_class(
                self, number, name, module, set(names) - self.refused,
                bases, str(doc))
        return self.local[number]

    def _object(self, number, of):
        """The same for the same number, as long as anybody has it."""
        made = self.known.get(number)
        if made is None:
            made = self.known[number] = self._made(number, *of)
        return made

    def _made(self, number, *of):
        if not self._is_declared(of):
            return Opaque(self, number, str(of[1]))
        kind = self._class(*of)
        return settle(object.__new__(kind), self, number, str(of[1]))

    def _is_declared(self, of):
        """Is a class, or one that it is made from, the release's too?"""
        _, name, module, _, bases, built_in, _ = of
        return not built_in and (
            name in self.declared and module == "__main__"
            or any(map(self._is_declared, bases)))

    def do(self, op, body, out):
        """What a student may ask about what was handed over."""
        target = body[0]
        if id(target) not in self.numbers:
            raise TypeError("only what was handed over can be used")
        if self.calls and self.calls[-1][1] is None:
            self.calls[-1][1] = Before(self.calls[-1][0])
        given = Before(out.objects if op == "call" else {})
        answer = given.answer(self, USES[op](target, *body[1:]), out)
        return {"t": list(answer)} if op == "call" else answer[0]

    def report(self, error):
        kinds = [k.__name__ for k in type(error).__mro__]
        return [kinds, words_of(error), "",
                getattr(type(error), "_remote_number", None)]

    def exception(self, report):
        """The same exception; none that ends a loop or a test."""
        return arrived(report, self._class)


FUNCTIONS = type, type(lambda: 0)
