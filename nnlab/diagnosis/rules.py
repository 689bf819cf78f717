"""diagnose: every rule is asked, causes before consequences."""
import numpy as np

from nnlab.diagnosis import curves, inside, symptoms
from nnlab.diagnosis.finding import Diagnosis
from nnlab.diagnosis.signals import Missing

RULES = {symptoms.BEFORE: inside.before_training,
         symptoms.SUMMED: inside.summed_loss,
         symptoms.TWICE: inside.softmax_twice,
         symptoms.START: inside.far_from_chance,
         symptoms.EXPLODING: inside.exploding,
         symptoms.VANISHING: inside.vanishing,
         symptoms.DEAD: inside.dead_units,
         symptoms.OVERFITTING: curves.overfitting,
         symptoms.UNDERFITTING: curves.underfitting,
         symptoms.SLOW: curves.slow}


def diagnose(history):
    """Look at a History and say what is wrong, why, and what to try.

    Every rule of RULES is asked.  A symptom that another finding
    explains (a net with vanishing gradients underfits) is not a
    finding of its own.
    history : what fit returned; the more it holds the more can be
    judged: a validation set for overfitting, a Monitor for all that
    happens inside the net.
    Returns a Diagnosis: a list of Finding, causes first, that prints
    itself and says what it could not judge.

    >>> from nnlab.training import History
    >>> history = History(diverged=(1, 4))
    >>> diagnose(history).names
    ['exploding gradients']
    """
    findings, unjudged = [], []
    for name, rule in RULES.items():
        try:
            with np.errstate(all="ignore"):     # a sum may overflow
                found = rule(history)
        except Missing as lack:
            unjudged.append((name, str(lack)))
            continue
        if found:
            findings.append(found)
    return Diagnosis(*_unexplained(findings), unjudged)


def _unexplained(findings):
    """The findings that no other explains, and (symptom, cause)."""
    explained = {symptom: cause.name for cause in findings
                 for symptom in symptoms.EXPLAINS.get(cause.name, ())}
    names = {finding.name for finding in findings}
    return ([f for f in findings if f.name not in explained],
            [pair for pair in explained.items() if pair[0] in names])
