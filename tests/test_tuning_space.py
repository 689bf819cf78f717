"""The space of a search: the laws it draws by, its grids, its faults."""
import dataclasses
import math

import numpy as np
import pytest

from nnlab.optimizers import adam, sgd
from nnlab.tuning import Choice, Float, Int, random_search
from nnlab.tuning.space import decode, draw, encode
from nnlab.tuning.study import streams
from tests.oracles import binomial_interval

N = 4000
# P(a sample of N strays further from its law) <= 2 exp(-2 N eps^2),
# by Dvoretzky, Kiefer, Wolfowitz and Massart: here 1e-8.
EPS = math.sqrt(math.log(2e8) / (2 * N))


def sample(kind):
    rng = np.random.default_rng(3)
    return [kind.draw(rng) for _ in range(N)]


def strays(u):
    """The greatest distance of a sample's law from the uniform one."""
    u, steps = np.sort(u), np.arange(len(u) + 1) / len(u)
    return max((steps[1:] - u).max(), (u - steps[:-1]).max())


@pytest.mark.parametrize("low, high", [(1e-4, 1), (0.5, 50), (1e-9, 1e9)])
def test_log_uniform_law(low, high):
    x = np.array(sample(Float(low, high, log=True)))
    assert strays(np.log(x / low) / np.log(high / low)) < EPS
    assert strays((x - low) / (high - low)) > 2 * EPS
    assert low <= x.min() and x.max() <= high


@pytest.mark.parametrize("low, high", [(-2, 5), (0, 1e-3)])
def test_uniform_law(low, high):
    x = np.array(sample(Float(low, high)))
    assert strays((x - low) / (high - low)) < EPS


def share(values, chosen, p):
    """The count of the chosen is one that probability p may give."""
    least, most = binomial_interval(N, p)
    assert least <= sum(v in chosen for v in values) <= most


@pytest.mark.parametrize("chosen", [[3], [4], [7]])
def test_whole_numbers_are_equally_likely_ends_included(chosen):
    share(sample(Int(3, 7)), chosen, 1 / 5)


@pytest.mark.parametrize("chosen, p", [
    ([1], math.log(3) / math.log(201)),
    ([2, 3, 4], math.log(3) / math.log(201)),
    (range(50, 101), math.log(100.5 / 49.5) / math.log(201))])
def test_whole_numbers_by_their_log(chosen, p):
    values = sample(Int(1, 100, log=True))
    share(values, chosen, p)
    assert min(values) >= 1 and max(values) <= 100


def test_choices_are_equally_likely():
    values = sample(Choice("a", adam, 3))
    for value in ("a", adam, 3):
        share(values, [value], 1 / 3)


def test_settings_are_independent_within_a_trial_and_across_trials():
    space = {"x": Float(0, 1), "y": Float(0, 1)}
    drawn = [draw(space, streams(5, i)[0]) for i in range(N)]
    seeds = np.array([streams(5, i)[1] for i in range(N)]) / 2**32
    x, y = (np.array([d[name] for d in drawn]) for name in space)
    assert max(map(strays, (x, y, seeds))) < EPS
    for a, b in ((x, y), (x, seeds), (x[1:], x[:-1])):
        share([*(a < 0.5) & (b < 0.5)], [True], 1 / 4)


def test_the_streams_of_a_trial_by_their_definition():
    """A journal goes on with these for good, so they must not change."""
    rng, seed = streams(7, 3)
    by_key = [np.random.SeedSequence(7, spawn_key=(3, i)) for i in (0, 1)]
    assert rng.random() == np.random.default_rng(by_key[0]).random()
    assert seed == by_key[1].generate_state(1)[0]


def test_another_seed_draws_another_trial():
    assert streams(0, 1)[1] == streams(0, 1)[1]
    assert len({streams(s, i)[1] for s in range(9) for i in range(9)}) == 81


def test_grids_by_hand():
    assert Float(0, 1).grid(5) == [0, 0.25, 0.5, 0.75, 1]
    np.testing.assert_allclose(Float(1e-4, 1e-1, log=True).grid(4),
                               [1e-4, 1e-3, 1e-2, 1e-1], rtol=1e-12)
    assert Int(1, 9).grid(3) == [1, 5, 9]
    assert Int(1, 3).grid(9) == [1, 2, 3]
    assert Int(1, 1000, log=True).grid(4) == [1, 10, 100, 1000]
    assert Choice(sgd, 5).grid(2) == [sgd, 5]


def test_settings_in_a_file_come_back_as_they_were():
    space = {"x": Float(0, 1), "n": Int(1, 9), "rule": Choice(sgd, adam),
             "flag": Choice(True, 1, None), "sizes": Choice((9, 9), (9,))}
    settings = {"x": 0.1, "n": 3, "rule": adam, "flag": 1, "sizes": (9,)}
    written = encode(space, settings)
    assert written == {"x": 0.1, "n": 3, "rule": "adam", "flag": "1",
                       "sizes": "(9,)"}
    back = decode(space, written)
    assert back == settings and back["flag"] is not True


def test_one_space_however_its_numbers_are_written():
    assert repr(Float(np.float64(0), 1)) == repr(Float(0.0, 1.0))
    assert repr(Int(np.int64(2), 3)) == repr(Int(2, 3))
    assert Choice(sgd, "b") == Choice(sgd, "b") != Choice(sgd, "c")
    assert hash(Choice(sgd, "b")) == hash(Choice(sgd, "b"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        Float(0, 1).low = 3


def search(space):
    return random_search(lambda settings, trial: 0.0, space, seed=0,
                         direction="minimize", trials=1, progress=False)


@pytest.mark.parametrize("make, fault", [
    (lambda: Float(1, 1), "Float: low must be below high; got 1 and 1"),
    (lambda: Float(2, 1), "Float: low must be below high; got 2 and 1"),
    (lambda: Float(0, 1, log=True), "above 0 with log=True; got 0"),
    (lambda: Float(0, math.inf), "must be finite numbers; got inf"),
    (lambda: Float(math.nan, 1), "must be finite numbers; got nan"),
    (lambda: Float("0", 1), "must be finite numbers; got '0'"),
    (lambda: Float(False, 1), "must be finite numbers; got False"),
    (lambda: Float(1, 2, log=1), "log must be True or False; got 1"),
    (lambda: Int(1, 2.5), "Int: low and high must be whole numbers; got 2"),
    (lambda: Int(-1, 2, log=True), "Int: low must be above 0"),
    (lambda: Choice(), "Choice needs at least one value"),
    (lambda: Choice(3, 4, 3), "Choice has '3' twice"),
    (lambda: Choice(1, "1"), "Choice has '1' twice"),
    (lambda: Choice(object()), "Choice cannot know <object object at"),
    (lambda: Choice(lambda: 0), "Choice cannot know <lambda> again"),
    (lambda: search({}), "space must be a dict such as .* got {}"),
    (lambda: search([Float(0, 1)]), "space must be a dict"),
    (lambda: search({"lr": 0.1}), r"lr must be .* Choice\(0.1\) is a value"),
    (lambda: search({3: Float(0, 1)}), "names in a space must be text; got 3"),
])
def test_bad_spaces_are_named(make, fault):
    with pytest.raises(ValueError, match=fault) as error:
        make()
    assert "\n" not in str(error.value)
