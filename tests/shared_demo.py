"""The filled demo, which the tests that fill it leave for those that come after them (`tests/run.py`)."""

import os
from pathlib import Path

from core.services.operations.backup import backup
from core.services.operations.restore import restore
from core.settings import Settings

FILE = Path(os.environ["CARETAKER_TEST_DEMO"]) if "CARETAKER_TEST_DEMO" in os.environ else None
"""A backup of its home; None where the tests are one process."""


def leave(ws):
    """Put a copy of the home as it is now there, all of it or nothing."""
    if FILE is not None:
        part = FILE.with_name(f"part-{FILE.name}")
        backup(ws, part)
        part.rename(FILE)


def take(home):
    """Fill the home from it; False where there is none yet."""
    if FILE is None or not FILE.exists():
        return False
    restore(Settings(home=home), FILE)
    return True
