"""Text to a notebook's cells, also where the text is damaged."""
import itertools
import json
import re

from nnlab.grading.engine.encodings import text_of
from nnlab.grading.engine.loose import Unread, cells_in

# More than this is no notebook; reading it would take all the memory.
MOST_VALUES, MOST_BOXES = 20_000_000, 3_000_000
# Each failure may read to the end of the file once more.
MOST_FAILURES = 50
MARKS = {mark * 7 for mark in "<|=>"}
# How many later starts of a cell are looked at to end a torn one.
MOST_STARTS, WINDOW = 100, 1 << 20
START = re.compile(r'\{\s*"(?:cell_type|attachments|execution_count|id|'
                   r'metadata|source)"\s*:')
EMPTY = "The file is empty."
BLANK = "The file holds nothing but blanks."
DAMAGED = ("Your file is damaged or cut off: what could be recovered of it, "
           "{count} cells, was graded. Please hand in the whole file again.")
PAGE = ("It is a web page, not a notebook: perhaps that of a login. Please "
        "hand in the notebook itself.")
NOTHING = "The file is damaged and no cell could be recovered."
MERGE = ("The file holds both sides of a Git merge that was not "
         "finished; the side with more answers was taken.")
TWICE = "Some entries of the file are there twice; the last was taken."
HUGE = "The file holds far too many values to be a notebook."
CUT = DAMAGED.partition(" what")[0]
DEEP = "The file is nested too deeply to be a notebook."


def cells_of(data, worth=len):
    """(list of Loose cells or None, remarks) of a notebook's bytes.

    worth : of a list of cells; the better side of a merge has more
    """
    if not data:
        return None, [EMPTY]
    if (data.count(b",") > MOST_VALUES
            or data.count(b"[") + data.count(b"{") > MOST_BOXES):
        return None, [HUGE]
    text, remarks = text_of(data)
    if not text.strip():
        return None, [*remarks, EMPTY if not text else BLANK]
    cells, more = _parsed(text)
    if cells is None:
        cells, more = _merged(text, worth) or _rescued(text, more)
    return cells, remarks + more


def _parsed(text):
    """(cells, remarks) of sound JSON; (None, remarks) of other text."""
    twice = []

    def dictionary(pairs):
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.append(True)
            # An empty second value must not hide a first one.
            found.update((k, v) for k, v in pairs if not found[k])
        return found

    try:
        value = json.loads(text, parse_int=_integer,
                           object_pairs_hook=dictionary)
        cells, remarks = cells_in(value)
    except Unread as why:
        return None, [str(why)]
    except RecursionError:
        return None, [DEEP]
    except ValueError:
        return None, []
    return cells, remarks + [TWICE] * bool(twice)


def _integer(digits):
    """Python refuses to read an integer of thousands of digits."""
    return int(digits) if len(digits) < 20 else 0


def _merged(text, worth):
    """The better side of an unfinished merge, None if there is none."""
    if not re.search("^<{7}", text, re.M):
        return None
    sides = [_parsed(_side(text, side)) for side in "<="]
    sides = [side for side in sides if side[0] is not None]
    if not sides:
        return None
    cells, remarks = max(sides, key=lambda side: worth(side[0]))
    return cells, [MERGE, *remarks]


def _side(text, wanted):
    """The lines outside of conflicts, and one side of each conflict.

    A side is named by the mark before it: < ours, = theirs, | the
    common ancestor's.
    """
    lines, now = [], ""
    for line in text.splitlines(keepends=True):
        mark = line[:1] if line[:7] in MARKS else ""
        if mark == "<" or mark and now:
            now = "" if mark == ">" else mark
        elif now in ("", wanted):
            lines.append(line)
    return "".join(lines)


def _rescued(text, remarks):
    """Every cell that is whole, and the source of one that is not."""
    raw, at, failures = [], 0, 0
    decoder = json.JSONDecoder(parse_int=_integer)
    while failures < MOST_FAILURES and (found := START.search(text, at)):
        try:
            value, at = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            failures += 1
            at = found.end()
            value = _torn(text, found.start())
        if "cell_type" in value:
            raw.append(value)
    if not raw:
        page = re.match(r"\s*<(?:!doctype html|html)\b", text, re.I)
        return None, remarks or [PAGE if page else NOTHING]
    # What is odd about such cells is a part of the damage.
    cells, _ = cells_in({"cells": raw, "nbformat": 4})
    return cells, [*remarks, DAMAGED.format(count=len(cells))]


def _torn(text, start):
    """What can be read of a cell whose end is missing."""
    torn = text[start:start + WINDOW]
    for end in itertools.islice(START.finditer(torn, 1), MOST_STARTS):
        if '"cell_type"' in torn[end.start():end.start() + 2000]:
            torn = torn[:end.start()]
            break
    kind = re.search(r'"cell_type"\s*:\s*"(\w+)"', torn)
    source = re.search(r'"source"\s*:\s*\[?', torn)
    if not kind or not source:
        return {}
    name = re.search(r'"grade_id"\s*:\s*"([^"\\]*)"', torn)
    cell_id = re.search(r'"id"\s*:\s*"([\w-]*)"', torn)
    return {"cell_type": kind[1], "source": _strings(torn, source.end()),
            "id": cell_id and cell_id[1],
            "metadata": {"nbgrader": {"grade_id": name and name[1]}}}


def _strings(text, at):
    """The JSON strings that follow each other from ``at`` on."""
    strings, pattern = [], re.compile(r'\s*("(?:[^"\\\n]|\\.)*")\s*,?')
    while found := pattern.match(text, at):
        try:
            strings.append(json.loads(found[1]))
        except ValueError:
            break
        at = found.end()
    return strings
