"""How many frames or pages the file of a picture holds, counted without unpacking them.

This module also serves models where Caretaker is not installed.
"""

from contextlib import suppress
from io import BytesIO

from PIL import Image

MOST = 1_000
"""Counting ends here: a hostile file of 20 MB can hold millions, which take half a minute to walk along."""
HEADER = 13
EXTENSION, FRAME = 0x21, 0x2C
"""The two kinds of blocks of a GIF (GIF89a, section 17) that come before its trailer."""


def count_frames(data: bytes, picture: Image.Image) -> int:
    """Of animations and of files of several pages, at most `MOST`; 1 of any other picture.

    A photo of a phone may bring smaller copies of itself behind it (MPO): they are no frames.
    """
    if picture.format == "GIF":
        return _count_in_gif(data)
    if picture.format == "TIFF":
        return _count_pages(data)
    return min(MOST, getattr(picture, "n_frames", 1)) if picture.format in {"PNG", "WEBP"} else 1


def _count_in_gif(data: bytes) -> int:
    count, at = 0, HEADER + _palette_bytes(data[10])
    with suppress(IndexError):  # a file that ends early has the frames that begin before
        while count < MOST and data[at] in {EXTENSION, FRAME}:
            if data[at] == FRAME:
                count += 1
                at += 11 + _palette_bytes(data[at + 9])
            else:
                at += 2
            while data[at]:
                at += 1 + data[at]
            at += 1
    return max(1, count)


def _palette_bytes(flags: int) -> int:
    return 3 * 2 ** (1 + flags % 8) if flags & 0x80 else 0


def _count_pages(data: bytes) -> int:
    """A page that cannot be read ends the count."""
    count = 1
    with (
        Image.open(BytesIO(data), formats=["TIFF"]) as pages,
        suppress(EOFError, OSError, SyntaxError, ValueError),
    ):
        while count < MOST:
            pages.seek(count)
            count += 1
    return count
