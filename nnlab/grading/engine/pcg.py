"""How many draws lie between two states of NumPy's default generator."""

MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
MODULUS = 1 << 128


def steps_between(before, after):
    """Steps from state ``before`` to ``after`` of a PCG64, or None.

    before, after : {"state", "inc"}, as ``bit_generator.state["state"]``
    PCG64 steps s <- a s + c modulo 2^128, and the k lowest bits of s go
    round once in 2^k steps, so the number of steps follows bit by bit.
    The idea is F. Brown's, "Random number generation with arbitrary
    strides", of 1994.
    """
    if before["inc"] != after["inc"]:
        return None
    state, goal = before["state"], after["state"]
    a, c, bit, steps = MULTIPLIER, before["inc"], 1, 0
    while state != goal:
        if bit == MODULUS:
            return None
        if (state ^ goal) & bit:
            state = (a * state + c) % MODULUS
            steps |= bit
        a, c, bit = a * a % MODULUS, (a + 1) * c % MODULUS, bit << 1
    return steps
