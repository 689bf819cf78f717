"""Messages: the collection, the generator, and what comes twice."""
import hashlib
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.data import (deduplicate, load_sms_spam, sms, sms_messages, split,
                        tokenise, vocabulary)
from nnlab.data.phrases import BOTH, HAM, SHORT, SPAM, WORDS
from tests.oracles import seeds

# A quote that is not closed, a rare line break and a second tab belong
# to the message they stand in.
FEW = 'ham\tOk "then\nspam\tWIN\x85 £5\u2028now\nham\tone\ttab\n'


def generator(seed=0):
    return np.random.default_rng(seed)


def test_format(tmp_path, monkeypatch):
    content = FEW.encode("utf-8")
    sha256 = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(sms, "SMS_SPAM", replace(
        sms.SMS_SPAM, files={"SMSSpamCollection": sha256}))
    (tmp_path / "sms-spam").mkdir()
    (tmp_path / "sms-spam" / "SMSSpamCollection").write_bytes(content)
    texts, y = load_sms_spam(tmp_path)
    assert texts.tolist() == ['Ok "then', "WIN\x85 £5\u2028now", "one\ttab"]
    assert texts.dtype == object and y.dtype == np.int64
    assert y.tolist() == [0, 1, 0]


def test_the_collection_itself(data_folder):
    texts, y = load_sms_spam(data_folder)
    assert (len(texts), y.sum()) == (5574, 747)
    once, labels = deduplicate(texts, y)
    assert len(once) == len(set(texts)) == 5171
    assert 1 - labels.mean() == pytest.approx(0.8737, abs=5e-5)
    words, _ = deduplicate(texts, y, key=lambda t: tuple(tokenise(t)))
    assert len(words) == 5131


def test_the_generator_is_decided_by_rng():
    texts, y = sms_messages(200, generator())
    again, labels = sms_messages(200, generator())
    other, _ = sms_messages(200, generator(1))
    assert texts.tolist() == again.tolist() != other.tolist()
    assert (y == labels).all()
    assert texts.shape == y.shape == (200,)
    assert texts.dtype == object and y.dtype == np.int64


@pytest.mark.parametrize("share", [0, 0.134, 0.5])
def test_the_share_of_spam(share):
    """Within 6 standard deviations: missed once in 10^9 runs."""
    _, y = sms_messages(3000, generator(), *([share] if share != 0.134
                                             else []))
    assert set(y) <= {0, 1}
    deviation = (share * (1 - share) / 3000)**0.5
    assert abs(y.mean() - share) <= 6 * deviation


def pattern(template):
    """A regular expression for what a template without noise gives."""
    text = re.escape(template).replace(r"\#", "#")
    for slot, options in WORDS.items():
        some = "|".join(map(re.escape, options)).replace(r"\#", "#")
        text = text.replace(rf"\{{{slot}\}}", f"({some})")
    return text.replace("#", r"\d").replace(r"\ ", " ?")


def test_without_noise_every_message_comes_from_its_templates():
    spam = re.compile("|".join(map(pattern, SPAM)))
    ham = re.compile("|".join(map(pattern, HAM)))
    both = re.compile("|".join(map(pattern, BOTH)))
    found = {0: [0, 0], 1: [0, 0]}
    texts, y = sms_messages(1500, generator(), 0.5, noise=0)
    for text, label in zip(texts, y):
        shared = bool(both.match(text))
        assert shared or (spam if label else ham).match(text), text
        assert not re.search(r"[{}#]|\.\.|\?\.|!\.| $|^ |  ", text), text
        found[label][shared] += 1
    # About a twentieth of each kind is written from BOTH.
    for own, shared in found.values():
        assert 0.01 < shared / (own + shared) < 0.12
    longer = [text for text, label in zip(texts, y) if not label]
    assert any(sum(t[:12] in text for t in HAM) > 1 for text in longer)


def test_every_slot_has_words_and_every_word_a_slot():
    slots = set(re.findall(r"{(\w+)}", " ".join(HAM + SPAM + BOTH)))
    assert slots == set(WORDS)
    assert all(len(set(options)) > 1 for options in WORDS.values())
    assert len(set(HAM + SPAM + BOTH)) == len(HAM + SPAM + BOTH)


def test_noise():
    plain, _ = sms_messages(400, generator(), noise=0)
    noisy, _ = sms_messages(400, generator(), noise=0.9)
    short = set(SHORT.values())

    def share(texts, of):
        return np.mean([of(text) for text in texts])

    def abbreviated(text):
        return any(word in short for word in text.split())

    assert share(noisy, abbreviated) > 0.3 > 0.1 > share(plain, abbreviated)
    assert share(noisy, str.islower) > 0.8 > 0.1 > share(plain, str.islower)
    assert share(plain, ends_with_stop) > 2 * share(noisy, ends_with_stop)
    assert lost(plain) == 0 and lost(noisy) > 50


def ends_with_stop(text):
    return text.endswith(".")


def lost(texts):
    """How many words lack one letter of a word in the templates."""
    known = set(re.findall(r"\w+", " ".join(HAM + SPAM + BOTH).lower()))
    some = {word[:i] + word[i + 1:] for word in known if len(word) > 3
            for i in range(1, len(word))}
    some -= known | set(SHORT.values())
    some -= {word.lower() for options in WORDS.values()
             for option in options for word in tokenise(option)}
    return sum(word in some for text in texts
               for word in text.lower().split())


def test_the_kinds_overlap():
    """No word tells for sure, yet the two kinds differ."""
    texts, y = sms_messages(4000, generator())
    ham, spam = (vocabulary(texts[y == k], 100) for k in (0, 1))
    shared = set(ham) & set(spam)
    assert 15 < len(shared) < 70
    for word in ("free", "call", "text", "£", "you"):
        assert all(any(word in tokenise(text) for text in texts[y == k])
                   for k in (0, 1)), word


def test_a_message_that_comes_twice_leaks_into_the_test_set():
    """A split lets it stand on both sides; without doubles it cannot."""
    def both_sides(texts, y):
        (train, _), (test, _) = split(texts, y, generator(), (0.75, 0.25))
        return len(set(train) & set(test))

    texts, y = sms_messages(2000, generator())
    assert len(texts) > len(set(texts))
    assert both_sides(texts, y) > 0
    assert both_sides(*deduplicate(texts, y)) == 0


@given(seed=seeds, n=st.integers(1, 60))
def test_deduplicate(seed, n):
    rng = generator(seed)
    texts = np.array([f"text {i}" for i in rng.integers(20, size=n)], object)
    y = rng.integers(2, size=n)
    copies = texts.copy(), y.copy()
    once, labels = deduplicate(texts, y)
    assert (texts == copies[0]).all() and (y == copies[1]).all()
    assert once.tolist() == list(dict.fromkeys(texts))
    first = [texts.tolist().index(text) for text in once]
    assert labels.tolist() == y[first].tolist()


def test_deduplicate_by_another_key():
    texts, y = ["Ok!", "ok !", "OK", "Ok!"], np.array([0, 1, 0, 0])
    once, labels = deduplicate(texts, y)
    assert once.tolist() == ["Ok!", "ok !", "OK"]
    assert once.dtype == object and labels.tolist() == [0, 1, 0]
    once, labels = deduplicate(texts, y, lambda t: tuple(tokenise(t)))
    assert once.tolist() == ["Ok!", "OK"] and labels.tolist() == [0, 0]


@pytest.mark.parametrize("call, fault", [
    (lambda: sms_messages(0, generator()), "n must be"),
    (lambda: sms_messages(5, 0), "rng must be"),
    (lambda: sms_messages(5, generator(), 1), "spam_share must lie"),
    (lambda: sms_messages(5, generator(), noise=-1), "noise must lie"),
    (lambda: deduplicate([], np.array([])), "texts must hold"),
    (lambda: deduplicate(["a", 1], np.array([0, 1])), "of type int"),
    (lambda: deduplicate(["a"], np.array([0, 1])), "1 examples and y 2"),
    (lambda: deduplicate(["a"], [0]), "y must be a NumPy array"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
