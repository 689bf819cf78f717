"""What every init asks of its arguments."""
from nnlab._checks import count, generator


def check_fans(fan_in, fan_out, rng):
    """Two sizes of at least 1, and a Generator."""
    count(fan_in=fan_in, fan_out=fan_out)
    generator(rng)
