"""The second kind of question: the student writes the test.

The student's function gets an implementation and asserts what it
should do.  It earns points for each mistake that it catches, while it
accepts what is right.
"""
import copy
import dataclasses
from collections.abc import Callable

import numpy as np

from nnlab.exercises.exercise import Exercise
from nnlab.exercises.scripts import quiet
from nnlab.exercises.verdict import Verdict

RIGHT_ONES = 3      # how often the reference comes among the others


@dataclasses.dataclass(eq=False)
class WriteTest:
    """A question whose answer is a test of another question's function.

    name : the name of the student's test;  reference : ours
    subject : the Exercise whose function is tested
    mistakes : names of the Mistakes of ``subject`` to be caught
    variants : names of its variants that must be accepted
    """
    name: str
    reference: Callable
    subject: Exercise
    mistakes: tuple
    variants: tuple

    def examine(self, test, seed):
        """The Verdict on a student's test."""
        rights, wrongs = self._implementations()
        order = [(None, f) for f in rights] + wrongs
        np.random.default_rng(seed).shuffle(order)
        caught = []
        for mistake, function in order:
            outcome = _try(test, function)
            if mistake is None and outcome is not None:
                return _rejects(outcome, self.subject.name)
            if isinstance(outcome, AssertionError):
                caught.append(mistake)
        return self._verdict(caught)

    def _implementations(self):
        subject = self.subject
        rights = [subject.reference] * RIGHT_ONES
        rights += [subject.variants[name] for name in self.variants]
        return rights, [(m, m.wrongs()[0]) for m in subject.mistakes
                        if m.name in self.mistakes]

    def _verdict(self, caught):
        missed = [m for m in self.subject.mistakes
                  if m.name in self.mistakes and m not in caught]
        total = len(self.mistakes)
        share = len(caught) / total
        if not missed:
            return Verdict("passed", "passed", [
                f"It accepts what is right and catches all {total} wrong "
                "implementations."], share=1.0)
        return Verdict("misses mistakes", (
            f"it catches {len(caught)} of {total} wrong implementations"),
            ["It accepts what is right.", "One that it does not catch: "
             f"{missed[0].title}."], share=share)


def _try(test, function):
    """None if the test accepts the function, else its exception."""
    stand_in, kill = _stand_in(function)
    try:
        with quiet():
            test(stand_in)
        return None
    except (Exception, SystemExit) as error:
        return error
    finally:
        kill()


def _stand_in(function):
    """A function that calls ``function``, until it is killed.

    All stand-ins have one name and no other trace of what they are.
    Arguments are copied, so that a wrong one cannot spoil the test.
    """
    live = [function]

    def implementation(*args, **kwargs):
        if not live:
            raise RuntimeError("this implementation is no longer there: "
                               "call it only while your test runs")
        args, kwargs = copy.deepcopy((args, kwargs))
        return live[0](*args, **kwargs)
    return implementation, live.clear


def _rejects(error, subject):
    if isinstance(error, NotImplementedError):
        return Verdict("not written", "nothing is written here yet", [
            "Replace `raise NotImplementedError()` with your test."],
            share=0)
    if isinstance(error, AssertionError):
        return Verdict("rejects a right one", (
            f"it rejects an {subject} that is right"), [
            "A right answer may order its arithmetic otherwise: allow "
            "the tolerance that the question names. Treat the state as "
            "a closed box.", str(error)[:300]], share=0)
    return Verdict("exception", f"it raised {type(error).__name__}", [
        f"On an {subject} that is right: {type(error).__name__}: "
        f"{str(error)[:300]}"], share=0)
