"""The wire: plain data crosses unchanged, nothing else does anything."""
import collections
import math
import pickle
import socket

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlab.grading.engine.inside import line, wire
from nnlab.grading.engine.pcg import steps_between

CODEC = wire.Codec()
scalars = (st.none() | st.booleans() | st.integers() | st.floats()
           | st.text() | st.binary() | st.complex_numbers()
           | st.integers(-2**300, 2**300))
keys = st.text() | st.integers() | st.tuples(st.integers(), st.text())
dtypes = (hnp.boolean_dtypes() | hnp.integer_dtypes()
          | hnp.floating_dtypes() | hnp.complex_number_dtypes()
          | hnp.unicode_string_dtypes() | hnp.byte_string_dtypes())
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, min_side=0))
plain = st.recursive(
    scalars | arrays,
    lambda inner: (st.lists(inner) | st.lists(inner).map(tuple)
                   | st.dictionaries(keys, inner)
                   | st.sets(st.integers()) | st.frozensets(st.text())),
    max_leaves=8)


def there(x):
    """``x`` as it comes out on the other side."""
    return CODEC.loads(*CODEC.dumps(x))


def same(a, b):
    """Equal, of exactly equal types, NaN equal to NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (np.ndarray, np.generic)):
        return (a.dtype == b.dtype and a.shape == b.shape
                and a.tobytes() == b.tobytes())
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    return a == b or isinstance(a, float) and math.isnan(a) and math.isnan(b)


@given(plain)
def test_it_comes_back_the_same(x):
    assert same(there(x), x)


@pytest.mark.parametrize("x", [
    range(2, 9, 3), slice(1, None, 2), ..., int, np.float32, np.dtype("i2"),
    np.exp, np.float64(0.1), np.bool_(True)], ids=str)
def test_odd_things_come_back(x):
    assert there(x) == x and type(there(x)) is type(x)


def test_layouts_and_names():
    x = np.arange(24.0).reshape(4, 6)
    for view in x.T, x[::2, ::-1], np.asfortranarray(x), np.float64(2)[()]:
        assert np.array_equal(there(view), view)
    Point = collections.namedtuple("Point", "x y")
    assert there(Point(1, 2))._asdict() == {"x": 1, "y": 2}
    tensor = torch.arange(3.0, requires_grad=True)
    assert torch.equal(there(tensor), tensor)
    assert there(tensor).requires_grad and there(torch.float32) is (
        torch.float32)


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(3)
    rng.normal(size=7)
    assert np.array_equal(there(rng).normal(size=5), rng.normal(size=5))


class Int(int):
    def __eq__(self, other):
        return True
    __hash__ = int.__hash__

    def __index__(self):
        return 99


class Array(np.ndarray):
    def __eq__(self, other):
        return True


@pytest.mark.parametrize("x, base", [
    (Int(3), int), (type("S", (str,), {})("a"), str),
    (type("F", (float,), {"__eq__": lambda a, b: True})(2.0), float),
    (type("L", (list,), {"__iter__": lambda s: iter([9])})([1]), list),
    (type("D", (dict,), {"items": lambda s: []})(a=1), dict),
    (np.zeros(2).view(Array), np.ndarray)])
def test_a_subclass_loses_what_it_overrides(x, base):
    assert type(there(x)) is base
    if base is not np.ndarray:
        assert same(there(x), base.__new__(base, x) if base in (
            int, str, float) else base([1]) if base is list else {"a": 1})


@pytest.mark.parametrize("x", [object(), lambda: 1, 1 << 70000,
                               np.array([object()]), [[object()]]],
                         ids=["object", "function", "huge", "array", "deep"])
def test_what_is_not_plain_is_refused(x):
    with pytest.raises(wire.NotPlain):
        there(x)


def test_a_list_that_holds_itself_is_refused():
    x = []
    x.append(x)
    with pytest.raises(wire.NotPlain):
        there(x)


json_like = st.recursive(
    st.none() | st.integers() | st.text() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from([*wire.DECODERS, "x"]) | st.text(), inner),
    max_leaves=10)


@given(json_like, st.lists(st.binary(), max_size=2))
def test_nonsense_is_refused_and_does_nothing(x, buffers):
    try:
        CODEC.loads(wire.json.dumps(x), buffers)
    except wire.NotPlain:
        pass


class Trap:
    def __reduce__(self):
        return pytest.fail, ("unpickled",)


def test_nothing_is_unpickled():
    trap = pickle.dumps(Trap())
    for text in ('{"a": ["|O", [1], 0]}', '{"a": ["O8", [], 0]}',
                 '{"a": ["V8", [1], 0]}'):
        with pytest.raises(wire.NotPlain):
            CODEC.loads(text, [trap])
    assert CODEC.loads('{"b": [0, false]}', [trap]) == trap


# Lines.

@given(st.lists(st.tuples(st.text(), st.lists(st.binary())), max_size=4))
def test_messages_arrive_in_order(messages):
    a, b = map(line.Line, socket.socketpair())
    for text, buffers in messages:
        a.send(text, buffers)
    for text, buffers in messages:
        kept = text.encode("utf-8", "replace").decode()
        assert b.receive() == (kept, buffers)
    a.close()
    with pytest.raises(line.Broken):
        b.receive()
    b.close()


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message(data):
    a, b = socket.socketpair()
    a.sendall(data)
    a.close()
    end = line.Line(b)
    with pytest.raises(line.Broken):
        while True:
            end.receive()
    b.close()


# The generator's state.

@given(st.integers(0, 2**32), st.integers(0, 2**100))
def test_steps_between_states(seed, steps):
    rng = np.random.default_rng(seed)
    before = rng.bit_generator.state["state"]
    rng.bit_generator.advance(steps)
    assert steps_between(before, rng.bit_generator.state["state"]) == steps
    other = np.random.default_rng(seed + 1).bit_generator.state["state"]
    assert steps_between(before, other) is None
