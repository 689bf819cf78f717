"""Exercise, Mistake, Convention: all that is known of a question."""
import dataclasses
import functools
from collections.abc import Callable

import numpy as np

from nnlab.exercises.compare import outputs
from nnlab.exercises.examine import examine
from nnlab.exercises.scripts import run
from nnlab.exercises.source import diff


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


@dataclasses.dataclass
class View:
    """One case as a probe sees it: the run, its outputs, the right
    outputs."""
    run: object
    seen: dict
    right: dict

    def finite(self, *names):
        """True if these outputs (or all) hold no NaN and no infinity."""
        return all(np.isfinite(np.asarray(value, float)).all()
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
    returns : what the function must return, in words
    variants : right answers in other styles, {name: function}
    """
    name: str
    reference: Callable
    cases: Callable
    look: Callable
    parts: dict
    returns: str
    mistakes: list
    conventions: list = dataclasses.field(default_factory=list)
    variants: dict = dataclasses.field(default_factory=dict)

    def scripts(self, seed):
        """The cases that belong to ``seed``."""
        return self.cases(np.random.default_rng(seed))

    def looks(self, function, scripts):
        """The looks of a function of our own at these scripts."""
        return [self.look(run(function, s).results, s) for s in scripts]

    @functools.lru_cache(maxsize=8)
    def right(self, seed):
        """(scripts, looks of the reference) for ``seed``."""
        scripts = self.scripts(seed)
        return scripts, self.looks(self.reference, scripts)

    def examine(self, function, seed):
        """The Verdict on a student's function."""
        return examine(self, function, seed)

    @staticmethod
    def views(runs, looks, right):
        """What the probes of this question look at, a View a case."""
        return [View(r, outputs(a), outputs(b))
                for r, a, b in zip(runs, looks, right)]

    def __post_init__(self):
        for mistake in self.mistakes:
            mistake.reference = self.reference
