"""State in and out, files that are damaged, builders."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.inits import xavier_normal
from nnlab.layers import (Dropout, Linear, ReLU, Tanh, funnel, load, mlp,
                          save)
from tests.small import generator, network, same, train


def test_weights_are_the_matrices_and_are_views():
    net = network()
    shapes = [W.shape for W, _ in net.weights]
    assert shapes == [(3, 4), (4, 4), (4, 2)]
    for W, dW in net.weights:
        W[:] = 7
        dW[:] = 8
    assert (net.params == 7).sum() == (net.grads == 8).sum() == 36
    assert (net.layers[2].children[0].W == 7).all()


def test_state_names_everything_that_was_learned():
    net = network()
    assert list(net.state()) == [
        "0.W", "0.b", "1.gamma", "1.beta", "1.running_mean",
        "1.running_var", "2.0.W", "2.0.b", "3.gamma", "3.beta", "5.W",
        "5.b"]
    before = net.state()
    train(net)
    assert not any((before[n] == net.state()[n]).all() for n in before)
    net.load_state(before)
    assert same(before, net.state())
    net.params[:] = 0       # what was loaded is a copy
    assert before["0.W"].any()


def test_a_file_gives_the_same_network(tmp_path):
    net, other = network(), network(seed=1)
    train(net)
    save(net, tmp_path / "net.npz")
    load(other, tmp_path / "net.npz")
    x = generator(4).normal(size=(5, 3))
    assert same(net.state(), other.state())
    assert (net(x) == other(x)).all()
    assert [path.name for path in tmp_path.iterdir()] == ["net.npz"]


def refused(net, call, match):
    """The call raises, and nothing of the network has changed."""
    before = net.state()
    with pytest.raises(ValueError, match=match):
        call()
    assert same(before, net.state())


@pytest.mark.parametrize("change, fault", [
    (lambda s: s.pop("5.b"), "the state lacks 5.b"),
    (lambda s: s.update({"6.W": s["0.W"]}), "the state has 6.W"),
    (lambda s: s.update({"5.W": s["5.W"].T}), r"5.W has shape \(2, 4\)"),
    (lambda s: s["5.W"].__setitem__((0, 0), np.nan), "5.W must hold finite"),
    (lambda s: s.update({"5.W": s["5.W"] > 0}), "5.W must hold finite"),
    (lambda s: s.update({"5.b": [0.0, 1.0]}), "5.b must be an array"),
])
def test_a_state_that_does_not_fit_is_refused_whole(change, fault, tmp_path):
    state = network(seed=1).state()
    change(state)
    net = network()
    refused(net, lambda: net.load_state(state), fault)
    if not isinstance(state.get("5.b"), list):
        np.savez(tmp_path / "net.npz", **state)
        refused(net, lambda: load(net, tmp_path / "net.npz"), fault)


@given(data=st.data())
def test_a_damaged_file_is_refused_whole(data, tmp_path_factory):
    """Cut off anywhere, or any byte changed: refused, or the same."""
    path = tmp_path_factory.mktemp("state") / "net.npz"
    save(network(seed=1), path)
    content = bytearray(path.read_bytes())
    i = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        path.write_bytes(content[:i])
    else:
        content[i] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
    net = network()
    before = net.state()
    try:
        load(net, path)
    except ValueError as error:
        assert "othing was loaded" in str(error)
        assert same(before, net.state())
    else:       # a byte of the archive that nobody reads, such as a date
        assert same(network(seed=1).state(), net.state())


def test_pickled_objects_are_refused(tmp_path):
    state = network().state()
    state["0.W"] = np.array([print], dtype=object)
    np.savez(tmp_path / "net.npz", **state)
    net = network()
    refused(net, lambda: load(net, tmp_path / "net.npz"), "damaged or no")


@pytest.mark.parametrize("content", [b"", b"PK", b"text", b"\x93NUMPY"])
def test_another_file_is_refused(content, tmp_path):
    (tmp_path / "net.npz").write_bytes(content)
    net = network()
    refused(net, lambda: load(net, tmp_path / "net.npz"), "damaged or no")


def test_a_single_array_is_refused(tmp_path):
    with open(tmp_path / "net.npz", "wb") as file:
        np.save(file, np.zeros(3))
    net = network()
    refused(net, lambda: load(net, tmp_path / "net.npz"), "damaged or no")


def test_a_file_is_replaced_whole_or_stays(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    save(network(), path)
    before = path.read_bytes()

    def full(*args, **kwargs):
        raise OSError("No space left on device")
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError):
        save(network(seed=1), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"]


def test_numbers_too_large_for_float32_are_refused(tmp_path):
    net = mlp(3, 2, rng=generator(), dtype=np.float32)
    state = net.state()
    state["0.W"] = np.full((3, 2), 1e39)
    refused(net, lambda: net.load_state(state), "finite floats, also as")


@pytest.mark.parametrize("found, put", [(b"}", b"("), (b"'descr'", b"'descr("),
                                        (b"<f8", b"<x8")])
def test_a_damaged_header_is_refused(found, put, tmp_path):
    path = tmp_path / "net.npz"
    save(network(seed=1), path)
    content = path.read_bytes()
    start = content.index(b"{'descr'")
    i = content.index(found, start)
    path.write_bytes(content[:i] + put + content[i + len(put):])
    net = network()
    refused(net, lambda: load(net, path), "damaged or no")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder"):
        save(network(), tmp_path / "none" / "net.npz")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(network(), tmp_path / "none.npz")


def test_parameter_counts():
    """By hand: 50 100 + 100 + 100 100 + 100 + 100 10 + 10 = 16,210."""
    rng = generator()
    assert mlp(50, 100, 100, 10, rng=rng).parameter_count == 16_210
    # With BatchNorm: 200 biases go, 4 times 100 gamma and beta come.
    assert mlp(50, 100, 100, 10, rng=rng,
               batch_norm=True).parameter_count == 16_410
    assert network().parameter_count == 16 + 8 + 20 + 8 + 10


def test_mlp_has_its_layers_in_order():
    net = mlp(6, 5, 4, 3, rng=generator(), batch_norm=True, activation=Tanh,
              dropout=(0.5, 0.3), init=xavier_normal, dtype=np.float32)
    assert repr(net) == (
        "Sequential(Linear(6, 5), BatchNorm(5), Tanh(), Dropout(0.5), "
        "Linear(5, 4), BatchNorm(4), Tanh(), Dropout(0.3), Linear(4, 3))")
    biases = [layer.b is not None for layer in net.layers
              if isinstance(layer, Linear)]
    assert biases == [False, False, True]
    assert net.params.dtype == np.float32
    assert all(layer.init is xavier_normal for layer in net.layers
               if isinstance(layer, Linear))
    assert repr(mlp(2, 3, rng=generator())) == "Sequential(Linear(2, 3))"


def test_funnel_halves():
    net = funnel(784, 10, rng=generator(), widest=64, depth=4, dropout=0.1)
    widths = [layer.fan_out for layer in net.layers
              if isinstance(layer, Linear)]
    assert widths == [64, 32, 16, 10, 10]
    assert sum(isinstance(layer, ReLU) for layer in net.layers) == 4
    assert sum(isinstance(layer, Dropout) for layer in net.layers) == 4


@pytest.mark.parametrize("call, fault", [
    (lambda: mlp(3, rng=generator()), "at least two sizes"),
    (lambda: mlp([3, 4, 2], rng=generator()), r"as mlp\(64, 32, 10\)"),
    (lambda: mlp(3, 2, rng=generator(), activation="relu"),
     "activation must be a class"),
    (lambda: mlp(3, 2, rng=generator(), init="he"), "init must be a func"),
    (lambda: mlp(3, 0, 2, rng=generator()), "size 1 must be"),
    (lambda: mlp(3, 4, 2, rng=generator(), dropout=(0.1, 0.2)),
     "dropout must be one p, or one for each of the 1"),
    (lambda: funnel(3, 2, rng=generator(), depth=0), "depth must be"),
])
def test_bad_sizes_are_named(call, fault):
    with pytest.raises(ValueError, match=fault):
        call()
