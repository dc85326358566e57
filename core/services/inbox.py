"""Files that people upload: kept in the home until a job has taken them in."""

import re
import secrets
from pathlib import Path

from core.errors import UnreadableFile
from core.store.workspace import Workspace

LONGEST_NAME = 120


def keep(ws: Workspace, name: str, data: bytes) -> Path:
    """Write an upload to a folder of its own under its own (harmless) name.

    Raises:
        UnreadableFile: it is empty.
    """
    if not data:
        raise UnreadableFile(f"{name}: the file is empty.", "Send a file with a header and rows.")
    folder = ws.settings.run / "inbox" / secrets.token_hex(8)
    folder.mkdir(parents=True)
    path = folder / harmless(name)
    path.write_bytes(data)
    return path


def harmless(name: str) -> str:
    """A file name without folders or odd letters; the ending stays.

    >>> harmless("../../etc/Mai 2017.csv")
    'Mai_2017.csv'
    """
    last = re.split(r"[/\\\\]", name)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last).lstrip(".")[-LONGEST_NAME:] or "upload"
