"""Pictures as they arrive - bytes, base64 text or paths - turned into checked bytes, cell by cell."""

import base64
import binascii
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image, UnidentifiedImageError

from core.errors import UnreadableFile
from core.tables.left_out import Sieve
from core.tables.roles.image_columns import SUFFIX
from core.tables.table import CellsError, Table
from core.tables.values.picture_view import FORMATS

LARGEST = 20_000_000
"""Bytes of one picture."""
MOST_PIXELS = 50_000_000
DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,")
THUMB = (64, 64)
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""Of TIFF 6.0 and of BigTIFF, in both orders of bytes."""
SEND = "Send PNG or JPEG as bytes, as base64 text, or as paths under the folder of pictures."
OTHER_PIXELS = "Save it with greys of 8, 16 or 32 bits or floating point, or as RGB of 8 bits a colour."


def with_pictures(sieve: Sieve, column: str, folder: str | None) -> None:
    """Put checked bytes into the picture column; a row whose cell is no picture is left out.

    Raises:
        SchemaError: too many cells are no picture, too large, or name a file outside the folder.
    """
    table = sieve.table
    if column not in table.frame.columns:
        return
    contents: list[bytes | None] = []
    refused: dict[int, UnreadableFile] = {}
    for position, cell in enumerate(table.frame[column]):
        try:
            data = _bytes(cell, folder)
            check(data)
            contents.append(data)
        except UnreadableFile as error:
            refused[position] = error
            contents.append(None)
    pictures = pd.Series(contents, table.frame.index, dtype=object)
    for unread in _by_reason(table, column, refused):
        sieve.note(unread)
    sieve.table = replace(table, frame=table.frame.assign(**{column: pictures}))
    sieve.leave()


def _by_reason(table: Table, column: str, refused: Mapping[int, UnreadableFile]) -> Iterator[CellsError]:
    for hint in dict.fromkeys(error.hint for error in refused.values()):
        same = np.array([at for at, error in refused.items() if error.hint == hint], dtype=np.intp)
        empty = all(_blank(table.frame[column].iloc[at]) for at in same)
        yield CellsError(table, column, same, lambda at: refused[at].message.rstrip("."), hint, empty=empty)


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str | bytes) and not cell.strip())


def check(data: bytes) -> None:
    """Look at format, size and content.

    Raises:
        UnreadableFile: says what is wrong.
    """
    if len(data) > LARGEST:
        raise UnreadableFile(
            f"The picture has {len(data):,} bytes, more than {LARGEST:,}.", "Send a smaller one."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is looked at below
            picture = Image.open(BytesIO(data), formats=FORMATS)
        with picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UnreadableFile(
                    f"The picture has {picture.width:,} x {picture.height:,} pixels, too many to unpack.",
                    f"Send at most {MOST_PIXELS:,} pixels.",
                )
            picture.draft("RGB", THUMB)
            picture.load()
    except Image.DecompressionBombError as error:
        raise UnreadableFile("The picture has too many pixels to unpack.", "Send a smaller one.") from error
    except UnidentifiedImageError as error:
        if data.startswith(TIFF_STARTS):
            raise UnreadableFile(
                "This TIFF is broken or has pixels of another kind.", OTHER_PIXELS
            ) from error
        raise UnreadableFile("These bytes are no complete picture.", SEND) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableFile("These bytes are no complete picture.", SEND) from error


def _bytes(cell: Any, folder: str | None) -> bytes:
    if isinstance(cell, bytes | bytearray | memoryview) and len(cell):
        return bytes(cell)
    if not isinstance(cell, str) or not cell.strip():
        raise UnreadableFile("There is no image.", SEND)
    text = cell.strip()
    if SUFFIX.search(text) and not DATA_URI.match(text):
        return _file(text, folder)
    encoded = re.sub(r"\s+", "", DATA_URI.sub("", text, count=1))
    if len(encoded) > LARGEST * 4 // 3 + 4:
        raise UnreadableFile(f"The picture has more than {LARGEST:,} bytes.", "Send a smaller one.")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableFile("The text is neither base64 nor the path of a picture.", SEND) from error


def _file(name: str, folder: str | None) -> bytes:
    """A picture under the folder; no name leads out of it, not by '..' and not by a link."""
    if folder is None:
        raise UnreadableFile(
            "The cell names a file, but no folder of pictures is set.",
            "Connect the model with --picture-folder, or send the pictures themselves.",
        )
    root = Path(folder).resolve()
    outside = UnreadableFile(
        "The path leaves the folder of pictures.", "Give paths relative to that folder, without '..'."
    )
    if ".." in Path(name).parts or "\0" in name:
        raise outside
    try:
        path = (root / name).resolve(strict=True)
        if not path.is_relative_to(root):
            raise outside
        if not path.is_file():
            raise UnreadableFile("The path is no file.", SEND)
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(f"The picture has more than {LARGEST:,} bytes.", "Send a smaller one.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(
            "There is no such file under the folder of pictures, or it cannot be read.",
            "Copy the picture there and send the row again.",
        ) from error
