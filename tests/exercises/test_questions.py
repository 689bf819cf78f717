"""Each question: right answers pass, each mistake is named, alone."""
import html
import inspect
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from nnlab.exercises import EXERCISES, check
from nnlab.exercises.compare import TOLERANCE, distance, outputs
from nnlab.exercises.examine import Trial
from nnlab.exercises.exercise import Exercise
from nnlab.exercises.scripts import run
from nnlab.exercises.sections import SECTIONS
from nnlab.exercises.source import both, define, edit, source
from nnlab.exercises.verdict import named
from nnlab.exercises.write_test import WriteTest

BOOK = Path(__file__).parents[2] / "book"
SEEDS = (0, 1, 20)
QUESTIONS = [e for e in EXERCISES.values() if isinstance(e, Exercise)]
MISTAKES = [(e, m) for e in QUESTIONS for m in e.mistakes]
CONVENTIONS = [(e, c) for e in QUESTIONS for c in e.conventions]
VARIANTS = [(e, v) for e in QUESTIONS for v in e.variants]

by_name = {"ids": lambda x: getattr(x, "name", x)}


def answer(exercise):
    """The reference as a student would have it: its source, pasted."""
    plain = inspect.unwrap(exercise.reference)
    return define(source(exercise.reference), exercise.name,
                  plain.__globals__)


@pytest.mark.parametrize("exercise", EXERCISES.values(), **by_name)
@pytest.mark.parametrize("seed", SEEDS)
def test_reference_earns_all(exercise, seed):
    result = check(answer(exercise), points=5, seed=seed)
    assert (result.points, result.status) == (5, "passed"), str(result)


@pytest.mark.parametrize("exercise, variant", VARIANTS, **by_name)
@pytest.mark.parametrize("seed", SEEDS)
def test_other_styles_earn_all(exercise, variant, seed):
    result = check(exercise.variants[variant], points=5, seed=seed)
    assert result.points == 5, str(result)


@pytest.mark.parametrize("exercise, mistake", MISTAKES, **by_name)
@pytest.mark.parametrize("seed", SEEDS)
def test_mistake_fails_and_is_named(exercise, mistake, seed):
    for wrong in mistake.wrongs():
        result = check(wrong, points=5, seed=seed)
        assert result.names == [mistake.name], str(result)
        assert result.points < 5
        assert mistake.title in str(result)
        words = html.unescape(result._repr_html_())
        assert mistake.hints[2] in re.sub("</?code>", "`", words)


@pytest.mark.parametrize("exercise", QUESTIONS, **by_name)
def test_at_least_eight_mistakes(exercise):
    assert len(exercise.mistakes) >= 8


@pytest.mark.parametrize("exercise, mistake", [
    (e, m) for e, m in MISTAKES if m.probe is None], **by_name)
def test_mistake_is_a_hundred_tolerances_off(exercise, mistake):
    for seed in SEEDS:
        scripts, right = exercise.right(seed)
        looks = exercise.looks(mistake.wrongs()[0], scripts)
        off = max(distance(a, b) for x, y in zip(looks, right)
                  for a, b in zip(outputs(x).values(),
                                  outputs(y).values()))
        assert off >= 100 * TOLERANCE


def trial(exercise, function, seed):
    runs = [run(function, s) for s in exercise.right(seed)[0]]
    looks = [exercise.look(r.results, r.script) for r in runs]
    return Trial(exercise, seed, runs, looks)


@pytest.mark.parametrize("exercise", QUESTIONS, **by_name)
def test_no_two_mistakes_are_one(exercise):
    """Whatever the order of the list, only one of them fits."""
    kinds = exercise.mistakes + exercise.conventions
    trials = {a.name: trial(exercise, a.wrongs()[0], 3) for a in kinds}
    for a, b in itertools.permutations(kinds, 2):
        assert named(trials[a.name], [b]) is None, (
            f"{a.name} is taken for {b.name}")


@pytest.mark.parametrize("exercise", QUESTIONS, **by_name)
def test_the_reference_is_no_mistake(exercise):
    assert named(trial(exercise, exercise.reference, 4),
                 exercise.mistakes + exercise.conventions) is None


@pytest.mark.parametrize("exercise, convention", CONVENTIONS, **by_name)
def test_convention_is_said_and_earns_full_or_half(exercise, convention):
    result = check(convention.f, points=4, seed=2)
    assert result.names == [convention.name]
    assert result.points == (2 if convention.fixed else 4)
    assert convention.where in str(result)
    assert convention.ours in str(result)
    assert "mistake" not in str(result)


@pytest.mark.parametrize("exercise, convention", [
    (e, c) for e, c in CONVENTIONS if c.fixed and len(e.forms) > 1],
    **by_name)
def test_fixed_convention_is_known_in_each_form(exercise, convention):
    """It earns half there too, whatever the question leaves open."""
    for form, opened in exercise.forms[1:]:
        f = both(exercise.reference, opened.f, convention.f)
        result = check(f, points=4)
        assert (result.points, result.status) == (2, "convention")
        assert result.names == [convention.name]
        assert opened.title in str(result)


@pytest.mark.parametrize("wrong", [
    "np.log(p[rows, y])", "np.nan_to_num(np.log(p[rows, y]))",
    "np.log(np.clip(p[rows, y], 1e-300, 1))"])
def test_log_of_a_probability_never_passes(wrong):
    """Whatever the draw: these are the commonest of all mistakes."""
    text = f"""def softmax_cross_entropy(logits, y):
    rows = np.arange(len(y))
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -{wrong}.mean(), (p - np.eye(p.shape[1])[y]) / len(y)
"""
    f = define(text, "softmax_cross_entropy", {"np": np})
    assert all(check(f, seed=seed).points < 1 for seed in range(60))


@pytest.mark.parametrize("shift", ["mean", "min"])
def test_other_shifts_never_pass(shift):
    f = edit(EXERCISES["softmax_cross_entropy"].reference,
             ("logits.max(", f"logits.{shift}("))
    assert all(check(f, seed=seed).points < 1 for seed in range(60))


def test_onehot_as_wide_as_its_largest_label_never_passes():
    f = edit(EXERCISES["softmax_cross_entropy"].reference,
             ("dlogits[rows, y] -= 1", "dlogits -= np.eye(max(y) + 1)[y]"))
    assert all(check(f, seed=seed).points < 1 for seed in range(60))


@pytest.mark.parametrize("draw", ["laplace", "logistic"])
def test_another_law_is_not_he_normal(draw):
    factor = {"laplace": 2**-0.5, "logistic": 3**0.5 / np.pi}[draw]
    f = edit(EXERCISES["he_normal"].reference, (
        "rng.normal(0, std,", f"rng.{draw}(0, std * {factor},"))
    assert check(f).points == 0


def test_he_normal_is_not_failed_by_chance():
    he = answer(EXERCISES["he_normal"])
    assert all(check(he, seed=seed).points == 1 for seed in range(150))


def test_inputs_are_exact_in_float32():
    for exercise in QUESTIONS:
        for script in exercise.scripts(5):
            for args, _ in script.calls:
                for a in args:
                    if getattr(a, "dtype", None) == np.float64:
                        assert np.array_equal(a, a.astype(np.float32))


def test_other_seeds_draw_other_cases():
    for exercise in QUESTIONS:
        a, b = exercise.scripts(0), exercise.scripts(1)
        assert repr(a) != repr(b)
        assert repr(a) == repr(exercise.scripts(0))


def book_sections():
    """{label: (title of the page, title of the section)}."""
    found = {}
    for page in BOOK.glob("*.md"):
        text = page.read_text()
        for label, section in re.findall(r"^\(([\w-]+)\)=\n+#+ (.*)$",
                                         text, flags=re.M):
            found[label] = re.search("^# (.*)$", text, re.M)[1], section
    return found


def test_mistakes_point_to_sections_of_the_book():
    seen = {mistake.see for _, mistake in MISTAKES}
    assert seen == SECTIONS.keys()
    assert SECTIONS.items() <= book_sections().items()


@pytest.mark.parametrize("exercise, mistake", MISTAKES, **by_name)
def test_mistake_has_three_hints_and_a_small_difference(exercise, mistake):
    assert len(mistake.hints) == 3 and all(mistake.hints)
    signs = [sign for sign, _ in mistake.diff()]
    assert "+" in signs or "-" in signs


def constants(exercise):
    """Answers without work: zeros, the arguments, a fixed number."""
    def zeros(*args, **kwargs):
        right = exercise.reference(*args, **kwargs)
        if isinstance(right, tuple):
            return tuple(np.zeros_like(r) if hasattr(r, "shape") else r
                         for r in right)
        return np.zeros_like(right)

    def arguments(*args, **kwargs):
        right = exercise.reference(*args, **kwargs)
        n = len(right) if isinstance(right, tuple) else 1
        return args[:n] if n > 1 else args[0]

    def nothing(*args, **kwargs):
        return None
    return zeros, arguments, nothing


@pytest.mark.parametrize("exercise", QUESTIONS, **by_name)
def test_no_points_without_work(exercise):
    for lazy in constants(exercise):
        assert check(lazy, points=5, exercise=exercise).points == 0


def test_every_question_is_known_by_its_name():
    for name, exercise in EXERCISES.items():
        assert name == exercise.name == exercise.reference.__name__
        assert isinstance(exercise, (Exercise, WriteTest))
        if isinstance(exercise, Exercise):
            assert abs(sum(exercise.parts.values()) - 1) < 1e-12
