"""Plain data as JSON, with arrays as raw bytes behind it.

Both kernels run this file.  What comes in is never unpickled, and
comes back as exact built-in types, whatever the other side says.
"""
import json

import numpy as np

from .pack import ENCODERS, is_tensor, torch_thing
from .parcel import NotPlain, Parcel
from .unpack import DECODERS

MUTABLE = list, dict, set, bytearray, np.ndarray, np.random.Generator


class Codec:
    """Values to JSON and buffers, and back.

    ``foreign(x, buffers)`` encodes what is not plain data,
    ``resolve(tag, body, buffers)`` decodes it; both raise NotPlain by
    default.  The buffers are a Parcel.
    """

    def foreign(self, x, buffers):
        raise NotPlain(f"{type(x).__name__} is not plain data")

    def resolve(self, tag, body, buffers):
        raise NotPlain(f"there is no {tag!r}")

    def dumps(self, value):
        """(JSON text, buffers) of ``value``."""
        buffers = Parcel()
        try:
            return json.dumps(self._enc(value, buffers)), buffers
        except RecursionError:
            raise NotPlain("it is nested too deeply") from None

    def loads(self, text, buffers):
        """The value; raises NotPlain for what is malformed."""
        try:
            return self._dec(json.loads(text), buffers)
        except NotPlain:
            raise
        except Exception as error:
            raise NotPlain(f"malformed: {type(error).__name__}") from None

    def _enc(self, x, buffers):
        if x is None or type(x) in (bool, float, str):
            return x
        if (buffers.names or buffers.numbers) and (
                isinstance(x, MUTABLE) or is_tensor(x)):
            known = buffers.numbers.get(id(x))
            if known is not None:
                return {"=": known}
            if buffers.names:
                return {"#": [buffers.name(x), self._content(x, buffers)]}
        return self._content(x, buffers)

    def _content(self, x, buffers):
        """``x`` itself, not a reference to it."""
        for base, encode in ENCODERS:
            if isinstance(x, base):
                return encode(self, x, buffers)
        if type(x).__module__.split(".")[0] == "torch":
            return torch_thing(self, x, buffers)
        return self.foreign(x, buffers)

    def _all(self, items, buffers):
        return [self._enc(i, buffers) for i in items]

    def _dec(self, x, buffers):
        if x is None or type(x) in (bool, int, float, str):
            return x
        (tag, body), = x.items()
        decode = DECODERS.get(tag)
        if decode is None:
            return self.resolve(tag, body, buffers)
        return decode(self, body, buffers)

    def _items(self, body, buffers):
        return [self._dec(i, buffers) for i in body]
