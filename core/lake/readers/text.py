"""The bytes of a text file as UTF-8: unpacked, decoded by its byte order mark, never more than the limit."""

import gzip
import zlib
from pathlib import Path

from core.errors import UnreadableFile
from core.lake.readers.limits import LARGEST_TEXT, check_size, too_large

MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
LOOKED_AT = 1_000


def read_text(path: Path) -> bytes:
    """The file as UTF-8 without a byte order mark; `.gz` is unpacked.

    UTF-16 and UTF-32 are decoded where a byte order mark says so; without one they are refused by name.

    Raises:
        UnreadableFile: it is too large, no gzip file, or not UTF-8; the line of the byte is named.
    """
    data = _unpack(path)
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8":
        _refuse_nul(path, data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _decode_error(path, data, encoding, error.start) from error
    if encoding == "utf-8":
        return data
    plain = text.encode()
    _refuse_nul(path, plain)
    return plain


def _unpack(path: Path) -> bytes:
    check_size(path, LARGEST_TEXT)
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as packed:
            data = packed.read(LARGEST_TEXT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"{path.name}: this is not a whole gzip file.", "It may have been cut off: send it again."
        ) from error
    if len(data) > LARGEST_TEXT:
        raise too_large(path.name, LARGEST_TEXT)
    if not data:
        raise UnreadableFile(f"{path.name}: the file is empty.", "Send a file with a header and rows.")
    return data


def _decode_error(path: Path, data: bytes, encoding: str, position: int) -> UnreadableFile:
    if encoding not in {"utf-8", "utf-8-sig"}:
        return UnreadableFile(
            f"{path.name} begins like {encoding.upper()} but is not, from byte {position:,} on.",
            "It may have been cut off; save it as UTF-8 and send it again.",
        )
    line = data[:position].count(b"\n") + 1
    return UnreadableFile(
        f"{path.name}: line {line:,} holds the byte 0x{data[position]:02x}, which is not UTF-8.",
        "Save the file as UTF-8 (it may mix encodings) and send it again.",
    )


def _refuse_nul(path: Path, data: bytes) -> None:
    first = data.find(b"\x00")
    if first < 0:
        return
    head = data[:LOOKED_AT]
    for name, half in (("UTF-16-LE", head[1::2]), ("UTF-16-BE", head[::2])):
        if half.count(b"\x00") > len(half) / 2:
            raise UnreadableFile(
                f"{path.name} looks like {name} without a byte order mark.", "Save it as UTF-8."
            )
    line = data[:first].count(b"\n") + 1
    raise UnreadableFile(
        f"{path.name}: line {line:,} holds a nul byte.",
        "The file was damaged on its way, or is no text: export it again as UTF-8.",
    )
