"""Files that people upload: kept in the home until a job has taken them in."""

import re
import secrets
import shutil
import time
from pathlib import Path

from core.errors import UnreadableFile
from core.store.workspace import Workspace

LONGEST_NAME = 120
KEPT_SECONDS = 24 * 3600.0
"""Longer than any job that takes a file in."""


def keep(ws: Workspace, name: str, data: bytes) -> Path:
    """Write an upload to a folder of its own under its own (harmless) name; those of yesterday go.

    Raises:
        UnreadableFile: it is empty.
    """
    inbox = ws.settings.run / "inbox"
    _sweep(inbox, time.time() - KEPT_SECONDS)
    return write_upload(inbox, name, data)


def write_upload(root: Path, name: str, data: bytes) -> Path:
    """Write an upload below `root`, in a folder of its own, under its own (harmless) name.

    Raises:
        UnreadableFile: it is empty.
    """
    if not data:
        raise UnreadableFile(f"{name}: the file is empty.", "Send a file with a header and rows.")
    folder = root / secrets.token_hex(8)
    folder.mkdir(parents=True)
    path = folder / harmless(name)
    path.write_bytes(data)
    return path


def _sweep(inbox: Path, before: float) -> None:
    """Delete the uploads that were kept before that moment."""
    for folder in inbox.glob("*"):
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)


def harmless(name: str) -> str:
    """A file name without folders or odd letters; the ending stays.

    >>> harmless("../../etc/Mai 2017.csv")
    'Mai_2017.csv'
    """
    last = re.split(r"[/\\\\]", name)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", last).lstrip(".")[-LONGEST_NAME:] or "upload"
