"""What a home holds is for the user alone who runs it: labels, customers' rows, keys and models."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

OTHERS = 0o007
MASK = 0o077


def keep_private() -> None:
    """From now on this process, and those that it starts, make files that nobody else can read."""
    os.umask(MASK)


def close(home: Path) -> None:
    """Shut a home that everybody on the machine could enter, as those of an older Caretaker.

    What is inside need not be changed: nobody gets to it. A right that a group was given stays. A home of
    somebody else stays as it is: the doctor names it.
    """
    if is_open(home) and home.stat().st_uid == os.geteuid():
        home.chmod(stat.S_IMODE(home.stat().st_mode) & ~OTHERS)


def is_open(home: Path) -> bool:
    """Whether everybody on the machine can enter; Windows keeps such rights elsewhere."""
    return os.name == "posix" and bool(home.stat().st_mode & OTHERS)


def read_secret(path: Path, make: Callable[[], bytes]) -> bytes:
    """The secret in a file, made by whoever comes first; only this user can read it."""
    if not path.exists():
        _write_secret(path, make())
    return path.read_bytes()


def _write_secret(path: Path, secret: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secret)
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        path.hardlink_to(temporary)  # fails when another process was first: its secret stays
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
