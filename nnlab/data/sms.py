"""The SMS Spam Collection, and messages that occur more than once."""
import numpy as np

from nnlab._checks import checked
from nnlab.data.files import Source, read
from nnlab.data.splits import same_length
from nnlab.data.text import strings

# A copy of the file in the archive of UCI (data set 228, a .zip there).
SMS_SPAM = Source(
    name="SMS Spam Collection", folder="sms-spam",
    base="https://raw.githubusercontent.com/justmarkham/"
         "pycon-2016-tutorial/5339710562cc46c4a32a369d63f1e8751a18a54e/"
         "data/",
    files={
        "SMSSpamCollection":
            "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d",
    },
    remote={"SMSSpamCollection": "sms.tsv"})


def load_sms_spam(folder=None, base=None):
    """5,574 text messages in English, 747 of them spam.

    Only 5,171 differ; see deduplicate.
    folder : it holds ``sms-spam/SMSSpamCollection``; without it, the
    folder that the variable NNLAB_DATA names; without that, pooch
    fetches the file once (from base, if given: a mirror).
    Returns texts : (5574,) object array of str, y : (5574,) int64, 1
    for spam and 0 for ham.
    Raises ValueError if there is neither a folder nor pooch or the
    SHA-256 of the file is not that of the original, FileNotFoundError
    if it is missing, OSError if it cannot be fetched.
    Source: Almeida, Gomez Hidalgo and Yamakami (2011), CC BY 4.0.
    PyTorch and scikit-learn have no loader for it.
    """
    content, = read(SMS_SPAM, folder, base)
    # Not csv: it joins lines at unbalanced quotes, and so finds fewer.
    # Not splitlines: that would split at rarer characters too.
    rows = [line.split("\t", 1)
            for line in content.decode("utf-8").rstrip("\n").split("\n")]
    texts = np.array([text for _, text in rows], dtype=object)
    return texts, np.array([int(label == "spam") for label, _ in rows])


def _deduplicate(texts, y, key=str):
    strings(texts=texts)
    same_length(np.asarray(texts, dtype=object), y)


@checked(_deduplicate)
def deduplicate(texts, y, key=str):
    """Each message once, the first time it comes.

    Do this before split: a message that stands in the training set and
    in the test set too is recognised, not understood, and the test
    accuracy comes out too high.
    texts : (N,) strings, y : (N,) labels.
    key : messages with the same key(text) count as one; with
    ``lambda text: tuple(tokenise(text))`` those that differ only in
    capitals, blanks and most punctuation.
    Returns texts and y, shorter; where equal messages have different
    labels the first one decides.
    Raises ValueError for no texts, other things than strings, or
    another number of labels.
    Same as pandas's ``drop_duplicates``, but for key.
    """
    first = {}
    for i, text in enumerate(texts):
        first.setdefault(key(text), i)
    keep = np.array(list(first.values()))
    return np.asarray(texts, dtype=object)[keep], y[keep]
