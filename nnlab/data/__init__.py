"""Data sets, splits, standardising, mini-batches, text as numbers."""
from nnlab.data.images import (FASHION_LABELS, load_digits,
                               load_fashion_mnist, load_mnist)
from nnlab.data.messages import sms_messages
from nnlab.data.sms import deduplicate, load_sms_spam
from nnlab.data.splits import (examples, minibatches, same_length, split,
                               standardize)
from nnlab.data.text import bag_of_words, tf_idf, tokenise, vocabulary

# examples and same_length are checks, for the rooms above.
__all__ = [
    "FASHION_LABELS", "bag_of_words", "deduplicate", "load_digits",
    "load_fashion_mnist", "load_mnist", "load_sms_spam", "minibatches",
    "sms_messages", "split", "standardize", "tf_idf", "tokenise",
    "vocabulary",
]
