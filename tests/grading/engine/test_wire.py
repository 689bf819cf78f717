"""The wire where it is likeliest to tear: odd arrays, near-messages."""
import collections
import json
import socket
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlab.grading.engine.inside import changes, line, unpack, wire

CODEC = wire.Codec()


def there(x):
    """``x`` as it comes out on the other side."""
    return CODEC.loads(*CODEC.dumps(x))


@given(hnp.arrays(
    hnp.datetime64_dtypes() | hnp.timedelta64_dtypes()
    | hnp.integer_dtypes(endianness=">"), hnp.array_shapes(min_side=0),
    fill=st.nothing()), st.booleans())
def test_times_and_byte_orders(x, turned):
    x = x.T if turned else x
    back = there(x)
    assert back.dtype == x.dtype and back.shape == x.shape
    assert back.tobytes() == x.tobytes()
    assert back.flags.writeable


@given(hnp.arrays(object, hnp.array_shapes(min_side=0),
                  elements=st.none() | st.integers() | st.text(),
                  fill=st.nothing()))
def test_arrays_of_objects(x):
    back = there(x)
    assert back.dtype == object and back.shape == x.shape
    assert back.ravel().tolist() == x.ravel().tolist()


@pytest.mark.parametrize("bits", unpack.STATES.values(),
                         ids=unpack.STATES)
def test_every_generator_goes_on(bits):
    rng = np.random.Generator(bits(5))
    rng.integers(9, size=3, dtype=np.int32)     # leaves half a draw
    back = there(rng)
    assert type(back.bit_generator) is bits
    assert back.integers(9, size=5, dtype=np.int32).tolist() == (
        rng.integers(9, size=5, dtype=np.int32).tolist())


def test_a_named_tuple_that_lies_about_its_fields():
    Point = collections.namedtuple("Point", "x y")
    for fields in ("x",), ("x", "x"), ("x", "__eq__"), ("x", "y;import os"):
        Lying = type("Lying", (Point,), {"_fields": fields})
        with pytest.raises(wire.NotPlain):
            there(Lying(1, 2))


# What is nearly right: every tag with every sort of body.
bodies = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 1 << 70) | st.floats()
    | st.sampled_from(["<f8", "|O", "U0", "0x", "sin", "int", "PCG64"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([*wire.DECODERS]), inner, min_size=1, max_size=1),
    max_leaves=8)


@given(st.sampled_from([*wire.DECODERS]), bodies,
       st.lists(st.binary(max_size=16), max_size=2))
def test_a_tag_with_a_wrong_body_is_refused(tag, body, buffers):
    try:
        CODEC.loads(json.dumps({tag: body}), buffers)
    except wire.NotPlain:
        pass


@pytest.mark.parametrize("text", [
    "", "{", "[]", "{}", '{"a": 1, "b": 2}', '{"x": 0}', "[" * 100_000,
    '{"l": ' * 3000 + "[]" + "}" * 3000, '{"nt": ["a b", ["x"], [1]]}',
    '{"ao": [[2], [1]]}', '{"a": ["f8,f8", [1], 0]}'],
    ids=lambda text: text[:12])
def test_text_that_is_no_value(text):
    with pytest.raises(wire.NotPlain):
        CODEC.loads(text, [b"12345678" * 2])


# Lines.

@pytest.mark.parametrize("head", [
    struct.pack(">II", line.LIMIT + 1, 0), struct.pack(">II", 0, 1 << 31),
    struct.pack(">IIQ", 0, 1, 1 << 60),
    struct.pack(">IIQQ", 9, 2, line.LIMIT // 2, line.LIMIT // 2)])
def test_a_large_message_is_refused_at_its_head(head):
    """The sender waits on; nothing is read or kept for it."""
    a, b = socket.socketpair()
    a.sendall(head)
    b.settimeout(60)
    with pytest.raises(line.Broken, match="too large"):
        line.Line(b).receive()
    a.close(), b.close()


def test_text_that_is_not_unicode_arrives_as_something():
    a, b = map(line.Line, socket.socketpair())
    a.send("\ud800x")
    assert b.receive() == ("?x", [])
    a.sock.sendall(struct.pack(">II", 2, 0) + b"\xff\xfe")
    assert b.receive() == ("\ufffd\ufffd", [])
    a.close(), b.close()


@pytest.mark.parametrize("name, value", [
    ("__array_interface__", {"d": [["data", {"t": [4096, False]}],
                                   ["shape", {"t": [8]}],
                                   ["typestr", "<f8"], ["version", 3]]}),
    ("__array__", 1), ("sqrt", {"uf": "exp"}), ("f", {"ty": "int"})])
def test_a_namespace_is_data_and_no_address(name, value):
    """NumPy would read the memory that it names."""
    text = line_of({"ns": {"d": [[name, value]]}})
    with pytest.raises(wire.NotPlain):
        CODEC.loads(text, [])


def line_of(x):
    return wire.json.dumps(x)


def test_no_dict_of_the_test_gets_special_names():
    class Own:
        pass
    own = Own()
    with pytest.raises(wire.NotPlain):
        changes.fill(vars(own), {"__array_interface__": {}})
    assert vars(own) == {}
