"""The claims as a whole: complete, repeatable, never typed."""
import ast
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import nnlab.claims
from nnlab.claims import (
    CLAIMS, _starts, _store, adam_usually_best, adamw_over_l2,
    batchnorm_larger_rates, batchnorm_small_batches, dropout_helps)
from nnlab.claims.__main__ import main
from nnlab.claims._claim import Result
from nnlab.claims._verdict import Interval, Verdict
from nnlab.optimizers import adam

FILES = [path for path in Path(nnlab.claims.__file__).parent.glob("*.py")
         if path.name != "_verdict.py"]
STORED = [name for name, claim in CLAIMS.items() if claim.stored]


def strings(path):
    """The strings of a file that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
            and node.body and isinstance(node.body[0], ast.Expr)}
    return [node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and id(node) not in docs
            and isinstance(node.value, str)]


@pytest.fixture
def quick(monkeypatch):
    """The slow claims: two rates, one seed for tuning, few epochs."""
    monkeypatch.setattr(adam_usually_best, "RATES", [0.01, 0.1])
    monkeypatch.setattr(adam_usually_best, "TUNING_SEEDS", (100,))
    monkeypatch.setattr(adam_usually_best, "EPOCHS", 1)
    monkeypatch.setattr(_starts, "RATES", [0.1, 0.3])
    monkeypatch.setattr(_starts, "TUNING_SEEDS", (100,))
    monkeypatch.setattr(_starts, "EPOCHS", 2)
    monkeypatch.setattr(dropout_helps, "RATES", (0.1,))
    monkeypatch.setattr(dropout_helps, "TUNING_SEEDS", (100,))
    for name, few in {"RATES": (0.01,), "DECAYS": (0.1,), "EPOCHS": 2,
                      "TUNING_SEEDS": (100,)}.items():
        monkeypatch.setattr(adamw_over_l2, name, few)
    for module, rates in ((batchnorm_larger_rates, (0.1, 1.0)),
                          (batchnorm_small_batches, (0.1,))):
        monkeypatch.setattr(module, "RATES", rates)
        monkeypatch.setattr(module, "EPOCHS", 1)


def test_one_file_per_claim():
    claims = {path.stem for path in FILES if path.name[0] != "_"}
    assert claims == {name.replace("-", "_") for name in CLAIMS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_verdict_is_typed(path):
    for text in strings(path):
        assert "hold here" not in text
        assert not text.lower().startswith("holds"), text


@pytest.mark.parametrize("name", CLAIMS)
def test_says_all_that_a_reader_needs(name):
    claim = CLAIMS[name]
    for field in ("title", "statement", "said_by", "protocol", "measure",
                  "interval", "see", "cite"):
        assert getattr(claim, field), field
    assert claim.statement.endswith(".")
    assert len(claim.seeds) >= 5
    assert claim.name == name


@pytest.mark.parametrize("name", CLAIMS)
def test_same_seeds_same_numbers(name, quick):
    claim = CLAIMS[name]
    assert claim.run((3, 4)) == claim.run((3, 4))
    assert claim.run((3, 4)) != claim.run((5, 6))


@pytest.mark.parametrize("name", CLAIMS)
def test_result_shows_what_the_rule_said(name):
    real = CLAIMS[name].result()
    planted = Verdict(True, "it is planted", Interval(7.25, 7, 8, 5),
                      "An effect of 7.25.")
    result = Result(real.claim, real.rows, planted)
    assert real.rows
    assert (result.effect, result.interval) == (7.25, (7, 8))
    for text in (result._repr_html_(), str(result)):
        assert "olds when it is planted" in text
        assert "An effect of 7.25." in text
        assert "does not hold" not in text
    assert real.verdict == str(real.claim.rule(real.claim.numbers()))


def test_table_is_markdown_with_escaped_bars():
    result = CLAIMS["adam-first-step"].result()
    lines = result.table().splitlines()
    assert len(lines) == 2 + len(result.rows)
    assert {line.replace("\\|", "").count("|") for line in lines} == {5}
    assert lines[2].startswith("| \\|g\\| / eps from 1e-4 to 1e-3 | 0.000")


def test_first_step_follows_the_formula():
    g = np.array([1e-12, -1e-9, 1e-8, -3e-6, 1.0, 1e4])
    w, _ = adam(np.zeros(6), g, lr=0.002, eps=1e-8)
    expected = -0.002 * g / (np.abs(g) + 1e-8)
    assert np.allclose(w, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", STORED)
def test_stored_result_belongs_to_this_code(name):
    claim = CLAIMS[name]
    record = json.loads(_store.path(claim).read_text(encoding="utf-8"))
    assert record["source_sha256"] == _store.fingerprint(claim), (
        f"measure it again: python -m nnlab.claims {name}")
    assert record["protocol"] == claim.protocol
    assert record["seeds"] == list(claim.seeds)


def test_what_claims_share_belongs_to_the_result(monkeypatch, tmp_path):
    """An edit of _starts.py makes the results of both out of date."""
    before = {name: _store.fingerprint(CLAIMS[name]) for name in (
        "he-for-relu", "pytorch-default-depth", "adam-usually-best")}
    edited = tmp_path / "_starts.py"
    edited.write_text(Path(_starts.__file__).read_text() + "# edited\n")
    monkeypatch.setattr(_starts, "__file__", str(edited))
    assert [_store.fingerprint(CLAIMS[name]) == old
            for name, old in before.items()] == [False, False, True]


@pytest.mark.parametrize("rule", adam_usually_best.RULES)
def test_stored_numbers_come_back(rule):
    """One run a rule. A machine that rounds otherwise stays near."""
    _, (widths, ill_scaled) = task = list(
        adam_usually_best.TASKS.items())[1]
    stored = CLAIMS["adam-usually-best"].numbers()[task[0]][rule]
    train, _, test = adam_usually_best._data(ill_scaled)
    again = adam_usually_best._one(rule, stored["lr"], widths, train,
                                   test, seed=0)
    assert abs(again - stored["accuracy"][0]) < 4


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    monkeypatch.setattr(_store, "FOLDER", tmp_path)
    return CLAIMS["adam-usually-best"]


def test_store_and_load(elsewhere, quick, monkeypatch, tmp_path):
    saved = _store.save(elsewhere)
    assert _store.load(elsewhere) == saved
    assert [p.name for p in tmp_path.iterdir()] == [
        "adam-usually-best.json"]
    monkeypatch.setattr(_store, "fingerprint", lambda claim: "other")
    with pytest.raises(ValueError, match="made by other code"):
        _store.load(elsewhere)


def test_no_stored_result(elsewhere):
    with pytest.raises(ValueError, match="no stored result.*python -m"):
        elsewhere.result()


@pytest.mark.parametrize("text", ["", "{", "{}"])
def test_damaged_stored_result(elsewhere, text):
    _store.path(elsewhere).write_text(text)
    with pytest.raises(ValueError, match="cannot be read.*python -m"):
        elsewhere.result()


def broken(*arguments):
    raise OSError("the disk is full")


@pytest.mark.parametrize("run", [
    broken, lambda seeds: np.nan, lambda seeds: {}],
    ids=["the run", "its numbers", "the last step"])
def test_whatever_fails_leaves_the_old_file(elsewhere, monkeypatch,
                                            tmp_path, run):
    claim = dataclasses.replace(elsewhere, run=run)
    _store.path(claim).write_text("old")
    monkeypatch.setattr(_store, "fingerprint", lambda claim: "")
    monkeypatch.setattr("os.replace", broken)
    with pytest.raises((OSError, ValueError)):
        _store.save(claim)
    assert _store.path(claim).read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_unknown_name_on_the_command_line(capsys):
    assert main(["sgd-best"]) == 2
    assert "'sgd-best'; there are: adam-usually-best" in (
        capsys.readouterr().err)


def test_command_line_stores(elsewhere, quick, capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert out.startswith("adam-usually-best: ")
    assert _store.load(elsewhere)
