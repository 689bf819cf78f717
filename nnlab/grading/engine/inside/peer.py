"""Two sides that call each other's functions over one socket.

A side that waits for an answer serves what the other asks meanwhile,
so calls nest: a test calls a student's function, which calls back a
function of the test.  Messages begin with one letter: q asks, a
answers, e answers with an exception, t says that work goes on, f asks
for a copy that answers from then on, until it is left.
"""
import json

from . import wire
from .line import Broken
from .parcel import Parcel


def words_of(error):
    """What an exception was given to say; str() of a KeyError quotes."""
    if len(error.args) == 1 and isinstance(error.args[0], str):
        return error.args[0][:1000]
    return str(error)[:1000]


class Handle:
    """Stands for an object that lives on the other side."""

    def __init__(self, peer, number, kind, facts):
        self._peer, self._number = peer, number
        self._kind, self._facts = kind, facts


class Peer(wire.Codec):
    """One side.  ``ask`` waits for what the other side's ``do`` makes."""

    def __init__(self, line):
        self.line = line
        self.objects, self.numbers, self.first = {}, {}, 0

    def keep(self, x):
        """The number under which the other side can name ``x``."""
        number = self.numbers.get(id(x))
        if number is None:
            number = self.first + len(self.numbers)
            self.numbers[id(x)] = number
            self.objects[number] = x        # kept, so its id stays
        return number

    def ask(self, op, *body, objects=None, letter="q"):
        """What the other side answers; raises what it raises.

        objects : a dict to fill with the mutable objects of ``body``,
        by the number under which the answer may name them
        """
        parcel = Parcel(objects=objects, names=objects is not None)
        fragment = [self._enc(b, parcel) for b in body]
        self.send(letter, [op, *fragment], parcel)
        return self._answer(parcel.objects)

    def send(self, letter, fragment, buffers):
        """Send a message of what is encoded already."""
        self.line.send(letter + json.dumps(fragment), buffers)

    def serve(self):
        """Answer until the other side asks for the end."""
        while True:
            text, buffers = self.line.receive()
            if text == "end":
                return
            self._one(text, buffers)

    def _answer(self, objects):
        while True:
            text, buffers = self.line.receive()
            if text[:1] in ("a", "e"):
                # A copy: an answer that names its own changes ours not.
                answer = self.loads(
                    text[1:], Parcel(buffers, dict(objects)))
                if text[:1] == "e":
                    raise self.exception(answer)
                return answer
            self._one(text, buffers)

    def _one(self, text, buffers):
        if text[:1] != "q":
            return
        asked = Parcel(buffers)
        try:
            op, *body = json.loads(text[1:])
            body = [self._dec(b, asked) for b in body]
            out = Parcel(objects=asked.objects)
            fragment = self.do(op, body, out)
            letter = "a"
        except Broken:
            raise
        except BaseException as error:
            out = Parcel()
            letter, fragment = "e", self._enc(self.report(error), out)
        self.send(letter, fragment, out)

    def do(self, op, body, out):
        """Do what was asked; returns it encoded, buffers in ``out``."""
        raise NotImplementedError

    def report(self, error):
        """An exception as plain data."""
        raise NotImplementedError

    def exception(self, report):
        """The exception that a report stands for."""
        raise NotImplementedError
