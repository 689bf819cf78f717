"""Bag of words and TF-IDF against scikit-learn, and by hand."""
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import (CountVectorizer,
                                             TfidfTransformer)

from nnlab.data import (bag_of_words, sms_messages, tf_idf, tokenise,
                        vocabulary)
from tests.oracles import close, untouched

words = st.sampled_from("win WIN free £ 100 u now! Now? don't a b é ß _ -"
                        .split())
texts = st.lists(st.lists(words, max_size=8).map(" ".join), min_size=2,
                 max_size=12)


def vectorizer(**options):
    return CountVectorizer(tokenizer=tokenise, token_pattern=None,
                           lowercase=False, **options)


def test_tokens():
    assert tokenise("WIN £1000 now!!  Txt-back, don't B4 5pm?") == [
        "win", "£", "1000", "now", "!", "!", "txt", "back", "don", "t",
        "b4", "5pm", "?"]
    assert tokenise("Ünï_code\nline\ttab € $") == [
        "ünï_code", "line", "tab", "€", "$"]
    assert tokenise("") == tokenise(" .,;:-()") == []


@given(texts=texts, size=st.integers(1, 20))
def test_vocabulary_is_scikit_learns(texts, size):
    texts = ["seed", *texts]
    ours = vocabulary(texts, size)
    theirs = vectorizer()
    counts = theirs.fit_transform(texts).toarray().sum(axis=0)
    count = {t: counts[i] for t, i in theirs.vocabulary_.items()}
    assert list(ours.values()) == list(range(min(size, len(count))))
    # The most frequent ones, in falling order; ties by character.
    assert list(ours) == sorted(count, key=lambda t: (-count[t], t))[:size]


def test_vocabulary_by_hand():
    texts = ["b b b a", "c c a", "a d!"]
    assert vocabulary(texts, 3) == {"a": 0, "b": 1, "c": 2}
    assert vocabulary(np.array(texts, dtype=object), 99) == {
        "a": 0, "b": 1, "c": 2, "!": 3, "d": 4}


@given(train=texts, test=texts, size=st.integers(1, 20))
def test_counts_and_tf_idf_are_scikit_learns(train, test, size):
    train = ["seed", *train]
    words = vocabulary(train, size)
    theirs = vectorizer(vocabulary=words)
    counts = [bag_of_words(x, words) for x in (train, test)]
    for ours, x in zip(counts, (train, test)):
        assert (ours == theirs.transform(x).toarray()).all()
    weights = TfidfTransformer().fit(counts[0])
    with untouched(*counts):
        got = tf_idf(*counts)
    for ours, x in zip(got, counts, strict=True):
        close(ours, weights.transform(x).toarray())


def test_by_hand():
    """a in both texts, b in one: idf 1 and log(3/2) + 1."""
    words = {"a": 0, "b": 1}
    counts = bag_of_words(["A b b", "a, x"], words)
    assert counts.tolist() == [[1, 2], [1, 0]]
    idf = math.log(3 / 2) + 1
    train, test = tf_idf(counts, bag_of_words(["b", "x"], words))
    length = math.hypot(1, 2 * idf)
    close(train, [[1 / length, 2 * idf / length], [1, 0]])
    assert test.tolist() == [[0, 1], [0, 0]]


def test_dtypes():
    words = {"a": 0, "b": 1}
    counts = bag_of_words(["a"], words)
    assert counts.dtype == tf_idf(counts)[0].dtype == np.float64
    counts = bag_of_words(["a"], words, dtype=np.float32)
    assert counts.dtype == tf_idf(counts)[0].dtype == np.float32
    assert tf_idf(counts.astype(int))[0].dtype == np.float64
    counts = bag_of_words(["a " * 300], words, dtype=np.uint32)
    assert counts.tolist() == [[300, 0]] and counts.dtype == np.uint32


def test_nothing_is_learnt_from_the_test_part():
    """Whatever it holds, the training part comes out the same."""
    texts, _ = sms_messages(60, np.random.default_rng(0))
    words = vocabulary(texts[:40], 50)
    train, test = (bag_of_words(x, words) for x in (texts[:40], texts[40:]))
    x, x_test = tf_idf(train, test)
    assert (tf_idf(train, 9 * test[::-1])[0] == x).all()
    assert (tf_idf(train)[0] == x).all()
    assert (tf_idf(train, test[:1])[1] == x_test[:1]).all()


COUNTS = np.eye(2)


@pytest.mark.parametrize("call, fault", [
    (lambda: vocabulary([], 3), "texts must hold at least one text"),
    (lambda: vocabulary("one text", 3), "texts .* list of strings"),
    (lambda: vocabulary(["a", 3], 3), "number 1 is of type int"),
    (lambda: vocabulary(["a"], 0), "size must be"),
    (lambda: bag_of_words([], {"a": 0}), "texts must hold"),
    (lambda: bag_of_words([None], {"a": 0}), "of type NoneType"),
    (lambda: bag_of_words(["a"], {}), "vocabulary must be a dict"),
    (lambda: bag_of_words(["a"], ["a"]), "vocabulary must be a dict"),
    (lambda: bag_of_words(["a"], {"a": 0}, np.uint8), "got uint8, too sho"),
    (lambda: bag_of_words(["a"], {"a": 0}, np.float16), "got float16"),
    (lambda: bag_of_words(["a"], {"a": 0}, bool), "dtype must .* got bool"),
    (lambda: tokenise(5), "text must be a string; got int"),
    (lambda: tokenise(None), "text must be a string; got NoneType"),
    (lambda: vocabulary(None, 2), "texts must hold .* got None"),
    (lambda: vocabulary(5, 2), "texts must hold .* got 5"),
    (lambda: tf_idf(COUNTS[:0]), "train must hold at least one"),
    (lambda: tf_idf(COUNTS[0]), r"train must have shape \(N, V\)"),
    (lambda: tf_idf(COUNTS, COUNTS[:, :1]), r"array 1 .* got \(2, 1\)"),
    (lambda: tf_idf(COUNTS, COUNTS, -COUNTS), "array 2 .* counts"),
    (lambda: tf_idf(COUNTS * np.nan), "train holds NaN"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
