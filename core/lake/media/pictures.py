"""Previews of pictures by the hash of their content: made once, served for ever, small enough to send."""

import re
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from PIL import Image

from core.errors import UnreadableFile
from core.lake.media.captions import caption_of
from core.settings import Settings
from core.tables.values.picture_view import Changes, view

DRAWN = "3"
"""Changes when pictures are drawn in another way: kept ones are then made anew."""
SHA = re.compile(r"[0-9a-f]{64}")
ENDINGS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
"""Formats that every browser shows, and how their files end."""
LOSSY = ("JPEG", "MPO")
"""Formats of photos, which as PNG would be ten times as large and no better."""
MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
SPACES = {"L": b"GRAY", "RGB": b"RGB "}
"""Mode -> what a colour profile for it says of itself (ICC.1:2022, 7.2: bytes 16 to 19)."""


@dataclass(frozen=True, slots=True)
class PreviewRules:
    """How large a preview is.

    Attributes:
        side: pixels on the longer side: what the largest screen area for an item can show.
        most_bytes: of a file that is served as it came: those of a preview without any compression.
        quality: of the JPEG that a smaller copy is; libjpeg's own is 75, from 90 on rings at edges are
            hardly seen.
    """

    side: int = 1600
    most_bytes: int = 3 * 1600**2
    quality: int = 92


RULES = PreviewRules()


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture as it can be shown.

    Attributes:
        sha: hash of the bytes as they came.
        caption: what was changed of them, as people read it; empty: nothing.
    """

    sha: str
    caption: str


def keep(settings: Settings, data: bytes) -> Preview:
    """Store what a browser can show of an encoded picture: its own bytes where nothing must be changed.

    Raises:
        UnreadableFile: these bytes are no picture.
    """
    sha = sha256(data).hexdigest()
    if find(settings, sha) is None:
        ending, content, caption = _preview(data)
        if caption:  # first, so that where there is a preview its caption is not missing
            write_bytes(_path(settings, sha, "txt"), caption.encode())
        write_bytes(_path(settings, sha, ending), content)
        return Preview(sha, caption)
    caption_path = _path(settings, sha, "txt")
    return Preview(sha, caption_path.read_text(encoding="utf-8") if caption_path.exists() else "")


def find(settings: Settings, sha: str) -> Path | None:
    """The file to show for that hash, if there is one; anything that is not a hash finds nothing."""
    if not SHA.fullmatch(sha):
        return None
    paths = (_path(settings, sha, ending) for ending in dict.fromkeys(ENDINGS.values()))
    return next((path for path in paths if path.is_file()), None)


def write_bytes(target: Path, data: bytes) -> None:
    """Write what can be made again: whole or not at all, but not synced to the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as handle:
        handle.write(data)
    Path(handle.name).rename(target)


def _path(settings: Settings, sha: str, ending: str) -> Path:
    return settings.home.resolve() / "items" / sha[:2] / f"{sha}-{DRAWN}.{ending}"


def _preview(data: bytes) -> tuple[str, bytes, str]:
    """How the file ends, what it holds, and the caption."""
    try:
        image, changes = view(data, RULES.side)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableFile("A picture cannot be read.", "Send PNG, JPEG, GIF or WebP.") from error
    if _shows_as_it_is(data, changes):
        return ENDINGS[changes.format], data, ""
    image.thumbnail((RULES.side, RULES.side))
    caption = caption_of(changes, image.size)
    if image.size == (changes.width, changes.height) and changes.format not in LOSSY:
        return "png", _encode(image, "PNG"), caption
    return "jpg", _encode(image, "JPEG", quality=RULES.quality, subsampling=0), caption


def _shows_as_it_is(data: bytes, changes: Changes) -> bool:
    small = max(changes.width, changes.height) <= RULES.side and len(data) <= RULES.most_bytes
    return small and changes.none and changes.format in ENDINGS


def _encode(image: Image.Image, codec: str, **how: int) -> bytes:
    """With its colour profile, unless that is one of the colours from which these were computed."""
    profile = image.info.get("icc_profile", b"")
    out = BytesIO()
    image.save(out, codec, icc_profile=profile if profile[16:20] == SPACES[image.mode] else None, **how)
    return out.getvalue()
