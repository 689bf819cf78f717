"""What a cell of the student's shows, up to a number of bytes."""
import contextlib

from nbformat.v4 import output_from_msg

SHOWN = ("stream", "display_data", "execute_result", "error",
         "update_display_data", "clear_output")


class Outputs:
    """What a cell shows, up to a number of bytes."""

    def __init__(self, most):
        self.found, self.bytes, self.most, self.words = [], 0, most, ""
        self.heard = False      # did anything come about this cell?

    @property
    def full(self):
        return self.bytes > self.most

    def result(self):
        """All of it, and why it was cut short if it was."""
        return self.found + [{
            "output_type": "error", "ename": "Stopped",
            "evalue": self.words, "traceback": [self.words]}] * bool(
                self.words)

    def add(self, message):
        """Take what a notebook would show; merge what is printed."""
        sort = message["header"]["msg_type"]
        if self.full or sort not in SHOWN or sort == "update_display_data":
            return
        if sort == "clear_output":
            self.found.clear()
            return
        with contextlib.suppress(Exception):
            output = output_from_msg(message)
            last = self.found[-1] if self.found else {}
            if sort == "stream" and last.get("name") == output["name"]:
                last["text"] += output["text"]
            else:
                self.found.append(output)
