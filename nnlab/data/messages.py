"""A generator of messages in the manner of the SMS Spam Collection."""
import re

import numpy as np

from nnlab._checks import checked, count, fraction, generator
from nnlab.data.phrases import BOTH, HAM, SHORT, SPAM, WORDS


def _sms_messages(n, rng, spam_share=0.134, noise=0.2):
    count(n=n)
    generator(rng)
    fraction(spam_share=spam_share, noise=noise)


@checked(_sms_messages)
def sms_messages(n, rng, spam_share=0.134, noise=0.2):
    """Messages made up from templates, ham and spam, with no file.

    Each is spam with probability spam_share; 0.134 is the share of the
    SMS Spam Collection.  A twentieth of both kinds is written from
    templates that they share, words of one kind turn up in the other,
    and short ham comes twice: no filter is right throughout, and
    deduplicate has something to do.
    noise : how often a word is abbreviated, a message written without
    capitals or full stop; a tenth of that, how often a letter is lost.
    Returns texts : (n,) object array of str, y : (n,) int64, 1 for
    spam and 0 for ham.
    Raises ValueError unless n is a whole number of at least 1, rng a
    Generator, and spam_share and noise lie in [0, 1).
    Same purpose as scikit-learn's ``make_classification``, for texts.
    """
    y = (rng.random(n) < spam_share).astype(np.int64)
    texts = [_noisy(_message(label, rng), noise, rng) for label in y]
    return np.array(texts, dtype=object), y


def _message(label, rng):
    """One or two templates for ham, one for spam, filled."""
    own = SPAM if label else HAM
    parts = [_pick(BOTH if rng.random() < 0.05 else own, rng)]
    if not label and rng.random() < 0.6:
        parts.append(_pick(HAM, rng))
    text = ". ".join(parts)
    text = re.sub(r"{(\w+)}", lambda m: _pick(WORDS[m[1]], rng), text)
    text = re.sub("#", lambda m: str(rng.integers(10)), text)
    return re.sub(r"([?!])\.", r"\1", text)


def _pick(options, rng):
    return options[rng.integers(len(options))]


def _noisy(text, noise, rng):
    """Abbreviated, misspelt, without capitals or full stop."""
    words = [_noisy_word(word, noise, rng) for word in text.split()]
    text = " ".join(words)
    if rng.random() < noise:
        text = text.lower()
    return text.rstrip(".") if rng.random() < noise else text


def _noisy_word(word, noise, rng):
    if rng.random() < noise:
        word = SHORT.get(word.lower(), word)
    if rng.random() < noise / 10 and len(word) > 3:
        lost = rng.integers(1, len(word))
        word = word[:lost] + word[lost + 1:]
    return word
