"""Schedules: PyTorch's, update by update, and rates by hand.

PyTorch counts updates, nnlab takes any unit.  So t is in epochs of n
updates here, mostly fractions, and PyTorch gets everything times n.
"""
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from nnlab.schedules import (constant, cosine, exponential, inverse_time,
                             multi_step, multiplicative, one_cycle,
                             range_test, step, warmup)
from tests.oracles import close

rates = st.floats(1e-4, 10)
gammas = st.floats(0.1, 1)
lengths = st.integers(1, 6)
per_epoch = st.integers(1, 5)


def compare(schedule, make_torch, lr, n, epochs):
    """The rates of all updates of so many epochs of n updates."""
    w = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=lr)
    theirs = make_torch(optimizer)
    for update in range(n * epochs + 1):
        close(schedule(update / n, lr), optimizer.param_groups[0]["lr"])
        if update < n * epochs:
            optimizer.step()
            theirs.step()


@given(lr=rates, n=per_epoch)
def test_constant_is_pytorchs(lr, n):
    compare(constant, lambda o: lr_scheduler.ConstantLR(o, 1.0), lr, n, 3)


@given(lr=rates, n=per_epoch, size=lengths, gamma=gammas)
def test_step_is_pytorchs(lr, n, size, gamma):
    compare(lambda t, lr: step(t, lr, size, gamma),
            lambda o: lr_scheduler.StepLR(o, size * n, gamma),
            lr, n, 3 * size)


@given(lr=rates, n=per_epoch, gamma=gammas,
       milestones=st.lists(st.integers(1, 12), max_size=4))
def test_multi_step_is_pytorchs(lr, n, gamma, milestones):
    compare(lambda t, lr: multi_step(t, lr, milestones, gamma),
            lambda o: lr_scheduler.MultiStepLR(
                o, sorted(m * n for m in milestones), gamma), lr, n, 14)


@given(lr=rates, n=per_epoch, k=st.floats(0, 2))
def test_exponential_is_pytorchs(lr, n, k):
    compare(lambda t, lr: exponential(t, lr, k),
            lambda o: lr_scheduler.ExponentialLR(o, math.exp(-k / n)),
            lr, n, 8)


@given(lr=rates, n=per_epoch, gamma=gammas)
def test_multiplicative_is_pytorchs(lr, n, gamma):
    compare(lambda t, lr: multiplicative(t, lr, gamma),
            lambda o: lr_scheduler.MultiplicativeLR(
                o, lambda update: 1.0 if update % n else gamma), lr, n, 8)


@given(lr=rates, n=per_epoch, k=st.floats(0, 2))
def test_inverse_time_is_a_factor_of_pytorchs_lambda(lr, n, k):
    compare(lambda t, lr: inverse_time(t, lr, k),
            lambda o: lr_scheduler.LambdaLR(
                o, lambda update: 1 / (1 + k * update / n)), lr, n, 8)


@given(lr=rates, n=per_epoch, total=lengths, share=st.floats(0, 1))
def test_cosine_is_pytorchs_until_total(lr, n, total, share):
    low = share * lr
    compare(lambda t, lr: cosine(t, lr, total, low),
            lambda o: lr_scheduler.CosineAnnealingLR(o, total * n, low),
            lr, n, total)
    assert cosine(total + 0.5, lr, total, low) == low


@given(lr=rates, n=per_epoch, length=lengths, start=st.floats(0.01, 1))
def test_warmup_is_pytorchs(lr, n, length, start):
    compare(lambda t, lr: warmup(t, lr, length, start),
            lambda o: lr_scheduler.LinearLR(o, start, 1.0, length * n),
            lr, n, length + 2)


@given(lr=rates, n=per_epoch, length=lengths, k=st.floats(0, 1))
def test_warmup_of_another_schedule_is_pytorchs_chain(lr, n, length, k):
    compare(lambda t, lr: warmup(t, exponential(t, lr, k), length, 0.25),
            lambda o: lr_scheduler.ChainedScheduler([
                lr_scheduler.LinearLR(o, 0.25, 1.0, length * n),
                lr_scheduler.ExponentialLR(o, math.exp(-k / n))]),
            lr, n, length + 2)


@given(lr=rates, n=per_epoch, total=st.integers(2, 8),
       share=st.floats(0.05, 0.95), div=st.floats(1, 50),
       final=st.floats(1, 1e5))
def test_one_cycle_is_pytorchs(lr, n, total, share, div, final):
    """Its last update has number total_steps - 1."""
    updates = total * n
    compare(lambda t, lr: one_cycle(t, lr, total, share, div, final),
            lambda o: lr_scheduler.OneCycleLR(
                o, lr, total_steps=updates + 1, cycle_momentum=False,
                pct_start=(share * updates + 1) / (updates + 1),
                div_factor=div, final_div_factor=final), lr, n, total)


@given(T=st.integers(5, 40), p=st.floats(0.25, 0.9))
def test_one_cycle_by_the_recipe_for_pytorchs_arguments(T, p):
    """T = total_steps and its pct_start p, with t in updates."""
    compare(lambda t, lr: one_cycle(t, lr, T - 1, (p * T - 1) / (T - 1)),
            lambda o: lr_scheduler.OneCycleLR(
                o, 0.1, total_steps=T, pct_start=p, cycle_momentum=False),
            0.1, 1, T - 1)


def test_one_cycle_has_pytorchs_defaults():
    compare(lambda t, lr: one_cycle(t, lr, 9), lambda o:
            lr_scheduler.OneCycleLR(o, 0.1, total_steps=10,
                                    pct_start=(0.3 * 9 + 1) / 10),
            0.1, 1, 9)


def test_step_cosine_and_multi_step_have_pytorchs_defaults():
    compare(lambda t, lr: step(t, lr, 2),
            lambda o: lr_scheduler.StepLR(o, 2), 0.1, 1, 5)
    compare(lambda t, lr: multi_step(t, lr, [2]),
            lambda o: lr_scheduler.MultiStepLR(o, [2]), 0.1, 1, 5)
    compare(lambda t, lr: cosine(t, lr, 5),
            lambda o: lr_scheduler.CosineAnnealingLR(o, 5), 0.1, 1, 5)


@given(low=st.floats(1e-6, 1e-2), ratio=st.floats(1.5, 1e6),
       n=per_epoch, total=lengths)
def test_the_range_test_is_pytorchs_exponential(low, ratio, n, total):
    compare(lambda t, lr: range_test(t, lr, lr * ratio, total),
            lambda o: lr_scheduler.ExponentialLR(
                o, ratio**(1 / (total * n))), low, n, total)
    close(range_test(total + 1, low, low * ratio, total), low * ratio)


UNITS = [(step, ("step_size",)), (exponential, ("k",)),
         (inverse_time, ("k",)), (cosine, ("total",)),
         (warmup, ("length",)), (one_cycle, ("total",))]


@pytest.mark.parametrize("schedule, names", UNITS)
@given(t=st.floats(0, 20), size=st.floats(0.1, 10),
       power=st.integers(-3, 3))
def test_the_unit_of_time_is_free(schedule, names, t, size, power):
    """Powers of 2, so that nothing is rounded; k is per unit."""
    unit = 2.0**power
    one = schedule(t, 1.0, **{name: size for name in names})
    other = schedule(t * unit, 1.0, **{
        name: size / unit if name == "k" else size * unit for name in names})
    close(one, other)


def test_by_hand():
    """A rate of 8 and the times 0, 1, 2, 3 and 4."""
    def rates(schedule, *args):
        return [schedule(t, 8.0, *args) for t in range(5)]

    close(rates(constant), [8] * 5)
    close(rates(step, 2, 0.5), [8, 8, 4, 4, 2])
    close(rates(multi_step, [3, 1], 0.5), [8, 4, 4, 2, 2])
    close(rates(multiplicative, 0.5), [8, 4, 2, 1, 0.5])
    close(rates(exponential, math.log(2)), [8, 4, 2, 1, 0.5])
    close(rates(inverse_time, 1), [8, 4, 8 / 3, 2, 1.6])
    root = math.sqrt(0.5)
    close(rates(cosine, 4, 2), [8, 5 + 3 * root, 5, 5 - 3 * root, 2])
    close(rates(warmup, 4, 0.5), [4, 5, 6, 7, 8])
    close(rates(one_cycle, 4, 0.5, 4, 2), [2, 5, 8, 4.5, 1])
    close([range_test(t, 1, 16, 4) for t in range(5)], [1, 2, 4, 8, 16])


def test_warmup_starts_at_a_tenth_unless_told():
    close([warmup(t, 1.0, 2) for t in (0, 1, 2)], [0.1, 0.55, 1])


def test_a_step_waits_for_its_time():
    assert step(1.999, 1.0, 2, 0.5) == 1.0 and step(2, 1.0, 2, 0.5) == 0.5
    assert multi_step(2.999, 1.0, [3], 0.5) == 1.0
    assert multiplicative(0.999, 1.0, 0.5) == 1.0


def test_a_rate_of_a_tenth_in_each_epoch_ends_the_training():
    """Five of them: 1e-5 of the rate, 90 % of the path in the first."""
    path = [multiplicative(t, 0.05, 0.1) for t in range(30)]
    assert path[5] == pytest.approx(5e-7)
    assert path[0] / sum(path) == pytest.approx(0.9)


BELOW = "must be a finite number, at least 0"
BAD = [
    (constant, (-1, 0.1), "t " + BELOW), (constant, (0, -1), "lr " + BELOW),
    (step, (-1, 1, 1), "t "), (step, (0, -1, 1), "lr "),
    (step, (0, 1, 0), "step_size must be above 0; got 0"),
    (step, (0, 1, -2), "step_size " + BELOW), (step, (0, 1, 1, -1), "gamma"),
    (multi_step, (-1, 1, []), "t "), (multi_step, (0, -1, []), "lr "),
    (multi_step, (0, 1, 3), "milestones must be a list or tuple"),
    (multi_step, (0, 1, [-1]), "milestones " + BELOW),
    (multi_step, (0, 1, [], -1), "gamma "),
    (multiplicative, (-1, 1, 1), "t "), (multiplicative, (0, -1, 1), "lr "),
    (multiplicative, (0, 1, -1), "gamma "),
    (exponential, (0, 1, -1), "k " + BELOW), (exponential, (0, -1, 1), "lr"),
    (inverse_time, (-1, 1, 1), "t "), (inverse_time, (0, 1, "1"), "k "),
    (cosine, (0, 1, 0), "total must be above 0"), (cosine, (-1, 1, 1), "t "),
    (cosine, (0, -1, 1), "lr "), (cosine, (0, 1, 1, -1), "low "),
    (warmup, (-1, 1, 1), "t "), (warmup, (0, -1, 1), "lr "),
    (warmup, (0, 1, 0), "length must be above 0"),
    (warmup, (0, 1, 1, -1), "start_factor "),
    (warmup, (0, 1, 1, 1.5), r"start_factor must lie in \[0, 1\]"),
    (one_cycle, (-1, 1, 1), "t "), (one_cycle, (0, -1, 1), "lr "),
    (one_cycle, (0, 1, 0), "total must be above 0"),
    (one_cycle, (0, 1, 1, 1), "pct_start must lie"),
    (one_cycle, (0, 1, 1, 0.0), "pct_start must be above 0"),
    (one_cycle, (0, 1, 1, 0.3, 0), "div_factor must be above 0"),
    (one_cycle, (0, 1, 1, 0.3, 1, 0), "final_div_factor must be above 0"),
    (range_test, (-1, 1, 2, 1), "t "), (range_test, (0, 0, 1, 1), "low must"),
    (range_test, (0, 2, 1, 1), "high must be above low; got 2 to 1"),
    (range_test, (0, 1, 2, 0), "total must be above 0"),
    (range_test, (0, 1, float("nan"), 1), "high " + BELOW),
]


@pytest.mark.parametrize("schedule, args, fault", BAD)
def test_bad_input_is_named(schedule, args, fault):
    with pytest.raises(ValueError, match=fault) as error:
        schedule(*args)
    assert "\n" not in str(error.value)
