"""A picture as a person sees it: turned as its camera was held, and with 8 bits a colour.

This module also serves models where Caretaker is not installed.
"""

import struct
from io import BytesIO

import numpy as np
from PIL import ExifTags, Image

TURN = Image.Transpose
TURNS = {
    2: TURN.FLIP_LEFT_RIGHT,
    3: TURN.ROTATE_180,
    4: TURN.FLIP_TOP_BOTTOM,
    5: TURN.TRANSPOSE,
    6: TURN.ROTATE_270,
    7: TURN.TRANSVERSE,
    8: TURN.ROTATE_90,
}
"""EXIF orientation -> what makes the picture upright."""
WHITE = (255, 4095, 65535)
"""Whites of 8, 12 and 16 bits: scanners and cameras of 12 bits write them into 16."""


def open_upright(data: bytes) -> Image.Image:
    """The encoded picture, upright and of 8 bits.

    Raises:
        OSError: these bytes are no picture.
    """
    return upright(Image.open(BytesIO(data)))


def upright(picture: Image.Image) -> Image.Image:
    r"""The picture turned as its EXIF data say; deep greys scaled to 0..255, not cut off there.

    >>> upright(Image.fromarray(np.array([[0, 32768, 65535]], dtype=np.uint16))).tobytes()
    b'\x00\x80\xff'
    """
    picture.load()  # a TIFF is turned by this, and then says so
    turn = TURNS.get(_orientation(picture))
    turned = picture if turn is None else picture.transpose(turn)
    return _of_8_bits(turned) if turned.mode.startswith(("I", "F")) else turned


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, by the EXIF data; 1 is upright, as is a picture whose data are broken."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except (SyntaxError, ValueError, struct.error):
        return 1
    return orientation if isinstance(orientation, int) else 1


def _of_8_bits(picture: Image.Image) -> Image.Image:
    """The white is that of the fewest bits which hold the brightest pixel; of floats it may be 1."""
    pixels = np.nan_to_num(np.asarray(picture, dtype=np.float64))
    top = float(pixels.max(initial=0.0))
    whites = (1, *WHITE) if picture.mode == "F" else WHITE
    white = next((candidate for candidate in whites if top <= candidate), top)
    return Image.fromarray(np.round(pixels.clip(0) * 255 / white).astype(np.uint8))
