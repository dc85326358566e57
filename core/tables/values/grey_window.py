"""Greys of more than 8 bits, brought to 8 by a window: what lies below is black, above it white.

This module also serves models where Caretaker is not installed.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

BITS_OF_A_SAMPLE, PHOTOMETRIC = 258, 262
"""Tags of a TIFF (TIFF 6.0, section 8)."""
WHITE_IS_ZERO = 0


@dataclass(frozen=True, slots=True)
class WindowRules:
    """Where the window lies.

    Attributes:
        low: percentile of the pixels that becomes black.
        high: percentile that becomes white. Outside lies .35 % of the pixels, which is what ImageJ's
            Enhance Contrast leaves out unless told otherwise.
        looked_at: pixels that the percentiles are read from, on an even grid; they are then within .01
            points of those of all pixels, and 50 million take no second.
        at_once: pixels that are computed together, so that the memory stays below that of the picture.
    """

    low: float = 0.175
    high: float = 99.825
    looked_at: int = 1_000_000
    at_once: int = 1_000_000


@dataclass(frozen=True, slots=True)
class GreyWindow:
    """How deep greys became 8 bits.

    Attributes:
        depth: of the picture, as people read it: "16 bit", "32 bit" or "floating point".
        black: the value that is black.
        white: the value that is white; below `black` where the picture counts down to white.
    """

    depth: str
    black: float
    white: float


def is_deep(mode: str) -> bool:
    """Whether pictures of this mode of Pillow are greys of more than 8 bits."""
    return mode.startswith(("I", "F"))


def window_greys(picture: Image.Image, rules: WindowRules | None = None) -> tuple[Image.Image, GreyWindow]:
    """The deep picture in 8 bits, and its window; pixels that are no number are black.

    >>> deep = Image.fromarray(np.array([[1000, 1060, 1100]], dtype=np.uint16))
    >>> grey, window = window_greys(deep, WindowRules(low=0, high=100))
    >>> list(grey.tobytes()), window.depth, window.black, window.white
    ([0, 153, 255], '16 bit', 1000.0, 1100.0)
    """
    rules = rules or WindowRules()
    pixels = np.asarray(picture)
    low, high = _limits(pixels, rules)
    grey = np.empty(pixels.shape, dtype=np.uint8)
    rows = max(1, rules.at_once // max(1, pixels.shape[1]))
    for start in range(0, len(pixels), rows):
        part = np.nan_to_num(pixels[start : start + rows].astype(np.float64), nan=low)
        grey[start : start + rows] = np.rint((part.clip(low, high) - low) * (255 / ((high - low) or 1)))
    if _tag(picture, PHOTOMETRIC) == WHITE_IS_ZERO:
        return Image.fromarray(255 - grey), GreyWindow(_depth(picture), high, low)
    return Image.fromarray(grey), GreyWindow(_depth(picture), low, high)


def _limits(pixels: npt.NDArray[np.generic], rules: WindowRules) -> tuple[float, float]:
    """Where nearly all pixels are alike, the darkest and the brightest of all."""
    step = max(1, math.isqrt(math.ceil(pixels.size / rules.looked_at) - 1) + 1) if pixels.size else 1
    looked_at = pixels[::step, ::step].astype(np.float64)
    numbers = looked_at[np.isfinite(looked_at)]
    if numbers.size == 0:
        return 0.0, 0.0
    low, high = np.percentile(numbers, [rules.low, rules.high])
    if low < high:
        return float(low), float(high)
    finite = pixels[np.isfinite(pixels)]
    return float(finite.min()), float(finite.max())


def _depth(picture: Image.Image) -> str:
    if picture.mode == "F":
        return "floating point"
    if picture.mode.startswith("I;16"):
        return "16 bit"
    bits = _tag(picture, BITS_OF_A_SAMPLE)
    return f"{bits[0] if isinstance(bits, tuple) else 32} bit"


def _tag(picture: Image.Image, number: int) -> object:
    """Of a TIFF; None of any other picture."""
    return getattr(picture, "tag_v2", {}).get(number)
