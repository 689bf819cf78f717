"""Nothing gets out of check(): no noise, no exception but Ctrl-C."""
import logging
import sys
import warnings

import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.source import source
from tests.exercises.cells import cell

SOFTMAX = EXERCISES["softmax_cross_entropy"].reference

NOISY = source(SOFTMAX).replace(
    "rows = np.arange(len(y))",
    "print('x' * 99); sys.stderr.write('oh'); warnings.warn('w')\n"
    "    warnings.simplefilter('error'); logging.warning('l')\n"
    "    np.log(np.zeros(2)); rows = np.arange(len(y))")


def test_no_noise(capfd):
    f = cell(NOISY, "softmax_cross_entropy", sys=sys, warnings=warnings,
             logging=logging)
    handler = logging.StreamHandler(sys.stderr)
    logging.getLogger().addHandler(handler)
    filters = list(warnings.filters)
    try:
        result = check(f, points=5)
    finally:
        logging.getLogger().removeHandler(handler)
    assert result.points == 5, str(result)
    assert capfd.readouterr() == ("", "")
    assert warnings.filters == filters
    assert logging.root.manager.disable == 0


def test_warnings_made_errors_do_not_stop_an_answer():
    f = cell(source(SOFTMAX).replace(
        "rows = np", "warnings.warn('w'); rows = np"),
        "softmax_cross_entropy", warnings=warnings)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check(f, points=5).points == 5


@pytest.mark.parametrize("raised", [
    "SystemExit(0)", "MemoryError()", "RecursionError()",
    "AssertionError('5')", "StopIteration()", "Exception",
    "GeneratorExit()", "BaseException"])
def test_never_raises(raised):
    f = cell("def adam(*args, **kwargs):\n"
             f"    raise {raised}\n", "adam")
    result = check(f, points=5)
    assert (result.points, result.status) == (0, "exception")


def test_an_error_that_cannot_be_printed():
    f = cell("class Bad(Exception):\n"
             "    def __str__(self):\n        raise ValueError('no')\n"
             "def adam(*args, **kwargs):\n    raise Bad\n", "adam")
    assert check(f, points=5).points == 0


def test_ctrl_c_goes_through():
    f = cell("def adam(*args, **kwargs):\n"
             "    raise KeyboardInterrupt\n", "adam")
    with pytest.raises(KeyboardInterrupt):
        check(f)
