"""How the Python that runs a student's code can end, in plain words.

The engine says these sentences, and a page shows them as they stand.
What a student's code raises is not taken for one of them: the name of
the exception and the sentence must both be the engine's.
"""
import re

NAMES = {"Stopped", "Gone", "TimeoutError", "DeadKernelError"}

STOPPED = "your cell was stopped after {}"
CELL_ENDED = ("Python ended while your cell ran (os._exit, a crash, or too "
              "much memory)")
CODE_ENDED = CELL_ENDED.replace("cell", "code")
MEMORY = "your code needed more memory than the {} that it may have"
FILES = "your code wrote too many files"
PROCESSES = "your code started too many processes"
DEAF = "your code broke the connection to Python"
AGAIN = "Python ended too often in this notebook"
OVER = "the notebook as a whole took too long"
UNFINISHED = "the test could not be finished"
LATE = ("it took too long and was stopped; is there a loop that never "
        "ends?")
SENTENCES = [re.compile(re.escape(s).replace(r"\{\}", r"[\d.]+ [a-zA-Z]+"))
             for s in (STOPPED, CELL_ENDED, CODE_ENDED, MEMORY, FILES,
                       PROCESSES, DEAF, AGAIN, OVER, UNFINISHED, LATE)]

INPUT = "input() does not work in grading"
ASKED = re.compile(r"(raw_input|getpass) was called, but this frontend")
# IPython's name for a cell's file, and its line, at the end of the words.
AT = re.compile(r" \((?:\S+, )?line (\d+)\)$")
CELL = re.compile(r"In ?\[\d+\], line (\d+)")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
INCOMPLETE = "incomplete input: a bracket or a quote may never be closed"
NOTHING_SAID = {
    "MemoryError": "it asked for more memory than there is",
    "KeyboardInterrupt": "it was interrupted"}


def duration(seconds):
    """A number of seconds in words."""
    text = f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.2g}"
    return f"{text} second" + "s" * (text != "1")


def size(count):
    """A number of bytes in words."""
    for unit in "bytes", "KB", "MB":
        if count < 1024:
            break
        count /= 1024
    else:
        unit = "GB"
    return f"{count:.3g} {unit}"


def said(error):
    """The sentence of the engine's, or about input(), or None."""
    if error.ename in NAMES and any(
            s.fullmatch(error.evalue) for s in SENTENCES):
        return error.evalue
    if ASKED.match(error.evalue):
        return INPUT
    return None


def of_cell(error):
    """What became of a student's cell: one sentence."""
    if words := said(error):
        return words
    at, text = AT.search(error.evalue.strip()), error.evalue.strip()
    if at:
        text, line = text[:at.start()], at[1]
    else:
        found = CELL.search(ANSI.sub("", "\n".join(error.traceback)))
        line = found and found[1]
    text = text.split("\n")[0][:200] or NOTHING_SAID.get(error.ename, "")
    text = INCOMPLETE if text == "incomplete input" else text
    return (f"your cell raised {error.ename}" + f": {text}" * bool(text)
            + "," * bool(text and line) + f" in line {line}" * bool(line))
