"""What a home holds is for the user alone who runs it: labels, customers' rows, keys and models."""

import os
import stat
from pathlib import Path

OTHERS = 0o007
MASK = 0o077


def keep_private() -> None:
    """From now on this process, and those that it starts, make files that nobody else can read."""
    os.umask(MASK)


def close(home: Path) -> None:
    """Shut a home that everybody on the machine could enter, as those of an older Caretaker.

    What is inside need not be changed: nobody gets to it. A right that a group was given stays.
    """
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & OTHERS and home.stat().st_uid == os.geteuid():
        home.chmod(mode & ~OTHERS)
