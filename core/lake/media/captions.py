"""What people are told under a picture that is not shown as it came."""

from core.tables.values.frames import MOST
from core.tables.values.grey_window import GreyWindow
from core.tables.values.picture_view import Changes


def caption_of(changes: Changes, size: tuple[int, int]) -> str:
    """Everything that was changed but for the turning, which everybody expects; empty: nothing.

    Args:
        changes: of the picture.
        size: width and height in which it is shown.

    >>> caption_of(Changes("TIFF", 6000, 4000, frames=12), (1600, 1067))
    '6,000 x 4,000, shown at 1,600 x 1,067; first of 12 pages'
    >>> caption_of(Changes("PNG", 8, 8, window=GreyWindow("16 bit", 812, 3020)), (8, 8))
    '16 bit, shown from 812 to 3,020'
    """
    return "; ".join(filter(None, (_size(changes, size), _frames(changes), _colours(changes))))


def _size(changes: Changes, size: tuple[int, int]) -> str:
    whole = (changes.width, changes.height)
    return "" if size == whole else f"{_pixels(whole)}, shown at {_pixels(size)}"


def _pixels(size: tuple[int, int]) -> str:
    return f"{size[0]:,} x {size[1]:,}"


def _frames(changes: Changes) -> str:
    if changes.frames == 1:
        return ""
    name = "pages" if changes.format == "TIFF" else "frames"
    return f"first of {f'{MOST:,} or more' if changes.frames >= MOST else changes.frames} {name}"


def _colours(changes: Changes) -> str:
    if changes.window is not None:
        return _window(changes.window)
    parts = [f"{changes.colours} colours, shown as RGB"] if changes.colours else []
    return "; ".join([*parts, *(["transparent parts shown white"] if changes.on_white else [])])


def _window(window: GreyWindow) -> str:
    """Numbers of floating point in as many digits as tell the two ends apart."""
    form = ".4g" if window.depth == "floating point" else ",.0f"
    return f"{window.depth}, shown from {window.black:{form}} to {window.white:{form}}"
