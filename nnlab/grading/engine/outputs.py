"""What a cell of the student's shows, up to a number of bytes."""
import contextlib
import json
import re

from nbformat.v4 import output_from_msg

from nnlab.grading.ends import size

SHOWN = ("stream", "display_data", "execute_result", "error",
         "update_display_data", "clear_output")
LEFT_OUT = "\nThis cell showed more than {}. The rest was left out.\n"
DELIMITER = b"<IDS|MSG>"
SHORT = 10_000      # bytes of a message that says that a cell has ended
# Content that is cut somewhere; it never goes back, however long it is.
PRINTED = re.compile(
    rb'\{"name": ?"(stdout|stderr)", ?"text": ?'
    rb'("(?:[^"\\]++|\\[^u]|\\u[0-9a-fA-F]{4})*+)')


class Outputs:
    """What a cell shows; what is beyond ``most`` bytes is dropped.

    words : why the cell was stopped, if it was
    heard : did anything come about this cell?
    reply, replied : what the kernel answered in the end, and when
    lost : did a message not arrive, because it was too long?
    """

    def __init__(self, most):
        self.found, self.bytes, self.most, self.words = [], 0, most, ""
        self.heard, self.reply, self.replied = False, {}, None
        self.lost = False

    @property
    def full(self):
        return self.bytes > self.most

    def shown(self):
        """All that is kept, and a line that there was more."""
        found = [o for o in self.found
                 # Our own Ctrl-C: the words say what it was.
                 if not (self.words and _is(o, "KeyboardInterrupt"))]
        if self.full or self.lost:
            found.append({"output_type": "stream", "name": "stdout",
                          "text": LEFT_OUT.format(size(self.most))})
            found += self._last_error()
        return found

    def result(self):
        """The same, and why the cell was stopped if it was."""
        return self.shown() + [{
            "output_type": "error", "ename": "Stopped",
            "evalue": self.words, "traceback": [self.words]}] * bool(
                self.words)

    def _last_error(self):
        """How a cell ended whose own message of it was dropped."""
        if self.reply.get("status") != "error" or self.words or any(
                o["output_type"] == "error" for o in self.found):
            return []
        return [{"output_type": "error",
                 "ename": str(self.reply.get("ename")),
                 "evalue": str(self.reply.get("evalue")),
                 "traceback": [str(line) for line in
                               self.reply.get("traceback") or ()]}]

    def takes(self, frames):
        """Is a message still to be read?  Its bytes count."""
        many, room = sum(map(len, frames)), self.most - self.bytes
        self.bytes += many
        if not self.full:
            return True
        if room >= 0 and many < 1 << 26:
            self._begin(frames[-1][:room])
        # A flood is not read, but for what may say that the cell ended.
        return many < SHORT and any(b'"status"' in f for f in _header(frames))

    def _begin(self, content):
        """The beginning of what is printed, of a message that is cut."""
        if text := PRINTED.match(content):
            with contextlib.suppress(ValueError):
                self._print(text[1].decode(), json.loads(
                    text[2].decode("utf-8", "ignore") + '"'))

    def add(self, message):
        """Take what a notebook would show; merge what is printed."""
        sort = message["header"]["msg_type"]
        if sort == "execute_reply":
            self.reply = message["content"]
        if self.full or sort not in SHOWN or sort == "update_display_data":
            return
        if sort == "clear_output":
            self.found.clear()
            return
        with contextlib.suppress(Exception):
            output = output_from_msg(message)
            if sort == "stream":
                self._print(output["name"], output["text"])
            else:
                self.found.append(output)

    def _print(self, name, text):
        last = self.found[-1] if self.found else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self.found.append({"output_type": "stream", "name": name,
                               "text": text})


def _is(output, name):
    return output["output_type"] == "error" and output["ename"] == name


def _header(frames):
    """A message's header, in a list; none if it is no message."""
    at = frames.index(DELIMITER) + 2 if DELIMITER in frames else len(frames)
    return frames[at:at + 1]
