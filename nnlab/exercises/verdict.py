"""From runs to a verdict: what happened, in the order of DESIGN."""
import dataclasses

import numpy as np

from nnlab.exercises.compare import (
    Within, agrees, constant_factor, equal_looks, numbers, outputs)
from nnlab.exercises.result import Result
from nnlab.exercises.sections import where


@dataclasses.dataclass
class Verdict:
    """status, one line, more lines, and what was recognised."""
    status: str
    title: str
    details: list = dataclasses.field(default_factory=list)
    found: list = dataclasses.field(default_factory=list)
    share: float = None     # of the points; None: what the parts earn
    parts: list = dataclasses.field(default_factory=list)

    def result(self, name, points):
        """The Result, for a question worth ``points``."""
        first = self.found[0] if self.status == "mistake" else None
        return Result(
            round(points * self.share, 2), points, self.status,
            self.title, name, self.details,
            first.hints if first else (),
            where(first.see) if first else "",
            [kind.name for kind in self.found],
            self.parts if 0 < self.share < 1 else [])


def parts_right(exercise, looks, right):
    """{part: True if all of its outputs are right in all cases}."""
    ok = dict.fromkeys(exercise.parts, True)
    for look, expected in zip(map(outputs, looks), map(outputs, right)):
        for key, value in expected.items():
            ok[key[0]] &= key in look and agrees(look[key], value)
    return ok


def named(exercise, kinds, runs, looks, seed):
    """The first Mistake or Convention of ``kinds`` that this is."""
    scripts, right = exercise.right(seed)
    views = exercise.views(runs, looks, right)
    for kind in kinds:
        if kind.probe is not None:
            if kind.probe(views):
                return kind
        elif _equals(exercise, kind, looks, scripts):
            return kind
    return None


def _implementations(kind):
    return kind.wrongs() if hasattr(kind, "wrongs") else [kind.f]


def _equals(exercise, kind, looks, scripts):
    return any(equal_looks(looks, exercise.looks(f, scripts))
               for f in _implementations(kind))


def several(exercise, looks, seed):
    """Mistakes that together explain each output that is wrong.

    Two mistakes in different outputs equal no single one.  Each wrong
    output must equal that of some mistake in all cases; else [].
    """
    scripts, right = exercise.right(seed)
    right, seen = list(map(outputs, right)), list(map(outputs, looks))
    wrong = [key for key in right[0]
             if not all(key in s and agrees(s[key], r[key])
                        for s, r in zip(seen, right) if key in r)]
    whole = [m for m in exercise.mistakes if m.probe is None]
    made = {m.name: [list(map(outputs, exercise.looks(f, scripts)))
                     for f in m.wrongs()] for m in whole}
    found = []
    for key in wrong:
        culprits = [m for m in whole for theirs in made[m.name]
                    if _explains(key, theirs, seen, right)]
        if not culprits:
            return []
        if not any(m in found for m in culprits):
            found.append(culprits[0])
    return found


def _explains(key, theirs, seen, right):
    pairs = [(s[key], t[key], r[key])
             for s, t, r in zip(seen, theirs, right) if key in r]
    return (all(agrees(s, t) for s, t, _ in pairs)
            and not all(agrees(t, r) for _, t, r in pairs))


def first_fault(looks, right, scripts):
    """Wrong shape, else NaN, else the smallest case that fails."""
    order = sorted(range(len(scripts)), key=lambda i: scripts[i].size())
    faults = [(scripts[i], name, outputs(looks[i]).get((part, name)), b)
              for i in order
              for (part, name), b in outputs(right[i]).items()]
    for judge in (_shape, _nan, _value):
        for script, name, a, b in faults:
            verdict = judge(script, name, a, b)
            if verdict is not None:
                return verdict
    return None


def _case(script):
    return f" The case: {script.label}." if script.label else ""


def _shape(script, name, a, b):
    if isinstance(b, Within):
        return None
    got, want = numbers(a).shape, numbers(b).shape
    if got == want:
        return None
    return Verdict("wrong shape", f"`{name}` has the wrong shape", [
        f"`{name}` has shape {got}; it must be {want}.{_case(script)}"])


def _nan(script, name, a, b):
    if isinstance(b, Within) or np.isfinite(numbers(a)).all():
        return None
    return Verdict("NaN", f"`{name}` holds NaN or infinity", [
        f"`{name}` must be finite.{_case(script)} Look for an exp of a "
        "large number, a log of 0, or a division by 0."])


def _value(script, name, a, b):
    if agrees(a, b):
        return None
    if isinstance(b, Within):
        return Verdict("wrong value", f"the {name} is not right", [
            f"The {name} of your result is {a.value:.4g}."
            f"{_case(script)}"])
    c = constant_factor(a, b)
    detail = ("It is not the right one in the smallest case that fails."
              if c is None else
              f"Every entry is {c:.6g} times what it should be.")
    return Verdict("wrong value", f"`{name}` is not right yet",
                   [f"{detail}{_case(script)}"])
