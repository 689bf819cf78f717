"""check(): try a student's function and say what is wrong with it."""
import inspect

import nnlab
from nnlab.exercises.result import Result

VISIBLE_SEED = 0
_release = {"version": None}


def made_with(version):
    """Record the nnlab version that made this notebook.

    ``check`` then says in one line when another one is installed.
    """
    _release["version"] = version


def check(function, points=1, seed=VISIBLE_SEED, exercise=None):
    """Check a function against the exercise of its name.

    function : the student's.  points : what a right answer earns.
    seed : which cases are drawn.  exercise : an Exercise; by default
    the one called like the function.
    Returns a Result: its repr is the points earned, its str and HTML
    are the words.  Never raises and writes nothing; only Ctrl-C goes
    through.
    """
    name = getattr(function, "__name__", type(function).__name__)
    try:
        result = _check(function, name, points, seed, exercise)
    except Exception as error:
        result = Result(0, points, "check failed", (
            "the check itself failed; please tell your instructor"),
            name, [f"{type(error).__name__}: {error}"])
    version = _release["version"]
    if version not in (None, nnlab.__version__):
        result.notes.append(
            f"This notebook was made with nnlab {version}; you have "
            f"{nnlab.__version__} installed.")
    return result


def _check(function, name, points, seed, exercise):
    from nnlab.exercises import EXERCISES
    exercise = exercise or EXERCISES.get(name)
    if exercise is None:
        return Result(0, points, "unknown", "no question has this name",
                      name, [f"The questions are: {', '.join(EXERCISES)}."
                             " Keep the name that the cell came with."])
    if not callable(function):
        return Result(0, points, "unknown", "this is not a function", name)
    if _is_ours(function):
        return Result(0, points, "not yours", (
            "this is nnlab's own function; write yours"), name)
    return exercise.examine(function, seed).result(name, points)


def _is_ours(function):
    module = getattr(inspect.unwrap(function), "__module__", "") or ""
    return (module.split(".")[0] == "nnlab"
            and not hasattr(function, "__edited_source__"))
