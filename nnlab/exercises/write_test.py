"""The second kind of question: the student writes the test.

The student's function gets an implementation and asserts what it
should do.  It earns points for each mistake that it catches, while it
accepts what is right.
"""
import collections
import contextlib
import copy
import dataclasses
from collections.abc import Callable

import numpy as np

from nnlab._checks import unchecked
from nnlab.exercises.exercise import Exercise
from nnlab.exercises.scripts import quiet
from nnlab.exercises.verdict import Verdict, not_written, stopped

ROUNDS = 4          # at least: in each the right one comes once
TOLERANCE = (
    "A right one may order its arithmetic otherwise or compute in float32: "
    "allow the tolerance that the question names, and an `atol` where you "
    "expect 0. Treat the state as a closed box.")
_live = {}          # what the stand-ins call, while a test runs


class Box:
    """A state, closed: all implementations have one that looks alike."""

    def __init__(self, content):
        self._content = content


def update_rule(live):
    """The stand-in for an optimiser: w, state = f(w, grad, state, ...).

    Arguments are copied, so that a wrong one cannot spoil the test, and
    results have one type, so that no style gives itself away.
    """
    def implementation(w, grad, state=None, *args, **kwargs):
        if isinstance(state, Box):
            state = copy.deepcopy(state._content)
        w, grad = (np.array(a, dtype=float) for a in (w, grad))
        if w.shape != grad.shape:
            raise ValueError(f"shapes differ: w {w.shape} and grad "
                             f"{grad.shape}")
        new, state = live(w, grad, state, *args, **kwargs)
        return np.array(new, dtype=float), Box(state)
    return implementation


@dataclasses.dataclass(eq=False)
class WriteTest:
    """A question whose answer is a test of another question's function.

    name : the name of the student's test;  reference : ours
    subject : the Exercise whose function is tested
    mistakes : names of the Mistakes of ``subject`` to be caught
    variants : names of its variants that must be accepted
    stand_in : makes what the test gets out of a function that calls an
        implementation: copies arguments, and gives all of them results
        of one type
    tolerance : what to do about a right one that was rejected
    """
    name: str
    reference: Callable
    subject: Exercise
    mistakes: tuple
    variants: tuple
    stand_in: Callable = update_rule
    tolerance: str = TOLERANCE

    def examine(self, test, seed):
        """The Verdict on a student's test, tried in several orders.

        Each round has one right implementation and each wrong one once.
        So right ones are no more common than any wrong one, and a test
        that goes by what it has seen most learns nothing.
        """
        rng = np.random.default_rng(seed)
        rounds = [self._round(test, right, rng) for right in self._right()]
        refused = next((o for outcomes in rounds for o in outcomes
                        if o.right and o.error), None)
        if refused is not None:
            return self._refuses(refused.error)
        if any(_caught(r) != _caught(rounds[0]) for r in rounds):
            return Verdict("memory", "it remembers earlier calls", [
                "Asked again in another order, it decides differently. "
                "Decide from what this implementation returns, and give "
                "a seed to what you draw."], share=0)
        return self._verdict(rounds[0])

    def _right(self):
        """The variants and the reference, that one often enough."""
        found = [self.subject.variants[name] for name in self.variants]
        again = max(1, ROUNDS - len(found))
        return found + [unchecked(self.subject.reference)] * again

    def _round(self, test, right, rng):
        """An Outcome for each implementation, in an order of chance."""
        tried = [(True, None, right)] + [
            (False, m, m.wrongs()[0]) for m in self.subject.mistakes
            if m.name in self.mistakes]
        with _no_memory(test):
            return [Outcome(*tried[i][:2], *_try(
                test, tried[i][2], self.stand_in))
                    for i in rng.permutation(len(tried))]

    def _refuses(self, error):
        """What is said of a test that a right implementation fails."""
        if isinstance(error, NotImplementedError):
            return not_written(error)
        if getattr(error, "stopped", False):
            return stopped(error)
        right = f"a right {self.subject.name}"
        what = f"{type(error).__name__}: {str(error)[:300]}".rstrip(": ")
        if not isinstance(error, AssertionError):
            return Verdict("exception", f"it raised {type(error).__name__}",
                           [f"On {right}: {what}"], share=0)
        return Verdict("rejects a right one", f"it rejects {right}",
                       [self.tolerance, what], share=0)

    def _verdict(self, outcomes):
        caught = _caught(outcomes)
        missed = [m for m in self.subject.mistakes
                  if m.name in self.mistakes and m.name not in caught]
        total = len(self.mistakes)
        if not missed:
            return Verdict("passed", "passed", [
                f"It accepts what is right and catches all {total} wrong "
                "implementations."], share=1.0)
        return Verdict("misses mistakes", (
            f"it catches {len(caught)} of {total} wrong implementations"),
            ["It accepts what is right.", *_why_none(outcomes),
             f"One that it does not catch: {missed[0].title}."],
            share=len(caught) / total)


@dataclasses.dataclass
class Outcome:
    """What a test did with an implementation.

    right : is the implementation right?  Else mistake says which it is
    """
    right: bool
    mistake: object
    returned: object
    error: BaseException


def _no_memory(test):
    """In another kernel, a test remembers nothing of other rounds.

    One that goes by what it saw within a round decides otherwise in
    another order.
    """
    remote = getattr(test, "__remote__", None)
    return contextlib.nullcontext() if remote is None else remote.apart()


def _caught(outcomes):
    return {o.mistake.name for o in outcomes
            if o.mistake and isinstance(o.error, AssertionError)}


def _why_none(outcomes):
    """What a test did in place of an assert."""
    wrong = [o for o in outcomes if o.mistake]
    raised = collections.Counter(
        type(o.error).__name__ for o in wrong
        if o.error and not isinstance(o.error, AssertionError))
    lines = [f"It raised {name} on {n} wrong ones; only AssertionError "
             "counts." for name, n in raised.items()]
    if any(o.returned is not None for o in wrong):
        lines.append("It returned a value; what is returned is not "
                     "looked at. Use assert.")
    return lines


def _try(test, function, stand_in):
    """(what the test returned, its exception) for this function."""
    key = object()
    _live[key] = function

    def live(*args, **kwargs):
        """The function; dead after the test."""
        if key not in _live:
            raise RuntimeError("this implementation is no longer there: "
                               "call it only while your test runs")
        return _live[key](*args, **kwargs)
    try:
        with quiet():
            return test(stand_in(live)), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, error
    finally:
        del _live[key]
