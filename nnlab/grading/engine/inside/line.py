"""Messages over a socket.

    >II of (bytes of text, number of buffers), >Q for each buffer,
    the text, the buffers
"""
import struct

LIMIT = 256 << 20           # bytes of a message


class Broken(Exception):
    """The other side is gone, or sends what is no message."""


class Line:
    """Messages over a connected socket."""

    def __init__(self, sock):
        self.sock, self.kept = sock, bytearray()

    def send(self, text, buffers=()):
        """Write one message; raises Broken."""
        text = text.encode("utf-8", "replace")
        head = struct.pack(f">II{len(buffers)}Q", len(text), len(buffers),
                           *map(len, buffers))
        try:
            self.sock.sendall(b"".join([head, text, *buffers]))
        except OSError as error:
            raise Broken(str(error)) from None

    def receive(self):
        """(text, buffers) of the next message; raises Broken."""
        length, count = struct.unpack(">II", self._take(8))
        if length > LIMIT or count > 100_000:
            raise Broken("a message that is too large")
        sizes = struct.unpack(f">{count}Q", self._take(8 * count))
        if length + sum(sizes) > LIMIT:
            raise Broken("a message that is too large")
        text = str(self._take(length), "utf-8", "replace")
        return text, [self._take(size) for size in sizes]

    def _take(self, size):
        """The next ``size`` bytes; small messages come in one read."""
        while len(self.kept) < size:
            try:
                more = self.sock.recv(max(65536, size - len(self.kept)))
            except OSError as error:
                raise Broken(str(error)) from None
            if not more:
                raise Broken("the connection is closed")
            self.kept += more
        data = self.kept[:size]
        del self.kept[:size]
        return data

    def close(self):
        """Close the socket."""
        self.sock.close()
