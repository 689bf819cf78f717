"""Exercise, Mistake, Convention: all that is known of a question."""
import dataclasses
import functools
import inspect
from collections.abc import Callable

import numpy as np

from nnlab.exercises.compare import NotNumbers, numbers, outputs
from nnlab.exercises.examine import examine
from nnlab.exercises.scripts import WrongForm, run
from nnlab.exercises.source import both, diff


@dataclasses.dataclass
class Mistake:
    """One way of going wrong.

    name : stable key;  title : one line that names it to a student
    wrong : an implementation that makes it (or a list of them)
    hints : (nudge, method, near_answer), each says more
    see : the label of the section of the book that explains it
    probe : function from a list of Views to bool.  Without one, the
        mistake is recognised by results equal to those of ``wrong``;
        with one, by a property: for mistakes with a free constant, in
        random functions, or in company.
    """
    name: str
    title: str
    wrong: Callable | list
    hints: tuple
    see: str
    probe: Callable = None
    reference: Callable = None      # set by the Exercise that holds it

    def wrongs(self):
        return self.wrong if isinstance(self.wrong, list) else [self.wrong]

    def diff(self):
        """The lines that differ from the reference: (sign, line)."""
        return diff(self.reference, self.wrongs()[0])


@dataclasses.dataclass
class Convention:
    """Right elsewhere.

    fixed : False if the question leaves the choice open: it earns full
        points and a note.  True if the question fixes another one: it
        earns half.  where : who does it so.  ours : what we ask for.
    """
    name: str
    title: str
    f: Callable
    fixed: bool
    where: str
    ours: str
    probe: Callable = None

    def wrongs(self):
        return [self.f]


@dataclasses.dataclass
class View:
    """One case as a probe sees it: the run, its outputs, the right
    outputs."""
    run: object
    seen: dict
    right: dict

    def finite(self, *names):
        """True if these outputs (or all) hold no NaN and no infinity."""
        return all(np.isfinite(numbers(value)).all()
                   for (_, name), value in self.seen.items()
                   if not names or name in names)


@dataclasses.dataclass(eq=False)
class Exercise:
    """Everything known about one graded question.

    name : also the name of the function that the student writes
    reference : the right answer
    cases : function of a Generator that returns a list of Scripts
    look : function (results, script) -> {part: {output: value}}
    parts : {part: share of the points}, shares sum to 1
    items : what the function returns, by name; "state" may be anything
    variants : right answers in other styles, {name: function}
    draws : True if the answer is random
    """
    name: str
    reference: Callable
    cases: Callable
    look: Callable
    parts: dict
    items: tuple
    mistakes: list
    conventions: list = dataclasses.field(default_factory=list)
    variants: dict = dataclasses.field(default_factory=dict)
    draws: bool = False

    def __post_init__(self):
        for mistake in self.mistakes:
            mistake.reference = mistake.reference or self.reference

    def scripts(self, seed):
        """The cases that belong to ``seed``."""
        return self.cases(np.random.default_rng(seed))

    def looks(self, function, scripts):
        """The looks of a function of our own at these scripts."""
        return [self.look(run(function, s).results, s) for s in scripts]

    @functools.lru_cache(maxsize=64)
    def right(self, seed):
        """(scripts, looks of the reference) for ``seed``."""
        scripts = self.scripts(seed)
        return scripts, self.looks(self.reference, scripts)

    @functools.lru_cache(maxsize=2000)
    def made_by(self, wrong, seed):
        """The looks of ``wrong``: they serve each check of this seed."""
        return self.looks(wrong, self.right(seed)[0])

    @functools.cached_property
    def forms(self):
        """This question, and one for each convention it leaves open.

        There the convention is the reference, and each mistake and each
        fixed convention is made in its text, to be named in either form.
        """
        return [(self, None)] + [(self._in_form_of(c), c)
                                 for c in self.conventions if not c.fixed]

    def _in_form_of(self, convention):
        mistakes = []
        for mistake in self.mistakes:
            wrong = [f for f in (both(self.reference, convention.f, w)
                                 for w in mistake.wrongs()) if f]
            if wrong:
                mistakes.append(dataclasses.replace(mistake, wrong=wrong))
        fixed = [dataclasses.replace(c, f=f) for c in self.conventions
                 if c.fixed and (f := both(self.reference, convention.f,
                                           c.f))]
        return dataclasses.replace(self, reference=convention.f,
                                   mistakes=mistakes, conventions=fixed)

    def examine(self, function, seed):
        """The Verdict on a student's function."""
        return examine(self, function, seed)

    def form(self, result):
        """Raise WrongForm unless the result has the items asked for."""
        items = self.items
        named = (f"{len(items)} things: {', '.join(items)}"
                 if len(items) > 1 else f"one thing: {items[0]}")
        if result is None:
            raise WrongForm(f"It returned nothing; it must return {named}."
                            " Is there a `return` at its end?")
        if len(items) == 1:
            result = (result,)
        if (not isinstance(result, (tuple, list))
                or len(result) != len(items)):
            raise WrongForm(f"It must return {named}. It returned "
                            f"{type(result).__name__}{_length(result)}.")
        for name, value in zip(items, result):
            if name != "state":
                _is_numbers(name, value)

    def argument(self, place):
        """The name of an argument, by its position or its name."""
        names = list(inspect.signature(self.reference).parameters)
        return names[place] if isinstance(place, int) else place

    @staticmethod
    def views(runs, looks, right):
        """What the probes of this question look at, a View a case."""
        return [View(r, outputs(a), outputs(b))
                for r, a, b in zip(runs, looks, right)]


def _is_numbers(name, value):
    try:
        numbers(value)
    except NotNumbers:
        what = "None" if value is None else f"of type {type(value).__name__}"
        raise WrongForm(f"`{name}` must be an array of numbers (or one "
                        f"number); it is {what}.") from None


def _length(got):
    return f" of {len(got)}" if isinstance(got, (tuple, list)) else ""
