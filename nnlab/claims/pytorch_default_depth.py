"""Is PyTorch's default start a worse one than He's for ReLU nets?"""
from nnlab.claims import _starts
from nnlab.claims._claim import Claim
from nnlab.inits import he_normal, pytorch_default

INITS = {"He": he_normal, "PyTorch's default": pytorch_default}
DEPTHS = {  # the case in words: the number of hidden layers
    "there is 1 hidden layer": 1,
    "there are 3 hidden layers": 3,
    "there are 6 hidden layers": 6}


def run(seeds):
    """Test accuracies: {case: {init: its rate, one number per seed}}."""
    return _starts.race(INITS, DEPTHS, seeds)


def rule(numbers):
    """Holds at a depth where He's gain counts: see _starts.judge."""
    return _starts.judge(numbers, "He", "PyTorch's default")


CLAIM = Claim(
    name="pytorch-default-depth",
    title="PyTorch's default start and depth",
    statement="PyTorch's default initialisation is too weak for a "
              "network of ReLUs; set He's by hand.",
    said_by="Issue 1667 of PyTorch, which asks for a larger default. A "
            "lecture ('Additional techniques for training NNs') takes it "
            "for He's already, which it is not.",
    cite=("he2015",),
    protocol=_starts.PROTOCOL.format(
        depths="1, 3 and 6",
        starts="He (normal, biases 0) or PyTorch's default, random biases "
               "included"),
    measure="test accuracy, %",
    interval="95% t interval",
    seeds=tuple(range(10)),
    run=run, rule=rule, rows=_starts.rows,
    stored=True,
    see="init-claims",
    form=".2f",
)
