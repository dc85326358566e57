"""A picture as people and models look at it: upright, its first frame, 8 bits a colour, on white.

This module also serves models where Caretaker is not installed.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image

from core.tables.values.frames import count_frames
from core.tables.values.grey_window import GreyWindow, is_deep, window_greys

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
"""No other file is opened: for some of them Pillow starts programs."""
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
ON_THEIR_SIDE = (5, 6, 7, 8)
GREYS = ("1", "L", "LA")
OTHER_COLOURS = ("CMYK", "YCbCr", "HSV", "LAB")
OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Changes:
    """What was changed of a picture so that it can be looked at.

    Attributes:
        format: of the file, one of `FORMATS`; "MPO" of a JPEG with copies behind it.
        width: of the whole picture, upright, in pixels.
        height: likewise.
        turned: whether its EXIF data say that the camera was not held upright.
        frames: that the file holds; only the first is looked at.
        window: how greys of more than 8 bits became 8; None of others.
        colours: the mode, such as CMYK, from which red, green and blue were computed; else empty.
        on_white: whether transparent parts were laid on white.
    """

    format: str
    width: int
    height: int
    turned: bool = False
    frames: int = 1
    window: GreyWindow | None = None
    colours: str = ""
    on_white: bool = False

    @property
    def none(self) -> bool:
        """Whether whoever opens the file sees the same.

        >>> Changes("PNG", 4, 3).none, Changes("GIF", 4, 3, frames=2).none
        (True, False)
        """
        return self == Changes(self.format, self.width, self.height)


def view(data: bytes, side: int | None = None) -> tuple[Image.Image, Changes]:
    """The picture to look at, of mode L or RGB, and what was changed for it.

    Args:
        data: the encoded picture.
        side: pixels; a JPEG may come smaller, though no side below this, which unpacks faster.

    Raises:
        OSError: these bytes are no picture.
        ValueError: Pillow cannot compute red, green and blue from its mode.
    """
    picture = Image.open(BytesIO(data), formats=FORMATS)
    size, orientation = picture.size, _orientation(picture)
    if side:
        picture.draft(None, (side, side))
    picture.load()
    turn = None
    if picture.format != "TIFF":  # loading turns it, and its size was that of the turned one
        turn = TURNS.get(orientation)
        size = size[::-1] if orientation in ON_THEIR_SIDE else size
    image, window, on_white = _of_8_bits(picture)
    return image if turn is None else image.transpose(turn), Changes(
        format=picture.format or "",
        width=size[0],
        height=size[1],
        turned=orientation in TURNS,
        frames=count_frames(data, picture),
        window=window,
        colours=picture.mode if picture.mode in OTHER_COLOURS else "",
        on_white=on_white,
    )


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, by the EXIF data; 1 is upright, as is a picture whose data are broken."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except (SyntaxError, ValueError, struct.error):
        return 1
    return orientation if isinstance(orientation, int) else 1


def _of_8_bits(picture: Image.Image) -> tuple[Image.Image, GreyWindow | None, bool]:
    """The picture as greys or red, green and blue; its window; whether it was laid on white."""
    if is_deep(picture.mode):
        return *window_greys(picture), False
    plain = "L" if picture.mode in GREYS else "RGB"
    if not picture.has_transparency_data:
        return picture if picture.mode == plain else picture.convert(plain), None, False
    layer = picture.convert("RGBA")
    if layer.getchannel("A").getextrema()[0] == OPAQUE:
        return layer.convert(plain), None, False
    paper = Image.new("RGBA", layer.size, "white")
    paper.alpha_composite(layer)
    return paper.convert(plain), None, True
