"""The global generators: a test that seeds them seeds the student's.

Their states go one way only.  If the student's came back, a student
could choose what the test draws.
"""
import sys

# module: (its state, what tells one state from another, set it).  A part
# of a Mersenne twister's words tells, and is compared with every call.
GENERATORS = {
    "random": (lambda m: m.getstate(),
               lambda s: (s[1][:4], s[1][-1], s[2]),
               lambda m, s: m.setstate(s)),
    "numpy.random": (lambda m: m.get_state(),
                     lambda s: (s[1][:4].tobytes(), *s[2:]),
                     lambda m, s: m.set_state(s)),
    "torch": (lambda m: m.get_rng_state(), lambda s: s.numpy().tobytes(),
              lambda m, s: m.set_rng_state(s)),
}


class Watch:
    """Knows how the generators of this process stood."""

    def __init__(self):
        self.marks = {}
        self.moved()

    def moved(self):
        """{module: state} of those that were seeded or used since."""
        found = {}
        for name, (get, mark, _) in GENERATORS.items():
            if name in sys.modules:
                state = get(sys.modules[name])
                if self.marks.get(name) != (now := mark(state)):
                    self.marks[name], found[name] = now, state
        return found


def take_over(states):
    """Let the generators of this process go on from ``states``."""
    for name, state in states.items():
        if name in sys.modules:
            GENERATORS[name][2](sys.modules[name], state)
