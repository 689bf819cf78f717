"""Text as numbers: tokens, vocabulary, bag of words, TF-IDF.

What is learnt here, the vocabulary and the weights, is learnt from the
training texts alone.
"""
import re
from collections import Counter

import numpy as np

from nnlab._checks import checked, count
from nnlab.data.splits import examples

TOKEN = re.compile(r"\w+|[£$€!?]")


def strings(**texts):
    """Each one holds at least one string, and nothing else."""
    for name, x in texts.items():
        if isinstance(x, str) or not hasattr(x, "__len__") or not len(x):
            raise ValueError(f"{name} must hold at least one text; got "
                             f"{x!r}. Give a list of strings.")
        for i, text in enumerate(x):
            if not isinstance(text, str):
                raise ValueError(f"{name} must be strings; number {i} is "
                                 f"of type {type(text).__name__}.")


def _text(text):
    if not isinstance(text, str):
        raise ValueError("text must be a string; got "
                         f"{type(text).__name__}. For many texts call "
                         "tokenise on each.")


@checked(_text)
def tokenise(text):
    """The words of a text in lower case, and the signs £ $ € ! ?.

    >>> tokenise("WIN £1000 now!  Don't wait")
    ['win', '£', '1000', 'now', '!', 'don', 't', 'wait']

    text : a string.  Returns a list of strings, [] if there is none.
    Raises ValueError for anything but a string.
    Source: Jurafsky and Martin (2009), section 3.9.
    Differs from scikit-learn's ``CountVectorizer``, which skips
    signs and words of one character.
    """
    return TOKEN.findall(text.lower())


def _vocabulary(texts, size):
    strings(texts=texts)
    count(size=size)


@checked(_vocabulary)
def vocabulary(texts, size):
    """The most frequent tokens, each with its column.

    Words that are equally frequent are taken in the order of their
    characters, so that the same texts give the same columns.
    texts : training texts, a list or array of strings;
    size : at most so many tokens.
    Returns {token: column}, columns 0, 1, ... from the most frequent.
    Raises ValueError for no texts, other things than strings, or a
    size below 1.
    Same as scikit-learn's ``CountVectorizer(max_features=size)``, but
    for the order of columns.

    >>> vocabulary(["a b b", "c b a"], 2)
    {'b': 0, 'a': 1}
    """
    counts = Counter(token for text in texts for token in tokenise(text))
    top = sorted(counts, key=lambda token: (-counts[token], token))[:size]
    return {token: column for column, token in enumerate(top)}


def _bag_of_words(texts, vocabulary, dtype=np.float64):
    strings(texts=texts)
    if not isinstance(vocabulary, dict) or not vocabulary:
        raise ValueError("vocabulary must be a dict with at least one "
                         "token, as vocabulary(texts, size) returns it.")
    kind = np.dtype(dtype)
    if kind.kind not in "fiu" or kind.itemsize < 4:
        raise ValueError("dtype must hold real numbers of 32 bits at least, "
                         f"as np.float32; got {kind}, too short to count.")


@checked(_bag_of_words)
def bag_of_words(texts, vocabulary, dtype=np.float64):
    """How often each token of the vocabulary occurs in each text.

    Tokens that the vocabulary lacks are skipped.
    texts : N strings, vocabulary : {token: column}, V of them.
    Returns counts : (N, V), of the given dtype.
    Raises ValueError for no texts, other things than strings, an empty
    vocabulary, or a dtype too short to count in, as uint8: 255 + 1 = 0.
    Same as scikit-learn's ``CountVectorizer``, but not sparse.

    >>> bag_of_words(["b b a", "d"], {"b": 0, "a": 1})
    array([[2., 1.],
           [0., 0.]])
    """
    counts = np.zeros((len(texts), len(vocabulary)), dtype)
    for row, text in zip(counts, texts):
        for token in tokenise(text):
            if token in vocabulary:
                row[vocabulary[token]] += 1
    return counts


def _tf_idf(train, *others):
    for i, counts in enumerate((train, *others)):
        name = f"array {i} after train" if i else "train"
        examples(**{name: counts})
        if counts.ndim != 2 or counts.shape[1] != train.shape[1]:
            raise ValueError(
                f"{name} must have shape (N, V), the same V as train; got "
                f"{counts.shape}.")
        if counts.min() < 0:
            raise ValueError(f"{name} must hold counts, at least 0; got "
                             f"{counts.min()}. Give those of bag_of_words.")


@checked(_tf_idf)
def tf_idf(train, *others):
    """Counts weighted by how rare a token is, each row of length 1.

        idf_v = log((1 + N) / (1 + df_v)) + 1
        x_nv = count_nv idf_v,    x_n <- x_n / |x_n|

    df_v is the number of the N training texts that have token v: the
    weights are those of train for the others too.  A row of zeros
    stays one.
    train, others : (N, V) counts of the same vocabulary.
    Returns a tuple of as many arrays as were given, float64 (float32
    if train is).
    Raises ValueError for N = 0, NaN, counts below 0, or another V.
    Source: Sparck Jones (1972), smoothed.
    Same as scikit-learn's ``TfidfTransformer`` fitted on train.
    """
    df = (train > 0).sum(axis=0)
    idf = np.log((1 + len(train)) / (1 + df)) + 1
    dtype = np.float32 if train.dtype == np.float32 else np.float64
    return tuple(_unit_rows(counts * idf.astype(dtype))
                 for counts in (train, *others))


def _unit_rows(x):
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(length == 0, 1, length)
