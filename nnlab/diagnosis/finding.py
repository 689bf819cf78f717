"""What diagnose returns: findings, and what could not be judged."""
import dataclasses
import html

from nnlab.diagnosis import symptoms


@dataclasses.dataclass(frozen=True)
class Finding:
    """One fault: what was seen, why it happens, what to try.

    name : the symptom;  sees : the numbers;  why : the mechanism
    remedies : what to try, the first first
    """

    name: str
    sees: str
    why: str
    remedies: tuple

    def __str__(self):
        steps = "\n".join(f"  {i}. {remedy}" for i, remedy
                          in enumerate(self.remedies, 1))
        return (f"{self.name}\n  Seen: {self.sees}\n  Why: {self.why}\n"
                f"  Try, in this order:\n{steps}")

    __repr__ = __str__

    def _repr_html_(self):
        name, sees, why = map(html.escape,
                              (self.name, self.sees, self.why))
        steps = "".join(f"<li>{html.escape(remedy)}</li>"
                        for remedy in self.remedies)
        return (f"<p><strong>{name}.</strong> {sees}</p><p>{why}</p>"
                f"<p>Try, in this order:</p><ol>{steps}</ol>")


def finding(name, *sees, why=None, remedies=None):
    """The Finding of a symptom, with what its table says."""
    return Finding(name, " ".join(sees), why or symptoms.WHY[name],
                   remedies or symptoms.TRY[name])


class Diagnosis(list):
    """The list of findings; prints itself.

    explained : pairs (symptom, the finding that explains it)
    unjudged : pairs (symptom, what the History lacks)
    """

    def __init__(self, findings=(), explained=(), unjudged=()):
        super().__init__(findings)
        self.explained, self.unjudged = list(explained), list(unjudged)

    @property
    def names(self):
        """The names of the symptoms found."""
        return [finding.name for finding in self]

    def _head(self):
        if self:
            return []
        return ["Nothing found in what could be judged." if self.unjudged
                else "Nothing found."]

    def _rest(self):
        for symptom, cause in self.explained:
            yield f"Seen too, and explained by {cause}: {symptom}."
        for symptom, lack in self.unjudged:
            yield f"Cannot judge {symptom}: {lack}"

    def __str__(self):
        return "\n".join([*self._head(), *map(str, self), *self._rest()])

    __repr__ = __str__

    def _repr_html_(self):
        head, rest = ("".join(f"<p>{html.escape(line)}</p>"
                              for line in lines)
                      for lines in (self._head(), self._rest()))
        return head + "".join(f._repr_html_() for f in self) + rest
