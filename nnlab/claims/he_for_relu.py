"""Does a ReLU net train better from He's start than from Xavier's?"""
from nnlab.claims import _starts
from nnlab.claims._claim import Claim
from nnlab.inits import he_normal, xavier_normal

INITS = {"He": he_normal, "Xavier": xavier_normal}
DEPTHS = {  # the case in words: the number of hidden layers
    "there are 2 hidden layers": 2,
    "there are 6 hidden layers": 6,
    "there are 12 hidden layers": 12}


def run(seeds):
    """Test accuracies: {case: {init: its rate, one number per seed}}."""
    return _starts.race(INITS, DEPTHS, seeds)


def rule(numbers):
    """Holds at a depth where He's gain counts: see _starts.judge."""
    return _starts.judge(numbers, "He", "Xavier")


CLAIM = Claim(
    name="he-for-relu",
    title="He against Xavier in ReLU nets",
    statement="A network of ReLUs should start from He's weights, not "
              "from Xavier's.",
    said_by="Lecture 'Additional techniques for training NNs', and most "
            "texts. He's paper compares the two at 22 and at 30 layers.",
    cite=("he2015",),
    protocol=_starts.PROTOCOL.format(
        depths="2, 6 and 12",
        starts="weights normal, by He or by Xavier, biases 0"),
    measure="test accuracy, %",
    interval="95% t interval",
    seeds=tuple(range(10)),
    run=run, rule=rule, rows=_starts.rows,
    stored=True,
    see="init-claims",
    form=".2f",
)
