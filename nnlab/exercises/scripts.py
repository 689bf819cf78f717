"""Scripts: lists of calls as plain data, and what became of them.

An argument may stand for something that exists only while the script
runs: ``Out(i, j)`` is item j of what call i returned, so that a state
goes round unseen, whatever its type; ``Rng(seed)`` is a generator.
"""
import contextlib
import copy
import dataclasses
import io
import logging
import warnings

import numpy as np


@dataclasses.dataclass(frozen=True)
class Out:
    """Item ``item`` of the result of call ``call``."""
    call: int
    item: int


@dataclasses.dataclass(frozen=True)
class Rng:
    """A generator; equal ones in a script are one and the same."""
    seed: int
    copy: int = 0


@dataclasses.dataclass
class Script:
    """Calls of one function, one after the other.

    calls : list of (args, kwargs).  label says which case this is.
    special : True for cases that a right formula may fail, such as
    huge scores; the other cases are judged first.
    """
    calls: list
    label: str = ""
    special: bool = False

    def size(self):
        """The number of array elements in all arguments."""
        return sum(np.size(a) for args, kwargs in self.calls
                   for a in (*args, *kwargs.values()))


@dataclasses.dataclass
class Run:
    """What a function did with a script."""
    script: Script
    results: list
    error: BaseException = None
    changed: tuple = None       # (call, position or name of argument)


class WrongForm(Exception):
    """A result that is not what the question asks for, in words."""


def run(function, script, form=None):
    """Call ``function`` as ``script`` says; never raises.

    form : raises WrongForm for a result that is not of the right form.
    What the function prints and warns goes nowhere.  The first
    exception ends the run.  Only Ctrl-C goes through.
    """
    if hasattr(function, "__remote__"):
        return _run_there(function.__remote__, script, form)
    out = Run(script, [])
    live, generators = [], {}
    with quiet():
        for number, (args, kwargs) in enumerate(script.calls):
            try:
                result, changed = _call(function, args, kwargs, live,
                                        generators)
                if form is not None:
                    form(result)
                out.results.append(_snapshot(result))
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                out.error = error
                return out
            live.append(result)
            if changed is not None and out.changed is None:
                out.changed = (number, changed)
    return out


def _run_there(link, script, form):
    """The same for a function in another kernel, in one message.

    link : its ``script`` runs calls over there, state and all
    """
    out = Run(script, [])
    try:
        results, changed, error = link.script(
            [(tuple(_there(link, v) for v in args),
              {name: _there(link, v) for name, v in kwargs.items()})
             for args, kwargs in script.calls])
        for number, result in enumerate(results):
            if form is not None:
                form(result)
            out.results.append(result)
            if changed[number] is not None and out.changed is None:
                out.changed = (number, changed[number])
        out.error = error
    except Exception as failure:
        out.error = failure
    return out


def _there(link, value):
    """What stands for ``value`` until the other kernel fills it in."""
    if isinstance(value, Out):
        return link.item(value.call, value.item)
    if isinstance(value, Rng):
        return link.draws(value.seed, value.copy)
    return value


def _call(function, args, kwargs, live, generators):
    given = {**dict(enumerate(args)), **kwargs}
    here = {key: _resolve(value, live, generators)
            for key, value in given.items()}
    result = function(*(here[i] for i in range(len(args))),
                      **{name: here[name] for name in kwargs})
    changed = [key for key, value in given.items()
               if isinstance(value, np.ndarray)
               and not _same(value, here[key])]
    return result, (changed[0] if changed else None)


def _resolve(value, live, generators):
    if isinstance(value, Out):
        return live[value.call][value.item]
    if isinstance(value, Rng):
        return generators.setdefault(
            value, np.random.default_rng(value.seed))
    return copy.deepcopy(value)


def _same(a, b):
    return a.shape == b.shape and np.array_equal(
        a, b, equal_nan=a.dtype.kind == "f")


def _snapshot(result):
    """A copy of the arrays in ``result``, before a later call."""
    if isinstance(result, np.ndarray):
        return result.copy()
    if type(result) in (tuple, list):
        return type(result)(_snapshot(item) for item in result)
    return result


@contextlib.contextmanager
def quiet():
    """Within it, what is printed, warned and logged goes nowhere."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (warnings.catch_warnings(), np.errstate(all="ignore"),
              contextlib.redirect_stdout(io.StringIO()),
              contextlib.redirect_stderr(io.StringIO())):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def sixty_fourths(rng, *shape, nonzero=True):
    """Normal numbers rounded to multiples of 1/64.

    float32 holds them exactly, so an answer in float32 starts from the
    very same inputs.
    """
    x = np.round(rng.normal(size=shape) * 64) / 64
    return np.where(x == 0, 1 / 64, x) if nonzero else x
