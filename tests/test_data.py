"""Splits, standardising and mini-batches."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab import data
from nnlab.data import minibatches, split, standardize

seeds = st.integers(0, 2**32 - 1)


def generator(seed=0):
    return np.random.default_rng(seed)


@given(seed=seeds, n=st.integers(20, 200), classes=st.integers(1, 6),
       sizes=st.sampled_from([(0.6, 0.2, 0.2), (0.5, 0.5), (1.0,),
                              (5 / 6, 1 / 6), (0.1, 0.2, 0.3, 0.4)]))
def test_split_deals_each_example_once_and_each_class_alike(
        seed, n, classes, sizes):
    rng = generator(seed)
    y = rng.integers(classes, size=n)
    X = np.stack([np.arange(n), 10 * y], axis=1)
    before = X.copy(), y.copy()
    parts = split(X, y, rng, sizes)
    assert (X == before[0]).all() and (y == before[1]).all()
    rows = np.concatenate([part[0][:, 0] for part in parts])
    assert sorted(rows) == list(range(n))
    for (X_part, y_part), size in zip(parts, sizes, strict=True):
        assert (X_part[:, 1] == 10 * y_part).all()
        assert abs(len(y_part) - n * size) <= 1
        found = np.bincount(y_part, minlength=classes)
        assert abs(found - size * np.bincount(y, minlength=classes)
                   ).max() <= 2


def test_split_is_shuffled_and_the_rng_decides():
    X, y = np.arange(300), np.repeat([0, 1, 2], 100)
    first, again, other = (
        [part[0] for part in split(X, y, generator(seed))]
        for seed in (0, 0, 1))
    assert all((a == b).all() for a, b in zip(first, again))
    assert all(set(a) != set(b) for a, b in zip(first, other))
    # Not in the order of the file, nor of the classes: a run of 20 equal
    # labels among 180 shuffled ones has a probability under 1e-7.
    labels = "".join(map(str, split(X, y, generator())[0][1]))
    assert not any(str(c) * 20 in labels for c in range(3))


def test_split_of_the_digits():
    parts = split(*data.load_digits(), generator())
    assert [len(y) for _, y in parts] == [1078, 360, 359]


@given(seed=seeds, n=st.integers(10, 60))
def test_split_without_classes(seed, n):
    """Targets of a regression, of any shape, stay with their examples."""
    X = np.arange(n)
    for y in (X / 2, np.stack([X, -X], axis=1) * 0.5):
        parts = split(X, y, generator(seed), np.array([0.7, 0.3]),
                      stratify=False)
        assert sorted(np.concatenate([part for part, _ in parts])
                      ) == list(range(n))
        for (part, targets), size in zip(parts, (0.7, 0.3), strict=True):
            assert (targets == y[part]).all()
            assert abs(len(part) - n * size) <= 1


def test_without_stratify_chance_decides_how_many_of_a_class():
    """Else labels of a class would still be dealt evenly."""
    y = np.arange(100) % 2
    counts = {int(split(y, y, generator(seed), (0.5, 0.5), stratify=False
                        )[0][1].sum()) for seed in range(20)}
    assert len(counts) > 3
    assert {int(split(y, y, generator(seed), (0.5, 0.5))[0][1].sum())
            for seed in range(20)} == {25}


@pytest.mark.parametrize("dtype", [object, str])
def test_split_of_texts(dtype):
    texts = np.array([f"text {i}" for i in range(10)], dtype=dtype)
    parts = split(texts, Y, generator(), (0.6, 0.4))
    assert [list(np.bincount(y)) for _, y in parts] == [[3, 3], [2, 2]]
    for part, y in parts:
        assert [int(text[-1]) % 2 for text in part] == y.tolist()
    assert sorted(np.concatenate([part for part, _ in parts])) == list(texts)
    with pytest.raises(ValueError, match="10 examples and y 9"):
        split(texts, Y[:9], generator())


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_standardize_is_scikit_learns(dtype):
    from sklearn.preprocessing import StandardScaler
    X, _ = data.load_digits()
    train, test = X[:1000].astype(dtype), X[1000:].astype(dtype)
    scaler = StandardScaler().fit(train.astype(np.float64))
    ours = standardize(train, test)
    for x, z in zip((train, test), ours, strict=True):
        assert z.dtype == dtype
        np.testing.assert_allclose(z, scaler.transform(x), rtol=1e-4,
                                   atol=1e-4 if dtype == np.float32
                                   else 1e-10)


def test_standardize_by_hand():
    train, other = np.array([[1.0, 5], [3, 5]]), np.array([[5.0, 6]])
    z, z_other = standardize(train, other)
    assert z.tolist() == [[-1, 0], [1, 0]]
    assert z_other.tolist() == [[3, 1]]
    for dtype in (np.uint8, np.int16, np.int64):
        z, = standardize(np.array([[1], [3]], dtype))
        assert z.tolist() == [[-1], [1]] and z.dtype == np.float64
    assert standardize(np.float32(train), other)[1].dtype == np.float32


@given(seed=seeds)
def test_standardize_does_not_leak(seed):
    """Whatever the test part holds, the train part comes out the same."""
    rng = generator(seed)
    train, test, other = rng.normal(size=(3, 8, 2))
    copies = train.copy(), test.copy()
    z, z_test = standardize(train, test)
    assert (standardize(train, 1e6 * other)[0] == z).all()
    assert (standardize(train)[0] == z).all()
    # and each test example is transformed by itself
    assert (standardize(train, test[:1])[1] == z_test[:1]).all()
    assert (train == copies[0]).all() and (test == copies[1]).all()


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-300])
def test_a_constant_feature_stays_finite(value):
    """0.1 three times has a computed deviation of 1e-17, not 0."""
    z, z_test = standardize(np.full((3, 1), value), np.full((1, 1), 2.0))
    assert abs(z).max() <= 1e-6
    assert z_test[0, 0] == pytest.approx(2 - value)


@pytest.mark.parametrize("train", [
    np.array([0.1 + 0.2, 0.3, 0.3, 0.3]),
    np.float32([0.3, 0.30000004, 0.3]),
    np.repeat([0.3, 0.1 + 0.2], 30_000)])
def test_a_feature_that_is_constant_but_for_rounding(train):
    """Divided by its std an unseen 0.4 would be 2e15."""
    # Three columns are summed row by row, which rounds more than one.
    for column in (train, train[:, None], np.stack([train] * 3, axis=1)):
        z, z_test = standardize(column, column[:1] + train.dtype.type(0.1))
        assert abs(z).max() < 1e-6
        np.testing.assert_allclose(z_test, 0.1, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_feature_that_hardly_varies_is_scaled_all_the_same(dtype):
    """Seconds since 1970 of one hour, in float32 steps of 128."""
    train = 1.7e9 + 3600 * np.linspace(0, 1, 50)
    z, = standardize(train.astype(dtype)[:, None])
    assert z.std() == pytest.approx(1, rel=1e-3)


def test_standardize_of_one_feature():
    z, = standardize(np.arange(4.0))
    np.testing.assert_allclose(z, [-3, -1, 1, 3] / np.sqrt(5), rtol=1e-12)


def test_the_labels_of_fashion_mnist_have_a_name():
    assert len(data.FASHION_LABELS) == 10
    assert "FASHION_LABELS" in data.__all__


@given(seed=seeds, n=st.integers(2, 100), batch_size=st.integers(2, 40),
       min_size=st.integers(1, 2))
def test_minibatches(seed, n, batch_size, min_size):
    batches = list(minibatches(n, batch_size, generator(seed), min_size))
    assert sorted(np.concatenate(batches)) == list(range(n))
    sizes = [len(batch) for batch in batches]
    assert set(sizes[:-1]) <= {batch_size}
    remainder = n % batch_size
    joined = 0 < remainder < min_size and n > batch_size
    assert sizes[-1] == (batch_size + remainder if joined
                         else remainder or batch_size)


def test_minibatches_by_hand():
    def sizes(*arguments):
        n, batch_size, *min_size = arguments
        return [len(i) for i in minibatches(n, batch_size, generator(),
                                            *min_size)]

    assert sizes(10, 4) == [4, 4, 2]
    assert sizes(9, 4) == [4, 4, 1] and sizes(9, 4, 2) == [4, 5]
    assert sizes(3, 8) == [3] and sizes(8, 8) == [8] and sizes(1, 1) == [1]


def test_minibatches_are_shuffled_anew():
    rng = generator()
    first, second = (np.concatenate(minibatches(100, 7, rng))
                     for _ in range(2))
    assert (first != np.arange(100)).any() and (first != second).any()
    again = np.concatenate(minibatches(100, 7, generator()))
    assert (first == again).all()


X, Y = np.zeros((10, 2)), np.arange(10) % 2


@pytest.mark.parametrize("call, fault", [
    (lambda: split(X[:0], Y[:0], generator()), "X must hold at least one"),
    (lambda: split(X * np.nan, Y, generator()), "X holds NaN"),
    (lambda: split(X, Y[:9], generator()), "X has 10 examples and y 9"),
    (lambda: split(X, Y * 1.0, generator()), "y must .* dtype float64"),
    (lambda: split(X, Y.astype(str), generator()), "y must .* integer"),
    (lambda: split(X, Y[:, None], generator()), r"shape \(10, 1\)"),
    (lambda: split(X, list(Y), generator()), "y must be a NumPy array"),
    (lambda: split(X, Y * 0.5, generator()), "or give stratify=False"),
    (lambda: split(X, Y == 1, generator()), r"bool. .*\.astype\(int\)"),
    (lambda: split(X, Y.sum(), generator()), "y must be a NumPy array"),
    (lambda: split(X, np.array(1), generator()), "y is a single number"),
    (lambda: split(X, Y * 1.0, generator(), stratify=True), "integer"),
    (lambda: split(X, Y, generator(), 0.8), r"as \(0.8, 0.2\); got 0.8"),
    (lambda: split(X, Y, generator(), ("a", "b")), "sizes must be positive"),
    (lambda: split(X, Y, generator(), (0.5, np.nan)), "sizes must be pos"),
    (lambda: split(X, Y, 0), "rng must be"),
    (lambda: split(X, Y, generator(), (0.5, 0.4)), "sizes .* sum to 1"),
    (lambda: split(X, Y, generator(), (1.5, -0.5)), "sizes must be pos"),
    (lambda: split(X, Y, generator(), ()), "sizes must"),
    (lambda: split(X[:2], Y[:2], generator()), "2 examples are too few"),
    (lambda: standardize(X[:0]), "train must hold at least one"),
    (lambda: standardize(X, X[:0]), "array 1 after train must hold"),
    (lambda: standardize(X, X, X + np.inf), "array 2 after train holds"),
    (lambda: standardize(X, X[:, :1]), r"shape \(1,\), train of \(2,\)"),
    (lambda: standardize([[1.0]]), "train must be a NumPy array"),
    (lambda: minibatches(0, 4, generator()), "n must be"),
    (lambda: minibatches(4, 0, generator()), "batch_size must be"),
    (lambda: minibatches(4, 2.0, generator()), "batch_size must be"),
    (lambda: minibatches(4, 2, generator(), 0), "min_size must be"),
    (lambda: minibatches(4, 1, generator(), 2), "at least min_size = 2"),
    (lambda: minibatches(1, 4, generator(), 2), "n = 1 .*BatchNorm"),
    (lambda: minibatches(4, 2, None), "rng must be"),
])
def test_bad_input_is_named(call, fault):
    with pytest.raises(ValueError, match=fault) as error:
        call()
    assert "\n" not in str(error.value)
