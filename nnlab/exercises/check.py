"""check(): try a student's function and say what is wrong with it."""
import inspect
import sys

import nnlab
from nnlab.exercises.result import Result
from nnlab.exercises.scripts import quiet

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
    the one called like the function, or like the variable that holds it.
    Returns a Result: its repr is the points earned, its str and HTML
    are the words.  Never raises and writes nothing; only Ctrl-C goes
    through.
    """
    world = sys._getframe(1).f_globals
    try:
        with quiet():
            result = _check(function, world, points, seed, exercise)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        result = Result(0, points, "check failed", (
            "the check itself failed; please tell your instructor"),
            details=[f"It met {type(error).__name__}."])
    version = _release["version"]
    if version not in (None, nnlab.__version__):
        result.notes.append(
            f"This notebook was made with nnlab {version}; you have "
            f"{nnlab.__version__} installed.")
    return _refuse_other_display(world, result)


def _check(function, world, points, seed, exercise):
    from nnlab.exercises import EXERCISES
    name = _name(function, world, EXERCISES)
    exercise = exercise or EXERCISES.get(name)
    if exercise is None:
        return Result(0, points, "unknown", "no question has this name",
                      name, [f"The questions are: {', '.join(EXERCISES)}."
                             " Keep the name that the cell came with."])
    if not callable(function):
        return Result(0, points, "unknown", "this is not a function", name)
    if _is_ours(function) or function is getattr(
            exercise, "reference", None):
        return Result(0, points, "not yours", (
            "this is nnlab's own function; write yours"), name)
    return exercise.examine(function, seed).result(name, points)


def _name(function, world, known):
    """The question that ``function`` answers, a lambda included."""
    name = getattr(function, "__name__", "")
    if name in known:
        return name
    worlds = world, getattr(function, "__globals__", {})
    bound = [n for n in known if any(w.get(n) is function for w in worlds)]
    return bound[0] if bound else name or type(function).__name__


def _is_ours(function):
    module = getattr(inspect.unwrap(function), "__module__", "") or ""
    return (module.split(".")[0] == "nnlab"
            and not hasattr(function, "__edited_source__"))


def _refuse_other_display(world, result):
    """nbgrader reads the last value of a cell, if that is what shows.

    With another ``ast_node_interactivity`` it would read another value,
    or, with nothing shown, give all the points.
    """
    shell = world["get_ipython"]() if "get_ipython" in world else None
    setting = getattr(shell, "ast_node_interactivity", "last_expr")
    if setting in ("last_expr", "last_expr_or_assign"):
        return result
    fault = (f"ast_node_interactivity is {setting!r}: set it to "
             "'last_expr', or nothing here can be graded.")
    print(fault, file=sys.stderr)
    return Result(0, result.out_of, "display", "the notebook hides or "
                  "repeats results", result.name, [fault])
