"""The verdicts: what was recognised, what is at fault, and the words."""
import dataclasses
import linecache
import traceback

import numpy as np

from nnlab.exercises.compare import (
    Within, agrees, constant_factor, equal_looks, numbers, outputs)
from nnlab.exercises.result import Result
from nnlab.exercises.scripts import WrongForm
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


def named(trial, kinds):
    """The first Mistake or Convention of ``kinds`` that this is."""
    exercise = trial.exercise
    views = exercise.views(trial.runs, trial.looks, trial.right)
    for kind in kinds:
        if kind.probe is not None:
            if kind.probe(views):
                return kind
        elif any(equal_looks(trial.looks, exercise.made_by(f, trial.seed))
                 for f in kind.wrongs()):
            return kind
    return None


def several(trial):
    """Mistakes that together explain each output that is wrong.

    Two mistakes in different outputs equal no single one.  Each wrong
    output must equal that of some mistake in all cases; else [].
    """
    exercise = trial.exercise
    right = list(map(outputs, trial.right))
    seen = list(map(outputs, trial.looks))
    wrong = [key for key in dict.fromkeys(k for r in right for k in r)
             if not all(key in s and agrees(s[key], r[key])
                        for s, r in zip(seen, right) if key in r)]
    whole = [m for m in exercise.mistakes if m.probe is None]
    made = {m.name: [list(map(outputs, exercise.made_by(f, trial.seed)))
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


def first_fault(trial):
    """Wrong shape, else NaN, else the plainest, smallest wrong case."""
    cases = sorted(zip(trial.scripts, trial.looks, trial.right),
                   key=lambda case: (case[0].special, case[0].size()))
    faults = [(script, name, outputs(look).get((part, name)), b)
              for script, look, right in cases
              for (part, name), b in outputs(right).items()]
    for judge in (_shape, _nan, _value):
        for script, name, a, b in faults:
            verdict = judge(script, name, a, b)
            if verdict is not None:
                return verdict
    raise AssertionError("no output is wrong")


def _case(script):
    return f" The case: {script.label}." if script.label else ""


def _shape(script, name, a, b):
    if isinstance(b, Within):
        return None
    got, want = numbers(a).shape, numbers(b).shape
    if got == want:
        return None
    want = f"of shape {want}" if want else "one number"
    return Verdict("wrong shape", f"`{name}` has the wrong shape", [
        f"`{name}` has shape {got}; it must be {want}.{_case(script)}"])


def _nan(script, name, a, b):
    if isinstance(b, Within) or np.isfinite(numbers(a)).all():
        return None
    return Verdict("NaN", f"`{name}` holds NaN or infinity", [
        f"`{name}` must be finite.{_case(script)} Look for an exp of a "
        "large number, a log of 0, the root of a negative number, or a "
        "division by 0."])


def _value(script, name, a, b):
    if agrees(a, b):
        return None
    if isinstance(b, Within):
        return Verdict("wrong value", f"the {name} is not right", [
            f"The {name} of your result is {a.value:.4g}."
            f"{_case(script)}"])
    c = constant_factor(a, b)
    detail = ("It is wrong already in a small case." if c is None else
              f"Every entry is {c:.6g} times what it should be.")
    return Verdict("wrong value", f"`{name}` is not right yet",
                   [f"{detail}{_case(script)}"])


def changed(exercise, runs):
    """The name of an argument that was changed in place, or None."""
    first = next((r for r in runs if r.changed is not None), None)
    return None if first is None else exercise.argument(first.changed[1])


def not_written(error):
    """The verdict on an answer that raised NotImplementedError."""
    if str(error):
        return Verdict("not there", "it calls what is not there", [
            f"NotImplementedError: {str(error)[:300]}. A library's "
            "function may be missing while this is graded: write it "
            "yourself."], share=0)
    return Verdict("not written", "nothing is written here yet", [
        "Replace `raise NotImplementedError()` with your answer."], share=0)


def stopped(error):
    """The verdict on an answer whose kernel was stopped."""
    return Verdict("stopped", str(error), share=0)


def exception(exercise, function, runs):
    """The verdict on a function that raised or returned a wrong form."""
    failed = min((r for r in runs if r.error is not None),
                 key=lambda r: (r.script.special, r.script.size()))
    error = failed.error
    if isinstance(error, NotImplementedError):
        return not_written(error)
    if getattr(error, "stopped", False):
        return stopped(error)
    if isinstance(error, WrongForm):
        return Verdict("no result", "it does not return what is asked for",
                       [str(error)], share=0)
    return Verdict("exception", f"it raised {type(error).__name__}", [
        f"{type(error).__name__}: {str(error)[:300]}"
        f"{_line(error, function)}.",
        f"Called with {_shapes(exercise, failed)}."], share=0)


def _line(error, function):
    """The line of the student's cell at which it happened."""
    if getattr(error, "student_line", ""):      # it happened elsewhere
        return f" at `{error.student_line}`"
    code = getattr(function, "__code__", None)
    for frame in traceback.extract_tb(error.__traceback__)[::-1]:
        text = linecache.getline(frame.filename, frame.lineno).strip()
        if code and frame.filename == code.co_filename and text:
            return f" at `{text}`"
    return ""


def _shapes(exercise, failed):
    call = min(len(failed.results), len(failed.script.calls) - 1)
    args, _ = failed.script.calls[call]
    return ", ".join(
        f"`{exercise.argument(i)}` of shape {a.shape}"
        if hasattr(a, "shape") else f"`{exercise.argument(i)}`"
        for i, a in enumerate(args))
