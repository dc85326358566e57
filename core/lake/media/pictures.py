"""Pictures of items by the hash of their content: written once, served for ever."""

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from PIL import Image, UnidentifiedImageError

from core.errors import UnreadableFile
from core.settings import Settings
from core.tables.values.upright import upright

LARGEST = 1600
"""Pixels on the longer side: what the largest screen area for an item can show."""

DRAWN = "2"
"""Changes when pictures are drawn in another way: kept ones are then made anew."""
SHA = re.compile(r"[0-9a-f]{64}")


def keep(settings: Settings, data: bytes) -> str:
    """Store an encoded picture as PNG of at most `LARGEST` pixels a side; gives the hash of `data`.

    Raises:
        UnreadableFile: these bytes are no picture.
    """
    sha = sha256(data).hexdigest()
    target = _path(settings, sha)
    if not target.exists():
        write_bytes(target, _png(data))
    return sha


def find(settings: Settings, sha: str) -> Path | None:
    """The PNG file of that hash, if there is one; anything that is not a hash finds nothing."""
    if not SHA.fullmatch(sha):
        return None
    target = _path(settings, sha)
    return target if target.is_file() else None


def write_bytes(target: Path, data: bytes) -> None:
    """Write what can be made again: whole or not at all, but not synced to the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, suffix=".tmp", delete=False) as handle:
        handle.write(data)
    Path(handle.name).rename(target)


def _path(settings: Settings, sha: str) -> Path:
    return settings.home.resolve() / "items" / sha[:2] / f"{sha}-{DRAWN}.png"


def _png(data: bytes) -> bytes:
    try:
        with Image.open(BytesIO(data)) as picture:
            picture.draft(None, (LARGEST, LARGEST))
            drawn = upright(picture)
            if picture.format == "PNG" and max(picture.size) <= LARGEST and drawn is picture:
                return data
            drawn.thumbnail((LARGEST, LARGEST))
            out = BytesIO()
            drawn.convert("RGBA" if "A" in drawn.getbands() else "RGB").save(out, "PNG")
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableFile("A picture cannot be read.", "Send PNG, JPEG, GIF or WebP.") from error
