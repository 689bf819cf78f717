"""Which cell of a student is which cell of the template.

By nbgrader's name; else by the cell's id; else by an unchanged source;
else by the function that an answer defines; else by its place.
"""
import collections

from nnlab.grading.engine import cells as roles
from nnlab.grading.engine.loose import DEFINES, joined

TWICE = ("The answer cell {name} is there {count} times; the last that is "
         "filled in was taken.")
COPY = "A copy of a locked cell was left out; it does not count."
FOUND = ("The answer cell {name} had lost its label; it was recognised by "
         "{how}.")
MOVED = "The cells are not in the order in which they were given out."


class Claims:
    """The bookkeeping: which student cells each template cell has."""

    def __init__(self, template, loose):
        self.cells, self.loose = template.notebook["cells"], loose
        self.of = {}
        self.free = set(range(len(loose)))
        self.sources = [joined(c["source"]).strip() for c in self.cells]

    def claim(self, index, at):
        """Student cell ``at`` is cell ``index`` of the template."""
        self.of.setdefault(index, []).append(at)
        self.free.discard(at)

    def answers(self):
        """Places of the template's answer cells."""
        return [i for i, cell in enumerate(self.cells)
                if roles.meta(cell).get("solution")]

    def is_filled(self, index, at):
        """Did the student write there what was not given out?"""
        source = self.loose[at].source.strip()
        return bool(source) and source != self.sources[index]

    def unfilled(self):
        """Answer cells for which nothing was found, or nothing new."""
        return [i for i in self.answers() if not any(
            self.is_filled(i, at) for at in self.of.get(i, ()))]

    def name(self, index):
        """What to call a cell of the template."""
        return (roles.grade_id(self.cells[index])
                or self.cells[index].get("id", ""))


def claimed(template, loose):
    """({template place: Loose}, {place: [own Loose cells]}, remarks).

    Own cells are listed under the place of the template's cell that
    they followed, -1 for the top.
    """
    claims = Claims(template, loose)
    by_label(claims)
    by_source(claims)
    remarks = by_function(claims) + by_place(claims)
    chosen, more = _one_each(claims)
    own = _own(claims)
    order = [chosen[i] for i in sorted(chosen)]
    if order != sorted(order):
        more.append(MOVED)
    return ({i: loose[at] for i, at in chosen.items()}, own,
            remarks + more)


def by_label(claims):
    """nbgrader's name, or else the cell's id.

    If both are there and disagree, what the cell defines decides.
    """
    names = {roles.grade_id(c): i for i, c in enumerate(claims.cells)
             if roles.grade_id(c)}
    ids = {c["id"]: i for i, c in enumerate(claims.cells) if c.get("id")}
    # An id that several cells have tells nothing.
    often = collections.Counter(one.id for one in claims.loose)
    for at, one in enumerate(claims.loose):
        found = [names.get(one.grade_id),
                 ids.get(one.id) if often[one.id] == 1 else None]
        found = [index for index in found if index is not None]
        best = [i for i in found if _fits(claims, i, at)]
        if found:
            claims.claim((best or found)[0], at)


def _fits(claims, index, at):
    """Does a cell hold what belongs in this cell of the template?"""
    one, whole = claims.loose[at], claims.sources[index]
    text = one.source.strip()
    if roles.meta(claims.cells[index]).get("solution"):
        return bool(one.defines & _defines(claims, index))
    return bool(text and whole) and (
        text == whole or _starts(whole, text))


def _defines(claims, index):
    """What the student has to define in an answer cell."""
    if not roles.meta(claims.cells[index]).get("solution"):
        return set()
    return set(DEFINES.findall(claims.sources[index]))


def by_source(claims):
    """Unlabelled cells whose source is still as it was given out.

    A released test may lack lines of the template's, the hidden ones.
    """
    for index, (cell, whole) in enumerate(zip(claims.cells, claims.sources)):
        if index in claims.of or not whole or (
                claims.sources.count(whole) > 1):
            continue
        hidden = roles.is_test(cell)
        for at in sorted(claims.free):
            text = claims.loose[at].source.strip()
            if text == whole or hidden and text and _starts(whole, text):
                claims.claim(index, at)
                break


def _starts(whole, text):
    lines, shown = whole.splitlines(), text.splitlines()
    left = iter(lines)
    return (shown[0] == lines[0] and len(shown) * 3 >= len(lines)
            and all(line in left for line in shown))


def by_function(claims):
    """The last cell that defines what the answer has to define.

    A cell that carries the label of a test counts too: whoever wrote
    the answer there wrote it.
    """
    remarks = []
    for index in claims.unfilled():
        wanted = _defines(claims, index)
        found = [at for at in _loose_ends(claims, index)
                 if wanted and claims.loose[at].defines >= wanted
                 and claims.is_filled(index, at)]
        if found:
            _take_away(claims, found[-1])
            claims.claim(index, found[-1])
            remarks.append(FOUND.format(name=claims.name(index),
                                        how="what it defines"))
    return remarks


def _loose_ends(claims, index):
    """Cells that are nobody's, or are labelled as what they are not."""
    wrong = {at for other, places in claims.of.items() for at in places
             if other != index and not (
                 claims.loose[at].defines & _defines(claims, other))}
    return sorted(claims.free | wrong)


def _take_away(claims, at):
    for places in claims.of.values():
        if at in places:
            places.remove(at)


def by_place(claims):
    """Answers that are missing, by the cells before and after them."""
    remarks = []
    for index in [i for i in claims.unfilled() if not claims.of.get(i)]:
        places = _between(claims, index)
        kind = claims.cells[index]["cell_type"]
        same = [at for at in places if claims.loose[at].kind == kind]
        if same or places:
            claims.claim(index, (same or places)[0])
            remarks.append(FOUND.format(name=claims.name(index),
                                        how="its place"))
    return remarks


def _between(claims, index):
    """Nobody's cells between the known ones around an answer's place."""
    before = [at for i, places in claims.of.items() if i < index
              for at in places]
    after = [at for i, places in claims.of.items() if i > index
             for at in places]
    first = max(before, default=-1)
    last = min((at for at in after if at > first),
               default=len(claims.loose))
    return [at for at in sorted(claims.free) if first < at < last
            and claims.loose[at].source.strip()]


def _one_each(claims):
    """({template place: student place}, remarks)."""
    chosen, remarks = {}, []
    for index, places in claims.of.items():
        if not places:
            continue
        answer = roles.meta(claims.cells[index]).get("solution")
        places = sorted(places)
        filled = [at for at in places if claims.is_filled(index, at)]
        filled = [at for at in filled
                  if _fits(claims, index, at)] or filled
        if not answer and roles.meta(claims.cells[index]):
            chosen[index] = places[0]
        else:
            chosen[index] = (filled or places)[-1]
        if len(places) > 1:
            remarks.append(TWICE.format(
                name=claims.name(index), count=len(places))
                if answer else COPY)
    return chosen, remarks


def _own(claims):
    """{template place that they followed: own cells}, in order."""
    places = {at: index for index, ats in claims.of.items() for at in ats}
    own, after = {}, -1
    for at, one in enumerate(claims.loose):
        if at in places:
            after = places[at]
        elif one.source.strip():
            own.setdefault(after, []).append(one)
    return own
