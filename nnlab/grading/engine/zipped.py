"""A notebook that was handed in inside a zip file."""
import io
import zipfile
import zlib

MOST_FILES, MOST_BYTES = 200, 256 << 20

OPENED = "The files were handed in inside {path}, which was unpacked."
FAILED = "{path} could not be unpacked."
LARGE = "{path} holds too much; not all of it was unpacked."


def unzipped(files):
    """(files, remarks): with what is in zip files in place of these."""
    found, remarks = {}, []
    for path in sorted(files, key=str):
        if str(path).lower().endswith(".zip"):
            inner, words = _inside(files[path])
            if any(".ipynb" in name.lower() for name in inner):
                found.update(inner)
                found.pop(path, None)
            remarks.append(words.format(path=path))
            continue
        found.setdefault(path, files[path])
    return found, remarks


def _inside(data):
    """({path: bytes}, words).  Sizes are counted while they are read:
    what a zip file says about them need not be true."""
    files, left = {}, MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                with archive.open(info) as member:
                    got = member.read(left + 1)
                left -= len(got)
                if left < 0 or len(files) >= MOST_FILES:
                    return files, LARGE
                files[info.filename] = got
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError,
            RuntimeError, NotImplementedError, MemoryError):
        return files, FAILED
    return files, OPENED
