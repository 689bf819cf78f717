"""The files of a data set: from a folder, or fetched once with pooch.

Whatever the way, a file counts only if its SHA-256 is the declared one.
"""
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """Where the files of a data set lie, and what they must be.

    name : for messages;  folder : their folder below the data folder
    base : the address they are fetched from, with a slash at the end
    files : {file name: SHA-256}
    remote : {file name: its name at base}, where that is another
    """

    name: str
    folder: str
    base: str
    files: dict
    remote: dict = field(default_factory=dict)


def read(source, folder=None, base=None):
    """Yield the bytes of each file, in the order of source.files.

    folder : it holds the folder of the data set; without it, the one
    that NNLAB_DATA names; without that, pooch fetches what is not yet
    in its cache, from base if given (a mirror) or from source.base.
    Raises ValueError if there is neither a folder nor pooch, or a file
    is not the declared one; FileNotFoundError if one is missing from
    the folder; OSError if it cannot be fetched.
    """
    folder = folder or os.environ.get("NNLAB_DATA")
    for name, sha256 in source.files.items():
        if folder:
            path = _local(source, name, folder)
        else:
            path = _fetch(source, name, base or source.base)
        yield _content(path, sha256)


def _local(source, name, folder):
    path = Path(folder) / source.folder / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: put the original {source.name} files "
            f"({', '.join(source.files)}) there.")
    return path


def _content(path, sha256):
    """The bytes of a file, if they are the ones we know."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(
            f"{path} is damaged or another file: its SHA-256 is not that "
            f"of the original ({sha256[:8]}...). Fetch it again.")
    return content


def _fetch(source, name, base):
    """The path of the file in pooch's cache, fetched if need be."""
    pooch = _pooch(source)
    url = base.rstrip("/") + "/" + source.remote.get(name, name)
    try:
        # pooch writes beside the cache and moves what passed the check.
        return Path(pooch.retrieve(
            url, known_hash=f"sha256:{source.files[name]}", fname=name,
            path=pooch.os_cache("nnlab") / source.folder))
    except ValueError:
        raise ValueError(
            f"what {url} sent is not the original {name}: its SHA-256 is "
            f"another. Nothing was kept. {_by_hand(source)}") from None
    except OSError as error:
        status = getattr(getattr(error, "response", None), "status_code", "")
        reason = f"{type(error).__name__} {status}".strip()
        raise OSError(f"{url} could not be fetched ({reason}). Try again "
                      f"with a network. {_by_hand(source)}") from error


def _pooch(source):
    """pooch, imported only where it is needed."""
    try:
        import pooch
    except ImportError:
        raise ValueError(
            f"no data folder: set NNLAB_DATA to the folder that holds "
            f"{source.folder}/, or give it: folder=..., --data FOLDER. Or "
            "let pooch fetch the files: pip install pooch.") from None
    return pooch


def _by_hand(source):
    return (f"Or set NNLAB_DATA to a folder that holds {source.folder}/ "
            "with the original files.")
