"""A damaged journal is refused, or the damage has cost nothing."""
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.tuning import Int, random_search, successive_halving
from nnlab.tuning.journal import Journal, line
from tests.tuning_runs import content, never, run, value


@pytest.fixture(scope="module", params=[random_search, successive_halving])
def made(request, tmp_path_factory):
    """A journal, its bytes, and its search."""
    file = tmp_path_factory.mktemp("damage") / "journal"
    study = run(request.param, file=file)
    assert study.of("failed") and study.of("finished")
    return request.param, file, file.read_bytes(), study


def kept(study):
    """All of the trials, their time too."""
    return content(study), [t.seconds for t in study.trials]


def resumed(search, file):
    """The study that goes on, and the trials that it ran."""
    ran = []
    study = run(search, lambda s, t: ran.append(t.number) or value(s, t),
                file=file)
    return study, ran


@given(where=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_any_byte_changed_is_refused_or_changes_nothing(made, where, flip):
    search, file, whole, study = made
    where %= len(whole)
    damaged = bytearray(whole)
    damaged[where] ^= flip
    file.write_bytes(damaged)
    refused_or_same(made, torn=where == len(whole) - 1)


@given(where=st.integers(0, 10**6), length=st.integers(1, 99),
       put=st.binary(max_size=9))
def test_any_stretch_replaced_is_refused_or_costs_nothing(made, where,
                                                          length, put):
    search, file, whole, study = made
    where %= len(whole)
    damaged = whole[:where] + put + whole[where + length:]
    file.write_bytes(damaged)
    try:
        again, ran = resumed(search, file)
    except ValueError as error:
        assert str(file) in str(error) and file.read_bytes() == damaged
    else:
        assert content(again) == content(study)


def refused_or_same(made, torn):
    search, file, whole, study = made
    before = file.read_bytes()
    if torn:
        again, ran = resumed(search, file)
        assert len(ran) == 1 and content(again) == content(study)
        return
    with pytest.raises(ValueError) as error:
        run(search, never, file=file)
    assert re.search(r"is damaged in line \d+\. (Delete that line|Give an"
                     "other)|is not the journal of a search",
                     str(error.value))
    assert str(file) in str(error.value) and "\n" not in str(error.value)
    assert file.read_bytes() == before


def test_unharmed_it_is_read_back_whole(made):
    search, file, whole, study = made
    file.write_bytes(whole)
    assert kept(run(search, never, file=file)) == kept(study)
    assert file.read_bytes() == whole


def sealed_record(**change):
    """A line whose checksum is right, of a trial that is not."""
    record = {"number": 4, "budget": None, "state": "finished",
              "value": 1.0, "seconds": 0.0, "reason": None, "reports": [],
              "settings": {"lr": 0.1, "n": 2, "rule": "sgd"}} | change
    return line({name: entry for name, entry in record.items()
                 if entry is not never})


@pytest.mark.parametrize("text", [
    b"null\n", b"{}\n", b"\n", b"[]\n", b"1\n", b"}\n", b"\x00\xff\n",
    b'"text"\n', b', "crc": 1}\n', b'{"number": 0, "budget": null}\n',
    line({}), line({"number": 1}), sealed_record(seconds=never),
    sealed_record(settings={"lr": 0.1, "n": 2, "rule": "rmsprop"}),
    sealed_record(settings={"lr": 0.1}), sealed_record(settings=None),
    sealed_record(settings={"lr": "x", "n": 2, "rule": "sgd"}),
    sealed_record(number="four"), sealed_record(number=-1),
    sealed_record(reports=[1]), sealed_record(reports=None)])
def test_a_line_that_is_no_trial_is_named_and_stays(text, tmp_path):
    file = tmp_path / "journal"
    study = run(random_search, file=file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:5], text, *lines[6:]]))
    before = file.read_bytes()
    with pytest.raises(ValueError, match="is damaged in line 6. Delete th"):
        run(random_search, never, file=file)
    assert file.read_bytes() == before
    file.write_bytes(b"".join([*lines[:5], *lines[6:]]))    # as it says
    again, ran = resumed(random_search, file)
    assert ran == [4] and content(again) == content(study)


def test_damage_to_the_header_has_its_own_remedy(tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file)
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b'"seed": 0', b'"seed": 1', 1))
    with pytest.raises(ValueError, match="in line 1. Give another file"):
        run(random_search, never, file=file, seed=1)


def test_a_file_that_is_refused_keeps_its_torn_line(tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file)
    torn = file.read_bytes()[:-9]
    file.write_bytes(torn)
    with pytest.raises(ValueError, match="another search"):
        run(random_search, never, file=file, seed=1)
    assert file.read_bytes() == torn


@pytest.mark.parametrize("spoil", [
    lambda whole: whole.replace(b"\n", b"\r"),
    lambda whole: whole.replace(b"\n", b"")])
def test_a_journal_without_line_ends_is_not_emptied(spoil, tmp_path):
    file = tmp_path / "journal"
    run(random_search, file=file)
    file.write_bytes(spoil(file.read_bytes()))
    before = file.read_bytes()
    with pytest.raises(ValueError, match="is not the journal of a search"):
        run(random_search, never, file=file)
    assert file.read_bytes() == before


def test_a_line_is_written_whole_even_in_pieces(tmp_path):
    """The system may take less at a time than it is given."""
    class InPieces:
        def __init__(self, file):
            self.file = file

        def write(self, data):
            return self.file.write(data[:7])

        def __getattr__(self, name):
            return getattr(self.file, name)

    with Journal(tmp_path / "journal", {"seed": 0}) as journal:
        journal.file = InPieces(journal.file)
        journal.append({"number": 0})
    with Journal(tmp_path / "journal", {"seed": 0}) as journal:
        assert journal.records == [{"number": 0}]


def test_a_hyper_parameter_may_be_called_crc(tmp_path):
    file = tmp_path / "journal"
    space = {"a": Int(0, 9), "crc": Int(0, 9)}
    study = run(random_search, lambda s, t: 1.0, space, file=file)
    assert kept(run(random_search, never, space, file=file)) == kept(study)
    for text in file.read_text().splitlines():
        assert list(json.loads(text))[-1] == "crc"
