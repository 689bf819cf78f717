"""What every activation asks of its argument."""
from nnlab._checks import no_wrap, real


def check_z(z):
    """z holds finite reals, of a dtype in which nothing wraps round."""
    real(z=z)
    no_wrap(z=z)
