"""examine(): the verdict on a function.

In this order: an exception or a result of the wrong form; an answer
that remembers; right; a named mistake; another convention; several
mistakes at once; wrong shape, NaN, wrong value.  What is changed in
place and data of the notebook are looked at in each case.
"""
import dataclasses

from nnlab.exercises.compare import equal_looks
from nnlab._scope import notebook_data
from nnlab.exercises.scripts import run
from nnlab.exercises.verdict import (
    Verdict, changed, exception, first_fault, named, parts_right, several)

CHANGES_KEEP = 0.8      # what is left if an argument is changed in place


@dataclasses.dataclass
class Trial:
    """A function at the cases of a seed: what is known before a verdict."""
    exercise: object
    seed: int
    runs: list
    looks: list

    @property
    def scripts(self):
        return self.exercise.right(self.seed)[0]

    @property
    def right(self):
        return self.exercise.right(self.seed)[1]


def examine(exercise, function, seed):
    """The verdict on ``function`` at the cases of ``seed``."""
    scripts, _ = exercise.right(seed)
    data, isolated = notebook_data(function)
    runs, looks = _try(exercise, function, scripts)
    if looks is None:
        verdict = exception(exercise, function, runs)
        verdict.details += [_fault(data)] if data else []
        return verdict
    if not exercise.draws and _again(exercise, function, scripts, looks):
        return Verdict("memory", "it remembers earlier calls", [
            "Called again with the same arguments, it answers "
            "differently. Keep what must last in what you return (the "
            "state), not in a global, a function attribute or a default "
            "argument. Chance and `np.empty` do this too."], share=0)
    verdict = _best(exercise, seed, runs, looks)
    if data:
        return _leaning(exercise, verdict, data, isolated, scripts, looks)
    return verdict


def _try(exercise, function, scripts):
    """(runs, looks); looks is None if a run failed."""
    runs = [run(function, s, exercise.form) for s in scripts]
    if any(r.error is not None for r in runs):
        return runs, None
    return runs, [exercise.look(r.results, r.script) for r in runs]


def _again(exercise, function, scripts, looks):
    """Does it answer differently when asked again?"""
    _, second = _try(exercise, function, scripts)
    return second is None or not equal_looks(second, looks)


def _best(exercise, seed, runs, looks):
    """The better verdict is the one for the form the student chose."""
    best = None
    for form, convention in exercise.forms:
        verdict = _in_form(form, convention, seed, runs, looks)
        if best is None or _rank(verdict) > _rank(best):
            best = verdict
        if best.share == 1:
            break
    return best


def _rank(verdict):
    return verdict.share, verdict.status in ("mistake", "convention")


def _in_form(exercise, convention, seed, runs, looks):
    """The verdict, with an open convention as the right answer."""
    trial = Trial(exercise, seed, runs, looks)
    parts = parts_right(exercise, looks, trial.right)
    verdict = (Verdict("passed", "passed") if all(parts.values())
               else _wrong(trial))
    verdict.parts = list(parts.items())
    if verdict.share is None:
        earned = sum(exercise.parts[p] for p in parts if parts[p])
        verdict.share = round(earned, 9)
    if convention is not None:
        verdict.found = verdict.found or [convention]
        verdict.details.append(
            f"Yours is {convention.title}, as in {convention.where}. The "
            f"question leaves that open. Ours: {convention.ours}.")
    return _in_place(exercise, verdict, runs)


def _wrong(trial):
    mistake = named(trial, trial.exercise.mistakes)
    if mistake is not None:
        return Verdict("mistake", mistake.title, found=[mistake])
    other = named(trial, [c for c in trial.exercise.conventions if c.fixed])
    if other is not None:
        return Verdict(
            "convention", f"right, in the convention of {other.where}",
            [f"Yours is {other.title}. This question asks for "
             f"{other.ours}."], [other], 0.5)
    found = several(trial)
    if found:
        return Verdict("mistake", found[0].title,
                       [f"Also: {m.title}." for m in found[1:]], found)
    return first_fault(trial)


def _in_place(exercise, verdict, runs):
    """An answer that changes an argument keeps a part of its points."""
    argument = changed(exercise, runs)
    if argument is None:
        return verdict
    verdict.share *= CHANGES_KEEP
    verdict.details.append(
        f"It changes its argument `{argument}`, which the caller still "
        "needs. Work on a copy, and mind `-=`, `*=` and `x[...] = ...`.")
    if verdict.status == "passed":
        verdict.status = "changed argument"
        verdict.title = "right, but it changes an array it was given"
    return verdict


def _fault(data):
    names = ", ".join(f"`{name}`" for name in data)
    return (f"It reads {names} from the notebook. Use only the arguments; "
            "a constant or a helper may stand in the same cell as your "
            "function.")


def _leaning(exercise, verdict, data, isolated, scripts, looks):
    """A function that reads data of the notebook."""
    fault = _fault(data)
    if verdict.share and _again(exercise, isolated, scripts, looks):
        return Verdict("notebook data", "it needs data of the notebook",
                       [fault], share=0)
    verdict.details.append(fault)
    return verdict
