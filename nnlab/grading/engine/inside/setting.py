"""What a test has set up around a call, set up for the answer too."""
import builtins
import contextlib
import warnings


@contextlib.contextmanager
def in_place_of(functions):
    """What a test has put in the place of ``input`` is here as well."""
    plain = {name: getattr(builtins, name) for name in functions}
    vars(builtins).update(functions)
    try:
        yield
    finally:
        vars(builtins).update(plain)


@contextlib.contextmanager
def heard(listens):
    """A list of the warnings of a call, if the test listens to them."""
    if not listens:
        yield []
        return
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield found
