"""The buffers of a message, and the objects that it names."""


class NotPlain(TypeError):
    """A value that cannot cross as plain data."""


class Parcel(list):
    """Buffers of one message.

    objects : {number: object} that it may refer to.  An answer may
        refer to those of its question, so that a function which
        returns what it was given returns the caller's own object.
    names : whether to number each mutable object that is packed
    """

    def __init__(self, buffers=(), objects=None, names=False):
        super().__init__(buffers)
        self.objects = {} if objects is None else objects
        self.names = names
        self.numbers = {id(x): k for k, x in self.objects.items()}

    def name(self, x):
        """A number for ``x``, which is kept, so that its id stays."""
        number = len(self.objects)
        self.objects[number] = x
        self.numbers[id(x)] = number
        return number
