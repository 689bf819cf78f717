"""The book's own Sphinx extension: a directive per module, and the rest.

nncode    prints the source of nnlab's functions
nnfig     interactive figures over a static one
mistakes  the common mistakes of an exercise
claim     a measured claim
ledger    all of them, by themselves
outcomes  what hostile submissions did to the grader
quiz      questions with explained answers
provenance  the items of the lectures, and where each is taught
folds     dropdown admonitions as native <details>
execution keys the execution cache on the sources of nnlab
typography  keeps punctuation beside its formula
offline   takes MathJax from the environment, and the net out of pages
"""
from . import (
    claim, execution, folds, ledger, mistakes, nncode, nnfig, offline,
    outcomes, provenance, quiz, typography)

PARTS = (claim, execution, folds, ledger, mistakes, nncode, nnfig, offline,
         outcomes, provenance, quiz, typography)


def setup(app):
    for module in PARTS:
        module.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
