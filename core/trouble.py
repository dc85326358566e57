"""What the machine refuses, as a sentence: a full disk, missing rights, a damaged or locked database."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import BusyError, CaretakerError, DiskFull, StoreError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_PLACE = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR})
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
UNREADABLE = ("malformed database schema", "Could not decode to UTF-8", "unsupported file format")
"""What SQLite says of a file whose tables or texts are no longer what was written."""
LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
NO_RIGHT = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN})
PRIMARY = 0xFF
"""The primary code in SQLite's extended ones."""
MEGABYTE = 1_000_000
NO_ROOM = 1_000_000
"""Free bytes under which SQLite's "disk I/O error" is a full disk: even to read it needs room for its log."""


def is_locked(error: BaseException | None) -> bool:
    """Whether SQLite refused because another connection holds the database.

    >>> is_locked(ValueError("locked"))
    False
    """
    return (getattr(error, "sqlite_errorcode", 0) & PRIMARY) in LOCKED


def explain(error: BaseException, home: Path, database: Path | None = None) -> CaretakerError | None:
    """The error, or what it came from, for people; None when it is nothing of the kind.

    Args:
        error: what was raised.
        home: the folder of the stores: where an error names no file, it is about this folder.
        database: the SQLite file that was used, where that is known.
    """
    for link in _chain(error):
        if isinstance(link, CaretakerError):
            return link
        explanation = None
        if isinstance(link, OSError):
            explanation = _of_system(link, home)
        elif isinstance(link, sqlite3.Error):
            explanation = _of_sqlite(link, database or home)
        if explanation is not None:
            return explanation
    return None


@contextmanager
def explain_failures(home: Path, database: Path | None = None) -> Iterator[None]:
    """Raise what the machine refuses inside the block as the sentence about it.

    Raises:
        CaretakerError: see `explain`; what is nothing of the kind passes as it is.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        explanation = explain(error, home, database)
        if explanation is None:
            raise
        raise explanation from error


def damaged_database(file: Path, reason: str) -> StoreError:
    """The sentence about a database whose file cannot be read."""
    hint = (
        "Stop Caretaker, put the file aside, and bring the newest backup back with "
        "`python -m core restore ARCHIVE --replace`; `python -m core doctor` looks at the rest."
    )
    if file.name == "jobs.db":
        hint = "Stop Caretaker and put the file aside: it is made anew, and only jobs that waited are lost."
    return StoreError(f"The database {file} is damaged ({reason}).", hint)


LOCKS = Path("/proc/locks")
"""Linux's list: number, kind, how, READ or WRITE, pid, device and inode, range."""
LONGEST_COMMAND = 80


def lock_holder(file: Path) -> str | None:
    """The process that writes to a SQLite file, with its command; None where the system does not say."""
    inodes = {str(part.stat().st_ino) for part in (file, Path(f"{file}-shm")) if part.exists()}
    try:
        locks = [line.split()[3:6] for line in LOCKS.read_text().splitlines() if "->" not in line]
        pids = [int(pid) for how, pid, of in locks if how == "WRITE" and of.rpartition(":")[2] in inodes]
        pid = next(pid for pid in pids if pid != os.getpid())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (OSError, ValueError, StopIteration):
        return None
    return f"process {pid} ({command.strip()[:LONGEST_COMMAND]})"


def disk_full(folder: Path) -> DiskFull:
    """The sentence about a full disk, with what is free on it."""
    return DiskFull(
        f"The disk of {folder} is full: {_free(folder) / MEGABYTE:,.1f} MB are free.",
        "Nothing that was there before is lost, and nothing was half written. Make room there, or move the "
        "home to a larger disk (CARETAKER_HOME); then do the same again.",
    )


def _free(folder: Path) -> int:
    return shutil.disk_usage(next(link for link in (folder, *folder.parents) if link.exists())).free


def _of_system(error: OSError, home: Path) -> CaretakerError | None:
    place = Path(error.filename) if isinstance(error.filename, str) else home.absolute()
    if error.errno in FULL:
        return disk_full(place.absolute())
    if error.errno in REFUSED:
        return StoreError(
            f"{place} cannot be read or written ({error.strerror}).",
            "Give this user the right to, or choose another place (for the home: CARETAKER_HOME).",
        )
    if isinstance(error, TimeoutError) and error.filename:  # `core.locks`; those of a network name no file
        return BusyError(
            f"{place} is held by another process.", "Wait until it is done, then do the same again."
        )
    if error.errno in NO_PLACE:
        what = "is a folder" if place.is_dir() else "is no folder, or lies below a file"
        return StoreError(
            f"{place} {what} ({error.strerror}).", "Choose another place (for the home: CARETAKER_HOME)."
        )
    return None


def _of_sqlite(error: sqlite3.Error, where: Path) -> CaretakerError | None:
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    folder = where if where.is_dir() else where.parent
    broken_disk = code == sqlite3.SQLITE_IOERR
    if code == sqlite3.SQLITE_FULL or (broken_disk and _free(folder) < NO_ROOM):
        return disk_full(folder)
    if broken_disk:
        return StoreError(
            f"The disk of the database {where} cannot be read or written ({error}).",
            "Nothing was changed. Look whether the disk is there and reports errors; then do the same again.",
        )
    if code in DAMAGED or str(error).startswith(UNREADABLE):
        return damaged_database(where, str(error))
    if code in LOCKED:
        return BusyError(
            f"The database {where} is held by {lock_holder(where) or 'another process'} ({error}).",
            "Nothing was changed. Try again; if it stays so, look which program has the file open (e.g. "
            f"`fuser -v {where}`): a command that still runs, a database browser, a tool that makes backups.",
        )
    if code in NO_RIGHT:
        return StoreError(
            f"The database {where} cannot be opened for writing ({error}).",
            "Give this user the right to write the file and its folder, or choose another CARETAKER_HOME.",
        )
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, each once."""
    visited: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in visited:
        visited.add(id(at))
        yield at
        at = at.__cause__
