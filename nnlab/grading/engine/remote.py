"""What stands in the test kernel for objects of the student's.

An object of a class that the release's own solution defines can do
what such classes do, with operators only if theirs have them; any other
shows its data and can be handed back.  None is compared with anything
but its like, and none makes a plain number out of an operator: it
would be told the number that is expected.
"""
BINARY = ("add radd sub rsub mul rmul truediv rtruediv matmul rmatmul pow "
          "rpow floordiv rfloordiv mod rmod iadd isub imul itruediv").split()
ORDER = "eq ne lt le gt ge".split()
# What a class may only do if one of the release's own does: it is told
# a number, which in a test is likely to be the expected one.
TOLD = [*BINARY, "contains", "abs", "float", "int"]
OTHER = ("len getitem setitem delitem contains call bool float int enter "
         "exit neg pos abs next hash").split()
SLOTS = "_peer", "_number", "_name", "__weakref__"
# Names that displays and engines look for.
PROBED = "__", "_repr_", "_ipython_", "_remote_"


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
    """The items of an iterator, as a list that ``next`` works on too."""

    def __next__(self):
        if not self:
            raise StopIteration
        return self.pop(0)


def asked(name):
    """``name``, if a student's object may be asked for it."""
    if name.startswith(PROBED) or name in SLOTS:
        raise AttributeError(name)
    return name


class Opaque:
    """An object of the student's: its data, and to be handed back."""
    __slots__ = SLOTS

    def __init__(self, peer, number, name):
        settle(self, peer, number, name)

    def __getattr__(self, name):
        """Its data.  A method could be asked whether it is right."""
        value = self._peer.get(self, asked(name))
        if callable(value) or isinstance(value, Opaque):
            raise AttributeError(name)
        return value

    def __repr__(self):
        return f"<{self._name} object of the student's>"


class Remote(Opaque):
    """An object of a class that the release's solution defines too."""
    __slots__ = ()

    def __getattr__(self, name):
        return self._peer.get(self, asked(name))

    def __setattr__(self, name, value):
        if settled(self):
            self._peer.ask("set", self, name, value)
        else:               # of a class that a test derives
            object.__setattr__(self, name, value)

    def __delattr__(self, name):
        self._peer.ask("delete", self, name)

    @property
    def __dict__(self):
        return self._peer.ask("vars", self)

    def __copy__(self):
        return self._peer.ask("copy", self, False)

    def __deepcopy__(self, memo):
        return self._peer.ask("copy", self, True)


def settle(made, peer, number, name):
    """Let ``made`` stand for the student's object ``number``."""
    for slot, value in zip(SLOTS, (peer, number, name)):
        object.__setattr__(made, slot, value)
    return made


def settled(made):
    """Does it stand for an object yet?"""
    try:
        object.__getattribute__(made, "_number")
    except AttributeError:
        return False
    return True


class Kind(type):
    """The class of such classes: their own attributes are asked for."""

    def __getattr__(cls, name):
        return cls._remote_peer.get(known(cls._remote_number), asked(name))

    def __setattr__(cls, name, value):
        if "_remote_number" in cls.__dict__:
            cls._remote_peer.ask("set", known(cls._remote_number), name, value)
        else:               # one that a test derives
            type.__setattr__(cls, name, value)

    def _special(cls, name, *args):
        return cls._remote_peer.ask("special", known(cls._remote_number), name,
                             args)

    # An enumeration's.

    def __getitem__(cls, key):
        return cls._special("__getitem__", key)

    def __iter__(cls):
        return iter(cls._special("__iter__"))

    def __len__(cls):
        return cls._special("__len__")

    def __bool__(cls):
        return True


def remote_class(peer, number, name, module, methods, bases, doc):
    """A class whose instances live in the student's kernel."""
    def make(args, kwargs):
        made = peer.call(known(number), args, kwargs)
        if not isinstance(made, kind):
            raise TypeError(f"{name}(...) did not make a {name}")
        return made

    def new(cls, *args, **kwargs):
        derived = "_remote_number" not in cls.__dict__
        return object.__new__(cls) if derived else make(args, kwargs)

    def init(self, *args, **kwargs):
        """Of a class that a test derives; others are made already."""
        if not settled(self):
            peer.take(self, make(args, kwargs)._number, name)
    kind = Kind(name, tuple(bases) or (Remote,), {
        "__new__": new, "__init__": init, "__module__": module,
        "__slots__": (), "__doc__": doc or None,
        "_remote_number": number, "_remote_peer": peer,
        **_methods(methods)})
    return kind


def _methods(names):
    methods = {name: _method(name) for name in names
               if not name.startswith(PROBED) and name not in SLOTS}
    methods |= {f"__{short}__": _special(short) for short in (
        OTHER + BINARY + ORDER) if f"__{short}__" in names}
    if "__eq__" in methods:     # as Python has it
        methods.setdefault("__hash__", None)
    for full in "__repr__", "__str__":
        methods[full] = lambda self, full=full: str(
            self._peer.ask("special", self, full, ()))
    if "__iter__" in names:
        methods["__iter__"] = _iterator
    return methods


def _method(name):
    """In the class itself, where super() looks."""
    def method(self, *args, **kwargs):
        return self._peer.get(self, name)(*args, **kwargs)
    method.__name__ = name
    return method


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
        result = self._peer.ask("special", self, full, (x,))
        return result if result is NotImplemented else bool(result)

    def binary(self, x):
        """With a number, it must make an object, never a number."""
        result = self._peer.ask("special", self, full, (x,))
        if result is NotImplemented:
            return result
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


_EXACT = {"bool": bool, "contains": bool, "exit": bool, "hash": int}
