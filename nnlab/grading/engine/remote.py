"""What stands in the test kernel for objects of the student's.

An object of a class that the release's own solution defines can do
what such classes do, with operators only if theirs have them; any other
shows its data and can be handed back.  None is compared with anything
but its like, and none makes a plain number out of an operator: it
would be told the number that is expected.
"""
BINARY = ("add radd sub rsub mul rmul truediv rtruediv matmul rmatmul pow "
          "iadd").split()
ORDER = "eq ne lt le gt ge".split()
# What a class may only do if one of the release's own does: it is told
# a number, which in a test is likely to be the expected one.
TOLD = [*BINARY, "contains"]
OTHER = ("len getitem setitem delitem contains call bool float int enter "
         "exit neg abs next").split()


class Placeholder:
    """What only the other side can fill in."""

    def __init__(self, tag, *body):
        self.tag, self.body = tag, list(body)


def known(number):
    """Stands for the student's object with this number."""
    made = Placeholder("m")
    made.body = number
    return made


class Many(list):
    """The items of a generator, as a list that ``next`` works on too."""

    def __next__(self):
        if not self:
            raise StopIteration
        return self.pop(0)


class Opaque:
    """An object of the student's: its data, and to be handed back."""

    def __init__(self, peer, number, name):
        self._peer, self._number, self._name = peer, number, name

    def __getattr__(self, name):
        """Its data.  A method could be asked whether it is right."""
        value = self._get(name)
        if callable(value) or isinstance(value, Opaque):
            raise AttributeError(name)
        return value

    def _get(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._peer.ask("get", self, name)

    def __repr__(self):
        return f"<{self._name} object of the student's>"


class Remote(Opaque):
    """An object of a class that the release's solution defines too."""

    def __init__(self, *args, **kwargs):
        """Made on the other side, by ``__new__``."""

    def __getattr__(self, name):
        return self._get(name)

    def __setattr__(self, name, value):
        self._peer.ask("set", self, name, value)


def adopt(kind, peer, number, name):
    """A Remote of class ``kind`` for an object that exists already."""
    made = object.__new__(kind)
    for key, value in [("_peer", peer), ("_number", number),
                       ("_name", name)]:
        object.__setattr__(made, key, value)
    return made


class Kind(type):
    """The class of such classes: their own attributes are asked for."""

    def __getattr__(cls, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return cls._peer.ask("get", known(cls._remote_number), name)

    def __setattr__(cls, name, value):
        cls._peer.ask("set", known(cls._remote_number), name, value)


def remote_class(peer, number, name, module, special, bases):
    """A class whose instances live in the student's kernel."""
    def new(cls, *args, **kwargs):
        made = peer.call(known(number), args, kwargs)
        if not isinstance(made, cls):
            raise TypeError(f"{name}(...) did not make a {name}")
        return made
    methods = {"__new__": new, "__module__": module,
               "_remote_number": number, "_peer": peer}
    for short in OTHER + BINARY + ORDER:
        full = f"__{short}__"
        if full in special:
            methods[full] = _special(short)
    if "__eq__" in methods:
        methods["__hash__"] = lambda self: hash(self._number)
    for full in "__repr__", "__str__":
        methods[full] = lambda self, full=full: str(
            self._peer.ask("special", self, full, ()))
    if "__iter__" in special:
        methods["__iter__"] = _iterator
    return Kind(name, tuple(bases) or (Remote,), methods)


def _iterator(self):
    found = self._peer.ask("special", self, "__iter__", ())
    return found if isinstance(found, Remote) else iter(found)


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
    def following(self):
        """Only here may the student end a loop: it is one of theirs."""
        try:
            return self._peer.ask("special", self, full, ())
        except Exception as error:
            if getattr(error, "stops", False):
                raise StopIteration from None
            raise
    if short == "next":
        return following
    return order if short in ORDER else binary if short in BINARY else other


_EXACT = {"bool": bool, "contains": bool, "exit": bool}
