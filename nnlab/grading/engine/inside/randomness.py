"""The global generators: a test that seeds them seeds the student's.

Their states go one way only.  If the student's came back, a student
could choose what the test draws.
"""
import functools
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


SEEDS = {"random": ("seed", "setstate"),
         "numpy.random": ("seed", "set_state"),
         "torch": ("manual_seed", "set_rng_state")}


class Watch:
    """Knows how the generators of this process stood.

    It counts their seedings: the same seed twice leaves the same state,
    and the student's has moved in between.
    """

    def __init__(self):
        self.marks, self.seeded = {}, {}
        self.moved()

    def _listen(self, name):
        self.seeded[name] = 0
        for function in SEEDS[name]:
            plain = getattr(sys.modules[name], function)
            setattr(sys.modules[name], function, self._counted(name, plain))

    def _counted(self, name, plain):
        @functools.wraps(plain)
        def seeds(*args, **kwargs):
            self.seeded[name] += 1
            return plain(*args, **kwargs)
        return seeds

    def moved(self):
        """{module: state} of those that were seeded or used since."""
        found = {}
        for name, (get, mark, _) in GENERATORS.items():
            if name in sys.modules:
                if name not in self.seeded:
                    self._listen(name)
                state = get(sys.modules[name])
                now = self.seeded[name], mark(state)
                if self.marks.get(name) != now:
                    self.marks[name], found[name] = now, state
        return found


def take_over(states):
    """Let the generators of this process go on from ``states``."""
    for name, state in states.items():
        if name in sys.modules:
            GENERATORS[name][2](sys.modules[name], state)
