"""Fetching with pooch, from a server of the test's own on the loopback."""
import hashlib
import http.server
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from nnlab import data
from nnlab.data import images, sms
from nnlab.data.files import Source, read

CONTENTS = {"a.gz": b"first file", "b.gz": b"second file"}
SHA256 = {name: hashlib.sha256(content).hexdigest()
          for name, content in CONTENTS.items()}
SOURCE = Source("Tiny", "tiny", "http://nowhere.invalid/", SHA256,
                remote={"b.gz": "deep/other.bin"})


class Handler(http.server.BaseHTTPRequestHandler):
    """Sends what the server's ``answers`` say: status, body, length."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, body, length = self.server.answers[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)      # then the connection is closed

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    """Serves the two files, the second one under another name."""
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked, made.answers = [], {}
    for path, body in zip(["/x/a.gz", "/x/deep/other.bin"],
                          CONTENTS.values()):
        made.answers[path] = 200, body, len(body)
    made.base = f"http://127.0.0.1:{made.server_port}/x/"
    thread = threading.Thread(target=made.serve_forever,
                              kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder, no data folder, no proxy."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("NNLAB_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    return tmp_path / "nnlab" / "tiny"


def left(cache):
    """What lies in the cache, by name."""
    return {path.name: path.read_bytes() for path in cache.rglob("*")
            if path.is_file()}


def refused(error, base):
    """Check that the message is one line with both remedies."""
    with pytest.raises(error) as caught:
        list(read(SOURCE, base=base))
    message = str(caught.value)
    assert "\n" not in message and base in message
    assert "set NNLAB_DATA to a folder that holds tiny/" in message
    return message


def test_fetched_once(server, cache):
    assert list(read(SOURCE, base=server.base)) == list(CONTENTS.values())
    assert left(cache) == CONTENTS
    assert server.asked == ["/x/a.gz", "/x/deep/other.bin"]
    assert list(read(SOURCE, base=server.base)) == list(CONTENTS.values())
    assert len(server.asked) == 2


def test_the_base_is_that_of_the_source_unless_given(server):
    source = replace(SOURCE, base=server.base)
    assert list(read(source)) == list(CONTENTS.values())
    server.asked.clear()
    # With or without the slash at the end of an address.
    other = replace(SOURCE, folder="again")
    assert list(read(other, base=server.base[:-1])) == [*CONTENTS.values()]
    assert server.asked[0] == "/x/a.gz"


def test_wrong_checksum_is_refused_and_not_kept(server, cache):
    server.answers["/x/a.gz"] = 200, b"other file", 10
    message = refused(ValueError, server.base)
    assert "not the original a.gz" in message
    assert left(cache) == {}


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_server_error(server, cache, status):
    server.answers["/x/a.gz"] = status, b"<html>", 6
    assert f"(HTTPError {status})" in refused(OSError, server.base)
    assert left(cache) == {}


def test_interrupted_download(server, cache):
    whole = server.answers["/x/deep/other.bin"]
    server.answers["/x/deep/other.bin"] = 200, b"second", 11
    message = refused(OSError, server.base)
    assert "other.bin could not be fetched" in message
    assert left(cache) == {"a.gz": CONTENTS["a.gz"]}
    server.answers["/x/deep/other.bin"] = whole     # and now it works
    assert list(read(SOURCE, base=server.base)) == list(CONTENTS.values())
    assert server.asked.count("/x/a.gz") == 1


def test_nobody_answers(server, cache):
    server.shutdown()
    server.server_close()
    message = refused(OSError, server.base)
    assert "(ConnectionError)" in message and "with a network" in message
    assert left(cache) == {}


def test_a_damaged_cache_is_fetched_anew(server, cache):
    list(read(SOURCE, base=server.base))
    (cache / "a.gz").write_bytes(b"damaged")
    assert list(read(SOURCE, base=server.base)) == list(CONTENTS.values())
    assert server.asked.count("/x/a.gz") == 2


def test_without_pooch(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ValueError, match="set NNLAB_DATA .* tiny/") as error:
        list(read(SOURCE, base=server.base))
    assert "pip install pooch" in str(error.value)
    assert "\n" not in str(error.value) and server.asked == []


def test_a_folder_goes_before_the_network(server, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    (tmp_path / "tiny").mkdir()
    for name, content in CONTENTS.items():
        (tmp_path / "tiny" / name).write_bytes(content)
    files = list(CONTENTS.values())
    assert list(read(SOURCE, tmp_path, base=server.base)) == files
    monkeypatch.setenv("NNLAB_DATA", str(tmp_path))
    assert list(read(SOURCE, base=server.base)) == files
    # A folder that was named and lacks a file is an error, not a reason
    # to fetch it; the argument goes before the variable.
    with pytest.raises(FileNotFoundError, match="tiny/a.gz is missing"):
        list(read(SOURCE, tmp_path / "elsewhere", base=server.base))
    assert server.asked == []


@pytest.mark.parametrize("load, source, end", [
    (data.load_mnist, images.MNIST, "/mnist/train-images-idx3-ubyte.gz"),
    (data.load_fashion_mnist, images.FASHION_MNIST,
     "/data/fashion/train-images-idx3-ubyte.gz"),
    (data.load_sms_spam, sms.SMS_SPAM, "/data/sms.tsv")])
def test_the_declared_addresses(load, source, end, monkeypatch, server):
    """Over https, with checksums; base stands in for another place."""
    import pooch
    asked = []

    def retrieve(url, known_hash, fname, path):
        asked.append((url, known_hash, path / fname))
        raise OSError

    monkeypatch.setattr(pooch, "retrieve", retrieve)
    for base in (None, server.base):
        with pytest.raises(OSError):
            load(base=base)
    (url, known, path), (other, *same) = asked
    name, = {path.name} & set(source.files)
    remote = source.remote.get(name, name)
    assert url == source.base + remote
    assert url.startswith("https://") and url.endswith(end)
    assert other == server.base + remote and same == [known, path]
    assert known == f"sha256:{source.files[name]}"
    assert path.parent == pooch.os_cache("nnlab") / source.folder
    assert all(len(sha256) == 64 for sha256 in source.files.values())


def test_pooch_is_imported_only_to_fetch(root):
    code = "import sys, nnlab.data; sys.exit('pooch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)
