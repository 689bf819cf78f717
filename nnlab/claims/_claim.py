"""Claim: a rule of thumb with its experiment and the rule that judges."""
from collections.abc import Callable
from dataclasses import dataclass

from nnlab.claims import _show, _store
from nnlab.claims._verdict import Interval, Verdict


@dataclass(frozen=True)
class Row:
    """One line of what was measured."""

    what: str
    value: Interval


@dataclass(frozen=True)
class Claim:
    """A rule of thumb, and how it is tried.

    name : as in ``CLAIMS[name]``;  title : a few words
    statement : the rule of thumb;  said_by : where it was said
    cite : keys of the bibliography
    protocol : the experiment in words, with every setting
    measure : what a number in the rows is;  interval : what kind
    seeds : what ``run`` gets
    run(seeds) -> numbers : the experiment, one number per seed, in
        dicts and lists; the same seeds give the same numbers
    rule(numbers) -> Verdict;  rows(numbers) -> list of Row
    stored : True if the run is too slow for a page, so that its
        numbers are read from a file (``python -m nnlab.claims``)
    see : label of the section where the claim arises
    form : how a number of the rows is written
    """

    name: str
    title: str
    statement: str
    said_by: str
    cite: tuple
    protocol: str
    measure: str
    interval: str
    seeds: tuple
    run: Callable
    rule: Callable
    rows: Callable
    stored: bool = False
    see: str = ""
    form: str = ".3f"

    def numbers(self):
        """What was measured: read from its file, or measured now."""
        return _store.load(self) if self.stored else self.run(self.seeds)

    def result(self):
        """What was measured and what follows from it."""
        numbers = self.numbers()
        return Result(self, tuple(self.rows(numbers)), self.rule(numbers))


@dataclass(frozen=True)
class Result:
    """The outcome of a claim; its verdict comes from the claim's rule."""

    claim: Claim
    rows: tuple
    judged: Verdict

    @property
    def statement(self):
        return self.claim.statement

    @property
    def said_by(self):
        return self.claim.said_by

    @property
    def protocol(self):
        return self.claim.protocol

    @property
    def verdict(self):
        """'holds', 'holds when ...' or 'does not hold here'."""
        return str(self.judged)

    @property
    def effect(self):
        return self.judged.effect.mean

    @property
    def interval(self):
        return self.judged.effect.low, self.judged.effect.high

    @property
    def sentence(self):
        """The verdict and the effect behind it."""
        return f"{self.verdict.capitalize()}. {self.judged.found}"

    def table(self):
        """What was measured, as a Markdown table."""
        return _show.table(self)

    def _repr_html_(self):
        return _show.html(self)

    def __str__(self):
        return _show.text(self)
