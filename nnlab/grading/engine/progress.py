"""What a run says on the way."""
import sys
import time

ENOUGH = 5          # students whose time is known, for a guess
SHARE = 10          # and a tenth of them all


class Progress:
    """Students done, who needs a look, and the time left.

    A bar on a terminal, a line for every twentieth part elsewhere.
    total : how many there are;  on : False says nothing at all
    """

    def __init__(self, total, on=True):
        self.total, self.on, self.done = total, on, 0
        self.look, self.last, self.bar = 0, "", None
        self.first = None       # (time, done) at the first result
        if on and total and sys.stderr.isatty():
            from tqdm import tqdm
            self.bar = tqdm(
                total=total, file=sys.stderr, dynamic_ncols=True,
                leave=False, bar_format="{percentage:3.0f}%|{bar}| "
                "{n_fmt} of {total_fmt} students{postfix}")

    def preparing(self, many):
        """``many`` are to be graded now; the first takes longest."""
        self.first = None
        if self.on:
            self._write(f"Grading {many} student{'s' * (many > 1)}; "
                        "preparing the kernels first (some seconds) ...")

    def step(self, row):
        """One more is done; ``row`` is its Row."""
        self.done += 1
        if self.first is None:
            self.first = time.monotonic(), self.done
        if row.trouble:
            self.look, self.last = self.look + 1, row.student
        if self.bar is not None:
            self.bar.set_postfix_str(self._rest(), refresh=False)
            self.bar.update()
        elif self.on and (self.done == self.total or self._part()):
            print(self.line(), flush=True)

    def _part(self):
        return 20 * self.done // self.total > (
            20 * (self.done - 1) // self.total)

    def _write(self, text):
        if self.bar is None:
            print(text, flush=True)
        else:
            self.bar.write(text, file=sys.stderr)

    def line(self):
        """The same as one line of text."""
        rest = self._rest()
        return (f"{self.done} of {self.total} students"
                + (f", {rest}" if rest else ""))

    def _rest(self):
        """The time left, once it can be known, and who needs a look.

        The first result comes late: kernels are prepared before it.
        """
        began, before = self.first
        seen, said = self.done - before, []
        if (self.done < self.total and seen >= ENOUGH
                and SHARE * seen >= self.total):
            left = (time.monotonic() - began) / seen * (
                self.total - self.done)
            said.append(f"about {left:.0f} s left")
        if self.look:
            said.append(f"{self.look} need{'s' * (self.look == 1)} a look "
                        f"(the last: {self.last})")
        return ", ".join(said)

    def close(self):
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()
