"""examine(): the verdict on a function, in the order of DESIGN 2."""
import linecache
import traceback

from nnlab.exercises.compare import NotNumbers, equal_looks
from nnlab.exercises.scope import notebook_data
from nnlab.exercises.scripts import run
from nnlab.exercises.verdict import (
    Verdict, first_fault, named, parts_right, several)


def examine(exercise, function, seed):
    """The verdict on ``function`` at the cases of ``seed``."""
    data, isolated = notebook_data(function)
    scripts, right = exercise.right(seed)
    runs = [run(function, s) for s in scripts]
    verdict, looks = _judge(exercise, runs, seed)
    if looks is not None and verdict.share is None:
        parts = parts_right(exercise, looks, right)
        verdict.parts = list(parts.items())
        verdict.share = sum(exercise.parts[p] for p in parts if parts[p])
    verdict = _memory(exercise, verdict, function, scripts, looks)
    return _leaning(exercise, verdict, data, isolated, scripts, looks)


def _judge(exercise, runs, seed):
    """(verdict, looks or None if there are none)."""
    scripts, right = exercise.right(seed)
    failed = [r for r in runs if r.error is not None]
    if failed:
        return _exception(min(failed, key=lambda r: r.script.size())), None
    try:
        looks = [exercise.look(r.results, r.script) for r in runs]
        for look in looks:
            parts_right(exercise, [look], right[:1])
    except (NotNumbers, TypeError, ValueError, LookupError,
            AttributeError):
        return _no_result(exercise, runs), None
    if all(parts_right(exercise, looks, right).values()):
        return _changed(runs) or Verdict("passed", "passed"), looks
    return _wrong(exercise, runs, looks, seed), looks


def _wrong(exercise, runs, looks, seed):
    scripts, right = exercise.right(seed)
    mistake = named(exercise, exercise.mistakes, runs, looks, seed)
    if mistake is not None:
        return Verdict("mistake", mistake.title, found=[mistake])
    other = named(exercise, exercise.conventions, runs, looks, seed)
    if other is not None:
        return _convention(other)
    found = several(exercise, looks, seed)
    if found:
        return Verdict("mistake", found[0].title,
                       [f"Also: {m.title}." for m in found[1:]], found)
    fault = first_fault(looks, right, scripts)
    if fault.status == "wrong value":
        return _changed(runs, share=None) or fault
    return fault


def _convention(other):
    if not other.fixed:
        return Verdict("passed", "passed", [
            f"Yours is {other.title}, as in {other.where}. The question "
            f"leaves that open. Ours: {other.ours}."], [other], 1.0)
    return Verdict("convention", f"right, in the convention of "
                   f"{other.where}", [
                       f"Yours is {other.title}. This question asks for "
                       f"{other.ours}."], [other], 0.5)


def _exception(failed):
    error = failed.error
    if isinstance(error, NotImplementedError):
        return Verdict("not written", "nothing is written here yet", [
            "Replace `raise NotImplementedError()` with your answer."],
            share=0)
    where = ""
    for frame in traceback.extract_tb(error.__traceback__)[::-1]:
        text = linecache.getline(frame.filename, frame.lineno).strip()
        if "scripts.py" not in frame.filename and text:
            where = f" at `{text}`"
            break
    return Verdict("exception", f"it raised {type(error).__name__}", [
        f"{type(error).__name__}: {str(error)[:300]}{where}.",
        f"Called with {shapes(failed)}."], share=0)


def shapes(a_run):
    """The shapes of the arrays of the call at which a run ended."""
    call = min(len(a_run.results), len(a_run.script.calls) - 1)
    args, kwargs = a_run.script.calls[call]
    found = [f"shape {a.shape}" for a in (*args, *kwargs.values())
             if hasattr(a, "shape")]
    return "arrays of " + ", ".join(found) if found else "numbers only"


def _no_result(exercise, runs):
    got = runs[0].results[0]
    detail = f"It must return {exercise.returns}."
    if got is None:
        return Verdict("no result", "it returned nothing", [
            f"{detail} Is there a `return` at its end?"], share=0)
    return Verdict("no result", "it returned something else", [
        f"{detail} It returned {type(got).__name__}"
        f"{_length(got)}."], share=0)


def _length(got):
    return f" of {len(got)}" if isinstance(got, (tuple, list)) else ""


def _changed(runs, share=0.5):
    first = next((r for r in runs if r.changed is not None), None)
    if first is None:
        return None
    which = first.changed[1]
    which = (f"number {which + 1}" if isinstance(which, int)
             else f"`{which}`")
    return Verdict("changed argument", "it changes an array it was given",
                   [f"Argument {which} is not the same after the call. "
                    "The caller still needs it: work on a copy, and "
                    "mind `-=`, `*=` and `x[...] = ...`."], share=share)


def _memory(exercise, verdict, function, scripts, looks):
    """A function that answers differently when asked again."""
    if verdict.status not in ("passed", "wrong value"):
        return verdict
    again = [run(function, s) for s in scripts]
    if all(r.error is None for r in again) and equal_looks(
            [exercise.look(r.results, r.script) for r in again], looks):
        return verdict
    return Verdict("memory", "it remembers earlier calls", [
        "Called again with the same arguments, it answers differently. "
        "Keep what must last in what you return (the state), not in a "
        "global, a function attribute or a default argument."], share=0)


def _leaning(exercise, verdict, data, isolated, scripts, looks):
    """A function that reads data of the notebook."""
    if not data:
        return verdict
    names = ", ".join(f"`{name}`" for name in data)
    fault = (f"It reads {names} from the notebook. Use only the "
             "arguments; a constant or a helper may stand in the same "
             "cell as your function.")
    if looks is not None and verdict.share:
        again = [run(isolated, s) for s in scripts]
        if any(r.error is not None for r in again) or not equal_looks(
                [exercise.look(r.results, r.script) for r in again],
                looks):
            return Verdict("notebook data", "it needs data of the "
                           "notebook", [fault], share=0)
    verdict.details.append(fault)
    return verdict
